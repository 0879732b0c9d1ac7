"""A correction of attendance: asked for, confirmed, approved, and the entry of the register is another one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import entry_cites, entry_corrections, entry_rights, ledger, registers, starting
from engine.store.queries import entries as queries
from engine.store.refs import new_ref
from engine.store.tables.ledger import Event
from tests.verbs import test_acting as orders
from tests.verbs.stage import SHIPPED
from tests.verbs.test_registers import Office


class Desk(Office):
    """The office with the shipped attendance and its correction in force."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        for name in ("registers/attendance.yaml", "attendance_correction.yaml"):
            self.publish((SHIPPED / name).read_bytes(), name)

    def ask(self, day, **changes):
        self.began = starting.start_own(
            self.rt, actor=self.actor("carol"), workflow_key="attendance_correction", once=new_ref()
        )
        said = {"day": day.isoformat(), "kind": "present", "came": "07:25", "went": "16:00", "reason": "Mesin mati"}
        self.send(self.began, "carol", "write_request", {**said, **changes})
        self.fire(self.began, "carol", "send")
        self.fire(self.began, "erin", "confirm")
        return self.began

    def approve(self, case, by="alice"):
        self.fire(case, by, "approve")
        orders.work(self)

    def day(self, day):
        with self.rt.db.read() as db:
            return queries.of_person(db, "attendance", self.person("carol").id, day.isoformat(), day.isoformat())

    def events(self, kind):
        with self.rt.db.read() as db:
            return list(db.execute(select(Event.__table__).where(Event.kind == kind)))


@pytest.fixture
def desk(filled_db, monkeypatch):
    monkeypatch.setitem(orders.WORKS, "verb.correct_entry", entry_corrections.correct_entry)
    return Desk.over(filled_db("attendance_correction", Desk))


def test_the_approval_puts_the_entry_right_and_each_trail_names_the_other(desk):
    before = desk.add("alice", register="attendance", kind="unexplained")
    case = desk.ask(desk.today)
    desk.approve(case)
    (row,) = desk.day(desk.today)
    assert (row.ref == before, row.how, row.m0, row.m3) == (False, "workflow", 1_000_000, 0)
    (told,), (changed,) = desk.events("case.entry_corrected"), desk.events("entry.corrected")
    assert row.ref.encode() in told.leaf and case.encode() in changed.leaf
    assert ledger.verify(desk.rt.db).cases == 1


def test_a_day_that_nobody_entered_is_made_and_work_done_again_changes_nothing(desk):
    day = desk.today - timedelta(days=2)
    case = desk.ask(day)
    desk.approve(case)
    orders.work(desk)
    (row,) = desk.day(day)
    assert (row.how, row.m0, desk.count(Event)) == ("workflow", 1_000_000, desk.count(Event))
    assert [event.kind for event in desk.events("case.entry_corrected")] == ["case.entry_corrected"]


def test_what_the_register_refuses_is_told_in_the_case_and_the_entry_stays(desk):
    day = desk.today - timedelta(days=200)
    case = desk.ask(day)
    desk.approve(case)
    assert desk.day(day) == []
    assert [kind for kind, *_ in desk.trail(case)][-1] == "case.entry_not_corrected"


def test_there_are_as_many_corrections_as_there_are_wrong_days_but_one_that_is_not_sent(desk):
    first, second = desk.ask(desk.today), desk.ask(desk.today - timedelta(days=1))
    assert first != second
    third = starting.start_own(desk.rt, actor=desk.actor("carol"), workflow_key="attendance_correction")
    assert starting.start_own(desk.rt, actor=desk.actor("carol"), workflow_key="attendance_correction") == third


def test_whoever_lost_the_right_meanwhile_changes_nothing(desk, monkeypatch):
    desk.add("alice", register="attendance", kind="sick")
    case = desk.ask(desk.today)
    desk.fire(case, "alice", "approve")
    monkeypatch.setattr(entry_rights, "may", lambda register, roles, right: False)
    orders.work(desk)
    monkeypatch.undo()
    assert [kind for kind, *_ in desk.trail(case)][-1] == "case.entry_not_corrected"
    assert desk.day(desk.today)[0].how == "page"


def test_an_entry_of_a_day_for_which_none_is_made_any_more_is_put_right_until_it_is_locked(desk):
    desk.add("alice", register="attendance", kind="unexplained")
    day = desk.today
    desk.now += timedelta(days=93)
    case = desk.ask(day, late="5")
    desk.approve(case)
    (row,) = desk.day(day)
    assert (row.how, row.m0, row.m1, row.m3) == ("workflow", 1_000_000, 5_000_000, 0)
    desk.now += timedelta(days=1)
    late = desk.ask(day)
    desk.approve(late)
    assert [desk.trail(each)[-1][0] for each in (case, late)] == ["case.entry_corrected", "case.entry_not_corrected"]
    assert desk.day(day)[0].ref == row.ref
    ledger.verify(desk.rt.db)


def test_what_an_entry_is_about_stays_with_the_one_in_its_place(desk):
    text = (SHIPPED / "registers/attendance.yaml").read_text(encoding="utf-8")
    cites = text.replace("add: personnel", "add: [personnel, superior]") + "cites: {registers: [daily_activity]}\n"
    desk.publish(cites.encode(), "attendance")
    about = (desk.rt, "attendance", desk.ref("carol"), desk.today, {"kind": "unexplained"})
    work = desk.add()
    registers.add_entry(*about, actor=desk.actor("erin"), key=new_ref(), cites=work)
    desk.approve(desk.ask(desk.today))
    (row,) = desk.day(desk.today)
    assert row.how == "workflow" and entry_cites.kept(row.body)[entry_cites.KEPT]["ref"] == work
