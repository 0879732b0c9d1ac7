"""Verbs that begin designs from what is there: a shipped definition, a published version, the interview, or nothing.

With a name of its own a design becomes a definition of its own; without one it is to be the next version of the one
that it started from. Shipped files are read here; design_beginnings.py keeps what is begun.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from engine.authority import require_admin
from engine.core.case import Actor
from engine.core.definition import FORMAT
from engine.core.errors import NotFound
from engine.core.interview import Interview, interview_of
from engine.core.messages import Message, Text
from engine.core.reading.normal import normal_form
from engine.core.reading.shapes import ROOTS, Shape, required, shapes
from engine.design_beginnings import begin, begin_from_version
from engine.documents import read_yaml
from engine.runtime import Runtime
from engine.store.queries import definitions as versions

SHIPPED, BASIC = "shipped", "basic_cycle"
FIRST_PAGES = "empty"  # the folder of what an empty page begins with, a file for each kind that needs something
ASIDE = (FIRST_PAGES, "interview", "demo", "gallery", "calendars")  # folders that hold no definitions to start from
PLACE = "place.yaml"  # a folder with this is a whole place, with its people and scenario (engine/places.py)
OWN = ("key", "lock")  # what makes a document a version of something


@dataclass(frozen=True, slots=True)
class Shipped:
    """A definition that comes with the product."""

    key: str
    kind: str
    name: Text
    help: Text | None
    document: Mapping[str, Any]


@cache
def shipped(folder: Path) -> tuple[Shipped, ...]:
    """What comes with the product: the basic cycle, the other workflows, then what stands in folders of its kind."""
    paths = sorted(folder.glob("*.yaml"), key=lambda path: (path.stem != BASIC, path.stem))
    aside = {*(folder / name for name in ASIDE), *(path.parent for path in folder.glob(f"*/{PLACE}"))}
    below = (path for path in sorted(folder.glob("*/*.yaml")) if path.parent not in aside)
    return tuple(_shipped(path) for path in (*paths, *below))


def _shipped(path: Path) -> Shipped:
    document = normal_form(read_yaml(path.read_bytes(), path.name)[0])
    words = document.get("help")
    return Shipped(path.stem, document["kind"], Text(**document["name"]), Text(**words) if words else None, document)


def kinds() -> tuple[str, ...]:
    """The kinds of definitions that can be begun: workflows first, then the others by the table of kinds."""
    return tuple(ROOTS)


@cache
def _first_page(folder: Path, kind: str) -> Mapping[str, Any]:
    """What an empty page of a kind begins with: what every one of them needs, so that one can go on from there."""
    path = folder / FIRST_PAGES / f"{kind}.yaml"
    return normal_form(read_yaml(path.read_bytes(), path.name)[0]) if path.is_file() else {}


@cache
def interview(folder: Path) -> Interview:
    """The questions, and the document that their answers draft."""
    path = folder / "interview/cycle.yaml"
    return interview_of(read_yaml(path.read_bytes(), path.name)[0])


def begin_from_shipped(rt: Runtime, folder: Path, key: str, *, name: Text | None, actor: Actor) -> str:
    """Begin a design from what comes with the product; answers its ref."""
    found = next((each for each in shipped(folder) if each.key == key), None)
    if found is None:
        raise NotFound(Message("definition.not_found"))
    return _begun(rt, found.document, name, actor, f"{SHIPPED}: {key}")


def begin_anew(rt: Runtime, version_ref: str, *, name: Text | None, actor: Actor) -> str:
    """Begin a design from a version, to become its next one, or with a name a definition of its own."""
    if name is None:
        return begin_from_version(rt, version_ref, actor=actor)
    require_admin(actor)
    with rt.db.read() as db:
        row = versions.version(db, version_ref)
        body = versions.body(db, row.digest) if row is not None else None
    if row is None or body is None:
        raise NotFound(Message("definition.not_found"))
    return _begun(rt, json.loads(body), name, actor, f"{row.key} {row.number}")


def begin_from_answers(
    rt: Runtime, folder: Path, answers: Mapping[str, str], *, name: Text | None, actor: Actor
) -> str:
    """Begin a design from the interview: always a definition of its own."""
    document = normal_form(interview(folder).draft(answers))
    return _begun(rt, document, name or Text(**document["name"]), actor, "interview")


def begin_empty(rt: Runtime, folder: Path, kind: str, *, name: Text, actor: Actor) -> str:
    """Begin a design with nothing in it but what a design of its kind cannot be without."""
    if kind not in kinds():
        raise NotFound(Message("definition.not_found"))
    empty: Mapping[str, Any] = {key: [] for key, shape in shapes(ROOTS[kind]).items() if _is_needed(kind, key, shape)}
    return _begun(rt, {"kind": kind, "format": FORMAT, **empty, **_first_page(folder, kind)}, name, actor, "empty")


def _is_needed(kind: str, key: str, shape: Shape) -> bool:
    return shape.kind == "keyed" and key in required(ROOTS[kind])


def _begun(rt: Runtime, document: Mapping[str, Any], name: Text | None, actor: Actor, origin: str) -> str:
    """Begin; a name makes it a definition of its own, whose key comes from the name."""
    called = name or Text(**document["name"])
    if name is not None:
        document = {key: value for key, value in document.items() if key not in OWN} | {"name": name.as_document()}
    return begin(rt, document, name=called.id, actor=actor, origin=origin)
