"""What people's answers come to: means from the floor up, of months that are over, so that nobody's answer is found.

A month is over once nothing can be added to it any more. Months with too few answers are joined to the next ones, and
so are links and paper to each other (core/smallnumbers.py); what was shown once never changes. Reads only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import Connection

from engine import entry_lists
from engine.core.register import Register, unscaled
from engine.core.smallnumbers import joined_months, joined_parts
from engine.entry_rights import Subject
from engine.store.queries import public_totals as queries
from engine.store.tables.registers import MEASURES

PLACES = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Sum:
    """How many answered, and of each measure how many and their sum, in millionths."""

    count: int
    measured: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Answers by some links (0: other ways in, −1: paper) of a group: how many, their means."""

    sources: tuple[int, ...]
    count: int
    means: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Months that are shown together, first and last (first days), with their means; None: too few answered that."""

    first: date
    last: date
    count: int
    means: tuple[Decimal | None, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """A year of answers. at_least: how many are not shown yet, in steps of the floor; open_from: first open month."""

    groups: tuple[Group, ...]
    at_least: int
    open_from: date
    floor: int


def of_year(db: Connection, register: Register, about: Subject, year: int, today: date) -> Totals:
    """The totals about somebody in a year, as they may be shown on a day."""
    key, floor = register.definition.key, register.definition.shown.floor
    rows = queries.by_month(db, key, about.person_id, about.unit_id, f"{year}-01-01", f"{year}-12-31")
    columns = tuple(MEASURES.index(name) for name in entry_lists.columns_of(db, register))
    found: dict[str, dict[int, Sum]] = defaultdict(dict)
    for row in rows:
        measured = tuple((getattr(row, f"c{place}"), int(getattr(row, MEASURES[place]))) for place in columns)
        found[row.month][row.source] = Sum(row.count, measured)
    open_from = first_open(register, today)
    over = [month for month in sorted(found) if f"{month}-01" < open_from.isoformat()]
    groups = joined_months(((month, _added(found[month].values()).count) for month in over), floor)
    shown = tuple(_group(group, found, floor) for group in groups)
    rest = sum(_added(each.values()).count for each in found.values()) - sum(group.count for group in shown)
    return Totals(shown, rest // floor * floor, open_from, floor)


def first_open(register: Register, today: date) -> date:
    """The first day of the first month to which an entry may still be added."""
    earliest = today - timedelta(days=register.definition.days.back or 0)
    return earliest.replace(day=1)


def _group(months: Sequence[str], found: Mapping[str, Mapping[int, Sum]], floor: int) -> Group:
    sources: dict[int, Sum] = {}
    for month in months:
        for source, total in found[month].items():
            sources[source] = _added([sources[source], total] if source in sources else [total])
    whole = _added(sources.values())
    first, last = (date.fromisoformat(f"{month}-01") for month in (months[0], months[-1]))
    return Group(first, last, whole.count, _means(whole, floor), _parts(sources, floor))


def _parts(sources: Mapping[int, Sum], floor: int) -> tuple[Part, ...]:
    """The parts of a group. A measure stands at all of them or at none: what is left out could be worked out else."""
    groups = joined_parts({source: total.count for source, total in sources.items()}, floor)
    if len(groups) < 2:
        return ()
    sums = [_added(sources[source] for source in group) for group in groups]
    places = range(len(sums[0].measured))
    hidden = {place for place in places if any(0 < total.measured[place][0] < floor for total in sums)}
    return tuple(
        Part(group, total.count, tuple(None if place in hidden else mean for place, mean in enumerate(means)))
        for group, total in zip(groups, sums, strict=True)
        for means in (_means(total, floor),)
    )


def _means(total: Sum, floor: int) -> tuple[Decimal | None, ...]:
    """The mean of each measure to two places, half up; None where too few answered it."""
    return tuple(
        (unscaled(added) / count).quantize(PLACES, ROUND_HALF_UP) if count >= floor else None
        for count, added in total.measured
    )


def _added(sums: Iterable[Sum]) -> Sum:
    each = list(sums)
    measured = zip(*(total.measured for total in each), strict=True)
    return Sum(
        sum(total.count for total in each),
        tuple((sum(count for count, _ in pairs), sum(sum_ for _, sum_ in pairs)) for pairs in measured),
    )
