"""A case that is only played: the real machine decides, days pass, and example answers are taken by every form."""

from dataclasses import replace
from datetime import date

import pytest

from engine.core.definition import Step
from engine.core.errors import InvalidSubmission, NotAllowed, Refused
from engine.core.reading.compiled import bind
from engine.core.reading.parse import parse
from engine.core.simulating import cast
from engine.core.simulating.play import start
from engine.core.simulating.walking import take, walk
from engine.documents import read_yaml
from tests.core.definitions import PRODUCT, ROOT, shipped_codelists
from tests.core.tiny import workflow

MONDAY = date(2026, 1, 5)


def shipped(name):
    lists = shipped_codelists()
    definition = parse(*read_yaml((ROOT / f"workflows/{name}.yaml").read_bytes()), PRODUCT, lists)
    return bind(definition, PRODUCT, lists).workflow


CYCLE = shipped("basic_cycle")
YEAR = [
    Step(role="employee", fill="write_plan"),
    Step(role="supervisor", fire="approve"),
    Step(role="employee", fire="begin_evidence"),
    Step(role="employee", fill="collect"),
    Step(role="employee", fire="submit_evidence"),
    Step(role="supervisor", fill="rate"),
    Step(role="supervisor", fire="send_to_calibration"),
    Step(role="panel", fire="finalize"),
]


def test_the_whole_year_is_played_with_examples_alone():
    walked = walk(start(CYCLE, MONDAY), YEAR)
    assert walked.at is None, walked.reasons
    assert walked.play.is_over
    assert walked.play.moves[-1] == ("calibrated", "finalized")
    assert walked.play.steps == tuple(YEAR)
    assert walked.play.case.results["predicate"].derivation["method"] == "matrix"


def test_what_a_role_may_not_do_is_refused_as_in_a_real_case_and_changes_nothing():
    play = start(CYCLE, MONDAY)
    with pytest.raises(Refused) as refused:
        play.fire("supervisor", "approve")
    assert refused.value.refusals[0].key == "machine.waits_for"
    with pytest.raises(NotAllowed):
        play.fire("employee", "approve")
    with pytest.raises(InvalidSubmission) as invalid:
        play.fill("employee", "write_plan", {**play.example("write_plan"), "targets": []})
    assert invalid.value.errors["targets"].key == "field.table.too_few"
    assert play.history == ()


def test_what_is_offered_says_why_not_and_every_condition_is_told_apart():
    play = start(CYCLE, MONDAY)
    (approve, returned) = play.available("supervisor")
    assert (approve.transition, approve.allowed) == ("approve", False)
    assert not returned.allowed
    asked = {each.name: each.verdict.allowed for each in play.verdicts()["approve"]}
    assert asked == {"when": False, "tasks_done": False, "not_same_person": True}


def test_a_reason_is_asked_for_where_the_transition_asks_for_it():
    play = start(CYCLE, MONDAY).fill("employee", "write_plan")
    with pytest.raises(Refused):
        play.fire("supervisor", "return_plan")
    assert play.fire("supervisor", "return_plan", "Bobot belum jelas").case.state == "plan_drafted"


def test_the_plan_that_was_returned_opens_with_what_was_sent():
    play = start(CYCLE, MONDAY)
    typed = {**play.example("write_plan"), "resources": "Dua bidan"}
    play = play.fill("employee", "write_plan", typed).fire("supervisor", "return_plan", "Lengkapi")
    assert play.example("write_plan")["resources"] == "Dua bidan"


def test_deadlines_pass_as_days_do_and_never_back():
    play = start(CYCLE, MONDAY)
    assert play.overdue() == ()
    late = play.advance(date(2026, 2, 1))
    assert [task.key for task in late.overdue()] == ["write_plan"]
    with pytest.raises(Refused):
        late.advance(MONDAY)


def test_one_person_in_two_roles_meets_the_guard_that_keeps_them_apart():
    play = start(CYCLE, MONDAY, same=("employee", "supervisor")).fill("employee", "write_plan")
    (offer, _) = play.available("supervisor")
    assert [message.key for message in offer.refusals] == ["guard.not_same_person"]


def test_whoever_is_barred_from_a_role_does_not_hold_it_in_a_play_either():
    play = start(CYCLE, MONDAY, same=("supervisor", "panel"))
    assert play.holder("panel") is None
    assert play.available("panel") == () and play.to_fill("panel") == ()
    assert take(play, Step(role="panel", fire="finalize")).reasons[0].key == "play.nobody"


def test_moves_that_happen_by_themselves_follow_an_act():
    flow = workflow(
        {
            "states": {
                "open": {"initial": True, "tasks": {"write": {"role": "employee", "fill": "f"}}},
                "closed": {"final": True},
            },
            "transitions": {"on": {"from": "open", "to": "closed", "automatic": True, "when": "f.n > 3"}},
            "forms": {"f": {"sections": {"s": {"fields": {"n": {"type": "number"}}}}}},
        }
    )
    play = start(flow, MONDAY)
    assert play.fill("employee", "write", {"n": "3"}).case.state == "open"
    done = play.fill("employee", "write", {"n": "4"})
    assert (done.case.state, done.history[-1].step) == ("closed", None)


DEMANDING = {
    "checks": {"total": {"when": "sum(t.w) == 100 and a < b", "otherwise": "Belum.", "fields": ["t", "a", "b"]}},
    "sections": {
        "s": {
            "fields": {
                "t": {
                    "type": "table",
                    "required": True,
                    "min_rows": 3,
                    "columns": {"w": {"type": "percent", "required": True}, "c": {"type": "choice", "list": "colours"}},
                },
                "a": {"type": "number", "required": True},
                "b": {"type": "number", "required": True},
                "why": {"type": "longtext", "required_when": "a < 50"},
                "secret": {"type": "text", "required": True, "shown_when": "a > 1000"},
                "who": {"type": "person", "required": True},
                "file": {"type": "file", "required": True},
                "sign": {"type": "signature", "label": "Tanda tangan"},
            }
        }
    },
}


def test_examples_are_found_that_rules_across_fields_take():
    flow = workflow(
        {
            "states": {
                "open": {
                    "initial": True,
                    "tasks": {"write": {"role": "employee", "fill": "f"}, "end": {"role": "employee", "decide": "end"}},
                },
                "closed": {"final": True},
            },
            "transitions": {"end": {"from": "open", "to": "closed"}},
            "forms": {"f": DEMANDING},
        }
    )
    play = start(flow, MONDAY).fill("employee", "write")
    answers = play.case.answers["f"]
    assert sum(row["w"] for row in answers["t"]) == 100 and answers["a"] < answers["b"]
    assert "secret" not in answers and answers["sign"]["name"] == play.holder("employee").name


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
        ("half_year", date(2026, 7, 1), date(2026, 12, 31)),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("month", date(2026, 12, 1), date(2026, 12, 31)),
        ("none", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_the_period_is_the_one_in_which_the_day_lies(kind, first, last):
    assert cast.period(kind, date(2026, 12, 5)) == (first, last)


def test_every_role_is_another_person_of_its_own_name():
    definition = CYCLE.definition
    many = definition.model_copy(update={"roles": (*definition.roles, *_more(definition.roles[0], 12))})
    held = [one for each in cast.holders(many, (), MONDAY).values() for one in each]
    assert len({one.name for one in held}) == len({one.ref for one in held}) == len(many.roles)


def _more(role, count):
    return [role.model_copy(update={"key": f"more{n}", "rule": "holders_of_grant"}) for n in range(count)]


def test_a_play_is_never_changed_by_what_is_tried_on_it():
    play = start(CYCLE, MONDAY)
    before = replace(play)
    play.fill("employee", "write_plan").advance(date(2026, 3, 1))
    assert play == before
