"""Works out figures of indicators from what is stored: of one person, one unit, or many people at once. Reads only.

Nobody is asked whether he may: whoever calls has judged that. Figures that are kept are figures_kept's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from engine import told_months
from engine.core import figuring
from engine.core.case import CANCELLED
from engine.core.errors import NotFound
from engine.core.figuring import Found, Record, Taken
from engine.core.filling import forms
from engine.core.indicator import BoundQuantity, Days, Indicator
from engine.core.messages import Message
from engine.core.register import unscaled
from engine.core.times import to_date
from engine.runtime import Runtime
from engine.store.queries import counted, definitions, entries
from engine.store.queries.counted import Asked, Of
from engine.store.tables.registers import MEASURES
from engine.told_months import Rows

INPUTS = b"siklus/inputs/v1\n"
EACH = ("median", "percentile", "longest_run")  # methods that need every number, not their sum and ends


@dataclass(frozen=True, slots=True)
class Published:
    """An indicator in force, and the digest of its definition."""

    digest: str
    indicator: Indicator

    @property
    def key(self) -> str:
        return self.indicator.definition.key


@dataclass(frozen=True, slots=True)
class Computed:
    """A figure as it is now, and the hash over the refs of all that was looked at (32 bytes)."""

    found: Found
    inputs: bytes


def published(rt: Runtime, db: Connection) -> tuple[Published, ...]:
    """The indicators in force, by key."""
    rows = sorted(definitions.published(db, "indicator"), key=lambda row: row.key)
    return tuple(Published(row.digest, rt.library.indicator(db, row.digest)) for row in rows)


def named(rt: Runtime, db: Connection, key: str) -> Published:
    """The indicator of a key that is in force; NotFound where there is none."""
    for row in definitions.published(db, "indicator"):
        if row.key == key:
            return Published(row.digest, rt.library.indicator(db, row.digest))
    raise NotFound(Message("indicator.not_found"))


def of_person(rt: Runtime, db: Connection, indicator: Indicator, person_id: int, days: Days) -> Computed:
    """The figure of a person: all his entries of these days, in whatever unit he was."""
    return _one(rt, db, indicator, Of((person_id,)), days, of_unit=False)


def of_unit(rt: Runtime, db: Connection, indicator: Indicator, unit_id: int, days: Days) -> Computed:
    """The figure of a unit: the entries of those days on which people were in it, or below it where it says so."""
    below = indicator.definition.units == "below"
    return _one(rt, db, indicator, Of((), unit_id, below), days, of_unit=True)


def of_people(
    rt: Runtime, db: Connection, indicator: Indicator, people: Sequence[int], days: Days
) -> dict[int, Computed]:
    """The same as `of_person` of many, in as many questions as for one."""
    if _is_open(rt, indicator, days):
        return {person: Computed(figuring.still_open(), _hash(())) for person in people}
    if indicator.hides_answers:
        found = _told(rt, db, indicator, Of(tuple(people)), days)
        return {person: _of_told(indicator, *(told_months.about(person, rows) for rows in found)) for person in people}
    taken = [_of_each(rt, db, indicator, each, people, days) for each in indicator.quantities]
    nothing = (Taken(), ())
    figures = {}
    for person in people:
        above, *rest = (each.get(person, nothing) for each in taken)
        over = rest[0][0] if rest else None
        refs = [*above[1], *(rest[0][1] if rest else ())]
        figures[person] = Computed(figuring.figure(indicator, above[0], over), _hash(refs))
    return figures


Seen = tuple[str, date, Decimal | None]
"""An entry that a figure is made of, or passed over: its ref, day and number (None: not counted)."""


def with_entries(
    rt: Runtime, db: Connection, indicator: Indicator, person_id: int, days: Days
) -> tuple[Computed, tuple[tuple[Seen, ...], ...]]:
    """The figure of a person, and each entry behind it: above the line, then below it. By day.

    Of answers of which nobody reads a single one there are none behind it.
    """
    if indicator.hides_answers:
        return of_person(rt, db, indicator, person_id, days), ()
    rows = [list(_records(rt, db, each, _asked(each, Of((person_id,)), days))) for each in indicator.quantities]
    blank = indicator.definition.blank
    taken = [
        figuring.take(each, (record for record, _ in some), blank)
        for each, some in zip(indicator.quantities, rows, strict=True)
    ]
    found = figuring.figure(indicator, taken[0], taken[1] if len(taken) > 1 else None)
    seen = (
        tuple((ref, record.day, _number_of(each, record, blank)) for record, ref in some)
        for each, some in zip(indicator.quantities, rows, strict=True)
    )
    return Computed(found, _hash(ref for some in rows for _, ref in some)), tuple(seen)


def _number_of(quantity: BoundQuantity, record: Record, blank: str) -> Decimal | None:
    one = figuring.take(quantity, [record], blank)
    if not one.kept:
        return None
    return Decimal(one.part) if quantity.part is not None else one.total


def _one(rt: Runtime, db: Connection, indicator: Indicator, of: Of, days: Days, *, of_unit: bool) -> Computed:
    if _is_open(rt, indicator, days):
        return Computed(figuring.still_open(), _hash(()))
    if indicator.hides_answers:
        return _of_told(indicator, *_told(rt, db, indicator, of, days), of_unit=of_unit)
    looked_at: dict[Asked, Sequence[str]] = {}  # both sides of a ratio often look at the same entries
    taken = [_taken(rt, db, indicator, each, _asked(each, of, days), looked_at) for each in indicator.quantities]
    refs = [ref for some in looked_at.values() for ref in some]
    over = taken[1] if len(taken) > 1 else None
    return Computed(figuring.figure(indicator, taken[0], over, of_unit=of_unit), _hash(refs))


def _told(rt: Runtime, db: Connection, indicator: Indicator, of: Of, days: Days) -> tuple[list[Rows], list[Rows]]:
    """What each quantity looks at, and of it what is told."""
    asked = [_asked(each, of, days) for each in indicator.quantities]
    looked: list[Rows] = [
        list(_records(rt, db, each, one)) for each, one in zip(indicator.quantities, asked, strict=True)
    ]
    return looked, told_months.told(db, indicator, asked, looked)


def _of_told(indicator: Indicator, looked: list[Rows], told: list[Rows], *, of_unit: bool = False) -> Computed:
    if any(some and not rest for some, rest in zip(looked, told, strict=True)):
        return Computed(figuring.too_few(), _hash(()))
    blank = indicator.definition.blank
    taken = [
        figuring.take(each, (record for record, _ in some), blank)
        for each, some in zip(indicator.quantities, told, strict=True)
    ]
    over = taken[1] if len(taken) > 1 else None
    found = figuring.figure(indicator, taken[0], over, of_unit=of_unit)
    return Computed(found, _hash(ref for some in told for _, ref in some))


def _is_open(rt: Runtime, indicator: Indicator, days: Days) -> bool:
    """Whether people who do not sign in may still add answers of these days."""
    after = indicator.told_after
    return after is not None and rt.clock().date() < days.last + timedelta(days=after)


def _taken(
    rt: Runtime,
    db: Connection,
    indicator: Indicator,
    quantity: BoundQuantity,
    asked: Asked,
    looked_at: dict[Asked, Sequence[str]],
) -> Taken:
    """What was found of a quantity by its quickest road; the refs of what was looked at go into `looked_at`."""
    blank = indicator.definition.blank
    method, road = indicator.definition.method, indicator.road(quantity)
    formula = quantity.of is not None and quantity.measure is None
    each = road == "answers" or formula or quantity.when is not None or quantity.part is not None
    column = _columns(db, quantity).get(quantity.measure) if quantity.measure and not each else None
    if each or (quantity.measure and column is None):  # where no entry was kept by a measure yet they are there still
        rows = list(_records(rt, db, quantity, asked))
        looked_at[asked] = [ref for _, ref in rows]
        return figuring.take(quantity, (record for record, _ in rows), blank)
    if column and method in EACH:
        return _each_number(db, asked, column, blank, looked_at, in_order=method == "longest_run")
    if asked not in looked_at:
        looked_at[asked] = counted.refs(db, asked)
    if road == "sums":
        row = counted.sums(db, asked, column)
        return Taken(row.looked, row.looked, row.people, _number(row.total, column))
    row = counted.added(db, asked, column)
    ends = () if row.least is None else (_number(row.least, column), _number(row.most, column))
    kept = row.looked if blank == "zero" and column else row.kept
    ends = (*ends, *([Decimal(0)] if kept > row.kept else []))
    return Taken(row.looked, kept, row.people, _number(row.total, column), numbers=ends)


def _each_number(
    db: Connection, asked: Asked, column: str, blank: str, looked_at: dict[Asked, Sequence[str]], *, in_order: bool
) -> Taken:
    """A measure of every entry: as whole numbers as long as can be, since there may be a hundred thousand."""
    rows = counted.column(db, asked, column)
    looked_at[asked] = [ref for ref, _, _ in rows]
    found = [0 if number is None else number for _, _, number in rows if number is not None or blank == "zero"]
    people = {person for _, person, _ in rows} - {None}
    numbers = tuple(map(unscaled, found if in_order else sorted(found)))
    return Taken(len(rows), len(found), len(people), unscaled(sum(found)), numbers=numbers)


def _of_each(
    rt: Runtime, db: Connection, indicator: Indicator, quantity: BoundQuantity, people: Sequence[int], days: Days
) -> dict[int, tuple[Taken, Sequence[str]]]:
    rows: dict[int, list[tuple[Record, str]]] = {}
    for record, ref in _records(rt, db, quantity, _asked(quantity, Of(tuple(people)), days)):
        rows.setdefault(record.person, []).append((record, ref))
    blank = indicator.definition.blank
    return {
        person: (figuring.take(quantity, (record for record, _ in some), blank), [ref for _, ref in some])
        for person, some in rows.items()
    }


def _records(rt: Runtime, db: Connection, quantity: BoundQuantity, asked: Asked) -> Iterator[tuple[Record, str]]:
    """Each entry, or case, with what formulas may name; by day."""
    if quantity.spec.book is None:
        yield from _cases(rt, db, quantity, asked)
        return
    columns, reads_day = _columns(db, quantity), quantity.reads_day
    questions = sorted(quantity.questions) if quantity.reads_answers else []
    known: dict[tuple[Any, ...], dict[str, Any]] = {}  # fifty thousand entries are of a few kinds, on a hundred days
    days: dict[str, date] = {}
    for row in counted.rows(db, asked, tuple(columns.values()), questions):
        person, day, ref, *rest = row
        key = (*rest, day if reads_day else None)
        names = known.get(key)
        if names is None:
            names = known[key] = _names(columns, rest, day)
            said = _said(questions, rest[len(columns) + 1 :])
            if said:
                names |= rt.library.register(db, row.definition_digest).form.questions.load(said)
        yield Record(person or 0, days.get(day) or days.setdefault(day, to_date(day)), names), ref


def _names(columns: Mapping[str, str], kept: Sequence[int | None], day: str) -> dict[str, Any]:
    """What formulas may name of an entry's columns."""
    numbers = (None if number is None else unscaled(number) for number in kept)
    return {"day": to_date(day), **dict(zip(columns, numbers, strict=False))}


def _cases(rt: Runtime, db: Connection, quantity: BoundQuantity, asked: Asked) -> Iterator[tuple[Record, str]]:
    spec = quantity.spec
    for row in counted.sent(db, spec.workflow or "", spec.form or "", asked):
        workflow = rt.library.workflow(db, row.definition_digest)
        state, form = workflow.states.get(row.state), workflow.forms.get(spec.form or "")
        if state is None or not state.final or row.state == CANCELLED or form is None:
            continue
        day = to_date(row.day)
        answers = forms.load(form, json.loads(row.body)) if row.body is not None else {}
        yield Record(row.person_id or 0, day, {"day": day, **answers}), row.ref


def _said(questions: Sequence[str], kept: Sequence[str | None]) -> dict[str, Any]:
    """The answers of an entry to these questions, from the JSON of each; none once they are erased."""
    return {key: json.loads(said) for key, said in zip(questions, kept, strict=False) if said is not None}


def _asked(quantity: BoundQuantity, of: Of, days: Days) -> Asked:
    first = "" if days.first is None else days.first.isoformat()
    return Asked(quantity.spec.book or "", first, days.last.isoformat(), of, quantity.spec.verified)


def _columns(db: Connection, quantity: BoundQuantity) -> Mapping[str, str]:
    """The columns of the measures that its formulas name."""
    formulas = (quantity.when, quantity.of, quantity.part)
    read = {name for each in formulas if each is not None for name in each.references} & quantity.measures
    if not read:
        return {}
    places = entries.places(db, quantity.spec.book or "")
    return {name: MEASURES[places[name]] for name in sorted(read) if name in places}


def _number(kept: Any, column: str | None) -> Decimal:
    """A number as it was kept: in millionths where it is a measure's."""
    return unscaled(int(kept)) if column else Decimal(int(kept))


def _hash(refs: Iterable[str]) -> bytes:
    return sha256(INPUTS + "\n".join(sorted(set(refs))).encode()).digest()
