"""Acting orders: what is refused, who holds tasks meanwhile and afterwards, both names on each act, and the audit."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text

from engine import acting, audit_roles, holders, ledger, outbox, repairs
from engine.acting import Reach
from engine.core.errors import EngineError, InvalidSubmission, NotAllowed, NotFound, Refused, StaleCase
from engine.core.times import to_text
from engine.store.queries import ledger as queries
from engine.store.queries import ledger_roles
from engine.store.refs import new_ref
from engine.store.tables.cases import Task, TaskHolder
from engine.store.tables.ledger import Event
from engine.store.tables.people import Person
from engine.store.tables.roles import ActingOrder
from engine.store.tables.work import Outbox
from tests.verbs.stage import PLAN, Stage

TODAY, LATER = date(2026, 3, 2), date(2026, 3, 9)
WORKS = {"holders.reresolve": holders.reresolve, "holders.rehold": holders.rehold}


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


def order(stage, person="erin", deputy="mallory", by="alice", **rest):
    """Mallory acts for Erin for a week, unless the test says otherwise."""
    told = {"kind": "plh", "number": "800/12/BKPSDM", "starts_on": TODAY, "ends_on": LATER, **rest}
    people = {"person_ref": stage.ref(person), "deputy_ref": stage.ref(deputy)}
    return acting.record_order(stage.rt, actor=stage.actor(by), **people, **told)


def work(stage):
    """Do all the work that is due by the clock of the town."""
    while True:
        with stage.rt.db.read() as db:
            ready = select(Outbox.id).where(Outbox.state == "ready", Outbox.next_at <= to_text(stage.now))
            rows = list(db.execute(ready.order_by(Outbox.id)).scalars())
        if not rows:
            return
        for row in rows:
            outbox.run(stage.rt, row, WORKS)


def stored(stage, case, key):
    """Who has an open task in his inbox, by rule."""
    with stage.rt.db.read() as db:
        query = select(Person.name, TaskHolder.rule).join(TaskHolder, TaskHolder.person_id == Person.id)
        query = query.join(Task, Task.id == TaskHolder.task_id).where(Task.key == key, Task.state == "open")
        found = db.execute(query.order_by(Person.name)).all()
    return [tuple(row) for row in found]


def leaf(stage, case, kind="case.moved"):
    with stage.rt.db.read() as db:
        query = select(Event.leaf).where(Event.stream == f"case:{case}", Event.kind == kind)
        return json.loads(db.execute(query.order_by(Event.seq.desc()).limit(1)).scalar_one())


REFUSED = {
    "for himself": ({"deputy": "erin"}, InvalidSubmission, "deputy"),
    "for no day": ({"ends_on": TODAY}, InvalidSubmission, "ends_on"),
    "ends before it begins": ({"ends_on": date(2026, 3, 1)}, InvalidSubmission, "ends_on"),
    "of a strange kind": ({"kind": "boss"}, InvalidSubmission, "kind"),
    "without a number": ({"number": "  "}, InvalidSubmission, "number"),
    "the actor is absent": ({"person": "alice"}, NotAllowed, ""),
    "the actor acts": ({"deputy": "alice"}, NotAllowed, ""),
    "by no admin": ({"by": "erin"}, NotAllowed, ""),
    "by an auditor": ({"by": "frank"}, NotAllowed, ""),
    "a deputy outside": ({"by": "dan", "deputy": "mallory"}, NotFound, ""),
    "rights that reach further": ({"by": "dan", "person": "bob", "deputy": "carol"}, NotAllowed, ""),
}


def test_an_order_that_must_not_be_is_refused_and_nothing_is_kept(stage):
    for what, (changes, error, where) in REFUSED.items():
        with pytest.raises(EngineError) as refused:
            order(stage, **changes)
        assert type(refused.value) is error, what
        assert not where or where in refused.value.errors, what
    assert stage.count(ActingOrder) == 0


def test_two_orders_of_one_person_never_reach_the_same_on_one_day(stage):
    order(stage, reach=Reach(workflows=("basic_cycle",)))
    for reach in (Reach(), Reach(workflows=("basic_cycle", "other")), Reach(roles=("supervisor",))):
        with pytest.raises(Refused) as refused:
            order(stage, deputy="dan", starts_on=date(2026, 3, 8), ends_on=None, reach=reach)
        assert refused.value.message.params["deputy"] == "Mallory"
    order(stage, deputy="dan", reach=Reach(workflows=("other",)))
    order(stage, deputy="dan", starts_on=LATER, ends_on=None)
    assert stage.count(ActingOrder) == 3


def test_the_same_key_records_an_order_once(stage):
    key = new_ref()
    assert order(stage, once=key) == order(stage, once=key)
    assert stage.count(ActingOrder) == 1


def test_open_tasks_follow_the_order_and_come_back_when_it_ends(stage):
    case = stage.case()
    order(stage, starts_on=date(2026, 3, 4))
    work(stage)
    assert stored(stage, case, "decide_plan") == [("Erin", "superior_of")], "it has not begun"
    stage.now = datetime(2026, 3, 3, 16, 30, tzinfo=UTC)  # past midnight in Makassar, not yet in Jakarta
    work(stage)
    assert stored(stage, case, "decide_plan") == [("Mallory", "acting")]
    assert [holder.name for holder in stage.see(case).view.roles["supervisor"]] == ["Mallory"]
    stage.now = datetime(2026, 3, 8, 16, 30, tzinfo=UTC)
    work(stage)
    assert stored(stage, case, "decide_plan") == [("Erin", "superior_of")]
    assert [row[0] for row in stage.trail(case)].count("case.reheld") == 2


def test_an_order_that_begins_today_moves_the_tasks_at_once_and_new_ones_open_with_the_deputy(stage):
    case = stage.case()
    order(stage)
    work(stage)
    assert stored(stage, case, "decide_plan") == [("Mallory", "acting")]
    stage.send(case, "carol", "write_plan", PLAN)
    stage.fire(case, "mallory", "approve")
    assert stored(stage, case, "adjust_plan") == [("Mallory", "acting")]


def test_every_act_names_both_people_and_the_order(stage):
    case, ref = stage.case(), order(stage)
    stage.send(case, "carol", "write_plan", PLAN)
    stage.fire(case, "mallory", "approve")
    said = leaf(stage, case)
    assert (said["by"], said["for"], said["role"]) == (stage.ref("mallory"), stage.ref("erin"), "supervisor")
    assert said["right"]["rule"] == "acting"
    assert said["right"]["basis"] == ref
    assert said["right"]["of"]["rule"] == "superior_of"
    assert leaf(stage, case, "form.submitted")["for"] is None
    ledger.verify(stage.rt.db)


def test_meanwhile_the_absent_one_sees_the_case_and_may_not_act_in_it(stage):
    case = stage.case()
    stage.send(case, "carol", "write_plan", PLAN)
    order(stage)
    assert stage.see(case, "erin").view.roles_of(stage.actor("erin")) == ()
    with pytest.raises(NotAllowed):
        stage.fire(case, "erin", "approve")


def test_an_order_that_has_expired_is_refused_at_once_also_before_the_tasks_have_come_back(stage):
    case = stage.case()
    stage.send(case, "carol", "write_plan", PLAN)
    order(stage)
    work(stage)
    stage.now = datetime(2026, 3, 8, 15, 59, tzinfo=UTC)  # 23:59 in Makassar
    assert stage.see(case, "mallory").view.roles_of(stage.actor("mallory")) == ("supervisor",)
    stage.wait(minutes=1)
    with pytest.raises(NotAllowed):
        stage.fire(case, "mallory", "approve", seen=1)
    assert stored(stage, case, "decide_plan") == [("Mallory", "acting")], "nothing has turned it yet"
    stage.fire(case, "erin", "approve")


def test_an_order_that_is_ended_early_ends_at_once_and_only_once(stage):
    case, ref = stage.case(), order(stage)
    work(stage)
    end = {"actor": stage.actor("alice"), "order_ref": ref, "ends_on": TODAY}
    new = acting.end_order(stage.rt, **end)
    work(stage)
    assert stored(stage, case, "decide_plan") == [("Erin", "superior_of")]
    with pytest.raises((StaleCase, Refused)):
        acting.end_order(stage.rt, **end)
    with pytest.raises(Refused):
        acting.end_order(stage.rt, actor=stage.actor("alice"), order_ref=new, ends_on=LATER)
    with pytest.raises(NotFound):
        acting.end_order(stage.rt, actor=stage.actor("alice"), order_ref=new_ref(), ends_on=TODAY)
    order(stage, deputy="dan")
    ledger.verify(stage.rt.db)


def test_nobody_rates_himself_through_an_order(stage):
    case = stage.case()
    stage.send(case, "carol", "write_plan", PLAN)
    order(stage, deputy="carol")
    assert [holder.name for holder in stage.see(case).view.roles["supervisor"]] == ["Erin"]
    with pytest.raises(NotAllowed):
        stage.fire(case, "carol", "approve")


def test_an_order_reaches_only_the_workflows_and_roles_that_it_names(stage):
    case = stage.case()
    order(stage, reach=Reach(roles=("panel",)))
    assert [holder.name for holder in stage.see(case).view.roles["supervisor"]] == ["Erin"]
    order(stage, deputy="dan", reach=Reach(workflows=("basic_cycle",), roles=("supervisor",)))
    assert [holder.name for holder in stage.see(case).view.roles["supervisor"]] == ["Dan"]


def test_a_deputy_who_leaves_is_not_followed(stage):
    case = stage.case()
    order(stage)
    with stage.rt.db.begin() as db:
        db.execute(text("UPDATE person SET active = false WHERE name = 'Mallory'"))
    assert [holder.name for holder in stage.see(case).view.roles["supervisor"]] == ["Erin"]


def test_whoever_was_put_in_a_place_can_be_represented_too(stage):
    case = stage.case()
    task = stage.task(case, "decide_plan")
    repairs.reassign(
        stage.rt, task.ref, stage.ref("dan"), actor=stage.actor("alice"), reason="Pindah tugas.", key=new_ref()
    )
    order(stage, person="dan")
    (held,) = stage.see(case).view.roles["supervisor"]
    assert (held.name, held.instead_of.name, held.instead_of.rule) == ("Mallory", "Dan", "reassigned")


def test_the_database_keeps_an_order_as_it_was_recorded(stage):
    order(stage)
    for attack in ("UPDATE acting_order SET ends_on = '2030-01-01'", "DELETE FROM acting_order"):
        with pytest.raises(Exception, match="refused by acting_order"), stage.rt.db.begin() as db:
            db.execute(text(attack))


@pytest.mark.parametrize("change", ["number = '1'", "deputy_id = (SELECT id FROM person WHERE name = 'Carol')"])
def test_the_audit_finds_an_order_that_was_changed_behind_the_database(stage, change):
    order(stage)
    _untriggered(stage, f"UPDATE acting_order SET {change}")
    with pytest.raises(EngineError) as found:
        ledger.verify(stage.rt.db)
    assert found.value.message.params["what"].key == "ledger.what.acting_order"


def test_the_audit_recomputes_the_right_of_who_acted_for_another(stage):
    case, ref = stage.case(), order(stage)
    stage.send(case, "carol", "write_plan", PLAN)
    stage.fire(case, "mallory", "approve")
    with stage.rt.db.read() as db:
        told = audit_roles.Orders()
        for row in queries.events(db):
            audit_roles.tell(told, row)
        zones = ledger_roles.zones(db)
    (act,) = told.acts
    assert not list(audit_roles.wrong_acts(told, zones))
    said = told.said[ref]
    for changes in (
        {"deputy": "somebody"}, {"person": "somebody"}, {"starts_on": "2026-03-03"}, {"ends_on": "2026-03-02"},
        {"superseded": "newer"},
    ):  # fmt: skip
        newer = {"newer": {"recorded_at": act.at}}
        assert list(audit_roles.wrong_acts(replace(told, said={ref: {**said, **changes}, **newer}), zones)) == [act]
    assert list(audit_roles.wrong_acts(replace(told, said={}), zones)) == [act]


def _untriggered(stage, statement):
    """What somebody does who holds the database itself."""
    with stage.rt.db.begin() as db:
        if db.dialect.name == "sqlite":
            db.execute(text("DROP TRIGGER acting_order_once"))
        else:
            db.execute(text("ALTER TABLE acting_order DISABLE TRIGGER ALL"))
        db.execute(text(statement))
