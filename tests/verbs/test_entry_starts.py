"""Directions and recommendations: an entry begins a case, its person is told, its giver accepts what came of it."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import wsgi
from engine import appointments, entry_cites, entry_imports, entry_rights, ledger, outbox, registers
from engine.core.errors import BadRequest, EngineError, InvalidSubmission, NotAllowed, NotFound, Refused, TamperedLedger
from engine.imports import entry_acts
from engine.store.queries import entries as queries
from engine.store.queries import entry_files as files
from engine.store.queries import inbox
from engine.store.refs import new_ref
from engine.store.tables.entry_cases import EntryCase
from engine.store.tables.notices import Notice
from tests.verbs.stage import SHIPPED
from tests.verbs.test_indicators import move
from tests.verbs.test_registers import Office
from tests.verbs.town import CAST


class Desk(Office):
    """The office with the shipped follow-up, directions and feedback in force."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        for name in ("follow_up.yaml", "registers/direction.yaml", "registers/feedback.yaml"):
            self.publish((SHIPPED / name).read_bytes(), name)

    def direct(self, by="erin", about="carol", *, due=5, key=None, **more):
        answers = {"what": "Susun jadwal posyandu", "by_when": (self.today + timedelta(days=due)).isoformat(), **more}
        asked = (self.rt, "direction", self.ref(about), self.today, answers)
        return registers.add_entry(*asked, actor=self.actor(by), key=key or new_ref()).ref

    def tasks(self, name):
        with self.rt.db.read() as db:
            rows = inbox.tasks(db, self.person(name).id, 50)
        return [row for row in rows if row.holder_id == self.person(name).id and row.state == "open"]

    def begun(self):
        with self.rt.db.read() as db:
            return list(db.execute(text("SELECT c.ref, c.state FROM entry_case e JOIN cas c ON c.id = e.case_id")))


@pytest.fixture
def desk(filled_db):
    return Desk.over(filled_db("entry_starts", Desk))


def test_a_direction_is_a_task_with_its_date_in_the_same_transaction(desk):
    desk.direct()
    ((ref, state),) = desk.begun()
    (task,) = desk.tasks("carol")
    assert (state, task.key, task.case_ref) == ("open", "report", ref)
    assert task.due[:10] == (desk.today + timedelta(days=5)).isoformat()  # 24:00 in Jakarta is 17:00 UTC of that day
    case = desk.see(ref, "carol")
    assert case.view.answers["request"]["what"] == "Susun jadwal posyandu"
    assert [holder.name for holder in case.view.roles["giver"]] == [desk.actor("erin").name]


def test_what_was_done_is_accepted_or_returned_by_whoever_asked(desk):
    desk.direct()
    ((ref, _),) = desk.begun()
    desk.send(ref, "carol", "report", {"done": "Jadwal sudah dibagikan"})
    assert [task.key for task in desk.tasks("erin") if task.case_ref == ref] == ["accept_it"]
    desk.fire(ref, "erin", "return_it", reason="Tambahkan petugasnya")
    assert [task.key for task in desk.tasks("carol")] == ["report"]
    desk.send(ref, "carol", "report", {"done": "Petugas sudah ditambahkan"})
    desk.fire(ref, "erin", "accept")
    assert desk.begun() == [(ref, "accepted")]
    with pytest.raises(NotFound):
        desk.see(ref, "mallory")


def test_the_person_is_told_and_whoever_made_the_entry_is_not(desk):
    desk.direct()
    with desk.rt.db.read() as db:
        told = [tuple(row) for row in db.execute(text("SELECT kind, person_id FROM notice ORDER BY id"))]
    carol = desk.person("carol").id
    assert ("entry.made", carol) in told and ("task.arrived", carol) in told
    assert {person for _, person in told} == {carol}


def test_only_a_superior_directs_and_a_stranger_learns_nothing(desk):
    for name, error in (("carol", NotAllowed), ("mallory", NotFound)):
        with pytest.raises(error):
            desk.direct(name)
    assert desk.begun() == [] and desk.rows(Notice) == []


def test_what_the_form_refuses_is_said_at_the_field_of_the_entry_and_nothing_is_left(desk):
    with pytest.raises(InvalidSubmission) as wrong:
        desk.direct(due=-1)
    assert list(wrong.value.errors) == ["by_when"]
    assert desk.begun() == [] and desk.count(EntryCase) == 0


def test_a_second_direction_of_the_month_is_a_second_case_and_the_same_one_twice_is_one(desk):
    key = new_ref()
    assert desk.direct(key=key) == desk.direct(key=key)
    desk.direct(what="Rapikan gudang vaksin")
    assert len(desk.begun()) == 2 and len(desk.tasks("carol")) == 2


def test_a_correction_begins_nothing_that_has_begun(desk):
    ref = desk.direct()
    changed = {"what": "Susun jadwal kelas ibu", "by_when": (desk.today + timedelta(days=9)).isoformat()}
    registers.correct_entry(desk.rt, ref, changed, actor=desk.actor("erin"), reason="Salah tulis", key=new_ref())
    assert len(desk.begun()) == 1


def test_a_direction_is_put_right_on_a_later_day_and_counts_as_before(desk):
    ref, day = desk.direct(), desk.today
    desk.now += timedelta(days=30)
    changed = {"what": "Susun jadwal kelas ibu", "by_when": (desk.today + timedelta(days=9)).isoformat()}
    act = {"actor": desk.actor("erin"), "reason": "Salah tulis"}
    second = registers.correct_entry(desk.rt, ref, changed, key=new_ref(), **act).ref
    assert len(desk.begun()) == 1
    assert desk.sums(register="direction") == {day.isoformat(): (1, 1_000_000, 0)}
    desk.now += timedelta(days=1)
    with pytest.raises(Refused, match="locked"):
        registers.correct_entry(desk.rt, second, changed, key=new_ref(), **act)


def note(desk, by, kind, about="carol", cites="", **more):
    said = {"kind": kind, "situation": "Rapat", "behaviour": "Menyiapkan data", "suggestion": "Bagikan lebih awal"}
    asked = (desk.rt, "feedback", desk.ref(about), desk.today, {**said, **more})
    return registers.add_entry(*asked, actor=desk.actor(by), key=new_ref(), cites=cites).ref


def test_appreciation_begins_nothing_and_a_recommendation_with_a_day_is_tracked(desk):
    note(desk, "erin", "appreciation")
    note(desk, "erin", "recommendation")
    assert desk.begun() == []
    note(desk, "erin", "recommendation", by_when=(desk.today + timedelta(days=7)).isoformat())
    ((ref, _),) = desk.begun()
    assert desk.see(ref, "carol").view.answers["request"]["what"] == "Bagikan lebih awal"


def test_a_colleague_gives_feedback_follows_it_up_and_may_not_read_what_others_said(desk):
    note(desk, "carol", "recommendation", "erin", by_when=(desk.today + timedelta(days=7)).isoformat())
    ((ref, _),) = desk.begun()
    desk.send(ref, "erin", "report", {"done": "Sudah"})
    desk.fire(ref, "carol", "accept")
    assert desk.begun() == [(ref, "accepted")]
    with desk.rt.db.read() as db:
        register = entry_rights.published(desk.rt, db, "feedback").register
        about = entry_rights.subject(db, register, desk.ref("erin"), desk.today)
        with pytest.raises(NotAllowed):
            entry_rights.require(db, register, about, desk.today, "read", desk.actor("carol"))


def test_the_audit_compares_the_case_with_what_the_stream_of_the_person_says(desk):
    desk.direct()
    assert ledger.verify(desk.rt.db).cases == 1
    with desk.rt.db.begin() as db:
        trigger = "DROP TRIGGER entry_case_no_update"
        db.execute(text(trigger if db.dialect.name == "sqlite" else f"{trigger} ON entry_case"))
        db.execute(text("UPDATE entry_case SET start = 'other'"))
    with pytest.raises(TamperedLedger):
        ledger.verify(desk.rt.db)


def test_feedback_names_what_it_is_about_as_far_as_its_giver_may_read_it(desk):
    work = desk.add()
    case = desk.case()
    desk.walk(case, until="approve")
    with desk.rt.db.read() as db:
        register = entry_rights.published(desk.rt, db, "feedback").register
        about = entry_rights.subject(db, register, desk.ref("carol"), desk.today)
        asked = (desk.rt, db, register, about, desk.today)
        seen = entry_cites.offered(*asked, desk.actor("erin"))
        assert next(each.ref for each in seen) == work
        assert {each.kind for each in seen} == {"daily_activity", "plan.targets"}
        assert [each.label for each in seen][1] == "Ibu hamil terlayani"
        assert entry_cites.offered(*asked, desk.actor("bob")) == ()
    note(desk, "erin", "appreciation", cites=work)
    with desk.rt.db.read() as db:
        (row,) = queries.of_person(db, "feedback", desk.person("carol").id, "2026-03-01", "2026-03-31")
    assert entry_cites.kept(row.body)[entry_cites.KEPT]["label"] == "Melayani loket"
    with pytest.raises(InvalidSubmission) as wrong:
        note(desk, "erin", "appreciation", cites="a" * 26)
    assert list(wrong.value.errors) == ["cites"]
    ledger.verify(desk.rt.db)


def test_the_row_of_a_case_that_an_entry_began_neither_changes_nor_goes(desk):
    desk.direct()
    attacks = ["UPDATE entry_case SET start = 'other'", "DELETE FROM entry_case"]
    sqlite = desk.rt.db.dialect == "sqlite"
    attacks.append("INSERT OR REPLACE INTO entry_case SELECT * FROM entry_case" if sqlite else "TRUNCATE entry_case")
    for attack in attacks:
        with pytest.raises((DBAPIError, EngineError)), desk.rt.db.begin() as db:
            db.execute(text(attack))
    assert len(desk.begun()) == 1


def rows(desk, *said, due=5):
    day = desk.today
    by_when = (day + timedelta(days=due)).isoformat()
    return [
        {"about": CAST["carol"], "day": day.isoformat(), "answers": {"what": what, "by_when": by_when}} for what in said
    ]


def test_a_program_brings_directions_each_with_its_task_and_the_same_ones_again_bring_nothing(desk):
    asked = {"actor": desk.actor("erin"), "key": new_ref()}
    said = rows(desk, "Susun jadwal", "Rapikan gudang")
    done = entry_imports.add_rows(desk.rt, "direction", said, **asked)
    assert done.created == 2 and len(desk.begun()) == len(desk.tasks("carol")) == 2
    assert entry_imports.add_rows(desk.rt, "direction", said, **asked) == done
    again = entry_imports.add_rows(desk.rt, "direction", said, actor=desk.actor("erin"), key=new_ref())
    assert (again.created, again.unchanged) == (0, 2) and len(desk.begun()) == 2
    ledger.verify(desk.rt.db)


@pytest.mark.parametrize(
    ("count", "more", "key"),
    [
        (101, {}, "imports.entry.starts_most"),
        (1, {"way": "replace"}, "imports.entry.starts_stay"),
        (1, {"whole": False}, "imports.entry.starts_whole"),
    ],
)
def test_what_does_not_go_with_entries_that_begin_tasks_is_refused_at_once(desk, count, more, key):
    said = rows(desk, *(f"Arahan {number}" for number in range(count)))
    with pytest.raises(BadRequest) as refused:
        entry_imports.add_rows(desk.rt, "direction", said, actor=desk.actor("erin"), key=new_ref(), **more)
    assert refused.value.message.key == key and desk.begun() == []


def test_one_row_whose_task_cannot_begin_keeps_all_out_and_says_why(desk):
    """The follow-up takes shorter requests than these: nothing is left of the rows before it either."""
    text_ = (SHIPPED / "follow_up.yaml").read_text().replace("max_length: 2000", "max_length: 30", 1)
    assert text_ != (SHIPPED / "follow_up.yaml").read_text()
    desk.publish(text_.encode(), "follow_up.yaml")
    desk.publish(
        (SHIPPED / "registers/direction.yaml").read_text().replace("days: {back: 0", "days: {back: 1").encode()
    )
    said = rows(desk, "Susun jadwal", "Susun jadwal posyandu bulan depan dengan kader")
    done = entry_imports.add_rows(desk.rt, "direction", said, actor=desk.actor("erin"), key=new_ref())
    assert [(each.row, each.column, each.cause) for each in done.faults] == [(1, "field.what", "start")]
    assert desk.begun() == [] and desk.count(EntryCase) == 0 and desk.tasks("carol") == []
    by_when = said[0]["answers"]["by_when"]
    sheet = f"NIP,Tanggal,what,by_when\n{CAST['carol']},{desk.today},Susun jadwal,{by_when}\n"
    sheet += f"{CAST['carol']},{desk.today},{said[1]['answers']['what']},{by_when}\n"
    erin = desk.actor("erin")
    file = entry_acts.take(desk.rt, "direction", actor=erin, name="a.csv", content=sheet.encode())
    mapping = {"nip": 0, "day": 1, "field.what": 2, "field.by_when": 3}
    with pytest.raises(InvalidSubmission):
        entry_acts.check(desk.rt, file, actor=erin, mapping=mapping, dates="iso", way="replace")
    assert entry_acts.check(desk.rt, file, actor=erin, mapping=mapping, dates="iso", way="add")
    with desk.rt.db.read() as db:
        shown = files.mine(db, erin, file)
    assert json.loads(shown.counts) == {"create": 1, "change": 0, "unchanged": 0, "wrong": 1, "end": 0}
    assert desk.begun() == []  # it was tried out, and taken back
    entry_acts.confirm(desk.rt, file, actor=erin, frozen=shown.frozen)
    works = wsgi.build_works()
    while outbox.sweep(desk.rt, works):
        pass
    assert [row.key for row in desk.tasks("carol")] == ["report"] and len(desk.begun()) == 1
    ledger.verify(desk.rt.db)


def test_on_the_day_of_a_move_or_a_first_post_the_case_lies_in_the_new_unit_from_midnight_on(desk):
    """17:00 of UTC is midnight in Jakarta."""
    day, answers = date(2026, 3, 3), {"what": "Rapikan arsip", "by_when": "2026-03-09"}
    for name in ("mallory", "carol"):
        move(desk, name, "clerk_south", day)
    appointments.appoint(
        desk.rt, actor=desk.actor("alice"), person_ref=desk.ref("gina"), post_ref=desk.post("vacant").ref,
        kind="definitive", starts_on=day,
    )  # fmt: skip
    desk.now = datetime(2026, 3, 2, 17, tzinfo=UTC)
    for by, about in (("mayor", "carol"), ("erin", "gina")):
        asked = (desk.rt, "direction", desk.ref(about), day, answers)
        registers.add_entry(*asked, actor=desk.actor(by), key=new_ref())
    asked = "SELECT unit.key FROM entry_case e JOIN cas c ON c.id = e.case_id JOIN unit ON unit.id = c.unit_id"
    with desk.rt.db.read() as db:
        assert sorted(db.execute(text(asked)).scalars()) == ["health", "south"]
    ledger.verify(desk.rt.db)
