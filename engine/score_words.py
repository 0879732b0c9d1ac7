"""How a score of a case was made, in words: the tree with whose answers, which fields and figures it came from.

Reads only. Who may know a score is decided before, by whoever asks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Connection

from engine.core.case import Outcome
from engine.core.errors import NotFound
from engine.core.messages import Text, readable
from engine.core.scope import SCORE_METHOD
from engine.core.scoring import telling, what_if
from engine.core.scoring.using import inputs_of
from engine.core.times import to_datetime
from engine.runtime import Runtime
from engine.snapshot import Snapshot
from engine.store.queries import definitions, scored


def is_score(outcome: object) -> bool:
    """Whether a result keeps the tree of a score."""
    return isinstance(outcome, Outcome) and outcome.derivation.get("method") == SCORE_METHOD


def told(db: Connection, found: Snapshot, derivation: Mapping[str, Any]) -> telling.Branch:
    """The tree of a score of a case, named as its definition and its people are called."""
    people = scored.people(db, {place["by"] for place in _places(derivation) if place.get("by")})
    indicators = dict(_indicators(db, derivation))
    names = telling.Names(
        field=partial(_field, found),
        form=partial(_form, found),
        person=lambda ref: people.get(ref, ""),
        day=partial(_day, found),
        indicator=lambda key: indicators.get(key, readable(key)),
    )
    return telling.told(derivation, names)


def changes(rt: Runtime, db: Connection, derivation: Mapping[str, Any]) -> tuple[what_if.Change, ...]:
    """Which single input would bring the score into another band; nothing of one that was set by hand."""
    if derivation.get("by_hand") is not None:
        return ()
    try:
        score = rt.library.score(db, str(derivation["digest"]))
        return what_if.what_if(score, inputs_of(score, derivation))
    except (KeyError, NotFound):
        return ()


def _places(derivation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for given in derivation.get("inputs", {}).values():
        yield from given.get("from", ())


def _indicators(db: Connection, derivation: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    """What the indicators behind its figures are called in the version that counted."""
    wanted = {str(figure.get("digest")) for place in _places(derivation) if (figure := place.get("figure"))}
    for digest in sorted(wanted):
        body = definitions.body(db, digest)
        document = json.loads(body) if body is not None else {}
        if "name" in document:
            yield str(document["key"]), Text(document["name"]["id"], document["name"]["en"])


def _form(found: Snapshot, key: str) -> Text:
    form = next((each for each in found.workflow.definition.forms if each.key == key), None)
    return (form.label if form is not None else None) or readable(key)


def _field(found: Snapshot, path: str) -> Text:
    """What a field is called, with the criterion of a matrix; its key where it is not there any more."""
    form, key, inner, *_ = (*path.split("."), "", "")
    bound = found.workflow.forms.get(form)
    asked = next((each for each in (bound.questions if bound is not None else ()) if each.key == key), None)
    if asked is None:
        return readable(key or form)
    label = asked.spec.label or readable(key)
    marked = next((item.label for item in getattr(asked.type, "items", ()) if inner and item.key == inner), None)
    return label if marked is None else Text(f"{label.id}: {marked.id}", f"{label.en}: {marked.en}")


def _day(found: Snapshot, at: str) -> date:
    return to_datetime(at).astimezone(found.zone).date()
