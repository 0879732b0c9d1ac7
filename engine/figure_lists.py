"""What pages show of figures: those of a person or a unit, one with its trend and entries, the catalog. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from engine import figure_rights, measuring
from engine.core import figuring
from engine.core.case import SYSTEM, Actor
from engine.core.definition import IndicatorDefinition
from engine.core.errors import NotFound
from engine.core.indicator import Days, Indicator, days_of
from engine.core.messages import Message
from engine.core.times import to_date
from engine.figure_rights import About, Asked, Visible
from engine.measuring import Computed, Published, Seen
from engine.runtime import Runtime
from engine.store.queries import figures_kept, people

TREND, ENTRIES = 8, 200
GOING_ON = ("rolling", "as_of")


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of one window, for the trend, and as of when it was kept; without that it is as of now."""

    first: date | None
    last: date
    value: Decimal | None
    frozen: bool
    as_of: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """The figure of an indicator over the days that run now, as it is kept; without a row it was never worked out.

    hidden: it is about too few people for whoever asks. achieved: percent of the goal.
    """

    one: Published
    days: Days
    row: Any
    hidden: bool
    value: Decimal | None
    achieved: Decimal | None

    @property
    def definition(self) -> IndicatorDefinition:
        return self.one.indicator.definition

    @property
    def outcome(self) -> str:
        """What is said where there is no number; nothing where it was never worked out."""
        return "" if self.row is None else _outcome(self.row)


@dataclass(frozen=True, slots=True)
class Counted:
    """The entries of a register (or the cases, where it is none) behind one side of a figure."""

    register: str | None
    entries: tuple[Seen, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Detail:
    """One figure: as kept, and as it would be now; differs: those are not the same any more."""

    whom: About
    definition: IndicatorDefinition
    days: Days
    row: Any
    now: Computed
    value: Decimal | None
    achieved: Decimal | None
    hidden: bool
    trend: tuple[Point, ...]
    counted: tuple[Counted, ...]

    @property
    def outcome(self) -> str:
        """What is said where there is no number: of a frozen one what was so then."""
        return _outcome(self.row) if _is_frozen(self.row) else self.now.found.outcome

    @property
    def differs(self) -> bool:
        """Whether the entries are others than those that the kept figure was made of."""
        return self.row is not None and bytes(self.row.inputs) != self.now.inputs

    @property
    def tells_now(self) -> bool:
        """Whether whoever asks is told what a frozen figure would be now: of a unit, whoever oversees it.

        What lies between two figures of a unit may be one entry, and so one colleague's.
        """
        return self.whom.who == "person" or self.whom.oversees


def lines(rt: Runtime, db: Connection, whom: About, actor: Actor) -> tuple[Line, ...]:
    """All figures of a person or a unit that the actor may see, by key."""
    seen = figure_rights.visible(rt, db, whom, actor)
    rows = _running(db, whom, [each.one.indicator.definition for each in seen]) if seen else []
    found = [(each.one, *_latest(whom, each.one, rows)) for each in seen]
    asked = [_asked(one.indicator.definition, row) for one, _, row in found if row]
    told = figure_rights.told(rt, db, whom, asked, [one.indicator for one, _, _ in found])
    return tuple(_line(one, days, row, told) for one, days, row in found)


def _running(db: Connection, whom: About, definitions: Sequence[IndicatorDefinition]) -> list[Any]:
    """What is kept of the days that run now, and of days that go on whatever was kept."""
    lasts = {each.key: days_of(each.window, whom.today).last.isoformat() for each in definitions}
    going_on = [each.key for each in definitions if each.window.length in GOING_ON]
    return figures_kept.ending(db, lasts, going_on, **_who(whom))


def detail(rt: Runtime, db: Connection, whom: About, actor: Actor, key: str, days: Days | None) -> Detail:
    """One figure of a person or a unit; NotFound where it is none that the actor may see, or over days of its own.

    Other days than the indicator's might tell one answer, or one person's entries of a unit, from the others: they are
    for whoever reads every entry around them.
    """
    each = next(iter(figure_rights.visible(rt, db, whom, actor, key)), None)
    if each is None:
        raise NotFound(Message("indicator.not_found"))
    asked, days = days is not None, days or days_of(each.one.indicator.definition.window, whom.today)
    rows = figures_kept.upto(db, key, days.last.isoformat(), **_who(whom))
    row = next((row for row in rows if (row.first, row.last) == _text(days)), None)
    indicator = rt.library.indicator(db, row.definition_digest) if _is_frozen(row) else each.one.indicator
    free = asked and not _is_window(whom, each.one.indicator, days, row)
    around = _around(indicator, days, whom.today) if free else days
    each = replace(each, entries=figure_rights.reads_all(rt, db, whom, each, indicator, around, actor))
    if free and not each.entries:
        raise NotFound(Message("indicator.not_found"))
    return _detail(rt, db, whom, each, indicator, days, rows, row)


def offered(rt: Runtime, db: Connection, actor: Actor, on: date) -> tuple[tuple[Published, bool], ...]:
    """Every indicator in force, and whether it is one of the actor's position, to choose for his plan."""
    own = people.posted(db, SYSTEM, on, [actor.person_id]) if actor.person_id is not None else iter(())
    about = next((each for _, each in own), None)
    return tuple((one, _is_offered(one.indicator, about)) for one in measuring.published(rt, db))


def _is_offered(indicator: Indicator, about: Any) -> bool:
    if "person" not in indicator.definition.about or about is None:
        return False
    return indicator.offered_when is None or indicator.offered_when.evaluate(about) is True


def _is_window(whom: About, indicator: Indicator, days: Days, row: Any) -> bool:
    """Whether these are days of the indicator, of which everybody is told who may see its figures."""
    window = indicator.definition.window
    if window.length in GOING_ON:  # each day has such days of its own: those that were kept, and today's
        return row is not None or days == days_of(window, whom.today)
    return days == days_of(window, days.last)


def _around(indicator: Indicator, days: Days, today: date) -> Days:
    """The whole windows in which days lie.

    Were other days judged alone, a refusal would tell of each day whether an entry is there that one may not read.
    """
    window = indicator.definition.window
    if window.length in GOING_ON or days.first is None:
        return Days(None, max(days.last, today))
    return Days(days_of(window, days.first).first, days_of(window, days.last).last)


def _is_frozen(row: Any) -> bool:
    return row is not None and row.frozen_ref is not None


def _detail(
    rt: Runtime, db: Connection, whom: About, each: Visible, indicator: Indicator, days: Days, rows: Sequence[Any],
    row: Any,
) -> Detail:  # fmt: skip
    """rows: the figures that were kept of the windows up to these days, the latest first."""
    frozen = _is_frozen(row)
    now, seen = _now(rt, db, whom, each, indicator, days)
    definition = indicator.definition
    points = rows[:TREND][::-1]
    people_in = row.people if frozen else now.found.people
    asked = Asked(definition.key, definition.units == "below", *_text(days), people_in)
    told = figure_rights.told(rt, db, whom, [asked, *(_asked(definition, point) for point in points)], [indicator])
    hidden = asked not in told
    value = None if hidden else _number(row.value) if frozen else now.found.value
    books = [quantity.spec.book for quantity in indicator.quantities]
    counted = tuple(_counted(book, some) for book, some in zip(books, seen, strict=False))
    return Detail(
        whom, definition, days, row, now, value, _achieved(definition, value), hidden,
        tuple(_up_to_now(_trend(definition, points, told), days, value, frozen=frozen)), counted,
    )  # fmt: skip


def _now(
    rt: Runtime, db: Connection, whom: About, each: Visible, indicator: Indicator, days: Days
) -> tuple[Computed, tuple[tuple[Seen, ...], ...]]:
    """The figure as it would be now, with its entries where they may be seen."""
    if each.entries:
        return measuring.with_entries(rt, db, indicator, whom.id, days)
    work_out = measuring.of_person if whom.who == "person" else measuring.of_unit
    return work_out(rt, db, indicator, whom.id, days), ()


def _counted(register: str | None, found: Sequence[Seen]) -> Counted:
    latest = tuple(reversed(found))[:ENTRIES]
    return Counted(register, latest, len(found) - len(latest))


def _trend(definition: IndicatorDefinition, rows: Sequence[Any], told: Collection[Asked]) -> Iterator[Point]:
    for row in rows:
        value = _number(row.value) if _asked(definition, row) in told else None
        first = to_date(row.first) if row.first else None
        yield Point(first, to_date(row.last), value, row.frozen_ref is not None, row.as_of)


def _up_to_now(kept: Iterable[Point], days: Days, value: Decimal | None, *, frozen: bool) -> Iterator[Point]:
    """The trend, which ends with the number that stands above it: where it is not frozen, as it is now."""
    yield from (point for point in kept if frozen or (point.first, point.last) != (days.first, days.last))
    if not frozen:
        yield Point(days.first, days.last, value, False, None)


def _asked(definition: IndicatorDefinition, row: Any) -> Asked:
    return Asked(definition.key, definition.units == "below", row.first, row.last, row.people)


def _latest(whom: About, one: Published, rows: Sequence[Any]) -> tuple[Days, Any]:
    """The days that run now, and what is kept of them; where days go on, what was kept last."""
    definition = one.indicator.definition
    days = days_of(definition.window, whom.today)
    latest = [row for row in rows if row.indicator == one.key]
    row = next((row for row in latest if (row.first, row.last) == _text(days)), None)
    if row is None and definition.window.length in GOING_ON and latest:
        row = latest[0]
    return days, row


def _line(one: Published, days: Days, row: Any, told: Collection[Asked]) -> Line:
    definition = one.indicator.definition
    hidden = row is not None and _asked(definition, row) not in told
    value = None if row is None or hidden else _number(row.value)
    return Line(one, days, row, hidden, value, _achieved(definition, value))


def _outcome(row: Any) -> str:
    return "erased" if row.frozen_ref is not None and not row.seed else str(row.outcome)


def _achieved(definition: IndicatorDefinition, value: Decimal | None) -> Decimal | None:
    return None if value is None or definition.goal is None else figuring.achieved(definition.goal, value)


def _who(whom: About) -> dict[str, int]:
    return {"person_id": whom.id} if whom.who == "person" else {"unit_id": whom.id}


def _text(days: Days) -> tuple[str, str]:
    return "" if days.first is None else days.first.isoformat(), days.last.isoformat()


def _number(kept: str | None) -> Decimal | None:
    return None if kept is None else Decimal(kept)
