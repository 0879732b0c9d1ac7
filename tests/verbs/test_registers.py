"""Entries of registers: who adds, reads, verifies and corrects them; what stands in their way; sums that stay right."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from engine import acting, entry_lists, entry_months, entry_rights, ledger, registers, teams
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, Refused, TamperedLedger
from engine.store import apply_entries
from engine.store.queries import entries as queries
from engine.store.refs import new_ref
from engine.store.tables.ledger import Event
from engine.store.tables.registers import Entry, EntrySum
from tests.verbs.stage import Stage
from tests.verbs.test_outbox import replace_erin_by_bob

DAILY = (Path(__file__).parents[1] / "corpus/definitions/valid/daily_activity.yaml").read_text(encoding="utf-8")
PRESENCE = """
kind: register
format: 1
key: presence
name: {id: Presensi, en: Attendance}
a_day: one
roles:
  officer: subject
  superior: {rule: superior_of, role: officer}
rights: {add: superior, read: [officer, superior], correct: superior}
forms:
  entry:
    label: {id: Presensi, en: Attendance}
    sections:
      what:
        title: {id: Hari ini, en: Today}
        fields:
          late: {type: number, required: true, label: {id: Terlambat, en: Late}}
measures:
  late_minutes: {label: {id: Menit terlambat, en: Minutes late}, value: late}
"""
WORK = {"name": "Melayani loket", "begun": "08:00", "ended": "10:30", "quantity": "12"}


class Office(Stage):
    """The stage with a register of activities and one of attendance in force."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        self.publish(DAILY)
        self.publish(PRESENCE)

    @property
    def today(self):
        return self.now.date()

    def add(self, by="carol", about="carol", register="daily_activity", day=None, key=None, **changes):
        answers = {**WORK, **changes} if register == "daily_activity" else changes
        asked = (self.rt, register, self.ref(about), day or self.today, answers)
        return registers.add_entry(*asked, actor=self.actor(by), key=key or new_ref()).ref

    def sums(self, name="carol", register="daily_activity"):
        with self.rt.db.read() as db:
            rows = queries.sums_of_person(db, register, self.person(name).id, "2020-01-01", "2030-01-01")
        return {row.day: (row.count, row.m0, row.m1) for row in rows}

    def rows(self, table):
        with self.rt.db.read() as db:
            return [tuple(row) for row in db.execute(select(table.__table__))]


@pytest.fixture
def office(filled_db):
    return Office.over(filled_db("register_office", Office))


def test_an_entry_is_an_event_without_personal_data_and_counts_on_its_day(office):
    ref = office.add()
    with office.rt.db.read() as db:
        row = queries.by_ref(db, ref)
        event = db.execute(select(Event.__table__).where(Event.ref == row.event_ref)).one()
    assert (row.begins, row.ends, row.m0, row.m1, row.how) == (480, 630, 150_000_000, 12_000_000, "page")
    assert (event.stream, event.kind) == (f"person:{office.ref('carol')}", "entry.added")
    assert b"loket" not in event.leaf
    assert row.root.hex().encode() in event.leaf
    assert office.sums() == {office.today.isoformat(): (1, 150_000_000, 12_000_000)}


def test_the_same_request_sent_twice_is_one_entry(office):
    key = new_ref()
    assert office.add(key=key) == office.add(key=key)
    assert len(office.rows(Entry)) == 1


@pytest.mark.parametrize(
    ("name", "error"), [("erin", NotAllowed), ("alice", NotFound), ("mallory", NotFound), ("frank", NotFound)]
)
def test_only_whoever_the_register_names_adds_entries_and_strangers_learn_nothing(office, name, error):
    with pytest.raises(error):
        office.add(name)
    assert office.rows(Entry) == []


def test_spans_of_one_day_do_not_overlap_and_the_other_is_named(office):
    office.add()
    with pytest.raises(Refused) as refused:
        office.add(begun="10:00", ended="11:00")
    assert refused.value.message.params == {"start": "08:00", "end": "10:30"}
    office.add(begun="10:30", ended="11:00")
    office.add(day=office.today - timedelta(days=1))
    assert office.sums()[office.today.isoformat()] == (2, 180_000_000, 24_000_000)


def test_a_day_that_has_not_come_or_is_long_gone_is_refused_beside_the_field(office):
    for day in (office.today + timedelta(days=1), office.today - timedelta(days=8)):
        with pytest.raises(InvalidSubmission) as wrong:
            office.add(day=day)
        assert list(wrong.value.errors) == ["day"]


def test_one_entry_a_day_where_the_register_says_so(office):
    office.add("erin", register="presence", late="5")
    with pytest.raises(Refused, match="one_a_day"):
        office.add("erin", register="presence", late="7")
    assert office.sums(register="presence") == {office.today.isoformat(): (1, 5_000_000, 0)}


def test_a_correction_takes_the_place_of_an_entry_and_the_sums_follow(office):
    first = office.add()
    act = {"actor": office.actor("carol"), "reason": "Salah jam", "key": new_ref()}
    second = registers.correct_entry(office.rt, first, {**WORK, "ended": "09:00"}, **act).ref
    assert registers.correct_entry(office.rt, first, {**WORK, "ended": "09:00"}, **act).ref == second
    assert office.sums() == {office.today.isoformat(): (1, 60_000_000, 12_000_000)}
    with office.rt.db.read() as db:
        old, new = queries.by_ref(db, first), queries.by_ref(db, second)
    assert old.ended_ref == new.event_ref
    assert new.replaces_id == old.id
    with pytest.raises(Refused, match="ended"):
        registers.withdraw_entry(office.rt, first, actor=office.actor("carol"), reason="Lagi")


@pytest.mark.parametrize("measures", ["with", "without"])
def test_an_entry_is_corrected_until_it_is_locked_though_none_is_added_to_its_day_any_more(office, measures):
    if measures == "without":
        office.publish(DAILY.split("measures:")[0])
    first, day = office.add(), office.today
    office.add(begun="13:00", ended="14:00")
    office.now += timedelta(days=14)
    act = {"actor": office.actor("carol"), "reason": "Salah jam"}
    with pytest.raises(Refused, match="overlaps"):
        registers.correct_entry(office.rt, first, {**WORK, "ended": "13:30"}, key=new_ref(), **act)
    second = registers.correct_entry(office.rt, first, {**WORK, "ended": "09:00"}, key=new_ref(), **act).ref
    with office.rt.db.read() as db:
        row = queries.by_ref(db, second)
    assert (row.begins, row.ends, row.day) == (480, 540, day.isoformat())
    if measures == "with":
        assert office.sums() == {day.isoformat(): (2, 120_000_000, 24_000_000)}
    with pytest.raises(InvalidSubmission):
        office.add(day=day, begun="15:00", ended="16:00")
    ledger.verify(office.rt.db)
    office.now += timedelta(days=1)
    with pytest.raises(Refused, match="locked"):
        registers.correct_entry(office.rt, second, WORK, key=new_ref(), **act)


def test_a_withdrawn_entry_counts_no_more_and_leaves_its_hours_free(office):
    ref = office.add()
    registers.withdraw_entry(office.rt, ref, actor=office.actor("carol"), reason="Tidak jadi")
    assert office.sums() == {office.today.isoformat(): (0, 0, 0)}
    office.add()


def test_an_entry_is_locked_after_its_last_day(office):
    ref = office.add()
    office.now += timedelta(days=15)
    with pytest.raises(Refused, match="locked"):
        registers.withdraw_entry(office.rt, ref, actor=office.actor("carol"), reason="Terlambat")


def test_the_superior_verifies_many_at_once_and_returns_with_a_word(office):
    refs = [office.add(), office.add(begun="13:00", ended="14:00")]
    assert registers.judge_entries(office.rt, refs, "verified", actor=office.actor("erin")) == 2
    act = {"actor": office.actor("erin"), "note": "Tambahkan bukti."}
    assert registers.judge_entries(office.rt, refs[:1], "returned", **act) == 1
    day = office.today.isoformat()
    with office.rt.db.read() as db:
        rows = queries.of_person(db, "daily_activity", office.person("carol").id, day, day)
    assert [row.verdict for row in rows] == ["returned", "verified"]


@pytest.mark.parametrize(("name", "error"), [("carol", NotAllowed), ("mallory", NotFound), ("alice", NotFound)])
def test_nobody_else_verifies_and_then_not_one_of_them_is_verified(office, name, error):
    ref = office.add()
    with pytest.raises(error):
        registers.judge_entries(office.rt, [ref], "verified", actor=office.actor(name))


def test_a_register_is_read_by_the_roles_of_each_day(office):
    early, late = office.today - timedelta(days=6), office.today
    office.add(day=early)
    office.add(day=late)
    told = {"starts_on": late, "ends_on": late + timedelta(days=1), "number": "800/1", "kind": "plh"}
    people = {"person_ref": office.ref("erin"), "deputy_ref": office.ref("bob")}
    acting.record_order(office.rt, actor=office.actor("alice"), **people, **told)
    with office.rt.db.read() as db:
        register = entry_rights.published(office.rt, db, "daily_activity").register
        about = entry_rights.subject(db, register, office.ref("carol"), late)
        days = [(about, day.isoformat()) for day in (early, late)]
        assert entry_lists.readable(db, register, days, office.actor("erin")) == {
            (about.ref, about.unit_id, early.isoformat())
        }
        assert entry_lists.readable(db, register, days, office.actor("bob")) == {
            (about.ref, about.unit_id, late.isoformat())
        }


def test_sums_made_anew_are_the_same(office):
    for day in range(3):
        ref = office.add(day=office.today - timedelta(days=day))
    registers.withdraw_entry(office.rt, ref, actor=office.actor("carol"), reason="Salah hari")
    office.add("erin", register="presence", late="3")
    kept = {row for row in office.rows(EntrySum) if row[4]}
    with office.rt.db.begin() as db:
        for register in ("daily_activity", "presence"):
            apply_entries.rebuild(db, register)
    assert {row for row in office.rows(EntrySum)} == kept


def test_the_audit_accepts_entries_and_finds_one_that_was_falsified(office):
    office.add()
    ledger.verify(office.rt.db)
    with office.rt.db.begin() as db:
        db.execute(text("DROP TRIGGER entry_no_update" + (" ON entry" if db.dialect.name == "postgresql" else "")))
        db.execute(text("UPDATE entry SET m0 = m0 + 60000000"))
    with pytest.raises(TamperedLedger):
        ledger.verify(office.rt.db)


def test_a_new_superior_sees_sums_of_the_days_alone_that_he_may_read(office):
    office.add(day=office.today - timedelta(days=1))
    office.add(name="Rapat staf", begun="11:00", ended="12:00", quantity="1")
    replace_erin_by_bob(office)
    first = office.today.replace(day=1)
    with office.rt.db.read() as db:
        daily, actor = entry_rights.published(office.rt, db, "daily_activity"), office.actor("bob")
        team = entry_lists.team(office.rt, db, daily, actor, first, office.today)
        (carol,) = (each for each in team if each.subject.name == "Carol")
        (mate,) = (
            each for each in teams.team(office.rt, db, actor, office.today, first).mates if each.subject.name == "Carol"
        )
    assert (carol.count, carol.sums[0]) == (1, 60)
    assert (mate.month["daily_activity"][0], mate.month["daily_activity"][1][0]) == (1, 60)


def test_a_later_version_tells_a_superior_nothing_of_what_an_earlier_one_kept_from_him(office):
    yesterday, kept = office.today - timedelta(days=1), PRESENCE.replace("read: [officer, superior]", "read: officer")
    office.publish(kept)
    office.add("erin", register="presence", late="5")
    office.publish(PRESENCE.replace("Presensi", "Kehadiran"))
    office.add("erin", register="presence", late="3", day=yesterday)
    with office.rt.db.read() as db:
        found, actor = entry_rights.published(office.rt, db, "presence"), office.actor("erin")
        first = office.today - timedelta(days=20)
        members = entry_lists.team(office.rt, db, found, actor, first, office.today)
        told = [(each.count, each.sums) for each in members if each.subject.name == "Carol"]
        mates = {each.subject.name: each for each in teams.team(office.rt, db, actor, office.today, first).mates}
        assert told == [mates["Carol"].month["presence"]] == [(1, (3,))]
        assert mates["Carol"].today["presence"] == ()
        mates = {each.subject.name: each for each in teams.team(office.rt, db, actor, yesterday, first).mates}
        assert len(mates["Carol"].today["presence"]) == 1


def test_what_one_wrote_of_oneself_is_told_together_whatever_version_took_it(office):
    office.publish(DAILY.replace("read: [officer, superior]", "read: superior"))
    office.add()
    office.publish(DAILY.replace("keep_years: 5", "keep_years: 6"))
    office.add(begun="13:00", ended="14:00")
    with office.rt.db.read() as db:
        found, actor = entry_rights.published(office.rt, db, "daily_activity"), office.actor("carol")
        about = entry_rights.subject(db, found.register, office.ref("carol"), office.today)
        days = entry_months.by_day(office.rt, db, [found], [about], office.today, office.today, actor)
        assert [each.numbers["count"] for each in days] == [2]
