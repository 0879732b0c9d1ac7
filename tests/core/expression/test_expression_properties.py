"""What holds for every source and every answer: only our errors, the promised type, the same value again."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.expression import (
    BOOLEAN,
    FUNCTIONS,
    ExpressionFailed,
    InvalidExpression,
    compile_expression,
    from_tree,
)
from tests.core.expression.scope import COLUMNS, SCALARS, SCOPE, is_of
from tests.core.expression.strategies import ANSWERS, TYPED_SOURCES

WORDS = [
    *"+-*/()[],<>='\"\\\n.;#{",
    *["and", "or", "not", "in", "is", "missing", "true", "false", "if"],
    *["==", "!=", "<=", ">=", "1", "0.5", "'a'", "9e9", "__class__"],
    *FUNCTIONS,
    *SCALARS,
    *COLUMNS,
]
SOUP = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


@settings(max_examples=1000)
@given(source=st.text(max_size=60) | SOUP, answers=ANSWERS)
def test_any_text_is_compiled_or_refused_and_nothing_else_happens(source, answers):
    try:
        expression = compile_expression(source, SCOPE)
    except InvalidExpression as refused:
        assert refused.problems
        assert all(placed(problem, source) for problem in refused.problems)
        return
    assert is_of(outcome(expression, answers), expression.type)


def placed(problem, source):
    lines = source.split("\n")
    return 1 <= problem.line <= len(lines) and 1 <= problem.column <= len(lines[problem.line - 1]) + 1


def outcome(expression, answers):
    try:
        return expression.evaluate(answers)
    except ExpressionFailed:
        return None


@settings(max_examples=1000)
@given(typed=TYPED_SOURCES, answers=ANSWERS)
def test_a_well_typed_expression_gives_its_type_or_missing_or_fails(typed, answers):
    kind, source = typed
    expression = compile_expression(source, SCOPE, expects=kind)
    assert expression.type == kind
    assert is_of(outcome(expression, answers), kind)


@given(typed=TYPED_SOURCES, answers=ANSWERS)
def test_evaluating_twice_gives_the_same(typed, answers):
    expression = compile_expression(typed[1], SCOPE)
    again = compile_expression(typed[1], SCOPE)
    assert outcome(expression, answers) == outcome(expression, answers) == outcome(again, answers)


@settings(max_examples=500)
@given(typed=TYPED_SOURCES, answers=ANSWERS)
def test_a_tree_spelled_out_has_the_same_tree_and_the_same_value(typed, answers):
    expression = compile_expression(typed[1], SCOPE)
    spelled = compile_expression(from_tree(expression.tree()), SCOPE)
    assert spelled.tree() == expression.tree()
    assert spelled.references == expression.references
    assert outcome(spelled, answers) == outcome(expression, answers)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=500)
@given(typed=TYPED_SOURCES, replacement=JSON, data=st.data())
def test_a_damaged_tree_is_spelled_or_refused_and_nothing_else_happens(typed, replacement, data):
    tree = compile_expression(typed[1], SCOPE).tree()
    parts = list(objects(tree))
    part = data.draw(st.sampled_from(parts))
    part[data.draw(st.sampled_from(sorted(part)))] = replacement
    try:
        source = from_tree(tree)
        compile_expression(source, SCOPE)
    except InvalidExpression as refused:
        assert refused.problems


def objects(value):
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(inner)


@given(typed=TYPED_SOURCES, answers=ANSWERS)
def test_only_the_referenced_answers_matter(typed, answers):
    expression = compile_expression(typed[1], SCOPE)
    tops = {path.split(".")[0] for path in expression.references}
    needed = {name: value for name, value in answers.items() if name in tops}
    assert outcome(expression, needed) == outcome(expression, answers)


TRUTHS = (True, False, None)
LAWS = [
    ("a and b", "b and a"),
    ("a or b", "b or a"),
    ("(a and b) and c", "a and (b and c)"),
    ("(a or b) or c", "a or (b or c)"),
    ("a and b and c", "(a and b) and c"),
    ("a and (b or c)", "(a and b) or (a and c)"),
    ("a or (b and c)", "(a or b) and (a or c)"),
    ("not (a and b)", "not a or not b"),
    ("not (a or b)", "not a and not b"),
    ("not not a", "a"),
    ("a and a", "a"),
    ("a or a", "a"),
    ("a or (a and b)", "a"),
    ("a and true", "a"),
    ("a or false", "a"),
    ("a and false", "false"),
    ("a or true", "true"),
]


@pytest.mark.parametrize(("left", "right"), LAWS)
def test_logic_keeps_the_laws_of_kleene(left, right):
    scope = type(SCOPE)(dict.fromkeys("abc", BOOLEAN))
    one, other = compile_expression(left, scope), compile_expression(right, scope)
    for truths in itertools.product(TRUTHS, repeat=3):
        answers = dict(zip("abc", truths, strict=True))
        assert one.evaluate(answers) is other.evaluate(answers), answers


def test_missing_is_neither_true_nor_false_in_logic():
    scope = type(SCOPE)({"a": BOOLEAN})
    for source in ("not a", "a and true", "a or false", "a and not a", "a or not a"):
        assert compile_expression(source, scope).evaluate({}) is None
