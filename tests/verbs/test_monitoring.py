"""What monitoring counts, against a slow count in Python over random cases, as whoever oversees all or one office."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from engine.core.case import Actor, Right
from engine.core.times import to_text
from engine.store.queries import case_filters, case_lists, late, monitoring, monitoring_units
from engine.store.tables.cases import Case, Cycle, Task, TaskHolder
from engine.store.tables.deadlines import Suspension
from engine.store.tables.ledger import Event
from engine.store.tables.people import Person, Unit, UnitClosure
from prove import _city as city
from prove import _crowd

COUNT = 150


@dataclass
class Known:
    """Everything there is, read once; and who looks at it."""

    rt: object
    cases: dict
    tasks: list
    above: dict
    units: dict
    people: dict
    ended: dict
    cycle: int
    now: datetime
    still: set

    def open_of(self, case):
        return [task for task in self.tasks if task.case_id == case and task.state == "open"]

    def running(self, case):
        """The open tasks that somebody has to do now: none where the case is suspended."""
        return [] if case in self.still else self.open_of(case)

    def late(self, task):
        return task.due is not None and task.due <= to_text(self.now)

    def seen(self, actor):
        over = {right.unit_id for right in actor.rights}
        return [case for case in self.cases.values() if over & self.above[case.unit_id]]


def built(url):
    rt = city.runtime(url)
    ref = _crowd.build(rt, COUNT, (3, 2, 1))
    with rt.db.read() as db:
        above: dict[int, set[int]] = {}
        for row in db.execute(select(UnitClosure.descendant_id, UnitClosure.ancestor_id)):
            above.setdefault(row.descendant_id, set()).add(row.ancestor_id)
        holders: dict[int, list[int]] = {}
        for row in db.execute(select(TaskHolder.task_id, TaskHolder.person_id)):
            holders.setdefault(row.task_id, []).append(row.person_id)
        tasks = list(db.execute(select(Task.__table__)))
        known = Known(
            rt,
            {row.id: row for row in db.execute(select(Case.__table__))},
            tasks,
            above,
            {row.id: row for row in db.execute(select(Unit.__table__))},
            {row.id: row.ref for row in db.execute(select(Person.id, Person.ref))},
            {(row.case_id, row.n): row for row in db.execute(select(Event.__table__).where(Event.n.is_not(None)))},
            db.execute(select(Cycle.id).where(Cycle.ref == ref)).scalar_one(),
            rt.clock() - timedelta(days=30),
            suspended(rt),
        )
    known.holders = holders
    return known


def suspended(rt):
    """Every seventh case stands still; of every fifth a suspension is over. Answers with those that stand still."""
    first = select(Event.case_id, Event.ref, Event.at).where(Event.n == 1).order_by(Event.case_id)
    with rt.db.begin() as db:
        rows = list(db.execute(first))
        values = [{"event_ref": row.ref, "case_id": row.case_id, "at": row.at, "ends": None} for row in rows]
        db.execute(insert(Suspension), values[::7] + values[1::35])
        later = db.execute(select(Event.case_id, Event.ref).where(Event.n == 2)).all()
        ended = {row.case_id: row.ref for row in later}
        over = [each for each in values[1::35] if each["case_id"] in ended and each not in values[::7]]
        db.execute(insert(Suspension), [
            {**each, "event_ref": ended[each["case_id"]], "ends": each["event_ref"]} for each in over
        ])  # fmt: skip
    still = {each["case_id"] for each in values[::7] + values[1::35]} - {each["case_id"] for each in over}
    assert over and still
    return still


@pytest.fixture
def known(db_url):
    found = built(db_url)
    yield found
    found.rt.db.close()


def overseers(known):
    """Who oversees everything, and who oversees one office."""
    mayor = city.actor(known.rt, "p0")
    office = next(unit for unit in known.units.values() if unit.name.startswith("Dinas Urusan"))
    return mayor, Actor(mayor.person_id, mayor.ref, mayor.name, (Right("one", "admin", office.id),))


def test_every_count_equals_a_slow_one_for_whoever_oversees_all_and_one_office(known):
    with known.rt.db.read() as db:
        for actor in overseers(known):
            today_equals(known, db, actor)
            filters_equal(known, db, actor)
            units_equal(known, db, actor)
            holders_equal(known, db, actor)


def today_equals(known, db, actor):
    soon = known.now + timedelta(days=60)
    everything = len(known.seen(actor)) == len(known.cases)
    found = monitoring.today(db, actor, case_filters.Moments(known.now, soon), known.now.date(), everything=everything)
    dues = [[task.due for task in known.running(case.id) if task.due] for case in known.seen(actor)]
    assert found.overdue == sum(any(due <= to_text(known.now) for due in each) for each in dues) > 0
    assert found.soon == sum(any(to_text(known.now) < due <= to_text(soon) for due in each) for each in dues) > 0
    week = to_text(known.now - timedelta(days=7))
    waits = [
        any(task.opened_at <= week and (not task.due or task.due <= to_text(soon)) for task in known.running(case.id))
        for case in known.seen(actor)
    ]
    assert found.waiting == sum(waits) > 0
    assert (found.requested, found.failed, found.files, found.in_review) == (0, 0, 0, 0)


def filters_equal(known, db, actor):
    moments = case_filters.Moments(known.now, known.now + timedelta(days=60))
    unit = next(unit for unit in known.units.values() if unit.parent_id and any(
        other.parent_id == unit.id for other in known.units.values()))  # fmt: skip
    holder = known.holders[next(task.id for task in known.tasks if task.state == "open")][0]
    person = known.people[holder]
    asked = {
        "state": ("rated", lambda case: case.state == "rated"),
        "among": ("rated.evidence", lambda case: case.state in ("rated", "evidence")),
        "unit": (unit.ref, lambda case: unit.id in known.above[case.unit_id]),
        "own": (unit.ref, lambda case: unit.id == case.unit_id),
        "holder": (person, lambda case: any(holder in known.holders[t.id] for t in known.open_of(case.id))),
        "late_with": (person, lambda case: any(
            holder in known.holders[t.id] and known.late(t) for t in known.running(case.id))),
    }  # fmt: skip
    for name, (value, expected) in asked.items():
        query = select(func.count()).select_from(Case).where(
            case_lists.cases_in_scope(db, actor), case_filters.CONDITIONS[name](value, moments)
        )  # fmt: skip
        assert db.execute(query).scalar_one() == sum(map(expected, known.seen(actor))), name


def units_equal(known, db, actor):
    level = monitoring_units.level(db, actor, None)
    below = next(unit for unit in level.units if unit.has_more)
    for shown in (level, monitoring_units.level(db, actor, below.ref)):
        keys = [unit.id for unit in shown.units]
        rows = monitoring.by_unit(db, known.cycle, keys, known.now, itself=shown.unit.id)
        expected, overdue = Counter(), Counter()
        for case in known.cases.values():
            late = any(map(known.late, known.running(case.id)))
            places = [key for key in keys if key in known.above[case.unit_id]]
            places += [-shown.unit.id] if case.unit_id == shown.unit.id else []
            expected.update((place, case.state) for place in places)
            overdue.update((place, case.state) for place in places if late)
        assert {(row.unit_id, row.state): row.cases for row in rows} == expected
        assert {(row.unit_id, row.state): row.late for row in rows if row.late} == overdue
        within = [case for case in known.cases.values() if shown.unit.id in known.above[case.unit_id]]
        days = Counter(
            (case.state, min(task.opened_at for task in known.open_of(case.id))[:10])
            for case in within
            if known.open_of(case.id)
        )
        found = {(row.state, row.day): row.cases for row in monitoring.waits(db, known.cycle, shown.reach)}
        assert found == days
        since = known.now - timedelta(days=60)
        hours = Counter(
            known.ended[case.id, case.version].at[:13]
            for case in within
            if case.state == "finalized" and known.ended[case.id, case.version].at >= to_text(since)
        )
        found = monitoring.ends(db, known.cycle, ["finalized"], since, shown.reach)
        assert {row.hour: row.cases for row in found} == hours


def holders_equal(known, db, actor):
    within = [] if len(known.seen(actor)) == len(known.cases) else [case_lists.cases_in_scope(db, actor)]
    expected, oldest = {}, {}
    for case in known.seen(actor):
        for task in known.running(case.id):
            for person in known.holders[task.id] if known.late(task) else ():
                expected.setdefault(person, set()).add(case.id)
                oldest[person] = min(task.due, oldest.get(person, "9"))
    order = sorted(expected, key=lambda person: (-len(expected[person]), oldest[person], person))
    found, after = [], None
    while rows := late.holders(db, within, known.now, after=after, limit=7):
        found += rows
        after = (int(rows[-1].rank), rows[-1].oldest, rows[-1].id)
    assert [(row.id, row.cases, row.oldest) for row in found] == [(p, len(expected[p]), oldest[p]) for p in order]
    back = late.holders(db, within, known.now, after=after, backwards=True, limit=3)
    assert [row.id for row in back] == order[-2:-5:-1]
    coming = late.next_due(db, within, order[:5], known.now)
    for person in order[:5]:
        dues = [
            task.due
            for case in known.seen(actor)
            for task in known.running(case.id)
            if person in known.holders[task.id] and task.due and task.due > to_text(known.now)
        ]
        assert coming.get(person) == min(dues, default=None)
    seats = {row.person_id: row for row in late.seats(db, order[:20], known.rt.clock().date())}
    assert seats.keys() == set(order[:20]) and any(row.leader for row in seats.values())


def test_a_unit_outside_the_scope_is_shown_to_nobody(known):
    mayor, one = overseers(known)
    other = [unit for unit in known.units.values() if unit.name.startswith("Dinas Urusan")][1]
    with known.rt.db.read() as db:
        assert monitoring_units.level(db, one, other.ref) is None
        assert monitoring_units.level(db, one, "nowhere") is None
        mine = monitoring_units.level(db, one, None)
        assert mine.unit.id == one.rights[0].unit_id and mine.way == ()
        assert [unit.parent_id for unit in mine.units] == [mine.unit.id] * 2
        deep = monitoring_units.level(db, mayor, mine.units[0].ref)
        assert [unit.id for unit in deep.way][-1] == mine.unit.id and deep.unit.id == mine.units[0].id
        two = Actor(one.person_id, one.ref, one.name, (*one.rights, Right("two", "auditor", other.id)))
        both = monitoring_units.level(db, two, None)
        assert both.unit is None and {unit.id for unit in both.units} == {one.rights[0].unit_id, other.id}
        nested = Actor(one.person_id, one.ref, one.name, (*one.rights, Right("in", "admin", mine.units[0].id)))
        assert monitoring_units.level(db, nested, None).unit.id == mine.unit.id
