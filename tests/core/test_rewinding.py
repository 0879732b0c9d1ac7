"""Where a case may be taken back to, and what that does: decided from its visits alone."""

from dataclasses import replace

from engine.core import machine
from engine.core.case import CANCELLED, Outcome
from engine.core.effects import CloseTasks, OpenTask
from engine.core.rewinding import Visit, goes_on, places, take_back
from tests.core.tiny import actor, case, person, task, workflow

ROAD = workflow(
    {
        "roles": {"employee": "subject", "boss": {"rule": "superior_of", "role": "employee"}},
        "states": {
            "begun": {"initial": True, "tasks": {"start": {"role": "employee", "decide": ["go"]}}},
            "hop": {},
            "judged": {"tasks": {"judge": {"role": "boss", "decide": ["end", "back"]}}},
            "over": {"final": True},
        },
        "transitions": {
            "go": {"from": "begun", "to": "hop"},
            "pass": {"from": "hop", "to": "judged", "automatic": True},
            "back": {"from": "judged", "to": "begun"},
            "end": {"from": "judged", "to": "over"},
        },
    }
)
STATES = ("begun", "hop", "judged", "begun", "hop", "judged", "over")
WAY = [Visit(n, state) for n, state in enumerate(STATES, 1)]


def at(state, version, *tasks):
    return case(state=state, version=version, tasks=tasks)


def test_the_latest_visit_of_each_state_is_a_place_but_no_end_and_not_where_it_is():
    assert places(ROAD, at("over", 7), WAY) == (Visit(6, "judged"), Visit(5, "hop"), Visit(4, "begun"))
    assert places(ROAD, at("judged", 6, task("judge")), WAY[:6]) == (Visit(5, "hop"), Visit(4, "begun"))
    assert places(ROAD, at(CANCELLED, 7), [*WAY[:6], Visit(7, CANCELLED)])[0] == Visit(6, "judged")
    assert places(ROAD, at("begun", 1, task("start")), WAY[:1]) == ()


def test_where_it_is_is_a_place_once_something_is_done_there():
    assert places(ROAD, at("begun", 1, task("start", "done")), WAY[:1]) == (Visit(1, "begun"),)


def test_its_tasks_close_those_of_the_state_open_and_later_results_are_withdrawn():
    kept, gone = Outcome("1"), Outcome("2")
    held = {"employee": (person(1),), "boss": (person(2, "superior_of"),)}
    now = replace(at("judged", 6, task("judge")), roles=held, results={"kept": kept, "gone": gone, "was": Outcome("9")})
    taken = take_back(ROAD, now, "begun", person(3, "repair"), {"kept": kept, "was": Outcome("8")})
    closed, opened = taken.decision.effects
    assert isinstance(closed, CloseTasks) and isinstance(opened, OpenTask)
    assert (opened.key, opened.holders) == ("start", (person(1),))
    assert (taken.decision.transition, taken.decision.role, taken.decision.right.rule) == ("rewind", "repair", "repair")
    assert taken.withdrawn == ("gone", "was")
    assert (taken.after.state, taken.after.version) == ("begun", 7)
    assert [offer.transition for offer in machine.available(ROAD, taken.after, actor(1))] == ["go"]


def test_a_state_that_it_would_leave_by_itself_is_said():
    assert goes_on(ROAD, take_back(ROAD, at("over", 7), "hop", None, {})) == "judged"
    assert goes_on(ROAD, take_back(ROAD, at("over", 7), "begun", None, {})) is None
