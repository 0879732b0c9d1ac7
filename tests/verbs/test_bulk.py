"""Acts on a frozen set: shown case by case before anything happens, done as shown, told, and taken back."""

import json
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from engine import bulk, bulk_doing, bulk_told, grants, ledger, people
from engine.bulk_marks import words_digest
from engine.core.case import WIB
from engine.core.errors import BadRequest, InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.times import to_text
from engine.store import apply
from engine.store.queries import bulk as queries
from engine.store.queries import case_lists
from engine.store.refs import new_ref
from engine.store.tables.ledger import Event
from engine.store.tables.notices import Notice
from tests.verbs.crowd import MANY, Crowd


@pytest.fixture
def stage(filled_db):
    return Crowd.over(filled_db("bulk_crowd", Crowd))


def kinds(stage, stream):
    with stage.rt.db.read() as db:
        return list(db.execute(select(Event.kind).where(Event.stream == stream).order_by(Event.seq)).scalars())


def test_a_preview_says_what_each_case_would_do_or_why_not_and_does_nothing(stage):
    stage.fire(stage.cases[0], "alice", "pass")
    before = stage.count()
    ref = stage.freeze()
    assert (stage.outcomes(ref), stage.set(ref).state) == ({"would": MANY - 1, "refused": 1}, "judged")
    assert (stage.told(ref, 1), stage.told(ref, 2)) == (["bulk.fire.elsewhere"], ["bulk.effect.fire"])
    assert stage.count() == before
    assert stage.states() == ["passed", *["listed"] * (MANY - 1)]
    by_supervisor = stage.freeze(transition="vouch")
    assert (stage.outcomes(by_supervisor), stage.told(by_supervisor, 2)) == ({"refused": MANY}, ["machine.not_yours"])
    with pytest.raises(Refused, match=r"bulk\.nothing_to_do"):
        stage.confirm(by_supervisor)


def test_what_was_confirmed_is_done_once_to_the_frozen_cases_and_told(stage):
    ref = stage.freeze(cases=stage.cases[:-2])
    assert stage.do(ref) == {"done": MANY - 2}
    assert stage.states() == [*["passed"] * (MANY - 2), "listed", "listed"]
    assert kinds(stage, f"bulk:{ref}") == ["bulk.run", "bulk.done"]
    assert [row[0] for row in stage.trail(stage.cases[0])] == ["case.started", "case.moved"]
    stage.confirm(ref)  # once more: nothing
    stage.work()
    assert kinds(stage, f"bulk:{ref}") == ["bulk.run", "bulk.done"]
    ledger.verify(stage.rt.db)


def test_the_same_key_freezes_one_set(stage):
    key = new_ref()
    assert stage.freeze(key=key) == stage.freeze(key=key)


def test_a_case_that_moved_since_is_skipped_and_one_that_would_do_the_same_goes_on(stage):
    ref = stage.freeze()
    stage.fire(stage.cases[0], "alice", "pass")
    for move, reason in (("pass", None), ("reopen", "Keliru.")):
        stage.fire(stage.cases[1], "alice", move, reason=reason)
    assert stage.do(ref) == {"done": MANY - 1, "skipped": 1}
    assert stage.told(ref, 1) == ["bulk.moved_since", "bulk.fire.elsewhere"]


def test_a_case_for_which_the_act_would_do_something_else_by_now_is_skipped(stage):
    given = {"role": "supervisor", "person": stage.ref("bob"), "reason": "Cuti."}
    ref = stage.freeze("reassign", **given)
    other = stage.freeze("reassign", cases=stage.cases[:1], **{**given, "person": stage.ref("dan")})
    assert stage.do(other) == {"done": 1}
    assert stage.do(ref) == {"done": MANY - 1, "skipped": 1}
    assert stage.told(ref, 1) == ["bulk.now_does"]


def test_a_right_that_was_taken_meanwhile_is_refused_case_by_case(stage):
    ref = stage.freeze(by="dan")
    stage.confirm(ref, by="dan")
    with stage.rt.db.read() as db:
        held = db.execute(
            text("SELECT ref FROM access_grant WHERE person_id = :dan"), {"dan": stage.person("dan").id}
        ).scalar_one()
    grants.revoke_grant(stage.rt, actor=stage.actor("alice"), grant_ref=held)
    stage.work()
    assert stage.outcomes(ref) == {"refused": MANY}
    assert stage.set(ref).state == "done"
    assert stage.states() == ["listed"] * MANY


def test_who_has_left_meanwhile_does_nothing_more_and_each_case_says_so(stage):
    ref = stage.freeze(by="dan")
    stage.confirm(ref, by="dan")
    people.set_active(stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("dan"), active=False)
    stage.work()
    assert (stage.outcomes(ref), stage.told(ref, 1)) == ({"refused": MANY}, ["jobs.asker_gone"])


def test_two_sets_over_the_same_cases_act_on_each_case_once(stage):
    sets = [stage.freeze(), stage.freeze()]
    for ref in sets:
        stage.confirm(ref)
    with ThreadPoolExecutor(2) as pool:
        wait([pool.submit(stage.work) for _ in range(2)])
    stage.work()
    done = [stage.outcomes(ref).get("done", 0) for ref in sets]
    assert sum(done) == MANY
    assert all([row[0] for row in stage.trail(case)] == ["case.started", "case.moved"] for case in stage.cases)
    ledger.verify(stage.rt.db)


class Killed(BaseException):
    """The process is gone: nothing of ours gets to catch it."""


def test_a_process_that_is_killed_on_the_way_doubles_nothing_and_leaves_nothing_out(stage, monkeypatch):
    ref = stage.freeze()
    stage.confirm(ref)
    does, done = bulk_doing._do, []

    def until_killed(rt, found, actor, item):
        does(rt, found, actor, item)
        done.append(item.number)
        if len(done) == 2:
            raise Killed

    monkeypatch.setattr(bulk_doing, "_do", until_killed)
    with pytest.raises(Killed):
        stage.work()
    monkeypatch.undo()
    assert stage.outcomes(ref) == {"done": 2, "would": MANY - 2}
    stage.wait(minutes=2)  # the lease of the dead one ends
    stage.work()
    assert stage.outcomes(ref) == {"done": MANY}
    assert all([row[0] for row in stage.trail(case)] == ["case.started", "case.moved"] for case in stage.cases)


def test_many_cases_are_previewed_by_a_job_and_their_number_has_to_be_typed(stage, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    monkeypatch.setattr(bulk, "TYPED_ABOVE", 4)
    ref = stage.freeze()
    assert (stage.set(ref).state, stage.outcomes(ref)) == ("judging", {"waiting": MANY})
    with pytest.raises(Refused, match=r"bulk\.not_judged"):
        stage.confirm(ref)
    stage.work()
    assert (stage.set(ref).state, stage.outcomes(ref), stage.job().state) == ("judged", {"would": MANY}, "done")
    with pytest.raises(InvalidSubmission):
        stage.confirm(ref, typed=str(MANY - 1))
    assert stage.do(ref, typed=f" {MANY} ") == {"done": MANY}


def test_what_was_done_is_taken_back_after_it_was_shown_where_a_way_leads_back(stage):
    ref = stage.freeze()
    stage.do(ref)
    stage.fire(stage.cases[0], "alice", "close")
    back = stage.undo(ref)
    assert stage.outcomes(back) == {"would": MANY - 1, "refused": 1}
    assert (stage.told(back, 1), stage.told(back, 2)) == (["bulk.undo.moved_on"], ["bulk.effect.unfire"])
    assert stage.states()[1:] == ["passed"] * (MANY - 1)
    assert stage.do(back) == {"done": MANY - 1, "refused": 1}
    assert stage.states() == ["closed", *["listed"] * (MANY - 1)]
    assert stage.outcomes(ref) == {"done": 1, "undone": MANY - 1}
    with pytest.raises(Refused, match=r"bulk\.undo\.not_over"):
        stage.undo(back)
    ledger.verify(stage.rt.db)


def test_a_role_goes_to_somebody_else_in_all_cases_and_back(stage):
    def holders():
        return {holder.name for case in stage.cases for holder in stage.see(case).view.roles["supervisor"]}

    ref = stage.freeze("reassign", role="supervisor", person=stage.ref("bob"), reason="Atasan cuti.")
    assert holders() == {"Erin"}
    assert (stage.do(ref), holders()) == ({"done": MANY}, {"Bob"})
    assert {task.holders[0].name for task in stage.see(stage.cases[3]).view.tasks if task.key == "look"} == {"Bob"}
    assert (stage.do(stage.undo(ref)), holders()) == ({"done": MANY}, {"Erin"})
    assert stage.outcomes(ref) == {"undone": MANY}
    ledger.verify(stage.rt.db)


def test_undoing_has_its_time_and_happens_once(stage):
    ref = stage.freeze()
    stage.do(ref)
    one, two = stage.undo(ref), stage.undo(ref)
    assert stage.do(one) == {"done": MANY}
    assert stage.do(two) == {"skipped": MANY}
    assert stage.told(two, 1) == ["bulk.moved_since", "bulk.undo.already"]
    again = stage.freeze()
    stage.do(again)
    back = stage.undo(again)
    stage.wait(hours=24, seconds=1)
    for late in (lambda: stage.undo(again), lambda: stage.confirm(back)):
        with pytest.raises(Refused, match=r"bulk\.undo\.too_late"):
            late()


def test_a_set_is_its_makers_and_nobody_freezes_what_he_does_not_oversee(stage):
    ref = stage.freeze(by="dan")
    with pytest.raises(NotAllowed, match=r"bulk\.not_yours"):
        stage.confirm(ref, by="gina")
    with pytest.raises(BadRequest):
        bulk.confirm(stage.rt, ref, actor=stage.actor("dan"), digest="0" * 64)
    mine = stage.freeze()
    with pytest.raises(NotFound):
        stage.confirm(mine, by="dan")
    with pytest.raises(NotAllowed):
        stage.freeze(by="carol")
    far = stage.open("post == 'clerk_south'")
    with stage.rt.db.read() as db:
        south = db.execute(text("SELECT ref FROM cas WHERE cycle_id = (SELECT id FROM cycle WHERE ref = :ref)"),
                           {"ref": far.ref}).scalar_one()  # fmt: skip
    with pytest.raises(NotFound):
        stage.freeze(by="dan", cases=[*stage.cases, south])
    for cases, why in (([], r"bulk\.none"), (["x"] * 10_001, r"bulk\.too_many")):
        with pytest.raises(Refused, match=why):
            stage.freeze(cases=cases)


def test_a_set_is_dropped_or_ended_and_says_so(stage):
    ref = stage.freeze()
    bulk.drop(stage.rt, ref, actor=stage.actor("alice"))
    with pytest.raises(Refused, match=r"bulk\.over"):
        stage.confirm(ref)
    running = stage.freeze()
    stage.confirm(running)
    with pytest.raises(Refused, match=r"bulk\.still_runs"):
        bulk.end(stage.rt, running, actor=stage.actor("alice"))
    bulk.jobs.cancel(stage.rt, stage.job().ref, actor=stage.actor("alice"))
    bulk.end(stage.rt, running, actor=stage.actor("alice"))
    assert (stage.outcomes(running), stage.told(running, 1)) == ({"skipped": MANY}, ["bulk.ended_before"])


def test_sets_that_nobody_confirmed_are_forgotten(stage):
    old, kept = stage.freeze(), stage.freeze()
    stage.do(kept)
    stage.wait(days=31)
    stage.freeze()
    with stage.rt.db.read() as db:
        refs = set(db.execute(text("SELECT ref FROM bulk_set")).scalars())
    assert old not in refs
    assert kept in refs


FORGERIES = {
    "another version": "UPDATE bulk_item SET version = 9 WHERE number = 1 AND set_id = {id}",
    "one case less": "DELETE FROM bulk_item WHERE number = 1 AND set_id = {id}",
    "another act": "UPDATE bulk_set SET body = '{{}}' WHERE id = {id}",
    "an event of another case": "UPDATE bulk_item SET event_ref = (SELECT event_ref FROM bulk_item WHERE number = 2 "
    "AND set_id = {id}) WHERE number = 1 AND set_id = {id}",
    "done, and no event": "UPDATE bulk_item SET event_ref = NULL WHERE number = 1 AND set_id = {id}",
}


def test_the_audit_finds_sets_that_are_not_as_they_were_confirmed(stage):
    sets = {}
    for number, forgery in enumerate(FORGERIES):
        sets[forgery] = stage.freeze(cases=stage.cases[:2], transition="reopen" if number % 2 else "pass", reason="Ya.")
        stage.do(sets[forgery])
    ledger.verify(stage.rt.db)
    ids = {forgery: stage.set(ref).id for forgery, ref in sets.items()}
    for forgery, statement in FORGERIES.items():
        with pytest.raises(IntegrityError, match="bulk_"), stage.rt.db.begin() as db:
            db.exec_driver_sql(statement.format(id=ids[forgery]))
    with stage.rt.db.begin() as db:
        for guard in ("bulk_item_kept", "bulk_item_no_delete", "bulk_set_kept", "bulk_set_words"):
            on = f" ON {guard[:9].rstrip('_')}" if db.dialect.name == "postgresql" else ""
            db.execute(text(f"DROP TRIGGER {guard}{on}"))
        for forgery, statement in FORGERIES.items():
            db.exec_driver_sql(statement.format(id=ids[forgery]))
    found = [problem.params["record"] for problem in ledger.problems(stage.rt.db)]
    assert sorted(found) == sorted(f"bulk_set:{ref}" for ref in sets.values())


def test_whoever_has_the_cases_is_reminded_once_a_day_and_nothing_takes_that_back(stage):
    before = stage.count(Notice)
    ref = stage.freeze("remind", reason="Besok batasnya.")
    assert (stage.outcomes(ref), stage.count(Notice)) == ({"would": MANY}, before)
    assert stage.do(ref) == {"done": MANY}
    with stage.rt.db.read() as db:
        told = list(db.execute(select(Notice.person_id).where(Notice.kind == "task.remind")).scalars())
    assert (len(told), stage.person("erin").id in told) == (3 * MANY, True)  # of two in HR, and erin
    again = stage.freeze("remind")
    assert (stage.outcomes(again), stage.told(again, 1)) == ({"refused": MANY}, ["notices.reminded_today"])
    with pytest.raises(Refused, match=r"bulk\.undo\.never\.remind"):
        stage.undo(ref)
    ledger.verify(stage.rt.db)


def dues(stage):
    tasks = [task for case in stage.cases for task in stage.see(case).view.tasks if task.key == "check"]
    return {str(task.due.astimezone(WIB).date()) for task in tasks}


def test_deadlines_are_put_off_and_back_while_the_former_day_is_to_come(stage):
    assert dues(stage) == {"2026-03-16"}
    ref = stage.freeze("extend", days="5", reason="Jaringan putus.")
    assert (stage.outcomes(ref), dues(stage)) == ({"would": MANY}, {"2026-03-16"})
    (words,) = bulk_told.read_words(stage.items(ref)[0].words)
    assert words.params == {"was": date(2026, 3, 16), "to": date(2026, 3, 23), "count": 1}
    assert (stage.do(ref), dues(stage)) == ({"done": MANY}, {"2026-03-23"})
    assert (stage.do(stage.undo(ref)), dues(stage)) == ({"done": MANY}, {"2026-03-16"})
    until = stage.freeze("extend", until="2026-04-01", reason="Jaringan putus.")
    stage.do(until)
    more = stage.freeze("extend", cases=stage.cases[:1], days="1", reason="Lagi.")
    stage.do(more)
    back = stage.undo(until)
    assert (stage.outcomes(back), stage.told(back, 1)) == (
        {"would": MANY - 1, "refused": 1},
        ["putting_back.moved_since"],
    )
    ledger.verify(stage.rt.db)


def test_an_extension_that_says_nothing_or_too_much_freezes_nothing(stage):
    for said in ({}, {"days": "5", "until": "2026-04-01"}, {"days": "0"}, {"until": "nie"}, {"until": "9999-12-31"}):
        with pytest.raises(InvalidSubmission):
            stage.freeze("extend", reason="Ya.", **said)


def test_whoever_lost_the_right_over_the_cases_sees_no_names_of_a_set_that_he_made(stage):
    give = {"person_ref": stage.ref("bob"), "starts_on": date(2026, 1, 1), "role": "admin"}
    north = grants.grant(stage.rt, actor=stage.actor("alice"), unit_ref=stage.unit("north").ref, **give)
    ref = stage.freeze(by="bob")
    grants.grant(stage.rt, actor=stage.actor("alice"), unit_ref=stage.unit("south").ref, **give)

    def read():
        bob = stage.actor("bob")
        with stage.rt.db.read() as db:
            row, within = queries.seen(db, bob, ref), case_lists.cases_in_scope(db, bob)
            causes = sum(each.cases for each in queries.causes(db, row.id, within))
            return len(queries.page(db, row.id, within)), causes, queries.outside(db, row.id, within)

    assert read() == (MANY, MANY, 0)
    grants.revoke_grant(stage.rt, actor=stage.actor("alice"), grant_ref=north)
    assert read() == (0, 0, MANY)


def test_the_reason_of_a_set_is_erased_with_leave_and_the_audit_still_knows_its_cases(stage):
    kept, gone, forged = (stage.freeze("remind", cases=[case], reason="Rahasia.") for case in stage.cases[:3])
    for ref in (kept, gone, forged):
        stage.do(ref)
    for ref in (gone, forged):
        found = stage.set(ref)
        left = json.dumps({"erased": words_digest(bytes(found.seed), json.loads(found.body))}, separators=(",", ":"))
        with stage.rt.db.begin() as db:
            erase(db, stage, f"bulk_set:{ref}")
            put = "UPDATE bulk_set SET body = :body, seed = :seed WHERE ref = :ref"
            db.execute(text(put), {"body": left, "seed": b"", "ref": ref})
    ledger.verify(stage.rt.db)
    with stage.rt.db.begin() as db:
        on = " ON bulk_item" if db.dialect.name == "postgresql" else ""
        db.execute(text(f"DROP TRIGGER bulk_item_kept{on}"))
        db.execute(text("UPDATE bulk_item SET version = 9 WHERE set_id = :id"), {"id": stage.set(forged).id})
    assert [each.params["record"] for each in ledger.problems(stage.rt.db)] == [f"bulk_set:{forged}"]


def erase(db, stage, record):
    """The leave to erase a record: by one person, with another's consent."""
    asked, by = stage.person("alice"), stage.person("gina")
    said = {"record": record, "requested_by": asked.ref, "approved_by": by.ref}
    at = stage.rt.clock()
    event = apply.append_event(
        db, stream="system", kind="record.erased", at=at, actor=stage.actor("gina"), public=said,
        private={"ground": "JRA"}, product=stage.rt.version,
    )  # fmt: skip
    row = {"record": record, "asked": asked.id, "by": by.id, "at": to_text(at), "event": event.ref}
    db.execute(text("INSERT INTO erasure (record, ground, requested_by, approved_by, at, event_ref) "
                    "VALUES (:record, 'JRA', :asked, :by, :at, :event)"), row)  # fmt: skip
