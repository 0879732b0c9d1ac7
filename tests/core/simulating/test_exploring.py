"""All paths: every transition is taken by a shortest walk, and what cannot happen is named with the reason."""

from datetime import date

import pytest

from engine.core.reading.compiled import bind
from engine.core.reading.parse import parse
from engine.core.simulating.beside import begin
from engine.core.simulating.exploring import run_all_paths
from engine.core.simulating.walking import walk
from engine.documents import read_yaml
from tests.core.definitions import CODELISTS, PRODUCT, SHIPPED, VALID, shipped_codelists
from tests.core.simulating.test_play import CYCLE, MONDAY
from tests.core.tiny import workflow


def workflows():
    """What is shipped, and every valid definition of the corpus."""
    for paths, known in ((SHIPPED, shipped_codelists()), (VALID, CODELISTS)):
        for path in paths:
            document, positions = read_yaml(path.read_bytes())
            if document["kind"] == "workflow":
                definition = parse(document, positions, PRODUCT, known)
                yield pytest.param(bind(definition, PRODUCT, known).workflow, id=path.stem)


@pytest.mark.parametrize("flow", [*workflows()])
def test_every_transition_of_a_sound_definition_is_taken_and_its_walk_can_be_walked_again(flow):
    paths = run_all_paths(flow, MONDAY)
    assert (paths.never, paths.unreached, paths.complete, paths.ends) == ({}, {}, True, True)
    assert set(paths.taken) == set(flow.moves)
    for key, steps in paths.taken.items():
        again = walk(begin(flow, MONDAY), steps)
        assert again.at is None and key in {each.transition for each in again.play.history}


def test_walks_are_the_shortest_and_few_of_them_take_all():
    paths = run_all_paths(CYCLE, MONDAY)
    assert [len(paths.taken[key]) for key in ("approve", "return_plan", "finalize")] == [2, 2, 8]
    assert len(paths.walks) < len(paths.taken)


def flow_of(transitions, fields=None, decide=("go",), **states):
    """A state whose employee fills one form and decides."""
    fields = fields or {"n": {"type": "number"}, "level": {"type": "choice", "list": "colours"}}
    tasks = {"write": {"role": "employee", "fill": "f"}, "decide": {"role": "employee", "decide": list(decide)}}
    whole = {"open": {"initial": True, "tasks": tasks}, **states, "closed": {"final": True}}
    return workflow(
        {
            "states": whole,
            "transitions": transitions,
            "forms": {"f": {"sections": {"s": {"fields": fields}}}},
        }
    )


def test_answers_are_varied_where_rules_read_them():
    go = {"from": "open", "to": "closed"}
    conditions = {"a": "f.n > 117", "b": "f.n == 3.5", "c": "f.level == 'blue'", "d": "f.n < 0 and f.level == 'red'"}
    flow = flow_of({key: {**go, "when": when} for key, when in conditions.items()}, decide=tuple(conditions))
    assert run_all_paths(flow, MONDAY).is_whole


def test_days_pass_where_rules_speak_of_them():
    flow = flow_of({"go": {"from": "open", "to": "closed", "when": "today > period_end"}})
    paths = run_all_paths(flow, MONDAY)
    assert paths.is_whole
    assert [step.until for step in paths.taken["go"] if step.until] == [date(2027, 1, 1)]


def test_what_can_never_happen_is_named_with_what_the_machine_said_and_what_it_cuts_off():
    flow = flow_of(
        {
            "go": {"from": "open", "to": "closed"},
            "jump": {"from": "open", "to": "late", "when": "1 > 2", "otherwise": "Tidak pernah."},
            "back": {"from": "late", "to": "closed"},
        },
        decide=("go", "jump"),
        late={"tasks": {"end": {"role": "employee", "decide": "back"}}},
    )
    paths = run_all_paths(flow, MONDAY)
    assert {key: [each.key for each in found] for key, found in paths.never.items()} == {
        "jump": ["machine.otherwise"],
        "back": ["play.never_there"],
    }
    assert [message.key for message in paths.unreached["late"]] == ["play.only_through"]
    assert paths.ends and not paths.is_whole


def test_a_search_that_was_stopped_says_so():
    paths = run_all_paths(CYCLE, MONDAY, most=2)
    assert not paths.complete and paths.never["finalize"]
    assert run_all_paths(CYCLE, MONDAY, go_on=lambda: False).plays == 1
