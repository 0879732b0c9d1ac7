"""What one act leaves behind: rows, one event, its leaf; and nothing at all when somebody was faster."""

import json
import threading

import pytest
from sqlalchemy import event as listening
from sqlalchemy import func, select

from engine.core.case import SYSTEM
from engine.core.errors import BadRequest, StaleCase
from engine.core.proof import commitment, leaf, merkle
from engine.store import apply, tables
from tests.store.house import AT, PLAN, PRODUCT, actor, build


@pytest.fixture
def case(db):
    house = build(db)
    return house.case(house.carol)


def rows(db, table, **wanted) -> list:
    columns = table.__table__.c
    with db.read() as connection:
        return list(connection.execute(select(table.__table__).where(*(columns[k] == v for k, v in wanted.items()))))


def leaf_of(db, event) -> dict:
    (row,) = rows(db, tables.Event, ref=event.ref)
    return leaf.decode(row.leaf)


def everything(db) -> dict:
    with db.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in tables.metadata.tables.items()
        }


def test_a_case_opens_at_version_one_with_its_tasks_and_holders(db, case):
    (row,) = rows(db, tables.Case, id=case.id)
    assert (row.version, row.state) == (1, "draft")
    assert [(t.key, t.state, t.form, t.opened_n, t.version) for t in rows(db, tables.Task, case_id=case.id)] == [
        ("write_plan", "open", "plan", 1, 0),
        ("decide_plan", "open", None, 1, 0),
    ]
    holders = sorted(rows(db, tables.TaskHolder), key=lambda holder: holder.task_id)
    assert [holder.person_id for holder in holders] == [
        case.house.carol.person_id,
        case.house.bob.person_id,
    ], "a person with two grants holds the task once"


def test_the_leaf_of_a_move_says_who_what_why_and_by_which_right(db, case):
    case.submit()
    moved = case.move("review", reason="Sudah baik, Carol")
    found = leaf_of(db, moved)
    bob = case.house.bob
    assert found["right"] == {"rule": bob.rule, "basis": bob.basis}
    said = {name: found[name] for name in ("v", "kind", "n", "from", "to", "transition", "by", "role", "product", "at")}
    assert said == {
        "v": 1, "kind": "case.moved", "n": 2, "from": "draft", "to": "review", "transition": "approve",
        "by": bob.ref, "role": "supervisor", "product": PRODUCT, "at": "2026-03-02T02:00:00.000Z",
    }  # fmt: skip
    assert found["definition"] == case.house.definition
    assert [(v["name"], v["allowed"]) for v in found["verdicts"]] == [("tasks_done", True), ("when", True)]
    assert found["req"] is not None and "key-of-move" not in json.dumps(found)


def test_the_note_holds_what_the_leaf_commits_to(db, case):
    case.submit()
    moved = case.move("review", reason="Sudah baik")
    (note,) = rows(db, tables.Note, event_ref=moved.ref)
    fields = json.loads(note.body)
    assert fields == {
        "reason": "Sudah baik",
        "verdict.0.done": 2,
        "verdict.1.total": "100.00",
        "verdict.1.on": "2026-03-02",
        "result.predicate": fields["result.predicate"],
    }
    found = leaf_of(db, moved)
    assert found["data"] == commitment.root(note.seed, fields).hex()
    second = {path: value for path, value in fields.items() if path.startswith("verdict.1.")}
    assert found["verdicts"][1]["inputs"] == commitment.root(note.seed, second).hex()


def test_no_leaf_holds_a_name_an_answer_or_a_reason(db, case):
    case.comment("Mohon dilengkapi")
    case.submit()
    case.move("review", reason="Sudah baik")
    for row in rows(db, tables.Event):
        text = bytes(row.leaf).decode()
        for private in ("Bob", "Carol", "19800101", "Mohon", "Sudah", "Posyandu", "100.00", "good", "Puskesmas"):
            assert private not in text
        assert len(row.leaf) <= leaf.LARGEST


def test_events_of_a_stream_are_numbered_and_linked(db, case):
    case.comment("satu")
    case.submit()
    case.move("review")
    found = sorted(rows(db, tables.Event, stream=f"case:{case.ref}"), key=lambda row: row.seq)
    assert [row.seq for row in found] == [1, 2, 3, 4]
    assert [row.prev_hash for row in found] == [None, *(row.leaf_hash for row in found[:-1])]
    assert all(merkle.leaf_hash(bytes(row.leaf)) == row.leaf_hash for row in found)
    (head,) = rows(db, tables.StreamHead, stream=f"case:{case.ref}")
    assert (head.seq, head.leaf_hash) == (4, found[-1].leaf_hash)
    assert head.sequenced == 0, "all of them wait for the sequencer"


def test_a_move_changes_state_tasks_results_and_work(db, case):
    case.submit()
    moved = case.move("review")
    (row,) = rows(db, tables.Case, id=case.id)
    assert (row.version, row.state) == (2, "review")
    assert {task.key: task.state for task in rows(db, tables.Task, case_id=case.id)} == {
        "write_plan": "done",
        "decide_plan": "closed",
    }
    (result,) = rows(db, tables.Outcome, case_id=case.id)
    assert (result.key, result.value, json.loads(result.body)) == (
        "predicate",
        "good",
        {"row": "as_expected", "score": "3.50"},
    )
    (work,) = rows(db, tables.Outbox)
    assert (work.id,) == moved.outbox
    assert (work.kind, work.state, json.loads(work.body)) == (
        "notify",
        "ready",
        {"case": case.ref, "options": {"to": "employee"}},
    )


def test_a_submission_keeps_the_fact_and_the_values_apart(db, case):
    with db.begin() as connection:
        task = case.tasks(connection)["write_plan"]
        apply.save_draft(connection, task.id, '{"goal":"x"}', 1, actor(case.house.carol), AT)
    sent = case.submit()
    (submission,) = rows(db, tables.Submission)
    (answers,) = rows(db, tables.Answers)
    assert json.loads(answers.body) == PLAN
    assert submission.commitment_root == commitment.root(answers.seed, PLAN)
    assert (submission.number, submission.form, submission.ref) == (1, "plan", sent.ref)
    assert leaf_of(db, sent)["data"] == submission.commitment_root.hex()
    assert rows(db, tables.Draft) == []
    assert rows(db, tables.Case, id=case.id)[0].version == 1


def test_two_records_with_the_same_values_have_different_commitments(db):
    house = build(db)
    first, second = house.case(), house.case()
    first.submit()
    second.submit()
    one, other = rows(db, tables.Submission)
    assert one.commitment_root != other.commitment_root


def test_a_draft_is_replaced_only_by_who_saw_the_last_one(db, case):
    with db.begin() as connection:
        task = case.tasks(connection)["write_plan"]
        apply.save_draft(connection, task.id, '{"goal":"a"}', 1, actor(case.house.carol), AT)
        apply.save_draft(connection, task.id, '{"goal":"b"}', 2, actor(case.house.carol), AT)
    with pytest.raises(StaleCase), db.begin() as connection:
        apply.save_draft(connection, task.id, '{"goal":"c"}', 2, actor(case.house.carol), AT)
    assert [(draft.body, draft.version) for draft in rows(db, tables.Draft)] == [('{"goal":"b"}', 2)]


def test_a_reassignment_moves_the_inbox_and_says_so(db, case):
    case.reassign(case.house.carol)
    task = next(task for task in rows(db, tables.Task, case_id=case.id) if task.key == "decide_plan")
    (holder,) = rows(db, tables.TaskHolder, task_id=task.id)
    (named,) = rows(db, tables.CaseRole)
    assert (holder.person_id, holder.rule, holder.basis) == (case.house.carol.person_id, "reassigned", named.event_ref)


def test_a_move_from_an_old_version_leaves_nothing(db, case):
    case.submit()
    case.move("review")
    before = everything(db)
    with pytest.raises(StaleCase):
        case.move("done", seen=1)
    assert everything(db) == before


def test_sending_a_finished_task_again_leaves_nothing(db, case):
    case.submit()
    before = everything(db)
    with pytest.raises(StaleCase):
        case.submit()
    assert everything(db) == before


def test_of_eight_equal_moves_at_once_one_wins(db, case):
    outcomes = []

    def race() -> None:
        try:
            case.move("review", seen=1)
            outcomes.append("moved")
        except StaleCase:
            outcomes.append("stale")

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved", *["stale"] * 7]
    assert len(rows(db, tables.Event, kind="case.moved")) == 1


def test_appends_to_one_stream_wait_for_each_other(db):
    house = build(db)
    numbers = []

    def append() -> None:
        for _ in range(10):
            with db.begin() as connection:
                added = apply.append_event(
                    connection, stream="system", kind="config.changed", at=AT, actor=SYSTEM, public={}, private={},
                    product=PRODUCT,
                )  # fmt: skip
            numbers.append(added.seq)

    with db.begin() as connection:  # the stream exists: two firsts at once are settled by StaleCase
        first = apply.append_event(
            connection, stream="system", kind="config.changed", at=AT, actor=actor(house.bob), public={}, private={},
            product=PRODUCT,
        )  # fmt: skip
    threads = [threading.Thread(target=append) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(first.seq + 1, first.seq + 41))


def test_a_leaf_that_is_too_large_is_refused(db, case):
    with pytest.raises(BadRequest), db.begin() as connection:
        apply.append_event(
            connection, stream="system", kind="x", at=AT, actor=SYSTEM, public={"text": "a" * 4096}, private={},
            product=PRODUCT,
        )  # fmt: skip


def test_a_float_never_reaches_the_ledger(db, case):
    with pytest.raises(BadRequest):
        case.submit({"goal": 0.5})


def test_a_move_costs_few_statements(db, case):
    case.submit()
    seen = []
    listening.listen(db.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    case.move("review")
    moving = seen[1:]  # the first one is the test's own look at the tasks
    # head of the stream, event, note, one task closed, result, work, the case itself
    assert len(moving) == 7, moving
