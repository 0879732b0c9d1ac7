"""docs/expressions.md lists every function, operator, word and kind of the language, and its examples are true."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.core.expression import (
    BOOLEAN,
    DATE,
    FUNCTIONS,
    NUMBER,
    RESERVED_WORDS,
    TEXT,
    ListOf,
    Record,
    compile_expression,
)
from engine.core.expression.limits import MAX_BYTES, MAX_DEPTH, MAX_NODES, MAX_STEPS, MAX_TEXT
from engine.core.expression.parser import COMPARISONS

PAGE = (Path(__file__).parents[3] / "docs" / "expressions.md").read_text(encoding="utf-8")
SCOPE = Record(
    {
        "achieved": NUMBER,
        "target": NUMBER,
        "role": TEXT,
        "note": TEXT,
        "today": DATE,
        "sent_on": DATE,
        "services": ListOf(TEXT),
        "plan": Record({"targets": ListOf(Record({"result": TEXT, "weight": NUMBER}))}),
        "rating": Record({"result": TEXT}),
        "x": NUMBER,
        "weight": NUMBER,
    }
)
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def section(title):
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def as_answers(value):
    if isinstance(value, dict):
        return {key: as_answers(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_answers(item) for item in value]
    return date.fromisoformat(value) if isinstance(value, str) and ISO_DATE.fullmatch(value) else value


ANSWERS = as_answers(json.loads(blocks(section("Examples"), "json")[0], parse_float=Decimal))
EXAMPLES = [tuple(line.split(" => ")) for line in blocks(section("Examples"), "text")[0].strip().split("\n")]


def spelled(value):
    if isinstance(value, list):
        return f"[{', '.join(spelled(item) for item in value)}]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "missing"}[value]
    return f"'{value}'" if isinstance(value, str) else str(value)


@pytest.mark.parametrize(("source", "result"), EXAMPLES)
def test_an_example_of_the_page_gives_what_the_page_says(source, result):
    assert spelled(compile_expression(source, SCOPE).evaluate(ANSWERS)) == result


def test_the_first_example_is_a_condition():
    assert compile_expression(blocks(PAGE, "text")[0].strip(), SCOPE).type == BOOLEAN


@pytest.mark.parametrize("name", [*FUNCTIONS, "if"])
def test_every_function_has_a_row(name):
    assert f"`{name}(" in section("Functions")


def test_every_function_of_the_page_exists():
    assert set(re.findall(r"`([a-z_]+)\(", section("Functions"))) == {*FUNCTIONS, "if"}


@pytest.mark.parametrize("symbol", sorted(COMPARISONS | {"and", "or", "not", "is missing", "+", "-", "*", "/"}))
def test_every_operator_has_a_row(symbol):
    assert f"`{symbol}`" in section("Operators")


@pytest.mark.parametrize("word", sorted(RESERVED_WORDS))
def test_every_reserved_word_is_named(word):
    assert f"`{word}`" in section("Names")


@pytest.mark.parametrize("limit", [MAX_BYTES, MAX_DEPTH, MAX_NODES, MAX_STEPS, MAX_TEXT])
def test_every_limit_is_stated_as_it_is(limit):
    assert f" {limit:,} " in section("Limits")
