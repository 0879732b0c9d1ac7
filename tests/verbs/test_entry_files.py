"""Files of entries: fifty planted faults are found, the rest comes in; nothing is doubled, nothing comes in halves."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

import wsgi
from engine import entry_imports, ledger, outbox
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, Refused
from engine.imports import entry_acts, entry_batches
from engine.sheets import writing
from engine.store.queries import entry_files as queries
from engine.store.queries import imports as stored
from engine.store.refs import new_ref
from engine.store.tables.ledger import Event
from engine.store.tables.registers import Entry
from tests import planted_entries
from tests.verbs.stage import SHIPPED
from tests.verbs.test_registers import Office
from tests.verbs.town import CAST

ATTENDANCE = (SHIPPED / "registers/attendance.yaml").read_bytes()
PEOPLE = [CAST[name] for name in ("bob", "carol", "dan", "erin", "frank", "mallory", "gina")]


class Door(Office):
    """The office with the shipped register of attendance in force."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        self.publish(ATTENDANCE)


class Desk:
    """Somebody who brings files of entries, and what came of them."""

    def __init__(self, door, name="alice", register="attendance"):
        self.door, self.actor, self.register = door, door.actor(name), register

    def take(self, content, name="presensi.csv"):
        content = content.encode() if isinstance(content, str) else content
        self.ref = entry_acts.take(self.door.rt, self.register, actor=self.actor, name=name, content=content)
        return self

    def check(self, way="add", **changed):
        columns, dates = self.said["columns"] | changed, self.file.dates
        return entry_acts.check(self.door.rt, self.ref, actor=self.actor, mapping=columns, dates=dates, way=way)

    @property
    def file(self):
        with self.door.rt.db.read() as db:
            return queries.mine(db, self.actor, self.ref)

    @property
    def said(self):
        return json.loads(self.file.mapping)

    @property
    def counts(self):
        return json.loads(self.file.counts)

    def faults(self):
        with self.door.rt.db.read() as db:
            return {row.number: row.cause for row in stored.faults(db, self.file.id, limit=9999)}

    def bring(self):
        entry_acts.confirm(self.door.rt, self.ref, actor=self.actor, frozen=self.file.frozen)
        self.run()
        return self.file.state

    def run(self):
        while outbox.sweep(self.door.rt, wsgi.build_works()):
            pass


@pytest.fixture
def door(filled_db):
    return Door.over(filled_db("door", Door))


def test_fifty_planted_faults_are_found_by_row_and_cause_and_the_rest_comes_in(door):
    door.now, taken = door.now + timedelta(days=40), set()  # so that what is too old lies in the year of their rights
    file = planted_entries.attendance(PEOPLE, door.today, 58, 50, CAST["alice"], taken)
    rows = [{"about": nip, "day": day, "answers": {"kind": "unexplained"}} for nip, day in taken]
    entry_imports.add_rows(door.rt, "attendance", rows, actor=door.actor("gina"), key=new_ref(), whole=False)
    before = len(door.rows(Entry))
    desk = Desk(door).take(file.csv())
    assert desk.said == {"columns": {"nip": 0, "day": 1, "field.kind": 2, "field.came": 3, "field.went": 4,
                                     "field.late": 5}, "way": "add"}  # fmt: skip
    assert desk.check()
    assert desk.faults() == file.faults
    assert len(set(file.faults.values())) == len(planted_entries.CAUSES)
    assert desk.counts == {"create": len(file.rows) - 50, "change": 0, "unchanged": 0, "wrong": 50, "end": 0}
    assert len(door.rows(Entry)) == before
    assert desk.bring() == "done"
    assert len(door.rows(Entry)) == before + len(file.rows) - 50
    ledger.verify(door.rt.db)


def month(door, days=5, people=("carol", "bob"), late="4"):
    lines = ["NIP,Tanggal,Keterangan,Jam masuk,Terlambat (menit)"]
    each = [(name, door.today - timedelta(days=back)) for back in range(1, days + 1) for name in people]
    return "\n".join([*lines, *(f"{CAST[name]},{day},Hadir,07:30,{late}" for name, day in each)]) + "\n"


def test_the_same_file_twice_doubles_nothing_and_it_is_said_when_it_came_in_first(door):
    first = Desk(door).take(month(door))
    first.check()
    assert first.bring() == "done"
    desk = Desk(door, "gina").take(month(door))
    desk.check()
    assert desk.counts == {"create": 0, "change": 0, "unchanged": 10, "wrong": 0, "end": 0}
    with pytest.raises(Refused, match="nothing_to_do"):
        desk.bring()
    with door.rt.db.read() as db:
        said = queries.first_time(db, "attendance", entry_batches.mark(door.rt, desk.file.sha256))
        leaves = b"".join(row.leaf for row in db.execute(select(Event.leaf)))
    assert desk.file.sha256.encode() not in leaves  # whoever guesses what a file said must not be able to prove it
    assert (said.by_name, said.at) == ("Alice", first.file.ended_at)
    assert len(door.rows(Entry)) == 10


def test_a_later_file_replaces_the_entries_of_its_days(door):
    Desk(door).take(month(door)).check()
    desk = Desk(door).take(month(door))
    desk.check()
    desk.bring()
    desk = Desk(door).take(month(door, days=3, late="9"))
    desk.check()
    assert set(desk.faults().values()) == {"one_a_day"}
    desk.check(way="replace")
    assert desk.counts == {"create": 0, "change": 6, "unchanged": 0, "wrong": 0, "end": 6}
    assert desk.bring() == "done"
    sums = door.sums("carol", "attendance")
    assert [count for count, *_ in sums.values()] == [1] * 5
    assert [m1 for _, _, m1 in sums.values()] == [4_000_000] * 2 + [9_000_000] * 3
    ledger.verify(door.rt.db)


def test_spans_that_overlap_and_end_before_they_begin_are_found(door):
    day = door.today.isoformat()
    door.add()
    lines = [("13:00", "14:00"), ("13:30", "15:00"), ("09:00", "09:30"), ("17:00", "16:00")]
    text = "".join(f"{CAST['carol']};{day};Melayani loket;{begun};{ended};12\n" for begun, ended in lines)
    desk = Desk(door, "carol", "daily_activity").take("NIP;Tanggal;Kegiatan;Mulai;Selesai;Jumlah hasil\n" + text)
    desk.check()
    assert desk.faults() == {3: "overlaps_row", 4: "overlaps_entry", 5: "ends_before"}
    assert desk.bring() == "done"


def test_a_file_that_would_do_something_else_by_then_writes_nothing(door):
    desk = Desk(door).take(month(door))
    desk.check()
    frozen = desk.file.frozen
    with pytest.raises(Refused, match="moved_on"):
        entry_acts.confirm(door.rt, desk.ref, actor=desk.actor, frozen="0" * 64)
    entry_acts.confirm(door.rt, desk.ref, actor=desk.actor, frozen=frozen)
    day = (door.today - timedelta(days=1)).isoformat()
    row = {"about": CAST["carol"], "day": day, "answers": {"kind": "sick"}}
    entry_imports.add_rows(door.rt, "attendance", [row], actor=door.actor("gina"), key=new_ref())
    desk.run()
    assert (desk.file.state, desk.faults()) == ("judged", {2: "one_a_day"})
    assert len(door.rows(Entry)) == 1
    assert desk.bring() == "done"
    assert len(door.rows(Entry)) == 10


def test_a_job_that_is_killed_leaves_nothing_and_begins_anew(door):
    desk = Desk(door).take(month(door))
    desk.check()
    entry_acts.confirm(door.rt, desk.ref, actor=desk.actor, frozen=desk.file.frozen)
    works = wsgi.build_works()
    whole = works["job:entries.file"]
    killed = outbox.Staged(lambda *asked: (whole.inside(*asked), 1 // 0), whole.before, whole.failed)
    outbox.sweep(door.rt, {**works, "job:entries.file": killed})
    assert door.rows(Entry) == []
    door.now += timedelta(minutes=5)
    desk.run()
    assert desk.file.state == "done"
    assert len(door.rows(Entry)) == 10


def test_many_rows_are_checked_by_a_job(door, monkeypatch):
    monkeypatch.setattr(entry_acts, "AT_ONCE", 5)
    desk = Desk(door).take(month(door))
    assert not desk.check()
    assert desk.file.state == "running"
    desk.run()
    assert (desk.file.state, desk.counts["create"]) == ("judged", 10)


def test_a_file_belongs_to_whoever_brought_it_and_strangers_bring_none(door):
    desk = Desk(door).take(month(door))
    with pytest.raises(NotFound):
        entry_acts.drop(door.rt, desk.ref, actor=door.actor("gina"))
    with pytest.raises(NotAllowed):
        Desk(door, "mallory").take(month(door))
    with pytest.raises(InvalidSubmission):
        desk.check(day=99)
    again = Desk(door).take(month(door))
    assert (desk.file.state, again.file.state) == ("dropped", "read")
    entry_acts.drop(door.rt, again.ref, actor=again.actor)
    with pytest.raises(Refused):
        again.check()


def test_a_mapping_is_remembered_for_the_headings_of_a_register(door):
    desk = Desk(door).take("a;b;c\n1;2;3\n")
    assert desk.said["columns"] == {}
    desk.check(**{"nip": 0, "day": 1, "field.kind": 2})
    assert Desk(door).take("C;B;A\n3;2;1\n").said["columns"] == {"nip": 2, "day": 1, "field.kind": 0}


def workbook(rows):
    return writing.write_table("Presensi", ["NIP", "Tanggal", "Keterangan"], rows, [20] * 3)


def test_a_workbook_comes_in_and_its_formulas_count_as_their_value(door):
    day = door.today - timedelta(days=1)
    desk = Desk(door).take(workbook([[CAST["carol"], day.isoformat(), "Dinas luar"]]))
    desk.check()
    assert desk.bring() == "done"
