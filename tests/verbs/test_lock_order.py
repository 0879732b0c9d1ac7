"""Works that take many cases in one transaction take them in one order: on PostgreSQL two never wait in a ring."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from engine import (
    deadlines,
    entry_corrections,
    entry_imports,
    entry_rights,
    extensions,
    jobs,
    outbox,
    registers,
    starting,
)
from engine.core.errors import Refused, StaleCase
from engine.extensions import Longer
from engine.store.queries import entries
from engine.store.queries.locks import wait_for_turn
from engine.store.refs import new_ref
from engine.store.tables.cases import Task
from engine.store.tables.work import Outbox
from tests.verbs import test_acting as orders
from tests.verbs.crowd import Crowd
from tests.verbs.stage import SHIPPED
from tests.verbs.test_attendance_correction import Desk as CorrectionDesk
from tests.verbs.test_entry_starts import Desk, rows
from tests.verbs.test_registers import Office
from tests.verbs.town import CAST

EXTENDING = jobs.works({extensions.KIND: jobs.Kind(extensions.chunk)})
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.mark.parametrize("filled_db", ["postgresql"], indirect=True)
def test_an_extension_and_a_calendar_over_the_same_cases_wait_for_each_other_and_both_end(filled_db, monkeypatch):
    stage = Crowd.over(filled_db("bulk_crowd", Crowd))
    monkeypatch.setattr(extensions, "AT_ONCE", 1)
    refs = sorted(stage.cases)
    about = {"reason": "Jaringan putus.", "actor": stage.actor("alice"), "key": "many-cases"}
    extensions.extend(stage.rt, refs[::-1], Longer(days=2), **about)  # the page orders by name, the other work by ref
    with ThreadPoolExecutor(2) as pool:
        # Somebody writes to a case in the middle: each of the two takes what it can, and waits there.
        with stage.rt.db.begin() as db:
            db.execute(text("SELECT id FROM cas WHERE ref = :ref FOR UPDATE"), {"ref": refs[len(refs) // 2]})
            works = [pool.submit(outbox.sweep, stage.rt, EXTENDING), pool.submit(recount, stage, refs)]
            until_both_wait(stage)
        for work in works:
            work.result(timeout=30)
    while outbox.sweep(stage.rt, EXTENDING):
        pass
    with stage.rt.db.read() as db:
        failed = db.execute(select(Outbox.last_error).where(Outbox.last_error.is_not(None))).scalars().all()
        dues = set(db.execute(select(Task.due).where(Task.key == "check")).scalars())
    assert failed == []
    assert {due[:10] for due in dues} == {"2026-03-18"}


def recount(stage, refs):
    with stage.rt.db.begin() as db:
        deadlines.recount_cases(stage.rt, db, {"cases": refs, "because": "a-calendar"})


def until_both_wait(stage, many=2):
    for _ in range(200):
        with stage.rt.db.read() as db:
            if db.execute(WAITING).scalar_one() >= many:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits for the case that is taken")


def bring(desk, register, said, way="add"):
    return entry_imports.add_rows(desk.rt, register, said, actor=desk.actor("erin"), key=new_ref(), way=way)


def late(desk, minutes):
    return [{"about": CAST["carol"], "day": desk.today.isoformat(), "answers": {"late": minutes}}]


def directing(desk):
    """What begins the tasks of a direction takes the person, then the turn of the cycle."""
    with desk.rt.db.read() as db:
        lock = entry_rights.published(desk.rt, db, "direction").register.definition.lock
        digest = next(each.digest for each in lock if each.reference == "workflow:follow_up")
        kind = desk.rt.library.workflow(db, digest).definition.period
    desk.direct()  # else the first two wait for the columns of its measures
    turn = f"start:{digest}:{starting.period(kind, desk.today)[0]}"
    return lambda db: wait_for_turn(db, turn), lambda: bring(desk, "direction", rows(desk, "Susun")), desk.direct


def first_of_a_register(desk):
    """Before the first entry no measure has its column: the turn of the entries, then that of the measures."""
    return (
        lambda db: wait_for_turn(db, "measures:presence"),
        lambda: bring(desk, "presence", late(desk, "5")),
        lambda: desk.add(by="erin", register="presence", day=desk.today.replace(day=1), late="7"),
    )


def replacing(desk):
    """The turn of the entries, then the row that ends: a correction comes too late, and is told so."""
    bring(desk, "presence", late(desk, "5"))
    with desk.rt.db.read() as db:
        (row,) = entries.of_person(db, "presence", desk.person("carol").id, "2020-01-01", "2030-01-01")

    def hold(db):
        db.execute(text("SELECT 1 FROM stream_head WHERE stream = 'register:presence' FOR UPDATE"))

    def correct():
        about = {"actor": desk.actor("erin"), "reason": "Jam mesin salah.", "key": new_ref()}
        with pytest.raises(Refused):
            registers.correct_entry(desk.rt, row.ref, {"late": "9"}, **about)

    return hold, lambda: bring(desk, "presence", late(desk, "8"), "replace"), correct


@pytest.mark.parametrize("works", [directing, first_of_a_register, replacing])
@pytest.mark.parametrize("filled_db", ["postgresql"], indirect=True)
def test_rows_of_a_program_and_an_entry_by_hand_wait_for_each_other_and_both_end(filled_db, works):
    desk = Desk.over(filled_db("entry_starts", Desk))
    hold, brings, by_hand = works(desk)
    with ThreadPoolExecutor(2) as pool:
        with desk.rt.db.begin() as db:
            hold(db)
            begun = [pool.submit(brings)]
            until_both_wait(desk, 1)  # in this order: it is the first to go on
            begun.append(pool.submit(by_hand))
            until_both_wait(desk)
        assert begun[0].result(timeout=30).created + begun[0].result().replaced == 1
        begun[1].result(timeout=30)


@pytest.mark.parametrize("filled_db", ["postgresql"], indirect=True)
def test_an_approval_that_corrects_an_entry_and_rows_that_replace_it_wait_for_each_other_and_both_end(
    filled_db, monkeypatch
):
    """The turn of the entries, then the row: the approval corrects what the rows have brought."""
    desk = CorrectionDesk.over(filled_db("attendance_correction", CorrectionDesk))
    monkeypatch.setitem(orders.WORKS, "verb.correct_entry", entry_corrections.correct_entry)
    said = {"about": CAST["carol"], "day": desk.today.isoformat()}
    add = (desk.rt, "attendance", [{**said, "answers": {"kind": "unexplained"}}])
    replace = (desk.rt, "attendance", [{**said, "answers": {"kind": "sick"}}])
    entry_imports.add_rows(*add, actor=desk.actor("alice"), key=new_ref())
    desk.fire(desk.ask(desk.today), "alice", "approve")
    about = {"actor": desk.actor("alice"), "key": new_ref(), "way": "replace"}
    with ThreadPoolExecutor(2) as pool:
        with desk.rt.db.begin() as db:
            wait_for_turn(db, "entries:attendance")
            brought = pool.submit(entry_imports.add_rows, *replace, **about)
            until_both_wait(desk, 1)  # in this order: it is the first to go on
            approved = pool.submit(orders.work, desk)
            until_both_wait(desk)
        assert brought.result(timeout=30).replaced == 1
        approved.result(timeout=30)
    assert [row.how for row in desk.day(desk.today)] == ["workflow"]
    assert len(desk.events("case.entry_corrected")) == 1


@pytest.mark.parametrize("filled_db", ["postgresql"], indirect=True)
def test_rows_that_replace_an_entry_wait_for_its_correction_before_they_touch_sums_where_nobody_has_turns(filled_db):
    """The row that ends, then streams and sums: whoever comes second is told that something moved on."""
    desk = Office.over(filled_db("register_office", Office))
    desk.publish((SHIPPED / "registers/training.yaml").read_bytes(), "training")
    first = {"name": "Bimtek", "kind": "guidance", "hours": "4"}
    carol, said = desk.actor("carol"), {"about": CAST["carol"], "day": desk.today.isoformat()}
    ref = desk.add(register="training", **first)
    correct = {"actor": carol, "reason": "Salah jam", "key": new_ref()}
    rows = [{**said, "answers": {**first, "hours": "6"}}]
    with ThreadPoolExecutor(2) as pool:
        with desk.rt.db.begin() as db:
            stream = f"person:{desk.ref('carol')}"
            db.execute(text("SELECT 1 FROM stream_head WHERE stream = :stream FOR UPDATE"), {"stream": stream})
            by_hand = pool.submit(registers.correct_entry, desk.rt, ref, {**first, "hours": "8"}, **correct)
            until_both_wait(desk, 1)  # it has the row
            about = {"actor": carol, "key": new_ref(), "way": "replace"}
            brought = pool.submit(entry_imports.add_rows, desk.rt, "training", rows, **about)
            until_both_wait(desk)
        by_hand.result(timeout=30)
        with pytest.raises(StaleCase):
            brought.result(timeout=30)
    assert desk.sums(register="training") == {desk.today.isoformat(): (1, 8_000_000, 0)}
