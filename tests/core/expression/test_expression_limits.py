"""Bounds: depth, nodes, bytes, steps, text, the Python stack; and threads."""

import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from engine.core.expression import (
    NUMBER,
    TEXT,
    ExpressionFailed,
    InvalidExpression,
    ListOf,
    Record,
    compile_expression,
    from_tree,
)

SCOPE = Record({"a": NUMBER, "many": ListOf(NUMBER), "words": TEXT, "rows": ListOf(Record({"x": ListOf(NUMBER)}))})
FRAMES = 400


def refused_key(source):
    with pytest.raises(InvalidExpression) as refused:
        compile_expression(source, SCOPE)
    return refused.value.problems[0].message.key


def failed_key(source, values):
    with pytest.raises(ExpressionFailed) as failed:
        compile_expression(source, SCOPE).evaluate(values)
    return failed.value.message.key


def test_sixty_four_levels_are_allowed_and_not_one_more():
    assert compile_expression("(" * 63 + "1" + ")" * 63, SCOPE).evaluate({}) == 1
    assert refused_key("(" * 64 + "1" + ")" * 64) == "expression.too_deep"


def test_left_operands_nest_as_deep_as_parentheses_do():
    assert compile_expression("(" * 31 + "a" + "*1+1)" * 31, SCOPE).evaluate({"a": 1}) == 32
    assert refused_key("(" * 33 + "a" + "*1+1)" * 33) == "expression.too_deep"


def test_a_thousand_nodes_are_allowed_and_not_one_more():
    # A chain of n numbers is n nodes and one operator.
    assert compile_expression("1+" * 998 + "1", SCOPE).evaluate({}) == 999
    assert refused_key("1+" * 999 + "1") == "expression.too_many_nodes"


def test_four_kilobytes_are_allowed_and_not_one_byte_more():
    assert compile_expression("1" + " " * 4095, SCOPE).evaluate({}) == 1
    assert refused_key("1" + " " * 4096) == "expression.too_long"
    assert compile_expression("'" + "é" * 2047 + "'", SCOPE).evaluate({}) == "é" * 2047
    assert refused_key("'" + "é" * 2048 + "'") == "expression.too_long"


def test_every_list_element_costs_a_step_when_read_and_when_gone_through():
    counting = compile_expression("count(many)", SCOPE)
    assert counting.evaluate({"many": [Decimal(1)] * 4999}) == 4999
    assert failed_key("count(many)", {"many": [Decimal(1)] * 5000}) == "expression.too_many_steps"
    assert compile_expression("many", SCOPE).evaluate({"many": [1] * 9999}) == [1] * 9999
    assert failed_key("many", {"many": [1] * 10_000}) == "expression.too_many_steps"


def test_one_step_budget_covers_the_whole_expression():
    source = " + ".join(["sum(many)"] * 10)
    assert compile_expression(source, SCOPE).evaluate({"many": [1] * 400}) == 4000
    assert failed_key(source, {"many": [1] * 500}) == "expression.too_many_steps"


def test_lists_inside_lists_are_counted():
    rows = [{"x": [1] * 1000}] * 11
    assert failed_key("count(rows.x)", {"rows": rows}) == "expression.too_many_steps"


def test_looking_for_an_item_is_counted():
    assert failed_key("a in many", {"a": 1, "many": [0] * 6000}) == "expression.too_many_steps"


def test_a_long_stored_text_can_be_asked_about_but_not_given_out():
    long = "x" * 10_001
    assert compile_expression("words is missing", SCOPE).evaluate({"words": long}) is False
    assert compile_expression("length(words)", SCOPE).evaluate({"words": long}) == 10_001
    assert compile_expression("words", SCOPE).evaluate({"words": long[1:]}) == long[1:]
    assert failed_key("words", {"words": long}) == "expression.text_too_long"
    assert failed_key("length(lower(words))", {"words": long}) == "expression.text_too_long"
    assert failed_key("contains(words, 'y')", {"words": "x" * 2_000_000}) == "expression.too_many_steps"


DEEPEST = {
    "parentheses": "(" * 63 + "a" + ")" * 63,
    "not": "not " * 62 + "a > 1",
    "minus": "-" * 63 + "a",
    "calls": "max(1, " * 62 + "a" + ")" * 62,
    "choices": "if(a > 0, " * 60 + "a" + ", 0)" * 60,
    "lists": "max([" * 31 + "a" + "])" * 31,
    "operators": "(1 * 1 + " * 31 + "a" + ")" * 31,
}


@pytest.mark.parametrize("source", DEEPEST.values(), ids=DEEPEST.keys())
def test_the_deepest_expressions_need_only_a_small_stack(source):
    def use():
        expression = compile_expression(source, SCOPE)
        assert from_tree(expression.tree())
        return expression.evaluate({"a": Decimal(2)})

    before = sys.getrecursionlimit()
    sys.setrecursionlimit(depth_here() + FRAMES)
    try:
        value = use()
    finally:
        sys.setrecursionlimit(before)
    assert value is not None


def depth_here():
    frame, depth = sys._getframe(), 0
    while frame:
        frame, depth = frame.f_back, depth + 1
    return depth


def test_one_expression_serves_many_threads_at_once():
    expression = compile_expression("sum(many) / a", SCOPE)

    def ask(number):
        return expression.evaluate({"a": Decimal(3), "many": [Decimal(number)] * 300})

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(400))) == [Decimal(number * 100) for number in range(400)]
