"""Cases beside a case: when they are due, what is waited for, what expressions read of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from engine.core import linked
from engine.core.case import LinkedCase
from engine.core.definition import ChildSpec, FollowUpSpec
from engine.core.effects import OpenCase
from engine.core.errors import Refused
from engine.core.filling import forms
from engine.core.machine import begin, cascade, fire, moved
from engine.core.reading.compiled import bind
from engine.core.reading.known import Known, Published
from engine.core.reading.normal import digest, dump, load, references
from engine.core.scope import names
from tests.core.definitions import CODELISTS, CORPUS, PRODUCT, look_at
from tests.core.tiny import CATALOG, END, NOW, START, actor, bound, case, definition, person, task

YEAR = look_at((CORPUS / "valid/year_of_quarters.yaml").read_bytes()).definition
WORKFLOW = bind(YEAR, PRODUCT, CODELISTS).workflow
QUARTERS = YEAR.children[0]
FIRST_DAYS = [date(2026, month, 1) for month in (1, 4, 7, 10)]
PLAN = {"plan": {"target": Decimal(60)}}
BOSS = actor(2)


def quarter(number, *, over=True, score=None):
    first = FIRST_DAYS[number]
    values = {"rating": {"score": Decimal(score)}} if score is not None else {}
    return LinkedCase(f"q{number}", "quarters", "finished" if over else "rated", over, first, END, values=values)


def running(*children, today=date(2026, 11, 2)):
    beside = {"quarters": children, "objection": ()}
    return case(state="running", answers=PLAN, tasks=(task("end"),), children=beside, today=today)


@pytest.mark.parametrize(
    ("every", "count", "last"),
    [
        (None, 1, END),
        ("half_year", 2, date(2026, 6, 30)),
        ("quarter", 4, date(2026, 3, 31)),
        ("month", 12, date(2026, 1, 31)),
    ],
)
def test_a_period_falls_into_parts_without_gap_or_overlap(every, count, last):
    found = linked.parts(ChildSpec(key="c", workflow="w", every=every), START, END)
    assert (len(found), found[0], found[-1].last) == (count, (START, last), END)
    assert all((later.first - before.last).days == 1 for before, later in pairwise(found))


def test_the_last_part_of_a_period_that_does_not_come_out_even_is_shorter():
    found = linked.parts(ChildSpec(key="c", workflow="w", every="quarter"), date(2026, 1, 31), date(2026, 5, 15))
    assert found == ((date(2026, 1, 31), date(2026, 4, 30)), (date(2026, 5, 1), date(2026, 5, 15)))


@pytest.mark.parametrize(
    ("opens", "today", "opened"),
    [
        ("when_it_begins", date(2026, 3, 31), 1),
        ("when_it_begins", date(2026, 4, 1), 2),
        (None, date(2026, 4, 1), 2),
        ("after_it_ends", date(2026, 3, 31), 0),
        ("after_it_ends", date(2026, 4, 1), 1),
        ("at_once", date(2026, 1, 1), 4),
    ],
)
def test_a_part_is_opened_on_its_day_and_no_part_before(opens, today, opened):
    workflow = with_child(QUARTERS.model_copy(update={"opens": opens}))
    found = list(linked.due(workflow, running(today=today), "running", {}))
    assert [each.first for each in found] == FIRST_DAYS[:opened]


def with_child(child):
    return replace(WORKFLOW, links={"quarters": replace(WORKFLOW.links["quarters"], spec=child)})


def test_what_is_there_is_not_opened_again():
    found = linked.due(WORKFLOW, running(quarter(0), quarter(1, over=False)), "running", {})
    assert [each.first for each in found] == FIRST_DAYS[2:]


def test_entering_the_state_opens_what_is_due_and_the_case_afterwards_has_it():
    planned = case(state="planned", answers=PLAN, tasks=(task("write", "done"), task("agree")))
    decision = fire(WORKFLOW, planned, BOSS, "begin")
    assert [effect for effect in decision.effects if isinstance(effect, OpenCase)] == [
        OpenCase("quarters", "quarterly_review", START, date(2026, 3, 31))
    ]
    after = moved(WORKFLOW, planned, decision)
    assert [each.first for each in after.children["quarters"]] == [START]
    assert cascade(WORKFLOW, after) == ((), after)


def test_a_state_entered_again_opens_nothing_twice():
    back = fire(WORKFLOW, running(quarter(0)), BOSS, "send_back", reason="Kurang jelas")
    planned = replace(moved(WORKFLOW, running(quarter(0)), back), tasks=(task("write", "done"), task("agree")))
    again = fire(WORKFLOW, replace(planned, today=START), BOSS, "begin")
    assert not [effect for effect in again.effects if isinstance(effect, OpenCase)]


def test_a_parent_cannot_end_before_its_children_and_says_which_it_waits_for():
    with pytest.raises(Refused) as refused:
        fire(WORKFLOW, running(quarter(0, score=80), quarter(1, over=False)), BOSS, "close")
    (message,) = refused.value.refusals
    assert message.key == "guard.children_done"
    waits = [(each.key, each.params["first"]) for each in message.params["cases"]]
    assert waits == [
        ("guard.child_running", FIRST_DAYS[1]),
        ("guard.child_to_come", FIRST_DAYS[2]),
        ("guard.child_to_come", FIRST_DAYS[3]),
    ]


@pytest.mark.parametrize(("scores", "passes"), [((50, 60, 70, 80), True), ((50, 60, 70, 40), False)])
def test_a_condition_reads_the_average_of_what_the_children_sent(scores, passes):
    parent = running(*(quarter(number, score=score) for number, score in enumerate(scores)))
    if passes:
        assert fire(WORKFLOW, parent, BOSS, "close").to_state == "closed"
    else:
        with pytest.raises(Refused) as refused:
            fire(WORKFLOW, parent, BOSS, "close")
        assert [each.key for each in refused.value.refusals] == ["machine.otherwise"]


def test_who_has_not_sent_a_form_counts_for_nothing_in_its_list():
    known = names(running(quarter(0, score=80), quarter(1, over=False)))["children"]["quarters"]
    assert known == {"rating": [{"score": 80}, {}], "count": 2, "open": 1}


def test_only_what_conditions_read_of_a_link_is_to_be_loaded():
    assert WORKFLOW.links["quarters"].reads == {"rating"}
    assert WORKFLOW.links["objection"].reads == frozenset()


def test_a_follow_up_is_offered_to_its_role_in_its_states_for_its_days_and_so_often():
    closed = case(state="closed", entered_at=NOW, children={"quarters": (), "objection": ()})
    link = YEAR.follow_ups[0]
    assert linked.offered(WORKFLOW, closed, actor(1)) == (link,)
    assert [
        linked.why_not(view, who, link).key
        for view, who in (
            (closed, BOSS),
            (replace(closed, state="running"), actor(1)),
            (replace(closed, now=closed.now.replace(month=4)), actor(1)),
            (replace(closed, children={"objection": (quarter(0),)}), actor(1)),
        )
    ] == ["linked.not_yours", "linked.not_now", "linked.too_late", "linked.most"]
    (opened,) = linked.asked(YEAR, closed, "objection")
    assert (opened.workflow, opened.first, opened.last) == ("objection", START, END)


def test_a_case_about_a_role_is_one_for_each_of_its_holders():
    link = FollowUpSpec(key="f", workflow="w", about="peers", most=3)
    crowd = case(roles={"peers": (person(3), person(4))})
    document = YEAR.model_copy(update={"follow_ups": (link,)})
    assert [each.about.person_id for each in linked.asked(document, crowd, "f")] == [3, 4]


def test_an_action_opens_what_its_state_opens_once():
    document = {**dump(YEAR)}
    close = next(each for each in document["transitions"] if each["key"] == "begin")
    close["actions"] = [{"name": "open_case", "options": {"link": "quarters"}}]
    workflow = bind(load(document), PRODUCT, CODELISTS).workflow
    planned = case(state="planned", answers=PLAN, tasks=(task("write", "done"), task("agree")))
    effects = fire(workflow, planned, BOSS, "begin").effects
    assert len([effect for effect in effects if isinstance(effect, OpenCase)]) == 1


def test_an_answer_of_the_parent_is_read_by_its_declared_type():
    child = {
        "key": "child",
        "parent": {"reads": {"plan.target": "number", "plan.rows.weight": "numbers"}},
        "states": {"open": {"initial": True}, "closed": {"final": True}},
        "transitions": {"close": {"from": "open", "to": "closed", "automatic": True,
                                  "when": "case.parent.plan.target == sum(case.parent.plan.rows.weight)"}},
    }  # fmt: skip
    found = bound(child)
    assert found.problems == ()
    parent = LinkedCase(
        "p", "c", "open", False, START, END, values={"plan": {"target": Decimal(3), "rows": {"weight": [1, 2]}}}
    )
    assert len(cascade(found.workflow, case(parent=parent))[0]) == 1
    assert cascade(found.workflow, case())[0] == ()
    wrong = {**child, "parent": {"reads": {"plan.target": "text", "plan.rows.weight": "numbers"}}}
    assert [problem.path for problem in bound(wrong).problems] == ["transitions.close.when"]


def test_publishing_pins_the_workflows_that_a_definition_opens_cases_of():
    assert references(YEAR, PRODUCT) == ("workflow:objection", "workflow:quarterly_review")


def test_a_definition_without_links_keeps_its_digest():
    plain = definition({})
    assert not {"children", "follow_ups", "parent"} & dump(plain).keys()
    assert digest(load(dump(plain))) == digest(plain)


def chained(*keys):
    """Workflows of which each opens the next."""
    found = {}
    for key, below in zip(keys, [*keys[1:], None], strict=True):
        links = {"children": {"c": {"workflow": below, "in": "open"}}} if below else {}
        found[key] = Published(definition({"key": key, **links}), {})
    return found


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (("a", "b", "c"), []),
        (("a", "b", "c", "d"), ["bind.link_too_deep"]),
        (("a", "b", "a"), ["bind.link_loop"]),
    ],
)
def test_workflows_open_one_another_three_deep_and_in_no_circle(line, message):
    known = chained(*line)
    known = (
        {**chained(*line[1:]), line[0]: known[line[0]]}
        if line[0] not in line[1:]
        else {**chained("a", "b"), "b": chained("b", "a")["b"]}
    )
    first = known[line[0]].definition
    assert [each.message.key for each in bind(first, CATALOG, Known({}, known)).problems] == message


def test_a_child_about_a_person_needs_one_in_a_workflow_about_a_unit():
    unit = definition({
        "subject": "unit",
        "roles": {"head": {"rule": "head_of_unit"}},
        "children": {"c": {"workflow": "a", "in": "open"}, "d": {"workflow": "a", "in": "open", "about": "head"}},
    })  # fmt: skip
    problems = bind(unit, CATALOG, Known({}, chained("a"))).problems
    assert [(each.path, each.message.key) for each in problems] == [("children.c.workflow", "bind.link_subject")]


def test_a_case_that_begins_in_a_state_with_children_opens_them():
    document = {"children": {"c": {"workflow": "a", "in": "open"}}}
    workflow = bind(definition(document), CATALOG, Known({}, chained("a"))).workflow
    decision = begin(workflow, case(state="", children={"c": ()}))
    assert [effect.link for effect in decision.effects if isinstance(effect, OpenCase)] == ["c"]


def results_told(state="closed", children=(), results=None, **parent):
    """The results that everybody knows who sees a case over quarters, by whose forms nobody may read."""
    written = results or {
        "mean": "average(children.quarters.rating.score)", "again": "mean", "how_many": "children.quarters.count",
    }  # fmt: skip
    document = {
        "forms": {"plan": {"sections": {"s": {"fields": {"target": {"type": "number"}}}}}},
        "children": {"quarters": {"workflow": "quarterly_review", "in": "open"}},
        "results": {key: {"method": "echo", "value": value} for key, value in written.items()},
        **parent,
    }
    workflow = bind(definition(document), CATALOG, CODELISTS).workflow
    view = case(state=state, children={"quarters": children})
    return [each.spec.key for each in workflow.results if forms.knows(workflow, view, BOSS, each, ())]


@pytest.mark.parametrize(
    ("state", "over", "told"),
    [
        ("open", (True, True), ["how_many"]),
        ("closed", (True, False), ["how_many"]),
        ("cancelled", (True, True), ["how_many"]),
        ("closed", (True, True), ["mean", "again", "how_many"]),
    ],
)
def test_what_was_read_of_children_is_told_in_a_final_state_when_they_are_over(state, over, told):
    quarters = tuple(quarter(number, over=each, score=70) for number, each in enumerate(over))
    assert results_told(state, quarters) == told


def test_what_was_read_of_the_parent_is_told_in_a_final_state():
    parent = {"results": {"aim": "case.parent.plan.target"}, "parent": {"reads": {"plan.target": "number"}}}
    assert results_told("open", **parent) == []
    assert results_told("closed", **parent) == ["aim"]
