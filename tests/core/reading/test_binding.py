"""Binding a definition to the catalog: everything found, or every problem with its path."""

import pytest
from pydantic import ValidationError

from engine.core.definition import Call, Transition
from engine.core.errors import Problem
from engine.core.reading.compiled import bind
from tests.core.tiny import CATALOG, LISTS, bound, definition, problems, workflow


def one_form(fields, **form):
    return {"forms": {"plan": {"sections": {"main": {"fields": fields}}, **form}}}


def one_move(**transition):
    return {
        "transitions": {"go": {"from": "open", "to": "closed", **transition}},
        **one_form({"total": {"type": "number"}, "kind": {"type": "choice", "list": "colours"}}),
    }


AT = "forms.plan.sections.main.fields"
WRONG = {
    "an unknown field type": (one_form({"a": {"type": "nmber"}}), f"{AT}.a.type", "bind.unknown_field"),
    "an unknown option": (
        one_form({"a": {"type": "text", "maxlength": 3}}),
        f"{AT}.a.maxlength",
        "bind.unknown_option",
    ),
    "a missing option": (one_form({"a": {"type": "table"}}), f"{AT}.a.columns", "bind.missing_option"),
    "an option of a wrong kind": (
        one_form({"a": {"type": "text", "max_length": "long"}}),
        f"{AT}.a.max_length",
        "definition.not_integer",
    ),
    "an option beyond its limit": (
        one_form({"a": {"type": "number", "places": 9}}),
        f"{AT}.a.places",
        "definition.too_large",
    ),
    "a word that is none of the allowed": (
        one_form({"a": {"type": "choice", "list": "colours", "look": "list"}}),
        f"{AT}.a.look",
        "definition.not_allowed",
    ),
    "a mistake inside an inline choice": (
        one_form({"a": {"type": "choice", "choices": [{"key": "yes"}]}}),
        f"{AT}.a.choices.yes.label",
        "bind.missing_option",
    ),
    "an unknown code list": (
        one_form({"a": {"type": "choice", "list": "colors"}}),
        f"{AT}.a.list",
        "bind.no_such_codelist",
    ),
    "choices from two places": (
        one_form({"a": {"type": "choice", "list": "colours", "choices": [{"key": "x", "label": "X"}]}}),
        f"{AT}.a.list",
        "bind.two_sources",
    ),
    "choices from nowhere": (one_form({"a": {"type": "choices"}}), f"{AT}.a.choices", "bind.no_items"),
    "a choice twice": (
        one_form({"a": {"type": "choice", "choices": [{"key": "x", "label": "X"}, {"key": "x", "label": "Y"}]}}),
        f"{AT}.a.choices",
        "bind.repeated_item",
    ),
    "levels half counted": (
        one_form({"a": {"type": "scale", "levels": [{"value": "1", "label": "X"}, {"key": "y", "label": "Y"}]}}),
        f"{AT}.a.levels",
        "bind.levels",
    ),
    "limits the wrong way round": (
        one_form({"a": {"type": "number", "minimum": "5", "maximum": "1"}}),
        f"{AT}.a.minimum",
        "bind.reversed",
    ),
    "a day that is none": (one_form({"a": {"type": "date", "latest": "tomorrow"}}), f"{AT}.a.latest", "bind.not_a_day"),
    "a condition with an unknown name": (
        one_form({"a": {"type": "text", "shown_when": "b == 'x'"}}),
        f"{AT}.a.shown_when",
        "bind.in_expression",
    ),
    "a condition that is no condition": (
        one_form({"a": {"type": "number"}, "b": {"type": "text", "required_when": "a + 1"}}),
        f"{AT}.b.required_when",
        "bind.in_expression",
    ),
    "a formula that gives text": (
        one_form({"a": {"type": "text"}, "b": {"type": "computed", "value": "a"}}),
        f"{AT}.b.value",
        "bind.in_expression",
    ),
    "a condition of a section": (
        {"forms": {"plan": {"sections": {"main": {"shown_when": "1", "fields": {"a": {"type": "text"}}}}}}},
        "forms.plan.sections.main.shown_when",
        "bind.in_expression",
    ),
    "a check": (
        one_form({"a": {"type": "number"}}, checks={"c": {"when": "a > b", "otherwise": "Tidak"}}),
        "forms.plan.checks.c.when",
        "bind.in_expression",
    ),
    "an unknown type of a column": (
        one_form({"t": {"type": "table", "columns": {"w": {"type": "percnt"}}}}),
        f"{AT}.t.columns.w.type",
        "bind.unknown_field",
    ),
    "a column that reads the form around": (
        one_form(
            {"a": {"type": "number"}, "t": {"type": "table", "columns": {"w": {"type": "computed", "value": "a"}}}}
        ),
        f"{AT}.t.columns.w.value",
        "bind.in_expression",
    ),
    "a column named like a word of the language": (
        one_form({"t": {"type": "table", "columns": {"today": {"type": "date"}}}}),
        f"{AT}.t.columns.today",
        "bind.reserved_name",
    ),
    "a table without columns": (
        one_form({"t": {"type": "table", "columns": []}}),
        f"{AT}.t.columns",
        "bind.no_columns",
    ),
    "a table in a table": (
        one_form({"t": {"type": "table", "columns": {"u": {"type": "table", "columns": {"a": {"type": "text"}}}}}}),
        f"{AT}.t.columns.u.type",
        "bind.nested_table",
    ),
    "an unknown guard": (one_move(guards=["task_done"]), "transitions.go.guards.0.name", "bind.unknown_guard"),
    "an option that a guard does not have": (
        one_move(guards=[{"tasks_done": {"all": True}}]),
        "transitions.go.guards.0.options.all",
        "bind.unknown_option",
    ),
    "an unknown role in a list of roles": (
        one_move(guards=["tasks_done", {"not_same_person": {"roles": ["employee", "boss"]}}]),
        "transitions.go.guards.1.options.roles.1",
        "bind.no_such_role",
    ),
    "an unknown form in a guard": (
        one_move(guards=[{"form_sent": {"form": "plans"}}]),
        "transitions.go.guards.0.options.form",
        "bind.no_such_form",
    ),
    "an expression in a guard": (
        one_move(guards=[{"above": {"value": "plan.totl", "least": "1"}}]),
        "transitions.go.guards.0.options.value",
        "bind.in_expression",
    ),
    "an unknown job": (one_move(jobs=["bel"]), "transitions.go.jobs.0.name", "bind.unknown_job"),
    "an unknown action": (one_move(actions=["rang"]), "transitions.go.actions.0.name", "bind.unknown_action"),
    "a condition over a form that is not there": (
        one_move(when="plans.total == 1"),
        "transitions.go.when",
        "bind.in_expression",
    ),
    "an unknown method": ({"results": {"r": {"method": "matrx"}}}, "results.r.method", "bind.unknown_method"),
    "a matrix method over a list without one": (
        {
            **one_move(),
            "results": {"r": {"method": "matrix", "rows": "plan.kind", "columns": "plan.kind", "table": "colours"}},
        },
        "results.r.table",
        "bind.no_matrix",
    ),
    "a result that reads a later one": (
        {"results": {"a": {"method": "echo", "value": "b"}, "b": {"method": "echo", "value": "'x'"}}},
        "results.a.value",
        "bind.in_expression",
    ),
}


@pytest.mark.parametrize(("document", "path", "key"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_named_with_its_path_and_nothing_else_is(document, path, key):
    assert problems(document) == {path: key}


def test_all_mistakes_are_told_at_once():
    document = {
        **one_form({"a": {"type": "nmber"}, "b": {"type": "computed", "value": "1 +"}}),
        "transitions": {"go": {"from": "open", "to": "closed", "when": "plan.c", "guards": ["no_guard"]}},
        "results": {"r": {"method": "no_method"}},
    }
    assert set(problems(document)) == {
        f"{AT}.a.type",
        f"{AT}.b.value",
        "results.r.method",
        "transitions.go.when",
        "transitions.go.guards.0.name",
    }


def test_the_use_of_a_field_whose_declaration_is_wrong_is_not_blamed_too():
    fields = {
        "a": {"type": "nmber"},
        "t": {"type": "table", "columns": {"w": {"type": "percnt"}, "x": {"type": "number"}}},
        "sum_of_a": {"type": "computed", "value": "a + sum(t.w) + sum(t.x) + nonsense"},
    }
    document = {
        **one_form(fields),
        "transitions": {"go": {"from": "open", "to": "closed", "when": "plan.a > 1 and sum(plan.t.w) > 1"}},
    }
    found = bound(document).problems
    assert [problem.path for problem in found] == [f"{AT}.a.type", f"{AT}.t.columns.w.type", f"{AT}.sum_of_a.value"]
    assert "nonsense" in str(found[2].message)


def test_a_likely_name_is_offered():
    (found,) = bound(one_move(guards=["task_done"])).problems
    assert isinstance(found, Problem)
    assert found.hint is not None
    assert found.hint.params["name"] == "tasks_done"


def test_fields_that_depend_on_each_other_are_a_circle():
    fields = {
        "a": {"type": "computed", "value": "c + 1"},
        "b": {"type": "number", "shown_when": "a > 1"},
        "c": {"type": "computed", "value": "b"},
    }
    (found,) = bound(one_form(fields)).problems
    assert found.message.key == "bind.circle"
    assert set(found.message.params["names"]) == {"a", "b", "c"}


def test_a_section_that_is_shown_by_its_own_field_is_a_circle():
    section = {"shown_when": "a == 'x'", "fields": {"a": {"type": "text"}}}
    assert problems({"forms": {"plan": {"sections": {"main": section}}}}) == {f"{AT}.a": "bind.circle"}


def test_a_guard_named_like_a_function_of_python_never_gets_anywhere():
    with pytest.raises(ValidationError):
        Call(name="os.getcwd")
    smuggled = Call.model_construct(name="os.getcwd", options={})
    move = Transition.model_construct(
        key="go", from_=("open",), to="closed", when=None, guards=(smuggled,), actions=(), jobs=(), automatic=False
    )
    whole = definition({}).model_copy(update={"transitions": (move,)})
    found = bind(whole, CATALOG, LISTS)
    assert found.workflow is None
    assert [problem.message.key for problem in found.problems] == ["bind.unknown_guard"]


def test_a_definition_says_which_forms_its_moves_look_at():
    document = {
        "forms": {
            key: {"sections": {"s": {"fields": {"x": {"type": "number"}}}}} for key in ("one", "two", "three", "four")
        },
        "transitions": {
            "go": {
                "from": "open",
                "to": "closed",
                "when": "one.x > 1",
                "guards": [{"form_sent": {"form": "two"}}],
            }
        },
        "results": {"r": {"method": "echo", "value": "three.x"}},
    }
    assert workflow(document).needs == {"one", "two", "three"}


def test_options_come_as_the_values_that_the_extension_asks_for():
    found = workflow(one_form({"a": {"type": "choice", "list": "colours"}, "b": {"type": "number", "minimum": "1.5"}}))
    assert found.forms["plan"].questions["a"].type.list is LISTS["colours"]
    assert str(found.forms["plan"].questions["b"].type.minimum) == "1.5"
