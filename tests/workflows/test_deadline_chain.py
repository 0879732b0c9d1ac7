"""The deadlines of a year (PermenPANRB 6/2022), driven over a fixed clock through the server's own dailies and jobs.

Dn are the deadlines of the regulation as `yearly_chain.yaml` numbers them. The office is in Makassar (UTC+8).
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import wsgi
from engine import ledger, outbox, schedule
from engine.core.calendar import DayEntry
from engine.core.errors import NotAllowed
from engine.core.messages import Text
from engine.store.queries import case_lists
from engine.store.tables.work import Outbox
from tests.verbs.stage import Stage
from tests.verbs.test_calendars import add, put, use
from tests.verbs.test_midnight import forget

CHAIN = Path(__file__).with_name("yearly_chain.yaml").read_bytes()


@pytest.fixture
def stage(filled_db):
    """Carol's case of 2026; Erin rates her, Bob is above Erin."""
    stage = Stage.over(filled_db("stage", Stage))
    stage.now = datetime(2026, 1, 5, 2, tzinfo=UTC)
    cycle = stage.open(version_ref=stage.publish(CHAIN).ref)
    with stage.rt.db.read() as db:
        stage.ref_of_case = case_lists.case_of(db, cycle.ref, stage.person("carol").id)
    forget(stage)
    return stage


def work(stage):
    schedule.Clock(wsgi.build_dailies, every=0).tick(stage.rt)
    works = wsgi.build_works()
    while outbox.sweep(stage.rt, works):
        pass


def until(stage, day, hour=9):
    """Let the local days pass one by one, each with what it begins with, up to this one at an hour."""
    begin = stage.now + timedelta(hours=8)
    for step in range(1, (day - begin.date()).days + 1):
        stage.now = datetime.combine(begin.date() + timedelta(days=step), datetime.min.time(), UTC) - timedelta(hours=7)
        if step > (day - begin.date()).days - 3 or step % 40 == 0:  # a night nobody was awake for is made up for
            work(stage)
    stage.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)


def state(stage):
    return stage.see(stage.ref_of_case).view.state


def holder(stage, task):
    return [each.name for each in stage.task(stage.ref_of_case, task).holders]


def act(stage, name, transition):
    stage.fire(stage.ref_of_case, name, transition)
    return state(stage)


def last_day(stage):
    """The last local day of what runs in the present state."""
    view = stage.see(stage.ref_of_case).view
    dues = [each.due for each in (*view.tasks, *view.clocks) if each.due is not None]
    return (min(dues) + timedelta(hours=7)).date()


def planned(stage):
    stage.send(stage.ref_of_case, "carol", "write", {"result": "Ibu hamil terlayani"})


def rating(stage):
    planned(stage)
    act(stage, "erin", "set_plan")
    until(stage, date(2026, 4, 6))
    assert act(stage, "erin", "evaluate") == "rating"


def test_d1_t21_a_plan_not_set_by_the_end_of_january_is_the_superiors_superiors_from_its_first_minute(stage):
    planned(stage)
    until(stage, date(2026, 1, 31), 23)
    assert holder(stage, "set_plan") == ["Erin"]
    until(stage, date(2026, 2, 1))
    assert holder(stage, "set_plan") == ["Bob"]
    with pytest.raises(NotAllowed):
        act(stage, "erin", "set_plan")
    assert act(stage, "bob", "set_plan") == "first_quarter"
    ledger.verify(stage.rt.db)


def test_d1_reminds_five_working_days_before_and_on_its_day_once_each(stage):
    planned(stage)
    for day in (23, 24, 26, 30, 31):
        until(stage, date(2026, 1, day))
        work(stage)
    query = select(Outbox.body).where(Outbox.kind == "notices.remind").order_by(Outbox.id)
    with stage.rt.db.read() as db:
        bodies = db.execute(query).scalars().all()
    assert ["before:5" in body for body in bodies] == [True, False] and '"on"' in bodies[1]


def test_d5_d6_d11_d12_d13_d10_when_everybody_is_late_the_superior_rates_finally_and_nobody_can_object(stage):
    planned(stage)
    act(stage, "erin", "set_plan")
    until(stage, date(2026, 4, 11))
    assert act(stage, "bob", "evaluate") == "rating"
    until(stage, date(2027, 2, 1))
    assert (holder(stage, "rate"), stage.see(stage.ref_of_case).view.final_by_rule) == (["Bob"], True)
    assert act(stage, "bob", "rate") == "superior_signs"
    assert last_day(stage) == date(2027, 2, 19), "14 working days after Monday, 1 February"
    assert act(stage, "bob", "sign_above") == "superior_hands"
    assert last_day(stage) == date(2027, 2, 10), "7 working days"
    assert act(stage, "bob", "hand_above") == "returning_above"
    until(stage, date(2027, 2, 11))
    assert state(stage) == "reporting", "she did not give it back in 7 working days"
    assert last_day(stage) == date(2027, 3, 25), "30 working days after Thursday, 11 February"
    assert act(stage, "erin", "report") == "done"
    assert [row[0] for row in stage.trail(stage.ref_of_case)].count("case.final") == 1
    ledger.verify(stage.rt.db)


def told(stage):
    """Erin rates and hands over in January 2027; Carol signs on Friday, 15 January."""
    rating(stage)
    until(stage, date(2027, 1, 11))
    assert act(stage, "erin", "rate") == "handing"
    assert act(stage, "erin", "hand") == "returning"
    until(stage, date(2027, 1, 15))
    assert act(stage, "carol", "sign") == "told"


def test_d14_t22_received_on_a_friday_with_a_holiday_inside_the_fourteenth_working_day_is_the_last(stage):
    nation = add(stage)
    put(stage, nation, DayEntry(date(2027, 1, 27), "holiday", Text("Libur", "Off"), "SKB"))
    use(stage, "health", nation)
    work(stage)
    told(stage)
    assert last_day(stage) == date(2027, 2, 5), "Monday the 18th is the first; the 27th is off"
    until(stage, date(2027, 2, 5), 23)
    assert state(stage) == "told"
    until(stage, date(2027, 2, 6))
    assert state(stage) == "reporting", "the right has lapsed"
    with pytest.raises(NotAllowed):
        act(stage, "carol", "object")
    ledger.verify(stage.rt.db)


def test_d9_what_is_not_signed_in_fourteen_working_days_is_taken_as_signed(stage):
    rating(stage)
    until(stage, date(2027, 1, 11))
    act(stage, "erin", "rate")
    act(stage, "erin", "hand")
    until(stage, date(2027, 1, 30))
    assert state(stage) == "told"


def test_d8_what_is_not_handed_over_in_fourteen_working_days_is_the_superiors(stage):
    rating(stage)
    until(stage, date(2027, 1, 11))
    act(stage, "erin", "rate")
    assert last_day(stage) == date(2027, 1, 29), "14 working days after Monday, 11 January"
    until(stage, date(2027, 1, 30))
    assert holder(stage, "hand") == ["Bob"]


def test_d15_an_objection_in_time_is_decided_within_seven_working_days_and_reminded_of(stage):
    told(stage)
    until(stage, date(2027, 1, 20))
    assert act(stage, "carol", "object") == "objected"
    assert last_day(stage) == date(2027, 1, 29)
    until(stage, date(2027, 2, 2))
    assert state(stage) == "objected", "nothing lapses: the regulation says no more"
    assert act(stage, "bob", "decide_objection") == "reporting"
