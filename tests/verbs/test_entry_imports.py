"""Many entries at once: each row judged by the register's own rules, one event for all, all of them or none."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select, text, update

from engine import acting, entry_imports, entry_rights, ledger, registers
from engine.core.errors import BadRequest, NotFound, StaleCase, TamperedLedger
from engine.core.proof import batch
from engine.imports import entry_batches, entry_world, judge_entries
from engine.store import apply_entries
from engine.store.refs import new_ref
from engine.store.tables.ledger import Event
from engine.store.tables.registers import Entry, EntryAnswers, EntrySum
from tests.verbs.test_outbox import replace_erin_by_bob
from tests.verbs.test_registers import WORK, Office
from tests.verbs.test_special_cases import leave
from tests.verbs.town import CAST


class Gate(Office):
    """The office with somebody who brings what a machine at the door has counted."""

    def row(self, who="carol", late="5", back=0, **answers):
        day = (self.today - timedelta(days=back)).isoformat()
        return {"about": CAST[who], "day": day, "answers": answers or {"late": late}}

    def bring(self, *rows, by="erin", register="presence", key=None, **more):
        return entry_imports.add_rows(self.rt, register, rows, actor=self.actor(by), key=key or new_ref(), **more)


@pytest.fixture
def gate(filled_db):
    return Gate.over(filled_db("register_office", Office))


def test_rows_become_entries_under_one_event_in_the_stream_of_the_register(gate):
    done = gate.bring(*(gate.row(back=back, late=str(back)) for back in range(5)))
    assert (done.created, done.unchanged, done.ended, done.faults) == (5, 0, 0, ())
    with gate.rt.db.read() as db:
        rows = db.execute(select(Event.__table__).where(Event.kind.like("entr%"))).all()
    assert [(row.stream, row.kind, row.ref) for row in rows] == [("register:presence", "entries.imported", done.event)]
    assert CAST["carol"].encode() not in rows[0].leaf
    assert gate.ref("carol").encode() not in rows[0].leaf
    assert sum(m0 for _, m0, _ in gate.sums(register="presence").values()) == 10_000_000
    ledger.verify(gate.rt.db)


def test_each_row_proves_that_it_was_among_them(gate):
    done = gate.bring(*(gate.row(back=back) for back in range(5)))
    with gate.rt.db.read() as db:
        refs = [row.ref for row in db.execute(select(Entry.__table__))]
        leaf = db.execute(select(Event.leaf).where(Event.ref == done.event)).scalar_one()
    for ref in refs:
        proven = entry_imports.prove_entry(gate.rt, ref, actor=gate.actor("carol"))
        beside = [bytes.fromhex(each) for each in proven.beside]
        assert batch.root_by(proven.leaf.encode(), proven.place, proven.count, beside).hex() == proven.root
        assert proven.root.encode() in leaf
    with pytest.raises(NotFound):
        entry_imports.prove_entry(gate.rt, refs[0], actor=gate.actor("mallory"))


def test_one_wrong_row_keeps_all_out_unless_the_right_ones_are_wanted(gate):
    rows = [gate.row(), gate.row("mallory"), gate.row(back=-1), gate.row(back=1, late="x"), gate.row(back=2)]
    done = gate.bring(*rows)
    assert (done.event, done.created) == ("", 0)
    assert [(each.row, each.column, each.cause) for each in done.faults] == [
        (1, "nip", "unknown_person"), (2, "day", "future"), (3, "field.late", "answer"),
    ]  # fmt: skip
    assert gate.rows(Entry) == []
    assert gate.bring(*rows, whole=False).created == 2
    assert len(gate.rows(Entry)) == 2


def test_what_came_in_already_is_not_doubled(gate):
    key, rows = new_ref(), [gate.row(back=back) for back in range(3)]
    first = gate.bring(*rows, key=key)
    assert gate.bring(*rows, key=key) == first
    again = gate.bring(*rows, gate.row(back=3))
    assert (again.created, again.unchanged) == (1, 3)
    assert gate.bring(*rows).unchanged == 3
    assert len(gate.rows(Entry)) == 4


def test_another_entry_of_the_day_is_in_the_way_or_is_replaced(gate):
    gate.bring(gate.row(late="5"), gate.row(back=1, late="6"))
    assert [each.cause for each in gate.bring(gate.row(late="7")).faults] == ["one_a_day"]
    done = gate.bring(gate.row(late="7"), gate.row(back=1, late="6"), way="replace")
    assert (done.replaced, done.unchanged, done.ended) == (1, 1, 1)
    assert [found[:2] for found in gate.sums(register="presence").values()] == [(1, 6_000_000), (1, 7_000_000)]
    ledger.verify(gate.rt.db)


def test_a_day_is_replaced_whole_or_stays_as_it_was(gate):
    gate.add()
    more = {"by": "carol", "register": "daily_activity", "way": "replace", "whole": False}
    good, bad = gate.row(**{**WORK, "begun": "11:00", "ended": "12:00"}), gate.row(**{**WORK, "begun": "x"})
    done = gate.bring(good, bad, **more)
    assert [(each.row, each.cause) for each in done.faults] == [(0, "beside_wrong"), (1, "answer")]
    assert gate.bring(good, **more).ended == 1
    assert len(gate.rows(Entry)) == 2


def test_rows_in_the_way_of_each_other_are_told_apart(gate):
    at = [("08:00", "09:00"), ("08:30", "09:30"), ("08:00", "09:00"), ("09:00", "10:00")]
    rows = [gate.row(**{**WORK, "begun": begun, "ended": ended}) for begun, ended in at]
    done = gate.bring(*rows, by="carol", register="daily_activity", whole=False)
    assert [(each.row, each.cause) for each in done.faults] == [(1, "overlaps_row"), (2, "twice")]
    done = gate.bring(gate.row(**{**WORK, "begun": "09:30", "ended": "11:00"}), by="carol", register="daily_activity")
    assert [each.cause for each in done.faults] == ["overlaps_entry"]


def test_strangers_bring_nothing_and_learn_nothing(gate):
    assert [each.cause for each in gate.bring(gate.row(), by="mallory").faults] == ["unknown_person"]
    assert [each.cause for each in gate.bring(gate.row(), by="carol").faults] == ["may_not_add"]
    for rows in ([], [{}] * 1001, ["x"]):
        with pytest.raises(BadRequest):
            gate.bring(*rows)


def test_the_questions_do_not_grow_with_the_rows(gate):
    def asked(*rows):
        found = []
        listen = (gate.rt.db.engine, "before_cursor_execute", lambda *about: found.append(about[2]))
        event.listen(*listen)
        try:
            gate.bring(*rows)
        finally:
            event.remove(*listen)
        return len(found)

    gate.bring(gate.row(back=40))
    assert asked(gate.row(), gate.row(back=1)) == asked(*(gate.row(back=back) for back in range(2, 30)))


def test_verifying_two_hundred_asks_no_more_than_verifying_one(gate):
    refs = [gate.add(begun=f"{hour:02}:00", ended=f"{hour:02}:30") for hour in range(8, 18)]

    def asked(some):
        found = []
        listen = (gate.rt.db.engine, "before_cursor_execute", lambda *about: found.append(about[2]))
        event.listen(*listen)
        try:
            registers.judge_entries(gate.rt, some, "verified", actor=gate.actor("erin"))
        finally:
            event.remove(*listen)
        return len(found)

    assert asked(refs[:2]) == asked(refs[2:]) <= 14
    ledger.verify(gate.rt.db)


def test_sums_of_what_was_brought_and_replaced_are_those_of_the_entries(gate):
    gate.bring(*(gate.row(back=back, late=str(back)) for back in range(6)))
    gate.bring(*(gate.row(back=back, late="1") for back in range(3)), way="replace")
    kept = {row for row in gate.rows(EntrySum) if row[4]}
    with gate.rt.db.begin() as db:
        apply_entries.rebuild(db, "presence")
    assert set(gate.rows(EntrySum)) == kept


FORGERIES = {
    "one row more": "INSERT INTO entry (ref, register, definition_digest, person_id, unit_id, day, root, how, by_id, "
    "at, event_ref) SELECT 'forged', register, definition_digest, person_id, unit_id, '2026-02-01', root, how, by_id, "
    "at, event_ref FROM entry LIMIT 1",
    "another person": "UPDATE entry SET person_id = by_id",
    "another day": "UPDATE entry SET day = '2026-02-01' WHERE id = (SELECT max(id) FROM entry)",
    "another root": "UPDATE entry SET root = (SELECT root FROM entry e WHERE e.id <> entry.id LIMIT 1)",
    "an entry that ended with others": "UPDATE entry SET ended_ref = event_ref WHERE id = (SELECT max(id) FROM entry)",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_verify_finds(gate, name):
    gate.bring(*(gate.row(back=back) for back in range(3)))
    ledger.verify(gate.rt.db)
    with gate.rt.db.begin() as db:
        db.execute(text("DROP TRIGGER entry_no_update" + (" ON entry" if db.dialect.name == "postgresql" else "")))
        db.execute(text(FORGERIES[name]))
    with pytest.raises(TamperedLedger):
        ledger.verify(gate.rt.db)


def test_each_row_that_cannot_be_read_is_named_and_what_comes_after_it_is_looked_at(gate):
    gate.bring(*(gate.row(back=back) for back in range(4)))
    forged = ({"seed": b"x" * 31}, {"body": "[1]"}, {"body": "{"})
    with gate.rt.db.begin() as db:
        on = " ON entry_answers" if db.dialect.name == "postgresql" else ""
        db.execute(text(f"DROP TRIGGER entry_answers_no_update{on}"))
        refs = list(db.execute(select(Entry.ref).order_by(Entry.id)).scalars())
        ids = db.execute(select(Entry.id).order_by(Entry.id)).scalars()
        for entry, values in zip(ids, forged, strict=False):
            db.execute(update(EntryAnswers.__table__).where(EntryAnswers.entry_id == entry).values(**values))
    named = [each.params["record"] for each in ledger.problems(gate.rt.db)]
    assert named == [f"entry:{ref}" for ref in refs[:3]]


def test_roles_found_once_between_two_turns_are_those_of_each_day(gate):
    told = {"starts_on": gate.today - timedelta(days=4), "ends_on": gate.today - timedelta(days=2), "number": "800/1"}
    people = {"person_ref": gate.ref("erin"), "deputy_ref": gate.ref("bob")}
    acting.record_order(gate.rt, actor=gate.actor("alice"), kind="plh", **people, **told)
    days = [gate.today - timedelta(days=back) for back in range(8)]
    with gate.rt.db.read() as db:
        register = entry_rights.published(gate.rt, db, "presence").register
        for name in ("erin", "bob"):
            about = [(entry_rights.subject(db, register, gate.ref("carol"), day), day) for day in days]
            each = [entry_rights.roles_of(db, register, *one, gate.actor(name)) for one in about]
            assert entry_rights.roles_of_each(db, register, about, gate.actor(name)) == each
            assert len(set(each)) == 2


@pytest.mark.parametrize("gone", ["right", "seat"])
def test_what_ended_while_a_file_was_sealed_keeps_all_of_it_out(gate, gone):
    actor, raw = gate.actor("erin"), [gate.row(), gate.row(back=1)]
    with gate.rt.db.read() as db:
        found = entry_rights.published(gate.rt, db, "presence")
        rows = [entry_imports._row(number, row, found.register) for number, row in enumerate(raw)]
        world = entry_world.read(db, found.register, found.digest, rows, actor, gate.now)
    judged = judge_entries.judge(rows, world, "add")
    with gate.rt.db.begin() as db:
        ready = entry_batches.sealed(judged, world, entry_batches.places(db, found.register))
        assert not entry_world.moved_on(db, world, actor)
    if gone == "right":
        replace_erin_by_bob(gate)
    else:
        leave(gate, "carol", gate.today)
    with pytest.raises(StaleCase), gate.rt.db.begin() as db:
        entry_batches.write(gate.rt, db, judged, world, ready, about={}, note={}, how="api", actor=actor)
    assert gate.rows(Entry) == []
