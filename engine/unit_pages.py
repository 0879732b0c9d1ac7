"""A unit's page: how many people, how far its evaluations are, how their results are spread, its figures. Reads only.

Results are spread over the people of the unit itself, never over those below it: what the pages of two units show never
overlaps, so nobody takes one from the other. They are told once nobody of the cycle is left, and not any more once
somebody joins it or is taken back after that, or a result is erased: one more or less would be known by what changed.
Of five people at least, and classes of fewer are put together (core/smallnumbers.py); and only of results that lists
and reports tell, too.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from engine import figure_lists
from engine.authority import local_day
from engine.core.case import CANCELLED, Actor
from engine.core.errors import NotFound
from engine.core.listed import listed
from engine.core.messages import Message, Text
from engine.core.reporting import FEWEST, enough
from engine.core.rules import Ask
from engine.core.workflow import BoundResult, Workflow
from engine.figure_lists import Line
from engine.figure_rights import About
from engine.runtime import Runtime
from engine.store.queries import person_cases, role_people, scope, unit_pages, units

YEARS = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Progress:
    """A cycle at and below the unit: of how many people, how many are over, how many have something overdue."""

    name: str
    cases: int
    over: int
    late: int
    is_own_over: bool  # whether nobody of the unit itself is left in it
    row: Any


@dataclass(frozen=True, slots=True)
class Spread:
    """How a result is spread over the people of the unit itself: classes (those put together in one) and how many."""

    cycle: str
    title: Text
    classes: tuple[tuple[tuple[Text, ...], int], ...]


@dataclass(frozen=True, slots=True)
class UnitPage:
    """Everything that stands on it; spread is None where no result may be told yet."""

    whom: About
    people: Any
    cycles: tuple[Progress, ...]
    spread: Spread | None
    figures: tuple[Line, ...]


def of_unit(rt: Runtime, db: Connection, ref: str, actor: Actor) -> UnitPage:
    """A unit's page; NotFound for whoever is neither its head nor has a right over it."""
    row = units.by_ref(db, ref)
    if row is None:
        raise NotFound(Message("people.unit_not_found"))
    at = rt.clock()
    today = local_day(row, at)
    oversees = scope.covers(db, actor, row.id)
    if not (oversees or heads(db, actor, row.id, today)):
        raise NotFound(Message("people.unit_not_found"))
    whom = About("unit", row.id, ref, row.name, today, row.id, oversees)
    found = unit_pages.progress(db, row.id, today - YEARS, at)
    cycles = _cycles(rt, db, found)
    return UnitPage(
        whom,
        unit_pages.people(db, row.id, today),
        cycles,
        _spread(rt, db, row.id, cycles),
        figure_lists.lines(rt, db, whom, actor),
    )


def heads(db: Connection, actor: Actor, unit_id: int, today: date) -> bool:
    """Whether the actor is the head of a unit on a day."""
    ask = Ask("head_of_unit", 0, today.isoformat(), unit_id)
    return any(each.person_id == actor.person_id for each in role_people.answers(db, {ask})[ask])


def _cycles(rt: Runtime, db: Connection, rows: Sequence[Any]) -> tuple[Progress, ...]:
    by_cycle: dict[int, list[Any]] = {}
    for row in rows:
        if row.state != CANCELLED:
            by_cycle.setdefault(row.cycle_id, []).append(row)
    return tuple(progress(_over(rt, db, some[0].definition_digest), some) for some in by_cycle.values())


def _over(rt: Runtime, db: Connection, digest: str) -> frozenset[str]:
    return frozenset(state.key for state in rt.library.workflow(db, digest).definition.states if state.final)


def progress(over: frozenset[str], rows: Sequence[Any]) -> Progress:
    """The rows of one cycle (unit_pages.progress) added up; over: the states in which a case is."""
    left = sum(row.own for row in rows if row.state not in over)
    ended = sum(row.cases for row in rows if row.state in over)
    return Progress(
        rows[0].name, sum(row.cases for row in rows), ended, sum(row.late for row in rows),
        left == 0 and any(row.own for row in rows), rows[0],
    )  # fmt: skip


def _spread(rt: Runtime, db: Connection, unit_id: int, cycles: Sequence[Progress]) -> Spread | None:
    """The last result of the latest cycle of which nobody of the unit is left."""
    cycle = next((each for each in cycles if each.is_own_over), None)
    if cycle is None:
        return None
    workflow = rt.library.workflow(db, cycle.row.definition_digest)
    result = last_told(workflow)
    if result is None:
        return None
    ends = _over(rt, db, cycle.row.definition_digest) | {CANCELLED}  # from which one may be taken back, too
    ways = unit_pages.ways(db, cycle.row.cycle_id, unit_id, ends, result.spec.key)
    cases = [each.id for each in ways if each.state != CANCELLED]
    if len(cases) < FEWEST or changed_since_told(ways):
        return None
    told = [found[result.spec.key] for found in person_cases.outcomes(db, cases).values() if result.spec.key in found]
    classes = classes_of(told)
    return Spread(cycle.name, _title(result), classes) if classes else None


def last_told(workflow: Workflow) -> BoundResult | None:
    """The last result that lists and reports tell; None where each is kept to roles or reads of linked cases."""
    return next(reversed(listed(workflow)), None)


def changed_since_told(ways: Sequence[Any]) -> bool:
    """Whether cases that are over now (unit_pages.ways) had all been over before, and then one joined or went back,
    or lost its result with leave.

    What was told then and what would be told now tell together of that one alone.
    """
    if any(each.taken_back or each.erased for each in ways):
        return True
    there = [each for each in ways if each.state != CANCELLED]
    last = [max(each.over_at or "" for each in there[:count]) for count in range(FEWEST, len(there))]
    return any(joined.opened_at > over for joined, over in zip(there[FEWEST:], last, strict=True))


def classes_of(told: Sequence[Any]) -> tuple[tuple[tuple[Text, ...], int], ...]:
    """Results (value, body) as classes of five people at least with how many; none where they are fewer in all."""
    counts, names = Counter(_class(each) for each in told), {_class(each): _called(each) for each in told}
    return tuple((tuple(names[key] for key in group), sum(counts[key] for key in group)) for group in enough(counts))


def _title(result: BoundResult) -> Text:
    return result.spec.label or Text(result.spec.key, result.spec.key)


def _class(row: Any) -> str:
    """The class in which a result falls: what it was called, or the band of a score, else as it is."""
    said = _said(row)
    return str(said["id"]) if said else str(row.value)


def _called(row: Any) -> Text:
    said = _said(row)
    return Text(str(said["id"]), str(said["en"])) if said else Text(str(row.value), str(row.value))


def _said(row: Any) -> Mapping[str, Any] | None:
    body = json.loads(row.body or "{}")
    result = body.get("result")
    said = result.get("label") if isinstance(result, Mapping) else None
    said = said or body.get("tree", {}).get("band_label")
    return said if isinstance(said, Mapping) else None
