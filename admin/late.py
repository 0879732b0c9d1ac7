"""Who is late: people with overdue cases, a page at a time, with what comes next for them and who leads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import request
from sqlalchemy import ColumnElement, Connection

from admin import words
from admin.heat import CASES
from admin.units import unit_options
from engine.core.case import Actor
from engine.core.errors import BadRequest
from engine.core.messages import Message
from engine.store.queries import case_filters, case_lists, cycle_lists, scope
from engine.store.queries import late as queries
from engine.web.context import now
from engine.web.language import today
from engine.web.lately import Counted, Lately
from engine.web.pager import Page, read_cursor

SIZE = 50


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who is late. cases and all his work lead to their lists; leaders: (name, ref)."""

    ref: str
    name: str
    chair: str
    cases: int
    path: str
    holds: str
    oldest: date | None
    next_due: date | None
    leaders: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LatePage:
    """A page of them, and what it is narrowed to."""

    page: Page[Any]
    holders: tuple[Holder, ...]
    counted: Counted[Any]
    cycles: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
    cycle: str
    unit: str


def late_page(db: Connection, actor: Actor, lately: Lately[Any]) -> LatePage:
    """What the address asks for: narrowed to a cycle and a unit, those with the most overdue cases first."""
    cycles = tuple((row.ref, row.name) for row in cycle_lists.offered(db, actor))
    units = tuple(unit_options(db, actor))
    asked = {"cycle": _choice("cycle", cycles), "unit": _choice("unit", units)}
    cursor = read_cursor(request.args, (int, str, int))
    within = _within(db, actor, asked)
    place = cursor.values if cursor else None

    def count() -> list[Any]:
        backwards = cursor is not None and cursor.backwards
        return queries.holders(db, within, now(), after=place, backwards=backwards, limit=SIZE + 1)

    # Only first pages are kept: anybody can write cursors, and what is kept for others would make room for them.
    key = ("late", tuple(asked.items()), tuple(scope.units_of(actor, scope.OVERSEERS)))
    counted = Counted(count(), now()) if cursor else lately.counted(key, now(), count)
    page = Page.of(counted.found, SIZE, cursor, lambda row: (int(row.rank), row.oldest, row.id))
    return LatePage(page, _holders(db, within, page.rows, asked), counted, cycles, units, asked["cycle"], asked["unit"])


def _choice(name: str, known: Sequence[tuple[str, str]]) -> str:
    found = request.args.get(name, "")
    if found and found not in dict(known):
        raise BadRequest(Message("admin.list.unknown_choice", found=found[:60]))
    return found


def _within(db: Connection, actor: Actor, asked: dict[str, str]) -> list[ColumnElement[bool]]:
    found = [] if cycle_lists.sees_everything(db, actor) else [case_lists.cases_in_scope(db, actor)]
    moments = case_filters.Moments(now(), now())
    return found + [case_filters.CONDITIONS[name](value, moments) for name, value in asked.items() if value]


def _holders(
    db: Connection, within: Sequence[ColumnElement[bool]], rows: Sequence[Any], asked: dict[str, str]
) -> tuple[Holder, ...]:
    ids = [row.id for row in rows]
    coming = queries.next_due(db, within, ids, now()) if ids else {}
    chairs: dict[int, list[Any]] = {}
    for seat in queries.seats(db, ids, today()) if ids else ():
        mine = chairs.setdefault(seat.person_id, [])
        if not mine or mine[0].post_id == seat.post_id:
            mine.append(seat)
    return tuple(_holder(row, chairs.get(row.id, []), coming.get(row.id), asked) for row in rows)


def _holder(row: Any, seats: Sequence[Any], coming: str | None, asked: dict[str, str]) -> Holder:
    narrowed = {name: value for name, value in asked.items() if value}
    return Holder(
        ref=row.ref,
        name=row.name,
        chair=f"{seats[0].post}, {seats[0].unit}" if seats else "",
        cases=int(row.cases),
        path=f"{CASES}?{urlencode({**narrowed, 'late_with': row.ref})}",
        holds=f"{CASES}?{urlencode({**narrowed, 'holder': row.ref})}",
        oldest=words.last_day(row.oldest),
        next_due=words.last_day(coming),
        leaders=tuple(dict.fromkeys((seat.leader, seat.leader_ref) for seat in seats if seat.leader)),
    )
