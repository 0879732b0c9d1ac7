import pytest

from engine.core.expression.parser import parse
from engine.core.sentences.finishing import finished, finished_formula
from engine.core.sentences.formulas import formula_of
from engine.core.sentences.rule import Constant, Group, Row, Subject
from engine.core.sentences.rules import rule_of
from engine.core.sentences.sketch import (
    FormulaSketch,
    GroupSketch,
    Press,
    RowSketch,
    Value,
    pressed,
    sketch_of,
    sketch_of_formula,
)
from tests.core.sentences.test_rules import NAMES

ONE = RowSketch("achieved", "", "", "is", (Value("12,5"),))
TWO = RowSketch("role", "", "", "is", (Value("chief"),))
RULE = "achieved > 3 and (role in ['a', 'b'] or days_between(born, today) >= 2) and not (zero == 1 or born < today)"


def test_a_rule_opened_and_finished_untouched_is_the_same_rule():
    rule = rule_of(parse(RULE), NAMES)
    assert finished(sketch_of(rule), NAMES).rule == rule


@pytest.mark.parametrize("source", ["sum(scores) / target * 100", "round(achieved / 3, 2)", "role", "2 - achieved"])
def test_a_formula_opened_and_finished_untouched_is_the_same_formula(source):
    formula = formula_of(parse(source), NAMES)
    assert finished_formula(sketch_of_formula(formula), NAMES).formula == formula


def test_a_typed_comma_becomes_a_point():
    row = finished(GroupSketch("all", (ONE,)), NAMES).rule.parts[0]
    assert row == Row(Subject(("achieved",)), "is", (Constant("12.5"),))


WRONG = [
    (RowSketch(), {"what": "blank"}),
    (RowSketch("gone"), {"what": "gone"}),
    (RowSketch("achieved"), {"operator": "blank"}),
    (RowSketch("achieved", "sum"), {"function": "function"}),
    (RowSketch("today", "days_between"), {"other": "blank"}),
    (RowSketch("achieved", "", "", "contains"), {"operator": "operator"}),
    (RowSketch("achieved", "", "", "is", (Value("x"),)), {"0": "not_number"}),
    (RowSketch("today", "", "", "is", (Value("31-01-2026"),)), {"0": "not_date"}),
    (RowSketch("achieved", "", "", "between", (Value("1"),)), {"1": "blank"}),
    (RowSketch("achieved", "", "", "one_of", (Value("1\n2\nx"),)), {"0": "not_number"}),
    (RowSketch("achieved", "", "", "is", (Value("", "role"),)), {"0": "other_kind"}),
    (GroupSketch("any", ()), {"joint": "empty_group"}),
]


@pytest.mark.parametrize(("part", "errors"), WRONG)
def test_what_is_blank_or_does_not_fit_is_told_at_its_place(part, errors):
    found = finished(GroupSketch("all", (TWO, part)), NAMES)
    assert found.rule is None
    expected = {("1", name): f"sentences.error.{key}" for name, key in errors.items()}
    assert {place: message.key for place, message in found.errors.items()} == expected


def test_several_values_are_typed_one_to_a_line():
    row = RowSketch("achieved", "", "", "one_of", (Value("1\n 2,5\n\n"),))
    found = finished(GroupSketch("all", (row,)), NAMES).rule
    assert found == Group("all", (Row(Subject(("achieved",)), "one_of", (Constant("1"), Constant("2.5"))),))


def test_formulas_refuse_signs_that_bind_differently_and_what_is_no_number():
    mixed = FormulaSketch((Value("", "achieved"), Value("1"), Value("2")), ("+", "*"))
    text = FormulaSketch((Value("", "achieved"), Value("", "role")), ("+",))
    assert [key for _, key in finished_formula(mixed, NAMES).errors] == ["signs"]
    assert list(finished_formula(text, NAMES).errors) == [("1", "what")]
    assert ("", "places") in finished_formula(FormulaSketch((Value("1"),), (), "99"), NAMES).errors


def test_the_buttons_of_the_builder_add_nest_move_and_take_away():
    sketch = GroupSketch("all", (ONE, TWO))
    assert pressed(sketch, Press("row")).parts == (ONE, TWO, RowSketch())
    assert pressed(sketch, Press("up", "1")).parts == (TWO, ONE)
    assert pressed(sketch, Press("down", "0")).parts == (TWO, ONE)
    assert pressed(sketch, Press("drop", "0")).parts == (TWO,)
    nested = pressed(sketch, Press("wrap", "1"))
    assert nested.parts == (ONE, GroupSketch("any", (TWO, RowSketch())))
    assert pressed(nested, Press("row", "1")).parts[1].parts == (TWO, RowSketch(), RowSketch())
    assert pressed(nested, Press("drop", "1.0")).parts[1].parts == (RowSketch(),)
    assert pressed(nested, Press("group", "1")).parts[1].parts[2] == GroupSketch("all", (RowSketch(),))


@pytest.mark.parametrize("act", ["row:9", "up:0", "down:1", "drop:x", "wrap:9.9", "group:0", "burn:0", "up", "drop:"])
def test_a_button_that_fits_nothing_changes_nothing(act):
    do, _, place = act.partition(":")
    sketch = GroupSketch("all", (ONE, TWO))
    assert pressed(sketch, Press(do, place)) == sketch


def test_groups_nest_three_deep_and_no_deeper():
    sketch = pressed(pressed(GroupSketch("all", (ONE,)), Press("group")), Press("group", "1"))
    deepest = pressed(sketch, Press("row", "1.1"))
    assert pressed(deepest, Press("group", "1.1")) == deepest
    assert pressed(deepest, Press("wrap", "1.1.0")) == deepest
