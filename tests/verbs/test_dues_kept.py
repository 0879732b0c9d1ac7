"""Whoever sets a deadline elsewhere with SQL is found by the audit: the first one too, and what he does meanwhile."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from engine import ledger, outbox
from engine.core.errors import TamperedLedger
from engine.core.proof import leaf, merkle
from engine.extensions import Longer
from tests.store.raw import Raw
from tests.verbs.test_deadlines_act import leaf_of, night, opened, scene, told
from tests.verbs.test_extensions import WORKS, extended

EARLIER, LATER = "2026-01-25T16:00:00.000Z", "2026-09-30T16:00:00.000Z"
STATE, WHOLE = "whole = false", "whole = true"
COPY = (
    "INSERT INTO clock (ref, case_id, opened_n, whole, opened_at, due) "
    "SELECT 'forged', case_id, {}, whole, opened_at, '2026-01-25T16:00:00.000Z' FROM clock WHERE whole = false"
)
LEAVE = "INSERT INTO erasure (record, ground, requested_by, approved_by, at, event_ref) VALUES (?, 'JRA', ?, ?, ?, ?)"
EDITS = {
    "of a task, earlier": f"UPDATE task SET due = '{EARLIER}' WHERE key = 'rate'",
    "of a task, later": f"UPDATE task SET due = '{LATER}' WHERE key = 'rate'",
    "of a task, removed": "UPDATE task SET due = NULL WHERE key = 'rate'",
    "of a task that has none": f"UPDATE task SET due = '{EARLIER}' WHERE key = 'object'",
    "of a state, earlier": f"UPDATE clock SET due = '{EARLIER}' WHERE {STATE}",
    "of the whole, later": f"UPDATE clock SET due = '{LATER}' WHERE {WHOLE}",
    "of a state, removed": f"DELETE FROM clock WHERE {STATE}",
    "of a state, a second one": COPY.format("opened_n"),
    "of a state, with no move": COPY.format("9"),
    "of the whole, another state's": f"UPDATE clock SET whole = NOT whole WHERE {STATE}",
    "when a task came": "UPDATE task SET opened_at = '2026-01-02T00:00:00.000Z' WHERE key = 'object'",
    "when a clock began": f"UPDATE clock SET opened_at = '2026-01-02T00:00:00.000Z' WHERE {STATE}",
}


@pytest.fixture
def stage(filled_db):
    return scene(filled_db)


def outlaw(stage):
    """Whoever owns the database: no trigger and no foreign key stands in his way."""
    raw = Raw(address(stage))
    raw.drop_triggers()
    raw.ignore_foreign_keys()
    return raw


def address(stage):
    return stage.rt.db.engine.url.set(drivername=stage.rt.db.dialect).render_as_string(hide_password=False)


def run(stage, *statements):
    with stage.rt.db.begin() as db:
        return [db.execute(text(statement)) for statement in statements]


def complaint(stage):
    try:
        found = ledger.verify(stage.rt.db)
    except TamperedLedger as error:
        return error.message.params["what"].key.removeprefix("ledger.what.")
    return found.unsaid


def test_no_deadline_is_set_elsewhere_behind_the_back_of_its_events(stage):
    told(stage)
    said = leaf_of(stage, "case.moved")["dues"]
    assert list(said) == ["2026-02-19T16:00:00.000Z"]
    extended(stage, Longer(days=5, tasks=("",)))
    assert complaint(stage) == 0
    for what, edit in EDITS.items():
        with stage.rt.db.begin() as db:
            kept = {name: db.execute(text(f"SELECT * FROM {name}")).mappings().all() for name in ("task", "clock")}
        run(stage, edit)
        assert complaint(stage) in ("deadline", "unexplained"), what
        put_again(stage, kept)
    assert complaint(stage) == 0


def put_again(stage, kept):
    with stage.rt.db.begin() as db:
        for row in kept["task"]:
            db.execute(text("UPDATE task SET due = :due, opened_at = :opened_at WHERE id = :id"), dict(row))
        db.execute(text("DELETE FROM clock"))
        for row in kept["clock"]:
            names = ", ".join(row)
            db.execute(text(f"INSERT INTO clock ({names}) VALUES ({', '.join(':' + name for name in row)})"), dict(row))


@pytest.mark.parametrize("act", ["fired", "final", "extended", "passed"])
def test_what_was_done_by_a_deadline_that_stood_elsewhere_meanwhile_is_found(stage, act):
    if act == "fired":
        told(stage)
    kept = run(stage, "SELECT due FROM clock WHERE whole = false")[0].scalars().all()
    if act == "final":
        run(stage, EDITS["of a task, earlier"])
        night(stage, 2026, 1, 26, 3, 0)
        run(stage, "UPDATE task SET due = '2026-01-31T16:00:00.000Z' WHERE key = 'rate'")
    elif act == "passed":
        stage.ref_of_case = opened(stage, "passing", due='{on: "03-31", of: period, passes_to: second}')
        run(stage, EDITS["of a task, earlier"])
        stage.now = datetime(2026, 1, 26, 3, tzinfo=UTC)
        stage.fire(stage.ref_of_case, "bob", "tell")
        back = "UPDATE task SET due = '2026-0{}-31T16:00:00.000Z' WHERE key = 'rate' AND case_id {}"
        newest = "(SELECT max(id) FROM cas)"
        run(stage, back.format(1, f"<> {newest}"), back.format(3, f"= {newest}"))
    elif act == "fired":
        run(stage, f"UPDATE clock SET due = '2026-02-01T16:00:00.000Z' WHERE {STATE}")
        night(stage, 2026, 2, 3, 3, 0)
        run(stage, f"UPDATE clock SET due = '{kept[0]}' WHERE {STATE}")
        assert stage.see(stage.ref_of_case).view.state == "settled"
    else:
        run(stage, f"UPDATE clock SET due = '2026-02-27T16:00:00.000Z' WHERE {WHOLE}")
        extended(stage, Longer(until=date(2026, 4, 30)))
    assert complaint(stage) == "deadline"


def test_a_deadline_that_is_moved_by_every_road_still_verifies_and_its_reasons_may_be_erased(stage):
    """Also where the note that said from when to when is gone: the leaf says where it was put."""
    told(stage)
    for day in (20, 27):
        extended(stage, Longer(until=date(2026, 3, day), tasks=("",)))
    assert complaint(stage) == 0
    raw = outlaw(stage)
    who = raw.run("SELECT id FROM person ORDER BY id LIMIT 2")
    with stage.rt.db.read() as db:
        rows = db.execute(text("SELECT ref FROM event WHERE kind = 'case.extended'")).scalars().all()
    for ref in rows:
        raw.run(LEAVE, f"note:{ref}", who[0][0], who[1][0], "2026-04-01T00:00:00.000Z", ref)
        raw.run("DELETE FROM note WHERE event_ref = ?", ref)
    found = [each.params["what"].key for each in ledger.problems(stage.rt.db)]
    assert found == ["ledger.what.erasure"] * 2, "the leave is forged here; the streams fit"
    run(stage, f"UPDATE clock SET due = '{EARLIER}' WHERE {STATE}")
    assert "ledger.what.deadline" in [each.params["what"].key for each in ledger.problems(stage.rt.db)]
    raw.close()


def test_a_trail_of_a_version_that_did_not_say_deadlines_verifies_and_says_how_many_are_not_held(stage):
    told(stage)
    raw = Raw(address(stage))
    raw.drop_trigger("event", "event_no_update")
    forget_dues(raw, f"case:{stage.ref_of_case}")
    raw.close()
    assert complaint(stage) == 3, "the task's, the state's, the whole's"
    extended(stage, Longer(days=5, tasks=("",)))
    assert complaint(stage) == 1
    run(stage, f"UPDATE clock SET due = '{EARLIER}' WHERE {STATE}")
    assert complaint(stage) == "deadline"
    outbox.sweep(stage.rt, WORKS)


def forget_dues(raw, stream):
    """Write a stream as an older version would have: each leaf without its deadlines, its hashes right."""
    prev = None
    for seq, body in raw.run("SELECT seq, leaf FROM event WHERE stream = ? ORDER BY seq", stream):
        document = json.loads(bytes(body)) | {"prev": prev.hex() if prev else None}
        document.pop("dues", None)
        said = leaf.encode(document)
        raw.run("UPDATE event SET leaf = ?, leaf_hash = ?, prev_hash = ? WHERE stream = ? AND seq = ?",
                said, merkle.leaf_hash(said), prev, stream, seq)  # fmt: skip
        prev = merkle.leaf_hash(said)
    raw.run("UPDATE stream_head SET leaf_hash = ? WHERE stream = ?", prev, stream)
