"""Sentences and expressions: what one says the other means, for every rule and every expression."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.expression import BOOLEAN, NUMBER, ExpressionFailed, compile_expression
from engine.core.expression.parser import parse
from engine.core.expression.write import write
from engine.core.filling.fieldtype import Choice
from engine.core.messages import Message, Text
from engine.core.sentences.formulas import formula_of, is_formula, node_of_formula
from engine.core.sentences.names import Names, Word
from engine.core.sentences.operators import OPERATORS, TAKES, functions_of
from engine.core.sentences.rows import is_sentence
from engine.core.sentences.rule import Constant, Formula, Group, Row, Subject
from engine.core.sentences.rules import is_whole, node_of, rule_of, tidy
from engine.core.sentences.subjects import item_kind, kind_of_subject, type_of_subject
from engine.core.sentences.trying import placed, try_parts, try_text
from tests.core.expression.scope import COLUMNS, SCALARS, SCOPE
from tests.core.expression.strategies import ANSWERS, sources

LABEL = Text("Peran", "Role")
ROLE = Word("role", Message("sentences.name.field", label=LABEL), LABEL, None, None, (Choice("chief", LABEL),))
NAMES = Names(SCOPE, {"role": ROLE})
PATHS = [*SCALARS, *COLUMNS, "plan", "plan.targets"]
SUBJECTS = [
    *(Subject((path,)) for path in PATHS),
    *(
        Subject((path,) if function != "days_between" else (path, "born"), function)
        for path in PATHS
        for function in functions_of({**SCALARS, **COLUMNS}.get(path))
    ),
]
CONSTANTS = {
    "number": st.decimals(-1000, 1000, places=2).map(lambda number: f"{number:f}"),
    "date": st.dates(date(1950, 1, 1), date(2100, 1, 1)).map(str),
    "text": st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=6) | st.just("Ya, “é”"),
}


@st.composite
def rows(draw):
    left = draw(st.sampled_from(SUBJECTS))
    operator = draw(st.sampled_from(OPERATORS[kind_of_subject(left, NAMES)]))
    kind, takes = item_kind(left, NAMES), TAKES[operator]
    values = CONSTANTS.get(kind, CONSTANTS["text"]).map(Constant)
    others = [each for each in SUBJECTS if item_kind(each, NAMES) == kind == kind_of_subject(each, NAMES)]
    if takes is not None and others:
        values = values | st.sampled_from(others)
    least, most = (1, 3) if takes is None else (takes, takes)
    return Row(left, operator, tuple(draw(st.lists(values, min_size=least, max_size=most))))


def groups(parts):
    return st.builds(Group, st.sampled_from(["all", "any", "none"]), st.lists(parts, min_size=1, max_size=3).map(tuple))


RULES = groups(rows() | groups(rows() | groups(rows())))


@settings(max_examples=200)
@given(RULES)
def test_a_rule_becomes_an_expression_and_comes_back_as_the_same_rule(rule):
    assert is_whole(rule, NAMES)
    source = write(node_of(rule, NAMES))
    compile_expression(source, SCOPE, expects=BOOLEAN)
    assert rule_of(parse(source), NAMES) == tidy(rule)


@settings(max_examples=150)
@given(sources(BOOLEAN), ANSWERS)
def test_the_sentences_of_an_expression_mean_what_it_means(source, answers):
    rule = rule_of(parse(source), NAMES)
    if rule is not None:
        assert is_whole(rule, NAMES)
        assert value(write(node_of(rule, NAMES)), answers) == value(source, answers)


@settings(max_examples=200)
@given(sources(NUMBER, 2), ANSWERS)
def test_the_sentence_of_a_formula_means_what_it_means(source, answers):
    formula = formula_of(parse(source), NAMES)
    if formula is not None:
        written = write(node_of_formula(formula))
        assert value(written, answers) == value(source, answers)
        assert formula_of(parse(written), NAMES) == formula


def value(source, answers):
    try:
        return compile_expression(source, SCOPE).evaluate(answers)
    except ExpressionFailed:
        return "failed"


NO_SENTENCE = [
    "if(approved, true, false)",
    "achieved + 1 > target",
    "role == lower(remark)",
    "true",
    "gone == 3",
    "role > 3",
    "(((((approved or returned) and achieved > 1) or target > 1) and weight > 1) or zero > 1)",
]


@pytest.mark.parametrize("source", NO_SENTENCE)
def test_what_no_sentence_can_say_stays_text(source):
    assert rule_of(parse(source), NAMES) is None


@pytest.mark.parametrize(
    "source", ["achieved + target * 2", "if(approved, 1, 2)", "achieved / target / 2 / 2", "-achieved"]
)
def test_a_formula_that_is_too_rich_for_a_sentence_stays_text(source):
    assert formula_of(parse(source), NAMES) is None


BROKEN = [
    Row(Subject(("gone",)), "is", (Constant("1"),)),
    Row(Subject(("achieved",)), "contains", (Constant("1"),)),
    Row(Subject(("achieved",)), "is", (Constant("12,5"),)),
    Row(Subject(("achieved",)), "is", (Constant("9" * 16),)),
    Row(Subject(("achieved",)), "is", ()),
    Row(Subject(("achieved",)), "is", (Subject(("role",)),)),
    Row(Subject(("achieved",)), "one_of", (Subject(("target",)),)),
    Row(Subject(("achieved",)), "between", (Constant("1"),)),
    Row(Subject(("today",)), "is", (Constant("2026-02-30"),)),
    Row(Subject(("remark",)), "is", (Constant("a\nb"),)),
    Row(Subject(("achieved",), "sum"), "is", (Constant("1"),)),
    Row(Subject(("today", "achieved"), "days_between"), "is", (Constant("1"),)),
]


@pytest.mark.parametrize("row", BROKEN)
def test_a_row_that_does_not_fit_is_no_sentence(row):
    assert not is_sentence(row, NAMES)
    assert not is_whole(Group("all", (row,)), NAMES)


def test_a_group_without_parts_or_too_deep_cannot_be_written():
    row = Row(Subject(("approved",)), "yes")
    deep = Group("any", (Group("any", (Group("any", (Group("any", (row,)),)),)),))
    assert not is_whole(Group("all", ()), NAMES)
    assert not is_whole(deep, NAMES)


def test_a_value_of_numbers_takes_no_text_and_no_fourth_operand():
    one, text = Subject(("achieved",)), Subject(("role",))
    assert is_formula(Formula(text), NAMES)
    assert not is_formula(Formula(text, (("+", one),)), NAMES)
    assert not is_formula(Formula(one, (("+", one),) * 3), NAMES)
    assert not is_formula(Formula(one, (("+", one), ("*", one))), NAMES)
    assert not is_formula(Formula(Constant("1")), NAMES)


def test_what_can_be_chosen_makes_a_text_a_choice():
    assert kind_of_subject(Subject(("role",)), NAMES) == "choice"
    assert type_of_subject(Subject(("role",), "sum"), NAMES) is None


def test_each_line_of_a_rule_is_tried_by_itself_and_says_what_is_missing():
    rule = rule_of(parse("achieved > 3 and (role == 'chief' or approved) and not (target == 1 or weight == 1)"), NAMES)
    found = try_parts(placed(rule), NAMES, {"achieved": 5, "role": "chief", "target": 1})
    assert {place: trial.value for place, trial in found.items()} == {
        "": False,
        "0": True,
        "1": True,
        "1.0": True,
        "1.1": None,
        "2": False,
        "2.0": True,
        "2.1": None,
    }
    assert [said.key for said in found["1.1"].missing] == ["sentences.name.unknown"]


def test_a_line_that_fails_says_why():
    assert try_text("achieved / zero", NAMES, {"achieved": 1, "zero": 0}).failure.key == "expression.division_by_zero"
    assert try_text("achieved +", NAMES, {}).failure.key == "expression.unfinished"
    assert try_text("average(scores)", NAMES, {"scores": []}).missing != ()
