"""Calendars through the store: layers, who keeps one, deadlines that count by them and move when they change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from engine import calendars, deadlines, forecasts, ledger, organisation, outbox
from engine.calendar_rules import Rules
from engine.core.calendar import DayEntry, end_of
from engine.core.counting import clock_started, explained
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.messages import Text
from engine.store.queries import calendars as queries
from engine.store.queries import units
from engine.store.refs import new_ref
from engine.store.tables.calendars import CalendarDay
from engine.store.tables.ledger import Event
from tests.verbs.stage import PLAN, Stage

WORKS = {"deadlines.recount": deadlines.recount, "deadlines.recount_cases": deadlines.recount_cases}
WITA = ZoneInfo("Asia/Makassar")
NYEPI = DayEntry(date(2026, 3, 19), "holiday", Text("Hari Suci Nyepi", "Day of Silence"), "SKB 1497/2025")
LEAVE = DayEntry(date(2026, 3, 18), "collective_leave", Text("Cuti bersama Nyepi", "Leave"), "SKB 1497/2025")
FRIDAY = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)


@pytest.fixture
def stage(filled_db):
    stage = Stage.over(filled_db("stage", Stage))
    drain(stage, everything=True)
    return stage


def drain(stage, *, everything=False):
    others = ("holders.reresolve", "holders.rehold", "holders.retask", "organisation.turn")
    from_before = dict.fromkeys(others, lambda *asked: None)
    while outbox.sweep(stage.rt, {**from_before, **WORKS} if everything else WORKS):
        pass


def add(stage, name="Nasional", who="alice", unit=None, parent=None, week=5, receipt=False):
    return calendars.add_calendar(
        stage.rt, actor=stage.actor(who), rules=Rules(name, week, receipt), parent_ref=parent, reason="Ditetapkan.",
        unit_ref=stage.unit(unit).ref if unit else None,
    )  # fmt: skip


def put(stage, calendar, *entries, who="alice", once=None):
    about = {"calendar_ref": calendar, "entries": entries, "reason": "SKB", "once": once}
    return calendars.add_days(stage.rt, actor=stage.actor(who), **about)


def use(stage, unit, calendar, who="alice"):
    unit_ref = stage.unit(unit).ref
    calendars.use(stage.rt, actor=stage.actor(who), unit_ref=unit_ref, calendar_ref=calendar, reason="SK Wali Kota")


def of_unit(stage, key):
    with stage.rt.db.read() as db:
        return stage.rt.days.of(db, stage.unit(key).id, queries.stamp(db))


def received(stage, at=FRIDAY):
    """A plan that the superior received at a moment: she has seven working days."""
    case = stage.case()
    stage.now = at
    stage.send(case, "carol", "write_plan", PLAN)
    return case


def due(stage, case, task="decide_plan"):
    return stage.task(case, task).due


def test_a_town_without_calendars_works_from_monday_to_friday(stage):
    assert due(stage, received(stage)) == end_of(date(2026, 3, 17), WITA)


def test_t22_through_the_store_weekends_and_the_holiday_inside_are_skipped(stage):
    nation = add(stage)
    put(stage, nation, NYEPI)
    use(stage, "city", nation)
    # Received on Friday the 13th: seven days from Monday the 16th on, without Thursday the 19th.
    case = received(stage, datetime(2026, 3, 13, 2, 0, tzinfo=UTC))
    assert due(stage, case) == end_of(date(2026, 3, 25), WITA)


def test_t21_through_the_store_the_plan_is_due_on_31_january_at_24_00_of_the_unit(stage):
    case = stage.case()
    assert due(stage, case, "write_plan") == datetime(2026, 1, 31, 16, 0, tzinfo=UTC)


def test_layers_lie_over_each_other_down_the_tree(stage):
    nation = add(stage)
    region = add(stage, "Utara", unit="north", parent=nation, week=None, receipt=None)
    office = add(stage, "Puskesmas", unit="health", parent=region, week=6, receipt=True)
    put(stage, nation, NYEPI, LEAVE)
    put(stage, region, DayEntry(date(2026, 8, 31), "holiday", Text("Hari jadi", "Anniversary")))
    put(stage, office, DayEntry(LEAVE.day, "working_day", Text("Tetap buka", "Open")))
    use(stage, "city", nation)
    use(stage, "health", office)
    city, health = of_unit(stage, "south"), of_unit(stage, "health")
    assert (city.week, health.week, health.receipt_counts) == (5, 6, True)
    assert not city.is_working(LEAVE.day) and health.is_working(LEAVE.day)
    assert city.is_working(date(2026, 8, 31)) and not health.is_working(date(2026, 8, 31))
    assert [health.days[day].origin for day in (NYEPI.day, date(2026, 8, 31), LEAVE.day)] == [nation, region, office]
    use(stage, "health", None)
    assert of_unit(stage, "health") == city


def test_a_changed_calendar_moves_open_deadlines_and_each_move_is_an_event(stage):
    nation = add(stage)
    use(stage, "city", nation)
    case = received(stage)
    before = due(stage, case)
    foretold = forecasts.of_days(
        stage.rt, actor=stage.actor("alice"), calendar_ref=nation,
        added=[DayEntry(date(2026, 3, 10), "holiday", Text("Libur", "Holiday"))],
    )  # fmt: skip
    assert (foretold.deadlines, foretold.cases, foretold.later, foretold.earlier) == (1, 1, 1, 0)
    put(stage, nation, DayEntry(date(2026, 3, 10), "holiday", Text("Libur", "Holiday")))
    drain(stage)
    assert due(stage, case) == end_of(date(2026, 3, 18), WITA) == before + timedelta(days=1)
    assert [kind for kind, *_ in stage.trail(case)][-1] == "case.redue"
    calendars.remove_days(
        stage.rt, actor=stage.actor("alice"), calendar_ref=nation, days=[date(2026, 3, 10)], reason="Salah tanggal"
    )
    drain(stage)
    assert due(stage, case) == before
    assert ledger.verify(stage.rt.db)


def test_work_that_runs_twice_moves_a_deadline_once(stage):
    nation = add(stage)
    use(stage, "city", nation)
    case = received(stage)
    put(stage, nation, DayEntry(date(2026, 3, 10), "holiday", Text("Libur", "Holiday")))
    with stage.rt.db.read() as db:
        event = db.execute(select(Event.ref).where(Event.kind == "calendar.days_added")).scalar_one()
    for _ in range(2):
        with stage.rt.db.begin() as db:
            deadlines.recount_cases(stage.rt, db, {"cases": [case], "because": event})
    assert [kind for kind, *_ in stage.trail(case)].count("case.redue") == 1


def test_a_day_that_becomes_a_working_day_makes_nobody_late(stage):
    nation = add(stage)
    put(stage, nation, DayEntry(date(2026, 3, 10), "holiday", Text("Libur", "Holiday")))
    use(stage, "city", nation)
    case = received(stage)
    drain(stage)
    stage.now = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)  # the last day
    calendars.remove_days(
        stage.rt, actor=stage.actor("alice"), calendar_ref=nation, days=[date(2026, 3, 10)], reason="Dicabut"
    )
    drain(stage)
    assert due(stage, case) == end_of(date(2026, 3, 18), WITA)


def test_a_task_that_is_done_keeps_its_deadline(stage):
    nation = add(stage)
    use(stage, "city", nation)
    case = received(stage)
    stage.fire(case, "erin", "approve")
    put(stage, nation, DayEntry(date(2026, 3, 10), "holiday", Text("Libur", "Holiday")))
    drain(stage)
    assert "case.redue" not in [kind for kind, *_ in stage.trail(case)]


def test_what_is_foretold_of_a_week_and_of_a_use_is_what_happens(stage):
    nation = add(stage)
    six = add(stage, "Enam hari", unit="north", parent=nation, week=6, receipt=None)
    use(stage, "city", nation)
    case = received(stage)
    actor, health = stage.actor("dan"), stage.unit("health").ref
    foretold = forecasts.of_use(stage.rt, actor=actor, unit_ref=health, calendar_ref=six)
    assert (foretold.deadlines, foretold.earlier) == (1, 1)
    use(stage, "health", six, who="dan")
    drain(stage)
    assert due(stage, case) == end_of(date(2026, 3, 14), WITA)
    rules = Rules("Enam hari", 5, None)
    assert forecasts.of_rules(stage.rt, actor=actor, calendar_ref=six, rules=rules).later == 1
    calendars.set_rules(stage.rt, actor=actor, calendar_ref=six, rules=rules, reason="Kembali lima hari")
    drain(stage)
    assert due(stage, case) == end_of(date(2026, 3, 17), WITA)


def test_whoever_administers_a_part_keeps_its_calendars_and_no_others(stage):
    nation = add(stage)
    with pytest.raises(NotAllowed):
        put(stage, nation, NYEPI, who="dan")
    with pytest.raises(NotAllowed):
        add(stage, "Lain", who="dan")
    with pytest.raises(NotAllowed):
        add(stage, "Lain", who="carol", unit="north")
    own = add(stage, "Utara", who="dan", unit="north", parent=nation, week=None, receipt=None)
    assert put(stage, own, NYEPI, who="dan") == 1
    with pytest.raises(NotFound):
        use(stage, "south", own, who="dan")
    with pytest.raises(Refused):
        use(stage, "south", own)
    with pytest.raises(Refused):
        add(stage, "Selatan", unit="south", parent=own)


def test_days_are_taken_all_or_none_and_each_fault_is_named(stage):
    nation = add(stage)
    put(stage, nation, NYEPI)
    bad = DayEntry(date(1999, 1, 1), "holiday", Text("Lama", "Old"))
    with pytest.raises(InvalidSubmission) as refused:
        put(stage, nation, LEAVE, NYEPI, bad, LEAVE)
    assert sorted(refused.value.errors) == ["days.1", "days.2", "days.3"]
    with pytest.raises(InvalidSubmission):
        put(stage, nation)
    with pytest.raises(InvalidSubmission):
        calendars.remove_days(stage.rt, actor=stage.actor("alice"), calendar_ref=nation, days=[LEAVE.day], reason="x")
    with stage.rt.db.read() as db:
        assert next(iter(queries.books(db).values())).layer.days.keys() == {NYEPI.day}


def test_a_calendar_needs_a_week_where_nothing_lies_below_it_and_every_change_a_reason(stage):
    for week, receipt in ((None, False), (7, False), (5, None)):
        with pytest.raises(InvalidSubmission):
            add(stage, week=week, receipt=receipt)
    nation = add(stage)
    with pytest.raises(InvalidSubmission) as refused:
        calendars.add_days(stage.rt, actor=stage.actor("alice"), calendar_ref=nation, entries=[NYEPI], reason=" ")
    assert list(refused.value.errors) == ["reason"]


def test_the_same_request_twice_adds_once(stage):
    nation, key = add(stage), new_ref()
    assert put(stage, nation, NYEPI, once=key) == put(stage, nation, NYEPI, once=key) == 1
    assert stage.count(CalendarDay) == 1


def test_a_process_sees_what_another_one_changed(stage):
    other = Stage.over(stage.rt.db)
    nation = add(stage)
    use(stage, "city", nation)
    assert of_unit(other, "south").is_working(NYEPI.day)
    put(stage, nation, NYEPI)
    assert not of_unit(other, "south").is_working(NYEPI.day)


def test_a_calendar_costs_an_act_no_statement(stage):
    """After the first look, the number of the last change comes along with the case."""
    nation = add(stage)
    put(stage, nation, NYEPI)
    use(stage, "city", nation)
    found = of_unit(stage, "health")
    with stage.rt.db.read() as db:
        stamp, health = queries.stamp(db), stage.unit("health").id
        assert units.unit(db, health).timezone == "Asia/Makassar"
    assert stage.rt.days.of(None, health, stamp) is found


def test_a_page_of_the_case_knows_when_its_clock_started(stage):
    case = received(stage)
    found = stage.see(case)
    spec = next(spec for spec in found.workflow.tasks(found.view.state) if spec.key == "decide_plan")
    task = found.view.task("decide_plan")
    assert clock_started(spec, task, found.view.tasks) == FRIDAY
    said = explained(spec, task.due, FRIDAY, found.view.now, found.zone, found.view.calendar)
    assert said is not None and said.params["count"] == 7


def test_deadlines_follow_a_unit_into_another_time_zone_and_below_another_unit(stage):
    six = add(stage, "Selatan", unit="south", week=6)
    use(stage, "south", six)
    case = received(stage)
    assert due(stage, case) == end_of(date(2026, 3, 17), WITA)

    def change(**fields):
        about = {"unit_ref": stage.unit("health").ref, "starts_on": date(2026, 3, 6), "reason": "Perda"}
        organisation.change_unit(stage.rt, actor=stage.actor("alice"), fields=fields, **about)
        drain(stage, everything=True)

    change(timezone="Asia/Jayapura")
    assert due(stage, case) == end_of(date(2026, 3, 17), ZoneInfo("Asia/Jayapura"))
    change(parent=stage.unit("south").ref)
    assert due(stage, case) == end_of(date(2026, 3, 14), ZoneInfo("Asia/Jayapura"))
    assert ledger.verify(stage.rt.db)
