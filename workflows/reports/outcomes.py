"""What the evaluations came to: how results are spread, unit against unit, and beside what people had done.

Numbers that sum what was found about people are told of five of them at least; smaller parts are put together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, TypeAlias

from engine.core import register as books
from engine.core.catalog import report
from engine.core.errors import Refused
from engine.core.messages import Message, Text
from engine.core.reporting import (
    FEWEST,
    Column,
    Report,
    Row,
    Value,
    columns,
    enough,
    mean,
    picture,
    row,
    share,
)
from engine.store.queries import monitoring, report_cases, report_entries, report_results
from engine.store.queries.reporting import CycleOption, Desk, RegisterOption, ResultOption, UnitOption, lines
from workflows.reports import lists

CLASS = 10  # so wide is each class of scores
MOST_VALUES = 12  # scores beyond so many different ones are told in classes
Scales: TypeAlias = Mapping[str, Mapping[str, int]]
SUMMED = Message("reports.summed")


@report
def distribution(desk: Desk, *, cycle: CycleOption, result: ResultOption, unit: UnitOption) -> Report:
    """How the results of the cases that are over are spread."""
    found = report_results.by_value(desk.db, cycle.id, result.key, lists.over(desk, cycle), unit)
    classes, names = _classes(found, _scales(desk, cycle))
    counts = {key: _people(rows) for key, rows in classes.items()}
    whole = sum(counts.values())
    groups = enough(counts)
    _require(whole, groups)
    rows = [_spread(group, counts, names, whole) for group in _ordered(groups, counts)]
    if rows:
        rows.append(row(Message("reports.everybody"), whole, share(whole, whole), total=True))
    named = (
        Column("result", result.label, "words"),
        *columns("distribution", ("people", "count"), ("share", "percent")),
    )
    notes = [SUMMED] if any(len(group) > 1 for group in groups) else []
    all_notes, empty = (Message("reports.over_only"), *notes), lists.without(desk, cycle, rows)
    return Report(named, tuple(rows), picture("bars", ("share",), rows), all_notes, empty=empty)


def _classes(found: Sequence[Any], scales: Scales) -> tuple[dict[str, list[Any]], dict[str, Text | Message]]:
    """The rows of each result in the order of its scale, and what each is called: the bands of scores; many scores
    without any as classes of ten.
    """
    rows = sorted(found, key=lambda each: _place(each, scales))
    bands, numbers = [_band(each) for each in rows], [_score(each.value) for each in rows]
    many = len(rows) > MOST_VALUES and None not in numbers
    classes, names = dict[str, list[Any]](), dict[str, Text | Message]()
    for each, band, number in zip(rows, bands, numbers, strict=True):
        key: str = each.value
        label: Text | Message = _called(each)
        if band is not None and None not in bands:
            key, label = band.id, band
        elif many:
            first = int(number or 0) // CLASS * CLASS
            key, label = str(first), Message("reports.class", first=first, last=first + CLASS)
        classes.setdefault(key, []).append(each)
        names[key] = label
    return classes, names


def _band(each: Any) -> Text | None:
    """The band in which a score lies, where it has some."""
    said = json.loads(each.body or "{}").get("tree", {}).get("band_label")
    return Text(str(said["id"]), str(said["en"])) if isinstance(said, Mapping) else None


def _scales(desk: Desk, cycle: Any) -> Scales:
    """The code lists of a workflow, each as its items with their places."""
    lists_of = desk.workflow(cycle.definition_digest).codelists
    return {key: {item.key: place for place, item in enumerate(each.items)} for key, each in lists_of.items()}


def _place(each: Any, scales: Scales) -> tuple[int, Decimal, str]:
    """Where a result stands: as in its code list, else the highest step or score first, else by its words."""
    how = json.loads(each.body or "{}")
    place = scales.get(str(how.get("table")), {}).get(each.value)
    if place is not None:
        return 0, Decimal(place), ""
    begins = _score(str(how.get("from") or ""))
    number = begins if begins is not None else _score(each.value)
    return (1, Decimal(0), _called(each).say("id")) if number is None else (0, -number, "")


def _called(each: Any) -> Text:
    """What the working-out called a result, or its band; else as it is."""
    said = json.loads(each.body or "{}").get("result")
    label = said.get("label") if isinstance(said, Mapping) else None
    if isinstance(label, Mapping):
        return Text(str(label["id"]), str(label["en"]))
    return _band(each) or Text(str(each.value), str(each.value))


def _score(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _require(people: int, groups: Sequence[Any]) -> None:
    if people and not groups:
        raise Refused(Message("reports.too_few", least=FEWEST))


def _ordered(groups: Iterable[tuple[str, ...]], counts: Mapping[str, int]) -> list[tuple[str, ...]]:
    """Groups in the order of the scale, what was put together last."""
    order = list(counts)
    return sorted(groups, key=lambda group: (len(group) > 1, order.index(group[0])))


def _label(group: Sequence[str], names: Mapping[str, Text | Message]) -> Value:
    return names[group[0]] if len(group) == 1 else Message("reports.together", names=tuple(names[key] for key in group))


def _spread(group: Sequence[str], counts: Mapping[str, int], names: Mapping[str, Text | Message], whole: int) -> Row:
    people = sum(counts[key] for key in group)
    return row(_label(group, names), people, share(people, whole))


@report
def units(
    desk: Desk,
    *,
    cycle: CycleOption,
    compare: Literal["ended", "in_time", "result"] = "ended",
    result: ResultOption | None = None,
    unit: UnitOption,
) -> Report:
    """Units side by side: how much is over, how much was in time, or what the results are."""
    if compare == "result":
        if result is None:
            raise Refused(Message("reports.no_result"))
        return _by_result(desk, cycle, result, unit)
    return _by_work(desk, cycle, unit, compare)


def _by_work(desk: Desk, cycle: Any, level: Any, compare: str) -> Report:
    itself = level.unit.id if level.unit is not None else None
    if compare == "ended":
        over = lists.over(desk, cycle)
        by_line: dict[int, list[Any]] = {}
        for each in monitoring.by_unit(desk.db, cycle.id, [u.id for u in level.units], desk.now, itself=itself):
            by_line.setdefault(each.unit_id, []).append(each)
        sums = {key: lists.summed(rows, over) for key, rows in by_line.items()}
        found = {key: (each["ended"], each["cases"]) for key, each in sums.items()}
    else:
        done = report_cases.done_by_line(desk.db, cycle.id, level)
        found = {each.line: (int(each.done) - int(each.late), int(each.done)) for each in done}
    told = [(place, key < 0, *found[key]) for key, place in lines(level).items() if found.get(key, (0, 0))[1]]
    told.sort(key=lambda each: (-Decimal(each[2]) / each[3], each[0].name))
    rows = [row(lists.called(place, own), whole, part, share(part, whole)) for place, own, part, whole in told]
    names = columns("units", ("unit", "words"), (f"of_{compare}", "count"), (compare, "count"), ("share", "percent"))
    return Report(names, tuple(rows), picture("bars", ("share",), rows))


def _by_result(desk: Desk, cycle: Any, result: Any, level: Any) -> Report:
    """Each unit's people by result, in hundredths; the mean where results are scores."""
    found = report_results.by_line(desk.db, cycle.id, result.key, lists.over(desk, cycle), level)
    people: dict[int, int] = {}
    for each in found:
        people[each.line] = people.get(each.line, 0) + int(each.cases)
    groups = enough(people)
    _require(sum(people.values()), groups)
    places = lines(level)
    told = [(_units(group, places), [each for each in found if each.line in group]) for group in groups]
    notes = (Message("reports.over_only"), SUMMED)
    empty = lists.without(desk, cycle, found)
    if all(_score(each.value) is not None for each in found):
        rows = [row(name, _people(mine), _mean(mine)) for name, mine in told]
        names = columns("units", ("unit", "words"), ("people", "count"), ("mean", "number"))
        return Report(names, tuple(rows), picture("bars", ("mean",), rows), notes, empty=empty)
    scales = _scales(desk, cycle)
    values = dict((each.value, _called(each)) for each in sorted(found, key=lambda each: _place(each, scales)))
    shares = [_shares(mine, list(values)) for _, mine in told]
    named = [*values.values(), Message("reports.units.column.together")]
    kept = [place for place in range(len(named)) if any(each[place] is not None for each in shares)]
    rows = [
        row(name, _people(mine), *(each[place] for place in kept))
        for (name, mine), each in zip(told, shares, strict=True)
    ]
    heads = (
        *columns("units", ("unit", "words"), ("people", "count")),
        *(Column(f"r{place}", named[place], "percent") for place in kept),
    )
    return Report(heads, tuple(rows), picture("stacked", [f"r{place}" for place in kept], rows), notes)


def _shares(rows: Sequence[Any], values: Sequence[str]) -> list[Decimal | None]:
    """The share of each result in a unit, and last that of all those that are too few to be told alone."""
    counts = {value: _people(rows, value) for value in values}
    groups, whole = enough(counts), sum(counts.values())
    alone = {group[0] for group in groups if len(group) == 1}
    rest = sum(counts[value] for group in groups if len(group) > 1 for value in group)
    told = [share(counts[value], whole) if value in alone else None for value in values]
    return [*told, share(rest, whole) if rest else None]


def _units(group: Sequence[int], places: Mapping[int, Any]) -> Value:
    names = tuple(lists.called(places[key], key < 0) for key in group)
    return names[0] if len(names) == 1 else Message("reports.together", names=names)


def _people(rows: Iterable[Any], value: str | None = None) -> int:
    return sum(int(each.cases) for each in rows if value in (None, each.value))


def _mean(rows: Sequence[Any]) -> Decimal | None:
    return mean(sum(((_score(each.value) or Decimal(0)) * int(each.cases) for each in rows), Decimal(0)), _people(rows))


@report
def activity(
    desk: Desk,
    *,
    cycle: CycleOption,
    result: ResultOption,
    book: RegisterOption = "daily_activity",
    unit: UnitOption,
) -> Report:
    """What people with each result had entered in a register in the period, so that one sees if both go together."""
    kept = report_entries.columns_of(desk.db, book.definition.key)
    measure = book.definition.measures[0] if book.definition.measures else None
    column = kept.get(measure.key, "m0") if measure is not None else "m0"
    over, days = lists.over(desk, cycle), (cycle.period_start, cycle.period_end)
    found = report_results.with_entries(desk.db, cycle.id, result.key, over, unit, book.definition.key, days, column)
    classes, names = _classes(found, _scales(desk, cycle))
    counts = {key: sum(int(each.people) for each in rows) for key, rows in classes.items()}
    groups = enough(counts)
    _require(sum(counts.values()), groups)
    rows = [_done(group, classes, names) for group in _ordered(groups, counts)]
    amount = (
        measure.label or Text(measure.key, measure.key) if measure is not None else Message("reports.activity.nothing")
    )
    heads = (
        Column("result", result.label, "words"),
        *columns("activity", ("people", "count"), ("entries", "number")),
        Column("amount", Message("reports.each", what=amount), "number"),
        *columns("activity", ("silent", "percent")),
    )
    notes = (Message("reports.activity.note"), Message("reports.over_only"))
    empty = lists.without(desk, cycle, rows)
    return Report(heads, tuple(rows), picture("bars", ("entries",), rows), notes, empty=empty)


def _done(group: Sequence[str], classes: Mapping[str, list[Any]], names: Mapping[str, Text | Message]) -> Row:
    mine = [each for key in group for each in classes[key]]
    people = sum(int(each.people) for each in mine)
    amount = books.unscaled(sum(int(each.amount) for each in mine))
    entries, silent = sum(int(each.entries) for each in mine), sum(int(each.silent) for each in mine)
    return row(_label(group, names), people, mean(entries, people), mean(amount, people), share(silent, people))
