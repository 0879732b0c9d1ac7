"""The audit finds whatever was changed behind the product's back, names it, and explains what was erased with leave."""

import json
import random
from datetime import timedelta

import pytest

from engine import ledger
from engine.core.effects import OpenTask
from engine.core.errors import TamperedLedger
from engine.core.proof import leaf, merkle
from tests.store.house import AT, DOCUMENT, PLAN, erase, keep_definition

# Every column that an event, a commitment or a digest answers for. The others (a cycle's name, who holds a task,
# drafts) are no part of what was promised; docs/audit.md lists them.
VOUCHED = {
    "event": (
        *("stream", "seq", "ref", "kind", "at", "case_id", "n", "to_state", "from_state", "transition"),
        *("actor_ref", "actor_id", "role", "leaf", "leaf_hash", "prev_hash"),
    ),
    "note": ("event_ref", "seed", "body"),
    "answers": ("submission_id", "seed", "body"),
    "submission": (
        *("ref", "case_id", "task_id", "form", "number", "definition_digest", "commitment_root"),
        *("by_id", "sent_at"),
    ),
    "outcome": ("case_id", "key", "event_ref", "value", "body"),
    "case_role": ("case_id", "role", "person_id", "event_ref"),
    "cas": ("ref", "version", "state", "definition_digest", "subject_id", "unit_id"),
    "task": ("state", "opened_n", "due", "opened_at"),
    "person": ("ref", "nip", "name", "name_lower", "email", "kind", "grade", "active", "recorded_at"),
    "unit": ("ref", "key", "name", "kind", "parent_id", "timezone", "active", "recorded_at"),
    "unit_closure": ("ancestor_id", "descendant_id", "depth"),
    "post": (
        *("ref", "key", "name", "unit_id", "superior_id", "kind", "level", "position_class", "active", "recorded_at"),
    ),
    "change": ("event_ref", "person_id", "starts_on", "recorded_at", "body"),
    "appointment": (
        *("ref", "person_id", "post_id", "starts_on", "ends_on", "kind", "order_number", "recorded_at"),
        "superseded_by",
    ),
    "access_grant": ("ref", "person_id", "role", "unit_id", "starts_on", "ends_on", "granted_by", "recorded_at"),
    "erasure": ("record", "requested_by", "approved_by", "at", "event_ref"),
    "stream_head": ("stream", "seq", "leaf_hash"),
    "definition": ("digest", "kind", "key", "body"),
    "definition_version": ("ref", "kind", "key", "number", "digest", "status", "author_id", "reviewer_id", "source"),
    "design": (
        *("ref", "kind", "key", "document", "places", "number", "from_version_id", "version_id"),
        *("begun_by", "begun_at", "changed_by", "changed_at", "discarded_at"),
    ),
    "design_edit": (
        *("design_id", "number", "step", "of", "event_ref", "person_id", "at", "edits", "inverse", "document"),
        "version_id",
    ),
}


def complaint(db) -> str | None:
    """What `verify` says is wrong, in one line; None when all is well."""
    try:
        ledger.verify(db)
    except TamperedLedger as error:
        params = error.message.params
        where = params.get("record") or f"{params['stream']}#{params['seq']}"
        return f"{where} {params['what'].key}"
    return None


def test_what_was_written_as_it_should_be_is_verified(house, db):
    found = ledger.verify(db)
    assert (found.streams, found.cases, found.events, found.erased, found.definitions) == (9, 3, 28, 1, 1)
    assert list(ledger.problems(db)) == []


def test_an_empty_ledger_is_in_order(db):
    assert ledger.verify(db).events == 0


@pytest.mark.parametrize("table", VOUCHED)
def test_any_falsified_cell_is_found(house, db, outlaw, table):
    """Each column of each row in turn, one bit or one step away, then put back."""
    chance = random.Random(table)
    cells = 0
    for column in VOUCHED[table]:
        for row in outlaw.run(f"SELECT {', '.join(key_of(table))}, {column} FROM {table}"):
            keys, value = row[:-1], row[-1]
            false = falsified(column, value, outlaw.dialect, chance)
            put(outlaw, table, column, keys, value, false)
            assert complaint(db) is not None, f"{table}.{column} of {keys}: {value!r} → {false!r} went unnoticed"
            put(outlaw, table, column, keys, false, value)
            cells += 1
    assert cells >= len(VOUCHED[table])
    assert complaint(db) is None


def key_of(table: str) -> tuple[str, ...]:
    return {
        "event": ("stream", "seq"), "note": ("event_ref",), "answers": ("submission_id",), "stream_head": ("stream",),
        "outcome": ("case_id", "key", "event_ref"), "definition": ("digest",),
        "unit_closure": ("ancestor_id", "descendant_id"),
    }.get(table, ("id",))  # fmt: skip


def put(outlaw, table: str, column: str, keys: tuple, old, new) -> None:
    """Write one cell; where the cell is part of the key, the row is found under the old value."""
    names = key_of(table)
    found = [old if name == column else key for name, key in zip(names, keys, strict=True)]
    where = " AND ".join(f"{name} = {place(outlaw, value)}" for name, value in zip(names, found, strict=True))
    values = [stored(outlaw, value) for value in (new, *found)]
    outlaw.run(f"UPDATE {table} SET {column} = {place(outlaw, new)} WHERE {where}", *values)


def place(outlaw, value) -> str:
    return "CAST(? AS TEXT)" if outlaw.dialect == "sqlite" and isinstance(value, str) else "?"


def stored(outlaw, value):
    """Text with a broken byte goes to SQLite as bytes that are called text."""
    return value.encode(errors="surrogateescape") if outlaw.dialect == "sqlite" and isinstance(value, str) else value


IN_PLACE_OF_NOTHING = {
    **{"version_id": 1, "of": 1},
    **{"prev_hash": bytes(32), "case_id": 1, "n": 1, "actor_id": 1, "subject_id": 1},
    **{"granted_by": 1, "superseded_by": 1, "parent_id": 1, "superior_id": 1, "position_class": 1},
}
# Columns of which the database itself allows a few words only.
ANOTHER = {"open": "closed", "done": "open", "closed": "open", "published": "retired", "begun": "undone"}
ANOTHER |= {"edited": "redone"}


def falsified(column: str, value, dialect: str, chance: random.Random):
    if value is None:
        return IN_PLACE_OF_NOTHING.get(column, "x")
    if value in ANOTHER and column in ("state", "status", "step"):
        return ANOTHER[value]
    if isinstance(value, bool) or column == "active":
        return not value
    if isinstance(value, int):
        return value + 1000
    data = bytearray(value if isinstance(value, bytes) else value.encode())
    # PostgreSQL keeps text valid by itself: one low bit, and none that makes a control character.
    bits = 8 if isinstance(value, bytes) or dialect == "sqlite" else 1
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(bits)
    return bytes(data) if isinstance(value, bytes) else data.decode(errors="surrogateescape")


def test_the_bad_event_is_named_by_stream_number_and_what(house, db, outlaw):
    stream = f"case:{house.cases[0].ref}"
    outlaw.run("UPDATE event SET role = 'panel' WHERE stream = ? AND seq = 5", stream)
    assert complaint(db) == f"{stream}#5 ledger.what.columns"


def test_an_edited_reason_is_found(house, db, outlaw):
    outlaw.run("UPDATE note SET body = replace(body, 'Sudah baik', 'Sudah buruk')")
    assert complaint(db) == f"case:{house.cases[0].ref}#5 ledger.what.note"


def test_edited_answers_are_found(house, db, outlaw):
    outlaw.run("UPDATE answers SET body = replace(body, '60', '99')")
    assert complaint(db) == f"case:{house.cases[0].ref}#4 ledger.what.answers"


def test_answers_deleted_without_leave_are_missing(house, db, outlaw):
    outlaw.run("DELETE FROM answers")
    assert complaint(db) == f"case:{house.cases[0].ref}#4 ledger.what.answers_missing"


def test_a_reason_deleted_without_leave_is_missing(house, db, outlaw):
    outlaw.run("DELETE FROM note WHERE body LIKE '%Cuti%'")
    assert complaint(db) == f"case:{house.cases[0].ref}#3 ledger.what.note_missing"


def test_a_result_deleted_without_leave_is_missing(house, db, outlaw):
    outlaw.run("DELETE FROM outcome")
    assert complaint(db) == f"case:{house.cases[0].ref}#5 ledger.what.result_missing"


def test_an_added_result_is_found(house, db, outlaw):
    outlaw.run("INSERT INTO outcome SELECT case_id, 'bonus', event_ref, value, body FROM outcome")
    assert complaint(db) == f"case:{house.cases[0].ref}#5 ledger.what.result"


def test_a_result_forged_onto_an_event_without_results_is_found(house, db, outlaw):
    """What the employee reads is the latest event's result: a later event must not be given one."""
    comment = outlaw.run("SELECT ref FROM event WHERE kind = 'case.commented'")[0][0]
    outlaw.run("INSERT INTO outcome SELECT case_id, key, ?, 'very_poor', body FROM outcome LIMIT 1", comment)
    assert complaint(db) == f"case:{house.cases[0].ref}#2 ledger.what.result"


def test_a_result_forged_onto_another_case_is_found(house, db, outlaw):
    other = house.cases[1]
    outlaw.run(f"INSERT INTO outcome SELECT {other.id}, key, event_ref, value, body FROM outcome LIMIT 1")
    assert "result:" in complaint(db)


@pytest.mark.parametrize("kind", ["case.commented", "record.erased"])
def test_a_forged_erasure_explains_nothing(house, db, outlaw, kind):
    """Neither by an event of another kind, nor by the event of another erasure."""
    gone = outlaw.run("SELECT submission_id FROM answers")[0][0]
    event = outlaw.run("SELECT ref FROM event WHERE kind = ?", kind)[0][0]
    outlaw.run(
        "INSERT INTO erasure (record, ground, requested_by, approved_by, at, event_ref) "
        "SELECT ?, ground, requested_by, approved_by, at, ? FROM erasure", f"answers:{gone}", event,
    )  # fmt: skip
    outlaw.run("DELETE FROM answers")
    assert complaint(db) == f"erasure:answers:{gone} ledger.what.erasure"


GRANT = (
    "INSERT INTO access_grant (ref, person_id, role, unit_id, starts_on, recorded_at) "
    "SELECT 'forged', person_id, 'auditor', unit_id, starts_on, recorded_at FROM access_grant"
)
NEW_PERSON = (
    "INSERT INTO person (ref, name, name_lower, kind, language, active) "
    "SELECT 'forged', name, name_lower, kind, language, active FROM person LIMIT 1"
)
BEHIND_THE_BACK = {
    "a grant without its event": (GRANT, "ledger.what.grant"),
    "a grant taken away": ("DELETE FROM access_grant", "ledger.what.grant"),
    "an appointment taken away": ("DELETE FROM appointment", "ledger.what.appointment"),
    "another name": ("UPDATE person SET name = 'Diganti' WHERE name = 'Bob'", "ledger.what.person"),
    "a person without an event": (NEW_PERSON, "person:forged ledger.what.unexplained"),
    "a case of another unit": ("UPDATE cas SET unit_id = unit_id + 1", "ledger.what.subject"),
    "a version retired": ("UPDATE definition_version SET status = 'retired'", "ledger.what.version"),
    "a version taken away": ("DELETE FROM definition_version", "ledger.what.missing"),
    "a step taken away": ("DELETE FROM design_edit WHERE number = 1", "ledger.what.design"),
    "a design taken away": ("DELETE FROM design", "ledger.what.design"),
    "a deadline put elsewhere": (
        "UPDATE task SET due = '2026-12-31T17:00:00.000Z' WHERE ref IN (SELECT of_ref FROM deadline_shift)",
        "ledger.what.deadline",
    ),
    "an extension taken away": ("DELETE FROM deadline_shift", "ledger.what.deadline"),
    "a result made final no more": ("DELETE FROM due_act", "ledger.what.deadline"),
    "a suspension ended": ("DELETE FROM suspension", "ledger.what.suspension"),
    "another author": ("UPDATE definition_version SET author_id = 3", "ledger.what.version"),
    "an open task done": (
        "UPDATE task SET state = 'done' WHERE state = 'open' AND key = 'decide_plan'", "ledger.what.unexplained",
    ),
    "a sent task open": ("UPDATE task SET state = 'open' WHERE state = 'done'", "ledger.what.unexplained"),
    "a form done that nobody sent": (
        "UPDATE task SET state = 'done', form = 'plan' WHERE key = 'decide_plan' AND state = 'closed'",
        "ledger.what.unexplained",
    ),
}  # fmt: skip


@pytest.mark.parametrize("act", BEHIND_THE_BACK)
def test_a_row_changed_behind_the_back_of_its_events_is_found(house, db, outlaw, act):
    sql, what = BEHIND_THE_BACK[act]
    assert complaint(db) is None
    outlaw.run(sql)
    assert str(complaint(db)).endswith(what)


@pytest.mark.parametrize("table", ["answers", "note", "outcome"])
def test_what_was_erased_with_leave_is_explained(house, db, raw, table):
    key = {"answers": "submission_id", "note": "event_ref", "outcome": "case_id || ':' || key || ':' || event_ref"}[
        table
    ]
    wanted = "body NOT LIKE '%result.%'" if table == "note" else "true"
    records = raw.run(f"SELECT '{table}:' || {key} FROM {table} WHERE {wanted}")
    with db.begin() as connection:
        for (record,) in records:
            erase(connection, house, record)
    assert records
    raw.run(f"DELETE FROM {table} WHERE {wanted} AND '{table}:' || {key} IN (SELECT record FROM erasure)")
    if table == "note":
        assert complaint(db).endswith("ledger.what.change_kept")
        raw.run("DELETE FROM change WHERE 'note:' || event_ref IN (SELECT record FROM erasure)")
    assert complaint(db) is None


def test_a_removed_last_event_is_found(house, db, outlaw):
    stream = f"case:{house.cases[0].ref}"
    outlaw.run("DELETE FROM event WHERE stream = ? AND seq = 6", stream)
    assert complaint(db) == f"{stream}#5 ledger.what.head"


def test_a_removed_last_event_is_found_even_when_the_head_is_set_back(house, db, outlaw):
    stream = f"case:{house.cases[0].ref}"
    outlaw.run("DELETE FROM event WHERE stream = ? AND seq = 6", stream)
    outlaw.run(
        "UPDATE stream_head SET seq = 5, leaf_hash = (SELECT leaf_hash FROM event WHERE stream = ? AND seq = 5) "
        "WHERE stream = ?",
        stream, stream,
    )  # fmt: skip
    assert complaint(db) == f"{stream}#5 ledger.what.state"


def test_a_removed_event_in_the_middle_is_found(house, db, outlaw):
    stream = f"case:{house.cases[0].ref}"
    outlaw.run("DELETE FROM event WHERE stream = ? AND seq = 2", stream)
    assert complaint(db) == f"{stream}#3 ledger.what.gap"


def test_a_removed_stream_is_found_by_what_it_explained(house, db, outlaw):
    stream = f"case:{house.cases[1].ref}"
    outlaw.run("DELETE FROM event WHERE stream = ?", stream)
    assert complaint(db) == f"head:{stream} ledger.what.unexplained"
    outlaw.run("DELETE FROM stream_head WHERE stream = ?", stream)
    assert complaint(db) == f"case:{house.cases[1].ref} ledger.what.unexplained"


def test_two_swapped_events_are_found(house, db, outlaw):
    stream = f"case:{house.cases[0].ref}"
    for old, new in ((2, 99), (3, 2), (99, 3)):
        outlaw.run("UPDATE event SET seq = ? WHERE stream = ? AND seq = ?", new, stream, old)
    assert complaint(db) == f"{stream}#2 ledger.what.link"


def test_a_forged_last_event_with_right_hashes_must_still_take_up_the_state(house, db, outlaw):
    """Whoever owns the database can compute hashes; only an anchor outside stops him from a whole new history."""
    stream = f"case:{house.cases[0].ref}"
    forge(outlaw, stream, 6, {"from": "elsewhere"}, {"from_state": "elsewhere"})
    assert complaint(db) == f"{stream}#6 ledger.what.step"


def test_a_forged_leaf_that_the_columns_do_not_repeat_is_found(house, db, outlaw):
    stream = f"case:{house.cases[0].ref}"
    forge(outlaw, stream, 6, {"role": "panel"}, {})
    assert complaint(db) == f"{stream}#6 ledger.what.columns"


def forge(outlaw, stream: str, seq: int, changes: dict, columns: dict) -> None:
    """Rewrite the last event of a stream, with its hash and the stream's head."""
    old = outlaw.run("SELECT leaf FROM event WHERE stream = ? AND seq = ?", stream, seq)[0][0]
    text = leaf.encode({**json.loads(bytes(old)), **changes})
    values = {**columns, "leaf": text, "leaf_hash": merkle.leaf_hash(text)}
    assignments = ", ".join(f"{name} = ?" for name in values)
    outlaw.run(f"UPDATE event SET {assignments} WHERE stream = ? AND seq = ?", *values.values(), stream, seq)
    outlaw.run("UPDATE stream_head SET leaf_hash = ? WHERE stream = ?", merkle.leaf_hash(text), stream)


def test_a_leaf_in_another_writing_is_found_even_with_its_hash(house, db, outlaw):
    stream = f"case:{house.cases[0].ref}"
    old = outlaw.run("SELECT leaf FROM event WHERE stream = ? AND seq = 6", stream)[0][0]
    text = bytes(old).replace(b'":', b'": ', 1)
    outlaw.run(
        "UPDATE event SET leaf = ?, leaf_hash = ? WHERE stream = ? AND seq = 6", text, merkle.leaf_hash(text), stream
    )
    outlaw.run("UPDATE stream_head SET leaf_hash = ? WHERE stream = ?", merkle.leaf_hash(text), stream)
    assert complaint(db) == f"{stream}#6 ledger.what.leaf"


def test_a_definition_published_without_an_event_is_found(house, db, outlaw):
    with db.begin() as connection:
        other = keep_definition(connection, {**DOCUMENT, "states": ["done"]})
    outlaw.run("UPDATE definition_version SET digest = ?", other)
    ref = outlaw.run("SELECT ref FROM definition_version")[0][0]
    assert complaint(db) == f"definition_version:{ref} ledger.what.version"


def test_an_edited_definition_is_found(house, db, outlaw):
    outlaw.run("UPDATE definition SET body = replace(body, 'review', 'reviev')")
    assert complaint(db) == f"definition:{house.definition} ledger.what.digest"


def test_every_problem_is_listed_one_a_stream(house, db, outlaw):
    outlaw.run("UPDATE note SET body = '{}'")
    outlaw.run("UPDATE definition SET kind = 'codelist'")
    found = [str(problem) for problem in ledger.problems(db)]
    assert len(found) == 12, found


def test_a_case_sent_and_moved_after_the_audit_still_verifies(house, db):
    ledger.verify(db)
    third = house.case()
    third.submit(PLAN)
    third.move("review")
    assert ledger.verify(db).cases == 4


def test_deadlines_of_more_tasks_than_a_leaf_has_room_for_stand_in_the_note(house, db, raw):
    due = AT + timedelta(days=9)
    many = tuple(OpenTask(f"read_{number}", "supervisor", None, due, ()) for number in range(30))
    third = house.case()
    third.submit(PLAN)
    third.move("review", effects=many)
    assert complaint(db) is None
    said = raw.run("SELECT leaf FROM event WHERE stream = ? AND n = 2", f"case:{third.ref}")[0][0]
    assert leaf.decode(bytes(said))["dues"] == leaf.NOTED
    raw.run("UPDATE task SET due = '2026-03-05T02:00:00.000Z' WHERE key = 'read_7'")
    assert complaint(db).endswith("ledger.what.deadline")
