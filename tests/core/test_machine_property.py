"""What is offered is what is accepted: `available` says allowed exactly where `fire` succeeds.

Over random valid definitions and cases, 4 × 1,300 of them, each with everybody: people who hold roles or none, a
stranger, the system.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core import machine
from engine.core.effects import CloseTasks, FinishTask, OpenTask
from engine.core.errors import NotAllowed, Refused
from engine.core.reading.compiled import bind
from engine.core.reading.lint import lint
from tests.core.tiny import CATALOG, LISTS
from tests.core.workflow_strategies import ACTORS, cases, definitions

PARTS = 4
OUTSIDERS = ACTORS[-2:]  # the stranger and the system
EXAMPLES = 1300
often = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def flow_of(definition):
    found = bind(definition, CATALOG, LISTS)
    assert found.workflow is not None, found.problems
    return found.workflow


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_offered_is_what_is_accepted(part):
    seen: Counter[str] = Counter()

    @often
    @given(st.data())
    def holds(data):
        flow = flow_of(data.draw(definitions()))
        case = data.draw(cases(flow))
        seen["examples"] += 1
        for actor in ACTORS:
            seen.update(assert_offered_is_accepted(flow, case, actor))

    holds()
    assert seen["examples"] >= EXAMPLES
    # Each outcome came up often enough for the property to mean something.
    assert min(seen[outcome] for outcome in ("fired", "refused", "not allowed")) > EXAMPLES / 4


def assert_offered_is_accepted(flow, case, actor):
    """Try every transition; answers with how each came out."""
    offers = {offer.transition: offer for offer in machine.available(flow, case, actor)}
    assert not offers or actor not in OUTSIDERS
    for key, move in flow.moves.items():
        outcome = tried(flow, case, actor, key, "because" if move.spec.reason == "required" else None)
        assert outcome == expected(offers.get(key))
        if move.spec.reason == "required":
            assert tried(flow, case, actor, key, None)[0] != "fired"
        yield outcome[0]


def tried(flow, case, actor, key, reason):
    """How firing came out: fired, refused with these messages, or not allowed. What it decided is looked at, too."""
    try:
        decision = machine.fire(flow, case, actor, key, reason=reason)
    except Refused as refused:
        return "refused", refused.refusals
    except NotAllowed:
        return "not allowed", ()
    check(flow, case, actor, decision)
    return "fired", ()


def expected(offer):
    if offer is None:
        return "not allowed", ()
    return ("fired", ()) if offer.allowed else ("refused", offer.refusals)


def check(flow, case, actor, decision):
    """A decision leaves no task of the old state open, opens those of the new one, and names the actor's own right."""
    assert decision.from_state == case.state
    assert decision.right.person_id == actor.person_id
    ended = {e.ref for e in decision.effects if isinstance(e, FinishTask)}
    ended |= {ref for e in decision.effects if isinstance(e, CloseTasks) for ref in e.refs}
    assert ended == {task.ref for task in case.tasks if task.state == "open"}
    opened = [effect.key for effect in decision.effects if isinstance(effect, OpenTask)]
    assert opened == [spec.key for spec in flow.tasks(decision.to_state)]
    assert all(asked.verdict.allowed for asked in decision.asked)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(definitions())
def test_the_random_definitions_are_valid(definition):
    assert [problem for problem in lint(definition) if not problem.warning] == []
    assert flow_of(definition).definition is definition


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_settling_ends_and_leaves_nothing_that_would_happen_by_itself_unless_it_goes_round(data):
    flow = flow_of(data.draw(definitions()))
    decisions, after = machine.cascade(flow, data.draw(cases(flow)))
    assert len(decisions) <= len(flow.states)
    assert all(decision.automatic and decision.right is None for decision in decisions)
    if len(decisions) < len(flow.states):
        assert machine.settle(flow, after) is None
