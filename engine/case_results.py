"""The results of many cases at once, in words, for lists and files of them. Reads only.

Only for who oversees the cases: of his own case nobody is told here, and of the others what `listed` lets be told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Connection

from engine.core.case import Actor
from engine.core.listed import is_score, listed
from engine.core.messages import Message, Text, readable
from engine.core.workflow import BoundResult, Workflow
from engine.runtime import Runtime
from engine.store.queries import case_results as queries

PREFIX = "result:"
SCORE_PARTS = ("number", "band", "by_hand")


class Row(Protocol):
    """A case of a list."""

    id: Any
    definition_digest: Any
    subject_id: Any


@dataclass(frozen=True, slots=True)
class Told:
    """A result of a case: what it is called, what it came to in words; of a score its number, its band, and whether a
    person set it by hand."""

    key: str
    title: Text
    words: Text
    number: Decimal | None
    band: Text | None
    by_hand: bool


def of_cases(rt: Runtime, db: Connection, actor: Actor, rows: Iterable[Row]) -> dict[int, tuple[Told, ...]]:
    """The results of each case that has any, in the order of its definition; one statement."""
    cases = {row.id: row for row in rows if actor.person_id is None or row.subject_id != actor.person_id}
    latest: dict[int, dict[str, Any]] = {}
    for found in queries.latest(db, list(cases)) if cases else ():
        latest.setdefault(found.case_id, {})[found.key] = found
    told = {}
    for case_id, by_key in latest.items():
        workflow = rt.library.workflow(db, cases[case_id].definition_digest)
        told[case_id] = tuple(
            _told(workflow, each, by_key[each.spec.key]) for each in listed(workflow) if each.spec.key in by_key
        )
    return told


def columns(workflow: Workflow) -> Iterator[tuple[str, Message | Text]]:
    """The columns that a file of cases of one workflow has for their results, with what stands above each.

    `result:<key>:words`; of a score `…:number`, `…:band` and `…:by_hand`.
    """
    for each in listed(workflow):
        title = each.spec.label or readable(each.spec.key)
        parts = SCORE_PARTS if is_score(each) else ("words",)
        for part in parts:
            named = part in ("words", "number")
            yield f"{PREFIX}{each.spec.key}:{part}", title if named else Message(f"exports.result.{part}", name=title)


def cells(told: Iterable[Told], wanted: Iterable[str], language: str, by_hand: str) -> dict[str, str]:
    """The cells of a case for such columns, and for `results`, in which all stand together; by_hand: the mark."""
    found = {each.key: each for each in told}
    cells = {"results": "; ".join(_line(each, language, by_hand) for each in found.values())}
    for name in wanted:
        if name.startswith(PREFIX):
            _, key, part = name.split(":")
            one = found.get(key)
            cells[name] = "" if one is None else _part(one, part, language, by_hand)
    return cells


def _line(one: Told, language: str, by_hand: str) -> str:
    return f"{one.title.say(language)}: {one.words.say(language)}{f' ({by_hand})' if one.by_hand else ''}"


def _part(one: Told, part: str, language: str, by_hand: str) -> str:
    if part == "number":
        return "" if one.number is None else f"{one.number:f}"
    if part == "band":
        return "" if one.band is None else one.band.say(language)
    if part == "by_hand":
        return by_hand if one.by_hand else ""
    return one.words.say(language)


def _told(workflow: Workflow, result: BoundResult, row: Any) -> Told:
    how = json.loads(row.body)
    table = workflow.codelists.get(str(how.get("table", "")))
    item = next((item for item in table.items if item.key == row.value), None) if table is not None else None
    band = _words(how.get("tree", {}).get("band_label"))
    number = how.get("value", how.get("score"))
    said = how.get("result")
    words = item.label if item is not None else _words(said.get("label")) if isinstance(said, Mapping) else None
    return Told(
        key=result.spec.key,
        title=result.spec.label or readable(result.spec.key),
        words=words or Text(row.value, row.value),
        number=None if number is None else Decimal(str(number)),
        band=band if item is None else item.label,
        by_hand=how.get("by_hand") is not None,
    )


def _words(said: Any) -> Text | None:
    return Text(str(said["id"]), str(said["en"])) if isinstance(said, Mapping) else None
