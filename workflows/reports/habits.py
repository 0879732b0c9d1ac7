"""How people keep to their days and to the form: attendance by unit, tags of feedback, signs of work for show.

Signs are reasons to look, never proofs. Numbers about people are told of five of them at least. Whoever may choose
units and days takes two such numbers from each other: so attendance is asked by who reads each entry of it, and of
feedback, which he does not read, whole months of all his units are told and nothing narrower.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.core import register as books
from engine.core.catalog import report
from engine.core.errors import Refused
from engine.core.messages import Message, readable
from engine.core.reporting import (
    FEWEST,
    Cell,
    Column,
    Days,
    Link,
    Report,
    Row,
    Seconds,
    columns,
    enough,
    mean,
    picture,
    row,
)
from engine.store.queries import report_cases, report_entries, report_results
from engine.store.queries.reporting import (
    CycleOption,
    Desk,
    RegisterOption,
    ResultOption,
    ToldRegisterOption,
    UnitOption,
    lines,
)
from workflows.reports import lists

UNEXPLAINED = "unexplained_days"  # a measure of this name counts days away without a reason


@report
def discipline(
    desk: Desk, *, book: RegisterOption = "attendance", first: date, last: date, days: Days = 3, unit: UnitOption
) -> Report:
    """Attendance of each unit per person, and how many people were away without a reason so many days."""
    kept, place_of = report_entries.columns_of(desk.db, book.definition.key), lines(unit)
    span = (first.isoformat(), last.isoformat())
    least = days * int(books.ONE)
    found = report_entries.by_line(desk.db, book.definition.key, unit, span, kept.get(UNEXPLAINED), least)
    by_line = {each.line: each for each in found}
    people = {each.line: int(each.people) for each in found}
    groups = enough(people)
    if people and not groups:
        raise Refused(Message("reports.too_few", least=FEWEST))
    shown = [measure for measure in book.definition.measures if measure.key in kept]
    reached = UNEXPLAINED in kept
    rows = [_kept(group, by_line, place_of, [kept[each.key] for each in shown], reached) for group in groups]
    heads = (
        *columns("discipline", ("unit", "words"), ("people", "count"), ("entries", "number")),
        *(Column(each.key, Message("reports.each", what=each.label or readable(each.key)), "number") for each in shown),
        *([Column("reached", Message("reports.discipline.column.reached", days=days))] if reached else []),
    )
    drawn = (UNEXPLAINED,) if reached else tuple(each.key for each in shown[:1])
    notes = (Message("reports.discipline.note"), Message("reports.summed"))
    return Report(heads, tuple(rows), picture("bars", drawn, rows) if drawn else None, notes)


def _kept(
    group: Sequence[int], by_line: Mapping[int, Any], places: Mapping[int, Any], names: Sequence[str], reached: bool
) -> Row:
    mine = [by_line[key] for key in group]
    people = sum(int(each.people) for each in mine)
    called = tuple(lists.called(places[key], key < 0) for key in group)
    sums = (books.unscaled(sum(int(getattr(each, name)) for each in mine)) for name in names)
    more = [sum(int(each.reached) for each in mine)] if reached else []
    name = called[0] if len(called) == 1 else Message("reports.together", names=called)
    return row(
        name,
        people,
        mean(sum(int(each.entries) for each in mine), people),
        *(mean(each, people) for each in sums),
        *more,
    )


@report
def strengths(desk: Desk, *, book: ToldRegisterOption = "feedback", first: date, last: date) -> Report:
    """What feedback praises and what it would have better, by the subject of the feedback.

    Each figure is a sum of months: those in which it is about five people at least. So two differ by such months.
    """
    asked = [each for each in book.form.questions if each.type.name == "choice"]
    if len(asked) < 2:
        raise Refused(Message("reports.no_tags"))
    side, tag = asked[0], asked[1]
    days = (first.isoformat(), last.isoformat())
    found = report_entries.tags(desk.db, book.definition.key, desk.actor, days, side.key, tag.key)
    if not found:
        return Report((), ())
    told: dict[tuple[str, str], int] = {}
    for each in found:
        if int(each.people) >= FEWEST:
            told[each.tag, each.side] = told.get((each.tag, each.side), 0) + int(each.entries)
    if not told:
        raise Refused(Message("reports.too_few", least=FEWEST))
    sides = [item for item in side.type.items]
    rows = [
        row(
            item.label,
            *(told.get((item.key, each.key)) for each in sides),
        )
        for item in tag.type.items
        if any((item.key, each.key) in told for each in sides)
    ]
    rows.sort(key=lambda each: -sum(int(cell.value or 0) for cell in each.cells[1:] if isinstance(cell.value, int)))
    heads = (
        Column("tag", tag.spec.label or readable(tag.key), "words"),
        *(Column(f"s{place}", each.label or readable(each.key)) for place, each in enumerate(sides)),
    )
    left = sum(int(each.people) < FEWEST for each in found)
    notes = [Message("reports.strengths.note", least=FEWEST)]
    if left:
        notes.append(Message("reports.strengths.left", count=left, least=FEWEST))
    return Report(heads, tuple(rows), picture("bars", [f"s{n}" for n in range(len(sides))], rows), tuple(notes))


@report
def formality(
    desk: Desk, *, cycle: CycleOption, result: ResultOption | None = None, seconds: Seconds = 30, unit: UnitOption
) -> Report:
    """Who evaluates others in haste, with the same words, or gives everybody the same result: reasons to look."""
    forms = {each.by: each for each in report_entries.haste(desk.db, cycle.id, unit, seconds)}
    over = lists.over(desk, cycle)
    key = "" if result is None else result.key
    given = {each.by: each for each in report_results.by_setter(desk.db, cycle.id, key, over, unit)} if key else {}
    order = sorted(forms.keys() | given.keys(), key=lambda each: (-_signs(forms.get(each), given.get(each)), each))
    shown = order[: lists.MOST_LINES]
    people = report_cases.people(desk.db, shown)
    rows = [_habit(people[each], forms.get(each), given.get(each)) for each in shown]
    heads = (
        *columns("formality", ("person", "words"), ("forms", "count"), ("alike", "count")),
        Column("quick", Message("reports.formality.column.quick", seconds=seconds)),
        *columns("formality", ("results", "count"), ("same", "words")),
    )
    notes = [Message("reports.formality.note"), Message("reports.formality.same", least=FEWEST)]
    if len(order) > len(shown):
        notes.append(Message("reports.first_lines", count=len(shown), all=len(order)))
    drawn = [each for each in rows[:20] if each.cells[2].value or each.cells[3].value]
    chart = picture("bars", ("alike", "quick"), drawn)
    links = (Link(Message("reports.link.doubts"), "/registers/doubts"),)
    return Report(heads, tuple(rows), chart, tuple(notes), links)


def _same(given: Any) -> bool:
    return given is not None and int(given.cases) >= FEWEST and int(given.different) == 1


def _signs(forms: Any, given: Any) -> int:
    of_forms = int(forms.alike) + int(forms.quick) if forms is not None else 0
    return of_forms + (int(given.cases) if _same(given) else 0)


def _habit(person: Any, forms: Any, given: Any) -> Row:
    sent = (int(forms.forms), int(forms.alike), int(forms.quick)) if forms is not None else (0, 0, 0)
    results = int(given.cases) if given is not None else 0
    same = Message("common.yes") if _same(given) else None
    return row(Cell(person.name, f"/admin/people/{person.ref}"), *sent, results, same)
