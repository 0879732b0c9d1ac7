"""Random valid workflows, and random cases and actors for them.

Every workflow has three or four roles, two to five states in a row that ends, a task for each transition that people
fire, and conditions and guards drawn from the pools below. test_machine_property.py asserts that they are valid.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from engine.core.case import SYSTEM, Actor, CaseView, TaskView
from engine.core.definition import WorkflowDefinition
from engine.core.workflow import Workflow
from tests.core.tiny import BLANK, END, NOW, START, TODAY, actor, person

ROLES = ("employee", "supervisor", "panel", "peer")
RULES = {
    "employee": {"rule": "subject"},
    "supervisor": {"rule": "superior_of", "role": "employee"},
    "panel": {"rule": "holders_of_grant", "grant": "panel"},
    "peer": {"rule": "holders_of_grant", "grant": "peer"},
}
FORMS = [
    {
        "key": "plan",
        "sections": [
            {
                "key": "s",
                "fields": [
                    {"key": "weight", "type": "number"},
                    {"key": "colour", "type": "choice", "list": "colours"},
                ],
            }
        ],
    },
    {"key": "rating", "sections": [{"key": "s", "fields": [{"key": "level", "type": "number"}]}]},
]
CONDITIONS = (
    "plan.weight == 100",
    "plan.weight > rating.level",
    "plan.colour == 'red' or rating.level >= 3",
    "100 / plan.weight > 1",
    "rating.level is missing",
    "today < period_start",
    "not (plan.colour is missing)",
    "figure == '3'",
    "true",
)
GUARDS = (
    {"name": "tasks_done"},
    {"name": "form_sent", "options": {"form": "plan"}},
    {"name": "form_sent", "options": {"form": "rating"}},
    {"name": "not_same_person", "options": {"roles": ["employee", "supervisor"]}},
    {"name": "not_same_person", "options": {"roles": ["employee", "supervisor", "panel"]}},
    {"name": "above", "options": {"value": "plan.weight / rating.level", "least": "10"}},
    {"name": "silent"},
)
SOME_GUARDS = ([], [], *([guard] for guard in GUARDS), [GUARDS[0], GUARDS[3]], [GUARDS[5], GUARDS[1], GUARDS[6]])
REASONS = ("none", "none", "optional", "required")
STRANGER = 9
PEOPLE = (1, 2, 3, 4)
HOLDERS = ((), *((person(number),) for number in PEOPLE), (person(1), person(3)), (person(4), person(2)))


@st.composite
def definitions(draw: Any) -> WorkflowDefinition:
    """A workflow that binds and that the linter has no error for."""
    roles = ROLES[: draw(st.integers(3, 4))]
    last = draw(st.integers(1, 4))
    states = [{"key": f"s{n}", "initial": n == 0, "final": n == last, "tasks": []} for n in range(last + 1)]
    transitions = [draw(_transition(number, last)) for number in range(last + draw(st.integers(0, 3)))]
    for number, state in enumerate(states[:-1]):
        _add_tasks(draw, number, state, roles, transitions)
    return WorkflowDefinition.model_validate(
        {
            "kind": "workflow",
            "format": 1,
            "key": "random",
            "name": "Acak",
            "roles": [{"key": key, **RULES[key]} for key in roles],
            "states": states,
            "transitions": transitions,
            "forms": FORMS,
            "results": [{"key": "figure", "method": "echo", "value": "plan.weight"}],
        }
    )


@st.composite
def _transition(draw: Any, number: int, last: int) -> dict[str, Any]:
    """The first ones lead from each state to the next, by people; the others go anywhere, and some by themselves."""
    onward = number < last
    start = number if onward else draw(st.integers(0, last - 1))
    automatic = not onward and draw(st.booleans())
    options = {
        "key": f"t{number}",
        "from": sorted({f"s{start}", *([] if onward else [f"s{draw(st.integers(0, last - 1))}"])}),
        "to": f"s{start + 1 if onward else draw(st.integers(0, last))}",
        "guards": draw(st.sampled_from(SOME_GUARDS)),
        "automatic": automatic,
        "reason": "none" if automatic else draw(st.sampled_from(REASONS)),
    }
    # Without a condition, automatic transitions could go round for ever, and the linter says so.
    when = draw(st.sampled_from(CONDITIONS if automatic else (None, None, None, *CONDITIONS)))
    return {**options, **({"when": when} if when else {})}


def _add_tasks(draw: Any, number: int, state: dict[str, Any], roles: tuple[str, ...], transitions: Any) -> None:
    """Fill-tasks, and decide-tasks that together list every transition of people that leaves this state."""
    fills = [f"fill{each}" for each in range(draw(st.integers(0, 2)))]
    for key in fills:
        form = draw(st.sampled_from(("plan", "rating")))
        optional = draw(st.booleans())
        state["tasks"].append({"key": key, "role": draw(st.sampled_from(roles)), "fill": form, "optional": optional})
    leaving = [each["key"] for each in transitions if f"s{number}" in each["from"] and not each["automatic"]]
    cut = draw(st.integers(0, len(leaving)))
    twice = draw(st.sampled_from(leaving))
    for index, part in enumerate((leaving[:cut], leaving[cut:], [twice])):
        after = draw(st.sampled_from(([], fills, fills[:1])))
        if part:
            decide = {"key": f"decide{index}", "role": draw(st.sampled_from(roles)), "decide": part, "after": after}
            state["tasks"].append(decide)


@st.composite
def cases(draw: Any, flow: Workflow) -> CaseView:
    """A case somewhere in a workflow: any state, tasks in any condition, roles held by any of five people."""
    going = [key for key, state in flow.states.items() if not state.final]
    state = draw(st.sampled_from((*going, *going, *going, *flow.states, "cancelled")))
    conditions = {"fill": ("open", "done", "done", "closed"), "decide": ("open", "open", "open", "closed")}
    tasks = tuple(
        TaskView(f"t-{spec.key}", spec.key, draw(st.sampled_from(conditions["fill" if spec.fill else "decide"])), NOW)
        for spec in flow.tasks(state)
    )
    answers: dict[str, Any] = {}
    if draw(st.booleans()):
        weight = draw(st.sampled_from((None, Decimal(0), Decimal(50), Decimal(100))))
        answers["plan"] = {"weight": weight, "colour": draw(st.sampled_from((None, "red", "blue")))}
    if draw(st.booleans()):
        answers["rating"] = {"level": draw(st.sampled_from((None, Decimal(0), Decimal(3), Decimal(5))))}
    return CaseView(
        ref="case1",
        state=state,
        version=draw(st.integers(1, 9)),
        subject_id=BLANK.subject_id,
        subject_ref=BLANK.subject_ref,
        unit_id=BLANK.unit_id,
        entered_at=NOW,
        period_start=START,
        period_end=END,
        now=NOW,
        today=draw(st.sampled_from((TODAY, START.replace(year=2025)))),
        roles={role.key: draw(st.sampled_from(HOLDERS)) for role in flow.definition.roles},
        tasks=tasks,
        answers=answers,
        results=draw(st.sampled_from(({}, {"figure": "3"}))),
    )


ACTORS: tuple[Actor, ...] = (*(actor(number) for number in PEOPLE), actor(STRANGER), SYSTEM)
