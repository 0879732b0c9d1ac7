"""Offering, firing, settling, beginning and submitting, on small definitions."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.core import machine
from engine.core.case import CANCELLED, SYSTEM, Outcome
from engine.core.effects import CloseTasks, Enqueue, FinishTask, OpenTask, SetValue
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.messages import Message, Text
from tests.core.tiny import actor, case, person, task, workflow

CAROL, BOB, ERIN = actor(1), actor(2), actor(3)

DOCUMENT = {
    "states": {
        "open": {
            "initial": True,
            "tasks": [
                {"key": "write", "role": "employee", "fill": "plan", "due": {"on": "01-31", "of": "period"}},
                {"key": "more", "role": "employee", "fill": "extra", "optional": True},
                {
                    "key": "decide",
                    "role": "supervisor",
                    "decide": ["approve", "send_back"],
                    "after": ["write"],
                    "label": {"id": "Putuskan", "en": "Decide"},
                },
                {"key": "give_up", "role": "employee", "decide": ["withdraw"]},
            ],
        },
        "approved": {"tasks": [{"key": "use", "role": "employee", "fill": "extra"}]},
        "closed": {"final": True},
    },
    "transitions": {
        "approve": {
            "label": {"id": "Setujui", "en": "Approve"},
            "from": "open",
            "to": "approved",
            "when": "plan.weight == 100",
            "otherwise": {"id": "Jumlahnya harus 100.", "en": "It must be 100."},
            "guards": ["tasks_done", {"not_same_person": {"roles": ["employee", "supervisor"]}}],
            "jobs": [{"bell": {"loud": True}}],
        },
        "send_back": {"from": "open", "to": "open", "reason": "required"},
        "withdraw": {"from": "open", "to": "closed", "reason": "optional"},
        "expire": {"from": "approved", "to": "closed", "automatic": True, "when": "extra.done == 'yes'"},
    },
    "forms": {
        "plan": {"sections": {"s": {"fields": {"weight": {"type": "number", "required": True}}}}},
        "extra": {"sections": {"s": {"fields": {"done": {"type": "text"}}}}},
    },
    "results": {"figure": {"method": "echo", "value": "plan.weight"}},
}
FLOW = workflow(DOCUMENT)
ALL_OPEN = tuple(task(key) for key in ("write", "more", "decide", "give_up"))
WRITTEN = tuple(task(key, "done" if key == "write" else "open") for key in ("write", "more", "decide", "give_up"))
READY = case(tasks=WRITTEN, answers={"plan": {"weight": Decimal(100)}})
HALF = case(tasks=WRITTEN, answers={"plan": {"weight": Decimal(50)}})


def offers(found, who):
    return {offer.transition: offer for offer in machine.available(FLOW, found, who)}


def test_only_who_holds_the_role_of_an_open_task_is_offered_its_transitions():
    assert list(offers(READY, BOB)) == ["approve", "send_back"]
    assert list(offers(READY, CAROL)) == ["withdraw"]
    assert offers(READY, ERIN) == {}
    assert offers(READY, SYSTEM) == {}


def test_an_offer_says_by_which_task_and_role_and_whether_a_reason_is_asked():
    offer = offers(READY, BOB)["send_back"]
    assert (offer.task_ref, offer.role, offer.allowed, offer.reason) == ("t-decide", "supervisor", True, "required")


def test_a_closed_task_offers_nothing():
    closed = case(tasks=tuple(replace(each, state="closed") for each in WRITTEN))
    assert offers(closed, BOB) == {}


def test_an_offer_that_is_not_possible_now_carries_every_reason_why_not():
    both = case(tasks=ALL_OPEN, roles={"employee": (person(2),), "supervisor": (person(2),)})
    offer = offers(both, BOB)["approve"]
    assert not offer.allowed
    assert [message.key for message in offer.refusals] == [
        "machine.waits_for",
        "machine.otherwise",
        "guard.tasks_done",
        "guard.not_same_person",
    ]
    with pytest.raises(Refused) as refused:
        machine.fire(FLOW, both, BOB, "approve")
    assert refused.value.refusals == offer.refusals


def test_a_condition_that_fails_speaks_with_the_words_of_its_author():
    (message,) = offers(HALF, BOB)["approve"].refusals
    assert message == Message("machine.otherwise", text=Text("Jumlahnya harus 100.", "It must be 100."))


def test_a_form_that_nobody_sent_does_not_meet_a_condition():
    nothing = case(tasks=WRITTEN)
    assert not offers(nothing, BOB)["approve"].allowed


def test_firing_decides_who_by_which_right_why_and_what_follows():
    decision = machine.fire(FLOW, READY, BOB, "approve")
    assert (decision.transition, decision.from_state, decision.to_state) == ("approve", "open", "approved")
    assert (decision.role, decision.right, decision.task, decision.automatic) == (
        "supervisor",
        person(2, "superior_of"),
        "t-decide",
        False,
    )
    assert [asked.name for asked in decision.asked] == ["when", "tasks_done", "not_same_person"]
    assert decision.asked[0].verdict.inputs == {"plan.weight": "100"}
    assert decision.effects == (
        FinishTask("t-decide"),
        CloseTasks(("t-more", "t-give_up")),
        SetValue("figure", "100", {"of": "plan.weight"}),
        OpenTask("use", "employee", "extra", None, (person(1),)),
        Enqueue("bell", {"loud": True}),
    )


def test_firing_changes_nothing_that_it_was_given():
    before = repr(READY)
    machine.fire(FLOW, READY, BOB, "approve")
    assert repr(READY) == before
    assert FLOW.machine.models == []


@pytest.mark.parametrize("who", [CAROL, ERIN, SYSTEM])
def test_nobody_else_may_fire_it(who):
    with pytest.raises(NotAllowed):
        machine.fire(FLOW, READY, who, "approve")


def test_a_right_that_was_lost_today_is_no_right():
    later = replace(READY, roles={**READY.roles, "supervisor": (person(3),)})
    with pytest.raises(NotAllowed):
        machine.fire(FLOW, later, BOB, "approve")
    assert machine.fire(FLOW, later, ERIN, "approve").right == person(3)


def test_a_transition_that_is_not_declared_is_not_found():
    with pytest.raises(NotFound):
        machine.fire(FLOW, READY, BOB, "approve_all" * 100)


def test_an_automatic_transition_is_nobodys_to_fire():
    approved = case(state="approved", tasks=(task("use"),), answers={"extra": {"done": "yes"}})
    with pytest.raises(NotAllowed):
        machine.fire(FLOW, approved, CAROL, "expire")


REASONS = [
    ("send_back", None, "machine.reason_required"),
    ("send_back", "  ", "machine.reason_required"),
    ("approve", "because", "machine.reason_unwanted"),
    ("send_back", "x" * 4001, "machine.reason_too_long"),
]


@pytest.mark.parametrize(("transition", "reason", "key"), REASONS)
def test_a_reason_must_be_there_where_it_is_asked_and_only_there(transition, reason, key):
    with pytest.raises(Refused) as refused:
        machine.fire(FLOW, READY, BOB, transition, reason=reason)
    assert [message.key for message in refused.value.refusals] == [key]


def test_a_reason_may_be_given_where_it_is_optional():
    assert machine.fire(FLOW, READY, CAROL, "withdraw", reason="pindah").to_state == "closed"
    assert machine.fire(FLOW, READY, CAROL, "withdraw").to_state == "closed"


def test_coming_back_to_a_state_closes_its_tasks_and_opens_them_anew():
    decision = machine.fire(FLOW, READY, BOB, "send_back", reason="kurang")
    assert decision.effects[:2] == (FinishTask("t-decide"), CloseTasks(("t-more", "t-give_up")))
    assert [effect.key for effect in decision.effects if isinstance(effect, OpenTask)] == [
        "write",
        "more",
        "decide",
        "give_up",
    ]
    after = machine.moved(FLOW, READY, decision)
    assert (after.state, after.version, {each.state for each in after.tasks}) == ("open", 4, {"open"})
    assert not offers(after, BOB)["approve"].allowed


def test_beginning_opens_the_tasks_of_the_initial_state_with_their_deadlines():
    decision = machine.begin(FLOW, case(state="", version=0))
    assert (decision.transition, decision.from_state, decision.to_state) == ("start", "", "open")
    opened = {effect.key: effect for effect in decision.effects}
    assert opened["write"].due == datetime(2026, 1, 31, 17, 0, tzinfo=UTC)
    assert opened["decide"] == OpenTask("decide", "supervisor", None, None, (person(2, "superior_of"),), waits=True)
    assert all(isinstance(effect, OpenTask) for effect in decision.effects)


def test_the_view_after_a_move_can_be_settled_further():
    approved = machine.moved(FLOW, READY, machine.fire(FLOW, READY, BOB, "approve"))
    assert approved.results == {"figure": Outcome("100", {"of": "plan.weight"})}
    assert machine.settle(FLOW, approved) is None
    used = replace(approved, answers={**approved.answers, "extra": {"done": "yes"}})
    decision = machine.settle(FLOW, used)
    assert decision is not None
    assert (decision.to_state, decision.automatic, decision.role, decision.right) == ("closed", True, None, None)
    assert decision.effects == (CloseTasks((machine.NEW + "use",)),)


def test_a_result_is_set_again_only_when_it_is_another_or_came_about_otherwise():
    same = replace(READY, results={"figure": Outcome("100", {"of": "plan.weight"})})
    other = replace(READY, results={"figure": Outcome("100", {"of": "elsewhere"})})

    def set_values(found):
        return [each for each in machine.fire(FLOW, found, BOB, "approve").effects if isinstance(each, SetValue)]

    assert set_values(same) == []
    assert len(set_values(other)) == 1


def test_sending_a_form_finishes_its_task_and_gives_the_values():
    sent = machine.submit(FLOW, case(tasks=ALL_OPEN), "write", CAROL, {"weight": "12,5"})
    assert (sent.task, sent.form, sent.role, sent.right) == ("t-write", "plan", "employee", person(1))
    assert sent.answers == {"weight": Decimal("12.5")}
    assert sent.effects == (FinishTask("t-write"),)
    after = machine.after_submission(case(tasks=ALL_OPEN), sent)
    assert (after.answers, after.sent_by) == ({"plan": {"weight": Decimal("12.5")}}, {"plan": 1})
    assert [each.state for each in after.tasks] == ["done", "open", "open", "open"]


SENDING = [
    ("write", BOB, ALL_OPEN, NotAllowed),
    ("write", SYSTEM, ALL_OPEN, NotAllowed),
    ("decide", BOB, ALL_OPEN, NotFound),
    ("nothing", CAROL, ALL_OPEN, NotFound),
    ("write", CAROL, WRITTEN, Refused),
    ("write", CAROL, (), Refused),
]


@pytest.mark.parametrize(("key", "who", "tasks", "error"), SENDING)
def test_only_an_own_open_fill_task_can_be_sent(key, who, tasks, error):
    with pytest.raises(error):
        machine.submit(FLOW, case(tasks=tasks), key, who, {"weight": "1"})


def test_a_fill_task_that_waits_for_another_cannot_be_sent():
    document = {**DOCUMENT, "transitions": {}}
    document["states"] = {
        "open": {
            "initial": True,
            "tasks": [
                {"key": "write", "role": "employee", "fill": "plan"},
                {"key": "check", "role": "supervisor", "fill": "extra", "after": ["write"]},
            ],
        }
    }
    flow = workflow(document)
    tasks = (task("write"), task("check"))
    with pytest.raises(Refused) as refused:
        machine.submit(flow, case(tasks=tasks), "check", BOB, {})
    assert refused.value.message.key == "machine.waits_for"
    done = (task("write", "done"), task("check"))
    assert machine.fillable(flow, case(tasks=done), "check", BOB).ref == "t-check"


def test_wrong_answers_are_refused_with_every_message():
    with pytest.raises(InvalidSubmission) as refused:
        machine.submit(FLOW, case(tasks=ALL_OPEN), "write", CAROL, {"weight": "x", "salary": 1})
    assert set(refused.value.errors) == {"weight", "salary"}


def test_cancelling_closes_what_is_open_and_the_case_is_over():
    decision = machine.cancel(READY)
    assert (decision.to_state, decision.effects) == (CANCELLED, (CloseTasks(("t-more", "t-decide", "t-give_up")),))
    over = machine.moved(FLOW, READY, decision)
    assert machine.is_over(FLOW, over)
    assert machine.is_over(FLOW, case(state="closed"))
    assert not machine.is_over(FLOW, READY)
    assert machine.available(FLOW, replace(over, tasks=WRITTEN), BOB) == ()
    assert machine.settle(FLOW, over) is None


def moves(document, **facts):
    """A definition of one transition, open → closed, decided by the supervisor, and Bob's offer."""
    flow = workflow(
        {
            "states": {
                "open": {"initial": True, "tasks": [{"key": "d", "role": "supervisor", "decide": ["go"]}]},
                "closed": {"final": True},
            },
            "transitions": {"go": {"from": "open", "to": "closed", **document}},
            "forms": {"f": {"sections": {"s": {"fields": {"n": {"type": "number"}}}}}},
        }
    )
    return flow, case(tasks=(task("d"),), **facts)


def test_a_guard_that_does_not_say_why_is_named():
    flow, found = moves({"guards": ["silent"]})
    (offer,) = machine.available(flow, found, BOB)
    assert offer.refusals == (Message("machine.guard_refuses", guard="silent"),)


def test_a_guard_that_answers_no_verdict_is_an_error_and_not_a_pass():
    flow, found = moves({"guards": ["broken"]})
    for act in (lambda: machine.available(flow, found, BOB), lambda: machine.fire(flow, found, BOB, "go")):
        with pytest.raises(TypeError, match="Verdict"):
            act()


def test_an_expression_of_a_guard_comes_with_its_value_and_leaves_it_in_the_record():
    flow, found = moves({"guards": [{"above": {"value": "f.n * 2", "least": "9.5"}}]}, answers={"f": {"n": Decimal(5)}})
    assert machine.fire(flow, found, BOB, "go").asked[0].verdict.inputs == {"value": "10"}
    few = replace(found, answers={"f": {"n": Decimal(1)}})
    assert not machine.available(flow, few, BOB)[0].allowed


@pytest.mark.parametrize(
    "document",
    [
        {"when": "1 / f.n > 0"},
        {"guards": [{"above": {"value": "1 / f.n", "least": "0"}}]},
        {"actions": [{"ring": {"times": "1 / f.n"}}]},
    ],
)
def test_what_cannot_be_computed_holds_back_and_says_why(document):
    flow, found = moves(document, answers={"f": {"n": Decimal(0)}})
    (offer,) = machine.available(flow, found, BOB)
    assert [message.key for message in offer.refusals] == ["expression.division_by_zero"]
    with pytest.raises(Refused):
        machine.fire(flow, found, BOB, "go")


def test_an_action_asks_for_effects_of_the_closed_list_only():
    flow, found = moves({"actions": [{"ring": {"times": "f.n"}}]}, answers={"f": {"n": Decimal(3)}})
    assert Enqueue("bell", {"times": "3"}) in machine.fire(flow, found, BOB, "go").effects
    flow, found = moves({"actions": ["careless"]})
    with pytest.raises(TypeError, match="effect"):
        machine.fire(flow, found, BOB, "go")


def test_two_tasks_of_one_person_that_list_the_same_transition_make_one_offer_by_the_one_that_waits_for_nothing():
    flow = workflow(
        {
            "states": {
                "open": {
                    "initial": True,
                    "tasks": [
                        {"key": "write", "role": "employee", "fill": "f"},
                        {"key": "a", "role": "employee", "decide": ["go"], "after": ["write"]},
                        {"key": "b", "role": "supervisor", "decide": ["go"]},
                    ],
                },
                "closed": {"final": True},
            },
            "transitions": {"go": {"from": "open", "to": "closed"}},
            "forms": {"f": {"sections": {"s": {"fields": {"n": {"type": "number"}}}}}},
        }
    )
    both = case(
        roles={"employee": (person(2),), "supervisor": (person(2),)}, tasks=(task("write"), task("a"), task("b"))
    )
    (offer,) = machine.available(flow, both, BOB)
    assert (offer.task_ref, offer.allowed) == ("t-b", True)


def ring_of(count, when="true"):
    """States in a circle of automatic transitions."""
    keys = [f"s{number}" for number in range(count)]
    return workflow(
        {
            "states": {key: {"initial": key == "s0"} for key in keys},
            "transitions": {
                f"t{number}": {"from": key, "to": keys[(number + 1) % count], "automatic": True, "when": when}
                for number, key in enumerate(keys)
            },
        }
    )


@pytest.mark.parametrize("count", [1, 2, 7])
def test_automatic_transitions_in_a_circle_come_to_an_end(count):
    flow = ring_of(count)
    decisions, after = machine.cascade(flow, case(state="s0"))
    assert len(decisions) == count
    assert (after.state, after.version) == ("s0", 3 + count)


def test_automatic_transitions_stop_where_none_may_happen():
    flow = ring_of(3, when="today < period_start")
    assert machine.cascade(flow, case(state="s0")) == ((), case(state="s0"))
    early = case(state="s0", today=date(2025, 12, 31))
    assert len(machine.cascade(flow, early)[0]) == 3


def test_the_first_automatic_transition_of_the_document_that_may_happen_wins():
    flow = workflow(
        {
            "states": {"open": {"initial": True}, "a": {"final": True}, "b": {"final": True}},
            "transitions": {
                "never": {"from": "open", "to": "a", "automatic": True, "when": "false"},
                "first": {"from": "open", "to": "b", "automatic": True},
                "second": {"from": "open", "to": "a", "automatic": True},
            },
        }
    )
    decision = machine.settle(flow, case())
    assert decision is not None
    assert decision.transition == "first"


def test_the_library_is_handed_nothing_but_one_function_per_transition():
    found = FLOW.machine
    hung_on = [found.prepare_event, found.before_state_change, found.after_state_change, found.finalize_event]
    assert not any(hung_on) and not found.on_exception and not found.on_final
    assert set(found.events) == set(FLOW.moves)  # no `to_<state>` of its own
    for event in found.events.values():
        for transitions in event.transitions.values():
            for each in transitions:
                assert (each.prepare, each.before, each.after) == ([], [], [])
                assert [callable(condition.func) for condition in each.conditions] == [True]
    for state in found.states.values():
        assert (state.on_enter, state.on_exit) == ([], [])


def test_threads_share_one_workflow():
    found = (READY, HALF) * 100
    with ThreadPoolExecutor(4) as threads:
        offered = list(threads.map(lambda each: offers(each, BOB)["approve"].allowed, found))
    assert offered == [True, False] * 100


def test_a_deadline_follows_the_zone_of_the_case():
    east = case(state="", zone=UTC)
    opened = {effect.key: effect for effect in machine.begin(FLOW, east).effects}
    assert opened["write"].due == datetime(2026, 2, 1, tzinfo=UTC)
