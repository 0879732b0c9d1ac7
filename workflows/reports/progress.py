"""How far the cases are and whether in time: by unit, by who decides, from period to period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.core.catalog import report
from engine.core.messages import Message
from engine.core.reporting import Cell, Report, Row, columns, picture, row, share
from engine.core.times import to_datetime
from engine.store.queries import monitoring, report_cases
from engine.store.queries.reporting import CycleOption, Desk, ProcessOption, UnitOption, lines
from workflows.reports import lists

NOTHING = {"cases": 0, "ended": 0, "late": 0}


@report
def completion(desk: Desk, *, cycle: CycleOption, unit: UnitOption) -> Report:
    """How far each unit is: cases that are over, still open and overdue, and tasks that were done in time."""
    over = lists.over(desk, cycle)
    itself = unit.unit.id if unit.unit is not None else None
    found = monitoring.by_unit(desk.db, cycle.id, [each.id for each in unit.units], desk.now, itself=itself)
    done = {each.line: (int(each.done), int(each.late)) for each in report_cases.done_by_line(desk.db, cycle.id, unit)}
    by_line: dict[int, list[Any]] = {}
    for each in found:
        by_line.setdefault(each.unit_id, []).append(each)
    rows, states = [], {"among": ".".join(over), "waits": _waiting(desk, cycle)}
    for key, place in lines(unit).items():
        sums = lists.summed(by_line.get(key, ()), over)
        if sums["cases"]:
            name = lists.opened("completion", place, key < 0, cycle)
            rows.append(_line(name, sums, done.get(key, (0, 0)), cycle, states, lists.at(place, key < 0)))
    if len(rows) > 1:
        sums = lists.summed(found, over)
        whole = sum(each[0] for each in done.values()), sum(each[1] for each in done.values())
        name = Cell(unit.unit.name if unit.unit is not None else Message("reports.all_units"))
        rows.append(_line(name, sums, whole, cycle, states, lists.of_level(unit), total=True))
    names = columns(
        "completion", ("unit", "words"), ("cases", "count"), ("ended", "count"), ("ended_share", "percent"),
        ("open", "count"), ("overdue", "count"), ("done", "count"), ("in_time_share", "percent"),
    )  # fmt: skip
    notes = (Message("reports.completion.note"),)
    chart = picture("bars", ("ended_share",), rows)
    return Report(names, tuple(rows), chart, notes, (lists.monitoring(cycle),))


def _waiting(desk: Desk, cycle: Any) -> str:
    states = desk.workflow(cycle.definition_digest).definition.states
    return ".".join(state.key for state in states if not state.final)


def _line(
    name: Cell, sums: Mapping[str, int], done: tuple[int, int], cycle: Any, states: Mapping[str, str],
    where: Mapping[str, str], total: bool = False,
) -> Row:  # fmt: skip
    here, (tasks, late) = {"cycle": cycle.ref, **where}, done
    return row(
        name,
        lists.cases(sums["cases"], **here, among=f"{states['waits']}.{states['among']}"),
        lists.cases(sums["ended"], **here, among=states["among"]),
        share(sums["ended"], sums["cases"]),
        lists.cases(sums["cases"] - sums["ended"], **here, among=states["waits"]),
        lists.cases(sums["late"], **here, overdue="1"),
        tasks,
        share(tasks - late, tasks),
        total=total,
    )


@report
def approvers(desk: Desk, *, cycle: CycleOption, unit: UnitOption) -> Report:
    """Who decides on the cases of others: what waits for them, since when, and what they decided after its deadline."""
    decided = {each.person_id: each for each in report_cases.decided(desk.db, cycle.id, unit)}
    waits = {each.person_id: each for each in report_cases.waiting(desk.db, cycle.id, unit, desk.now)}
    order = sorted(decided.keys() | waits.keys(), key=lambda key: (_weight(waits.get(key)), key))
    shown = order[: lists.MOST_LINES]
    people = report_cases.people(desk.db, shown)
    rows = [_approver(people[key], decided.get(key), waits.get(key), cycle, lists.of_level(unit)) for key in shown]
    names = columns(
        "approvers", ("person", "words"), ("waiting", "count"), ("overdue", "count"), ("oldest", "day"),
        ("decided", "count"), ("late", "count"), ("in_time_share", "percent"),
    )  # fmt: skip
    notes = [Message("reports.approvers.note")]
    if len(order) > len(shown):
        notes.append(Message("reports.first_lines", count=len(shown), all=len(order)))
    drawn = rows[:20]
    chart = picture("bars", ("overdue",), drawn) if any(each.cells[2].value for each in drawn) else None
    return Report(names, tuple(rows), chart, tuple(notes), (lists.monitoring(cycle),))


def _weight(waits: Any) -> tuple[int, int]:
    return (-int(waits.overdue), -int(waits.waiting)) if waits is not None else (0, 0)


def _approver(person: Any, decided: Any, waits: Any, cycle: Any, where: Mapping[str, str]) -> Row:
    waiting, overdue = (int(waits.waiting), int(waits.overdue)) if waits is not None else (0, 0)
    oldest: date | None = to_datetime(waits.oldest).date() if waits is not None and waits.oldest else None
    times, late = (int(decided.decided), int(decided.late)) if decided is not None else (0, 0)
    here = {"cycle": cycle.ref, **where}
    return row(
        Cell(person.name, f"/admin/people/{person.ref}"),
        lists.cases(waiting, **here, holder=person.ref),
        lists.cases(overdue, **here, late_with=person.ref),
        oldest, times, late, share(times - late, times),
    )  # fmt: skip


@report
def trend(desk: Desk, *, process: ProcessOption, unit: UnitOption) -> Report:
    """From period to period: how many cases were over, and how many tasks were done in time."""
    ids = [cycle.id for cycle in process.cycles]
    found: dict[int, list[Any]] = {}
    for each in report_cases.by_cycle(desk.db, ids, unit, desk.now) if ids else ():
        found.setdefault(each.cycle_id, []).append(each)
    done = {each.cycle_id: each for each in report_cases.done_by_cycle(desk.db, ids, unit)} if ids else {}
    rows = []
    for cycle in process.cycles:
        sums = lists.summed(found.get(cycle.id, ()), lists.over(desk, cycle))
        tasks, late = (int(done[cycle.id].done), int(done[cycle.id].late)) if cycle.id in done else (0, 0)
        if sums["cases"]:
            rows.append(_period(cycle, sums, tasks, late, lists.of_level(unit)))
    names = columns(
        "trend", ("period", "words"), ("cases", "count"), ("ended_share", "percent"), ("overdue", "count"),
        ("done", "count"), ("in_time_share", "percent"),
    )  # fmt: skip
    chart = picture("lines", ("ended_share", "in_time_share"), rows)
    return Report(names, tuple(rows), chart, (Message("reports.trend.note"),))


def _period(cycle: Any, sums: Mapping[str, int], tasks: int, late: int, where: Mapping[str, str]) -> Row:
    here = {"cycle": cycle.ref, **where}
    return row(
        Cell(cycle.name, f"/admin/cycles/{cycle.ref}"),
        sums["cases"],
        share(sums["ended"], sums["cases"]),
        lists.cases(sums["late"], **here, overdue="1"),
        tasks,
        share(tasks - late, tasks),
    )
