"""The corpus of tests/corpus/expressions: what expressions give, what is wrong with bad ones, what must be refused."""

import time

import pytest

from engine.core.expression import (
    BOOLEAN,
    ExpressionFailed,
    InvalidExpression,
    compile_expression,
    from_tree,
)
from tests.core.expression.scope import SCOPE, corpus, is_of

VALID = corpus("valid.toml")
INVALID = corpus("invalid.toml")["case"]
HOSTILE = corpus("hostile.toml")
LIMIT = 0.040  # of the processor; 3 to 9 ms on a machine at rest, four times that beside other work


def built(before="", repeat="", times=0, middle="", close="", after=""):
    return before + repeat * times + middle + close * times + after


SOURCES = HOSTILE["sources"] | {name: built(**case) for name, case in HOSTILE["repeats"].items()}


def source_of(case):
    return case["source"]


def as_gives(value):
    return ["?" if item is None else item for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("case", VALID["case"], ids=source_of)
def test_a_valid_expression_gives_its_value(case):
    expression = compile_expression(case["source"], SCOPE)
    if "fails" in case:
        with pytest.raises(ExpressionFailed) as failed:
            expression.evaluate(VALID["values"])
        assert failed.value.message.key == f"expression.{case['fails']}"
        assert failed.value.message.params["expression"] == case["source"]
        return
    value = expression.evaluate(VALID["values"])
    assert is_of(value, expression.type)
    if case.get("missing"):
        assert value is None
    else:
        assert as_gives(value) == case["gives"]
        assert str(value) != "-0"


@pytest.mark.parametrize("case", VALID["case"], ids=source_of)
def test_the_tree_of_a_valid_expression_spells_an_equal_one(case):
    tree = compile_expression(case["source"], SCOPE).tree()
    assert compile_expression(from_tree(tree), SCOPE).tree() == tree


@pytest.mark.parametrize("case", INVALID, ids=source_of)
def test_an_invalid_expression_is_refused_with_every_problem_and_its_place(case):
    expects = BOOLEAN if case.get("expects") == "boolean" else None
    with pytest.raises(InvalidExpression) as refused:
        compile_expression(case["source"], SCOPE, expects=expects)
    found = [[p.line, p.column, p.message.key, told(p.hint)] for p in refused.value.problems]
    assert found == [[line, column, f"expression.{key}", hint] for line, column, key, hint in case["problems"]]


def told(hint):
    return next(iter(hint.params.values())) if hint else ""


@pytest.mark.parametrize("name", SOURCES)
def test_a_hostile_source_is_refused_within_milliseconds(name):
    taken = min(refusal_time(SOURCES[name]) for _ in range(3))
    assert taken < LIMIT, f"{taken * 1000:.1f} ms"


def refusal_time(source):
    start = time.process_time()
    with pytest.raises(InvalidExpression):
        compile_expression(source, SCOPE)
    return time.process_time() - start


def test_the_hostile_corpus_is_large_enough_to_mean_something():
    assert len(SOURCES) >= 60
