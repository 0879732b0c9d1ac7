"""The library of questions, as the form builder offers it: what is in force, this design's other forms, the samples.

Reads only. Searching and copying are engine/core/building/.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import samples
from engine.core.building.copying import stripped
from engine.core.building.library import Lent, Shelf, lent, searched
from engine.core.designing.spots import title_of
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries import definitions
from engine.web import building
from engine.web.context import runtime
from engine.web.designing import Bench
from engine.web.language import today, translate

GALLERY, DESIGN = "gallery", "design"
SAMPLES = Message("design.forms.library.samples")


@dataclass(frozen=True, slots=True)
class Hit:
    """A question that was found; `strips`: its rules would stay behind."""

    lent: Lent
    type: str
    strips: bool


def shelves(bench: Bench, form: str, file: Path) -> Iterator[Shelf]:
    """Where questions come from: this design first, then what is in force, then a sample of each type."""
    yield Shelf(DESIGN, Message("design.forms.library.design"), bench.document, but=form)
    with runtime().db.read() as db:
        versions = definitions.published(db, "workflow")
        bodies = {row.digest: row.body for row in definitions.bodies(db, [row.digest for row in versions])}
    for row in versions:
        document = json.loads(bodies[row.digest])
        name = Message("design.forms.library.version", name=title_of(document), number=str(row.number))
        yield Shelf(row.ref, name, document)
    yield Shelf(GALLERY, Message("design.forms.library.gallery"), _gallery(file))


def found(listed: Iterator[Shelf], words: str, kind: str) -> tuple[list[Hit], int]:
    """The questions with all of these words, and how many there are."""
    hits, count = searched(listed, words, kind)
    return [Hit(each, building.type_name(each.type), stripped(each.written)) for each in hits], count


def taken(listed: Iterator[Shelf], shelf: str, at: str) -> Lent:
    """The question that somebody chose; NotFound when it is gone."""
    one = next((each for each in listed if each.ref == shelf), None)
    hit = lent(one, at) if one is not None else None
    if hit is None:
        raise NotFound(Message("design.forms.library.gone"))
    return hit


def _gallery(file: Path) -> dict[str, Any]:
    schema = samples.read_samples(file.read_bytes(), runtime().catalog, today()).good.schema
    form = schema.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"forms": [{**form, "label": {"id": translate(SAMPLES, "id"), "en": translate(SAMPLES, "en")}}]}
