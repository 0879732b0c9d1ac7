"""Of the answers of people who do not sign in: those in months that the page of totals tells as well. Reads only.

Whoever sees a figure and the totals beside it may take one from the other. So a figure is made of the same groups of
months (public_totals), whole and of one subject each: what is left over is a group again, and never a single answer.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from sqlalchemy import Connection

from engine.core.figuring import Record, take
from engine.core.indicator import BoundQuantity, Indicator
from engine.core.smallnumbers import joined_months
from engine.store.queries import counted
from engine.store.queries.counted import Asked

Rows = Sequence[tuple[Record, str]]
Owner = tuple[int | None, int | None]  # a person, or a unit where answers are about no person
Group = tuple[Owner, str]  # with its first month, which is in no other group


def told(db: Connection, indicator: Indicator, asked: Sequence[Asked], rows: Sequence[Rows]) -> list[Rows]:
    """Of the rows that each quantity looks at, those of groups that are told; others than public answers all."""
    groups = {
        one: _groups(db, one, quantity.told_from)
        for quantity, one in zip(indicator.quantities, asked, strict=True)
        if quantity.closes_after is not None
    }
    short = {  # a group that one side leaves out the other leaves out too: a ratio is over the same answers
        (one.register, group)
        for quantity, one, some in zip(indicator.quantities, asked, rows, strict=True)
        for group in _short(quantity, groups.get(one, {}), some)
    }
    return [
        [each for each in some if one not in groups or _is_told(groups[one].get(each[1]), one, short)]
        for one, some in zip(asked, rows, strict=True)
    ]


def about(person: int, rows: Sequence[Rows]) -> list[Rows]:
    """Of rows those about a person."""
    return [[each for each in some if each[0].person == person] for some in rows]


def _is_told(group: Group | None, one: Asked, short: set[tuple[str, Group]]) -> bool:
    return group is not None and (one.register, group) not in short


def _short(quantity: BoundQuantity, groups: Mapping[str, Group], rows: Rows) -> Iterator[Group]:
    """The groups in which too few have the number, of which the page of totals tells no mean."""
    if quantity.of is None:
        return
    found: dict[Group, list[Record]] = defaultdict(list)
    for record, ref in rows:
        if ref in groups:
            found[groups[ref]].append(record)
    for group, records in found.items():
        if 0 < take(quantity, records, "skip").kept < quantity.told_from:
            yield group


def _groups(db: Connection, asked: Asked, floor: int) -> dict[str, Group]:
    """The ref of each entry of these days that is in a group that is told → its group."""
    sizes: dict[Owner, Counter[str]] = defaultdict(Counter)
    for person, unit, month, count in counted.by_month(db, asked):
        sizes[_owner(person, unit)][month] += count
    groups = {
        (owner, month): (group, size)
        for owner, months in sizes.items()
        for together, size in _joined(months, asked, floor)
        for group in [(owner, together[0])]
        for month in together
    }
    found: dict[tuple[Group, int], list[str]] = defaultdict(list)
    for ref, person, unit, month in counted.owners(db, asked):
        known = groups.get((_owner(person, unit), month))
        if known is not None:
            found[known].append(ref)
    # Of whoever came from elsewhere in the middle of a group a part is here: half a group is told nowhere.
    return {ref: group for (group, size), refs in found.items() if len(refs) == size for ref in refs}


def _joined(months: Mapping[str, int], asked: Asked, floor: int) -> Iterator[tuple[tuple[str, ...], int]]:
    """The groups of months that lie whole in the days that are asked for; each year begins anew, as on the page."""
    for _, year in groupby(sorted(months), key=lambda month: month[:4]):
        for together in joined_months(((month, months[month]) for month in year), floor):
            if f"{together[0]}-01" >= asked.first and _end(together[-1]) <= asked.last:
                yield together, sum(months[month] for month in together)


def _owner(person: int | None, unit: int | None) -> Owner:
    return (person, None) if person is not None else (None, unit)


def _end(month: str) -> str:
    return f"{month}-{monthrange(int(month[:4]), int(month[5:]))[1]}"
