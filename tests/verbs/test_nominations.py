"""Nominations: who may propose and approve, how many it takes, what is refused, and that tasks follow."""

import pytest
from sqlalchemy import text

from engine import ledger, nominations, suspensions
from engine.core.errors import BadRequest, NotAllowed, NotFound, Refused
from engine.store.queries import case_lists
from engine.store.refs import new_ref
from engine.store.tables.roles import Nomination
from tests.verbs import test_acting as orders
from tests.verbs.stage import Stage

PEERS = """
kind: workflow
format: 1
key: peers
name: {id: Umpan balik rekan, en: Feedback of peers}
roles:
  employee: subject
  boss: {rule: superior_of, role: employee}
  peers: {rule: nominated, by: employee, approved_by: boss, count: 2, except: [boss]}
  friend: {rule: nominated, by: employee, else: {rule: superior_of, role: employee}}
states:
  heard:
    label: {id: Didengar, en: Heard}
    initial: true
    tasks:
      tell: {role: peers, decide: [finish]}
      hear: {role: friend, decide: [finish]}
  done: {label: {id: Selesai, en: Done}, final: true}
transitions:
  finish: {label: {id: Selesai, en: Finish}, from: heard, to: done}
"""


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


@pytest.fixture
def case(stage):
    opened = stage.open(version_ref=stage.publish(PEERS).ref)
    with stage.rt.db.read() as db:
        return case_lists.case_of(db, opened.ref, stage.person("carol").id)


def propose(stage, case, person, role="peers", by="carol", key=None):
    return nominations.propose(stage.rt, case, role, stage.ref(person), actor=stage.actor(by), key=key or new_ref())


def decide(stage, case, ref, decision="approved", by="erin", reason=""):
    told = {"actor": stage.actor(by), "reason": reason, "key": new_ref()}
    nominations.decide(stage.rt, case, ref, decision, **told)
    orders.work(stage)


def names(stage, case, role="peers"):
    return [holder.name for holder in stage.see(case).view.roles[role]]


def test_who_was_approved_holds_the_role_once_there_are_enough_and_gets_its_tasks(stage, case):
    first, second = propose(stage, case, "dan"), propose(stage, case, "bob")
    decide(stage, case, first)
    assert names(stage, case) == [], "it takes two"
    decide(stage, case, second)
    assert names(stage, case) == ["Dan", "Bob"]
    assert orders.stored(stage, case, "tell") == [("Bob", "nominated"), ("Dan", "nominated")]
    stage.fire(case, "dan", "finish")
    assert orders.leaf(stage, case)["right"] == {"rule": "nominated", "basis": first}
    assert orders.leaf(stage, case, "case.nomination_decided")["role"] == "boss"
    ledger.verify(stage.rt.db)


def test_without_approval_whoever_is_proposed_is_in_at_once_in_place_of_the_fall_back(stage, case):
    assert names(stage, case, "friend") == ["Erin"]
    propose(stage, case, "dan", role="friend")
    assert names(stage, case, "friend") == ["Dan"]


def test_what_was_refused_leaves_room_and_says_why(stage, case):
    ref = propose(stage, case, "dan")
    with pytest.raises(BadRequest):
        decide(stage, case, ref, "refused")
    decide(stage, case, ref, "refused", reason="Bukan rekan setingkat.")
    propose(stage, case, "dan")
    propose(stage, case, "bob")
    with pytest.raises(Refused) as refused:
        propose(stage, case, "mallory")
    assert refused.value.message.key == "nomination.enough"


def test_what_must_not_be_is_refused_and_nothing_is_kept(stage, case):
    for changes, error in (
        ({"person": "carol"}, Refused), ({"person": "erin"}, Refused), ({"person": "dan", "by": "erin"}, NotAllowed),
        ({"person": "dan", "role": "boss"}, NotFound), ({"person": "dan", "role": "nothing"}, NotFound),
        ({"person": "dan", "by": "mallory"}, NotFound), ({"person": "gina"}, NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            propose(stage, case, **changes)
    assert stage.count(Nomination) == 0
    ref = propose(stage, case, "dan")
    with pytest.raises(Refused):
        propose(stage, case, "dan")
    with pytest.raises(NotAllowed):
        decide(stage, case, ref, by="carol")
    decide(stage, case, ref)
    with pytest.raises(Refused):
        decide(stage, case, ref)
    with pytest.raises(NotFound):
        decide(stage, case, new_ref())


def test_nobody_gives_himself_a_role_where_nobody_approves(stage):
    by_boss = PEERS.replace("friend: {rule: nominated, by: employee", "friend: {rule: nominated, by: boss")
    opened = stage.open(version_ref=stage.publish(by_boss).ref)
    with stage.rt.db.read() as db:
        case = case_lists.case_of(db, opened.ref, stage.person("carol").id)
    with pytest.raises(Refused) as refused:
        propose(stage, case, "erin", role="friend", by="erin")
    assert refused.value.message.key == "nomination.own"
    propose(stage, case, "dan", role="friend", by="erin")


def test_nobody_approves_himself_by_an_acting_order(stage, case):
    ref = propose(stage, case, "mallory")
    orders.order(stage)
    with pytest.raises(Refused) as refused:
        decide(stage, case, ref, by="mallory")
    assert refused.value.message.key == "nomination.own"
    assert names(stage, case, "boss") == ["Mallory"], "who acts for Erin"


def test_while_a_case_is_suspended_nobody_is_proposed_and_nothing_is_decided(stage, case):
    waiting = propose(stage, case, "bob")
    suspensions.suspend(stage.rt, case, reason="Sengketa.", actor=stage.actor("alice"), key=new_ref())
    for call in (lambda: propose(stage, case, "frank"), lambda: decide(stage, case, waiting)):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.message.key == "case.suspended"


def test_the_same_key_proposes_once(stage, case):
    key = new_ref()
    assert propose(stage, case, "dan", key=key) == propose(stage, case, "dan", key=key)
    assert stage.count(Nomination) == 1


def test_the_database_keeps_a_nomination_as_it_was_recorded_and_decided(stage, case):
    decide(stage, case, propose(stage, case, "dan"))
    for attack in ("UPDATE nomination SET decision = 'refused'", "DELETE FROM nomination"):
        with pytest.raises(Exception, match="refused by nomination"), stage.rt.db.begin() as db:
            db.execute(text(attack))
