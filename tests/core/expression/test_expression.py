"""The door of the package: types, references, trees, answers of a wrong shape, and what people are told."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.core.errors import EngineError
from engine.core.expression import (
    BOOLEAN,
    DATE,
    NUMBER,
    TEXT,
    ExpressionFailed,
    InvalidExpression,
    ListOf,
    Record,
    compile_expression,
    from_tree,
)
from engine.web.i18n import load_words
from tests.core.expression.scope import SCOPE, corpus

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "engine" / "core" / "expression"
WORDS = load_words(ROOT / "translations", strict=True)


def test_references_are_the_dotted_paths_once_each_and_sorted():
    expression = compile_expression("sum(plan.targets.weight) > weight and weight > 0 or role == 'x'", SCOPE)
    assert expression.references == ("plan.targets.weight", "role", "weight")
    assert compile_expression("1 + 1", SCOPE).references == ()


def test_an_expression_knows_its_source_and_its_type():
    expression = compile_expression("plan.targets.weight", SCOPE, expects=ListOf(NUMBER))
    assert (expression.source, expression.type) == ("plan.targets.weight", ListOf(NUMBER))


def test_types_are_values():
    assert Record({"a": ListOf(TEXT), "b": DATE}) == Record({"b": DATE, "a": ListOf(TEXT)})
    assert hash(Record({"a": ListOf(TEXT), "b": DATE})) == hash(Record({"b": DATE, "a": ListOf(TEXT)}))
    assert Record({"a": TEXT}) != Record({"a": NUMBER})
    assert len({NUMBER, TEXT, BOOLEAN, DATE, ListOf(NUMBER), ListOf(NUMBER)}) == 5


def test_a_record_does_not_follow_the_dict_it_was_made_of():
    fields = {"a": TEXT}
    record = Record(fields)
    fields["b"] = TEXT
    assert set(record.fields) == {"a"}
    with pytest.raises(TypeError):
        record.fields["b"] = TEXT


WRONG_ANSWERS = [
    ("achieved", {"achieved": "97"}),
    ("achieved", {"achieved": True}),
    ("achieved", {"achieved": 97.5}),
    ("achieved", {"achieved": Decimal("NaN")}),
    ("achieved", {"achieved": Decimal("sNaN")}),
    ("achieved", {"achieved": Decimal("-Infinity")}),
    ("achieved", {"achieved": 10**15}),
    ("role", {"role": 1}),
    ("approved", {"approved": 1}),
    ("today", {"today": "2026-01-31"}),
    ("today", {"today": datetime(2026, 1, 31, tzinfo=UTC)}),
    ("scores", {"scores": 3}),
    ("scores", {"scores": "345"}),
    ("scores", {"scores": [1, "2"]}),
    ("plan.total", {"plan": 5}),
    ("plan.total", {"plan": {"total": {}}}),
    ("count(plan.targets)", {"plan": {"targets": {}}}),
    ("plan.targets.weight", {"plan": {"targets": [1]}}),
    ("plan.targets.tags", {"plan": {"targets": [{"tags": "kia"}]}}),
]


@pytest.mark.parametrize(("source", "answers"), WRONG_ANSWERS, ids=str)
def test_an_answer_that_is_not_of_its_type_ends_the_evaluation_and_is_named(source, answers):
    with pytest.raises(ExpressionFailed) as failed:
        compile_expression(source, SCOPE).evaluate(answers)
    assert failed.value.message.key == "expression.wrong_value"
    assert failed.value.message.params["name"] in source


@pytest.mark.parametrize("stored", [Decimal("1E+15"), Decimal("-1E+999999"), Decimal(10) ** 20])
def test_a_stored_number_beyond_the_range_ends_the_evaluation(stored):
    with pytest.raises(ExpressionFailed) as failed:
        compile_expression("achieved > 1", SCOPE).evaluate({"achieved": stored})
    assert failed.value.message.key == "expression.out_of_range"


def test_a_stored_number_with_a_wild_exponent_does_no_harm():
    smallest = {"achieved": Decimal("1E-999999"), "target": Decimal("0E+999999")}
    assert compile_expression("achieved + target", SCOPE).evaluate(smallest) == 0


def test_a_whole_number_is_taken_as_a_decimal():
    value = compile_expression("achieved", SCOPE).evaluate({"achieved": 97})
    assert (type(value), value) == (Decimal, 97)


def test_a_missing_row_is_a_row_without_answers():
    answers = {"plan": {"targets": [None, {"weight": Decimal(5)}]}}
    assert compile_expression("plan.targets.weight", SCOPE).evaluate(answers) == [None, 5]
    assert compile_expression("length(plan.targets) - count(plan.targets)", SCOPE).evaluate(answers) == 1


def test_names_beside_the_scope_are_not_readable():
    with pytest.raises(InvalidExpression):
        compile_expression("secret", Record({"open": TEXT}))
    assert compile_expression("open", Record({"open": TEXT})).evaluate({"open": "a", "secret": "b"}) == "a"


def test_both_errors_are_errors_of_the_product():
    assert issubclass(InvalidExpression, EngineError)
    assert issubclass(ExpressionFailed, EngineError)


SPELLINGS = [
    ("  achieved+1 ", "achieved + 1"),
    ("((achieved))", "achieved"),
    ("(1+2)*3", "(1 + 2) * 3"),
    ("(1*2)+3", "1 * 2 + 3"),
    ("1-(2-3)", "1 - (2 - 3)"),
    ("(1-2)-3", "(1 - 2) - 3"),
    ("-(-2)", "--2"),
    ("-(1+2)", "-(1 + 2)"),
    ("not(approved)", "not approved"),
    ("approved == (not returned)", "approved == (not returned)"),
    ("(not approved) is missing", "(not approved) is missing"),
    ('"it\'s"', '"it\'s"'),
    ('"plain"', "'plain'"),
    ("role is not   missing", "role is not missing"),
    ("if( approved ,1,2)", "if(approved, 1, 2)"),
    ("[1,2]", "[1, 2]"),
]


@pytest.mark.parametrize(("source", "spelled"), SPELLINGS)
def test_a_tree_is_spelled_in_one_way_and_keeps_its_grouping(source, spelled):
    tree = compile_expression(source, SCOPE).tree()
    again = compile_expression(from_tree(tree), SCOPE).tree()
    assert again == tree
    assert from_tree(tree) == from_tree(again) == spelled


def name(path):
    return {"kind": "name", "path": path}


MALFORMED = [
    (None, "–"),
    ([], "–"),
    ({}, "–"),
    ({"kind": []}, "–"),
    ({"kind": "import"}, "–"),
    ({"kind": "name"}, "–"),
    ({"kind": "name", "path": "a", "extra": 1}, "–"),
    (name("os.system('id')"), "path"),
    (name("a b"), "path"),
    (name("true"), "path"),
    ({"kind": "number", "value": 5}, "value"),
    ({"kind": "number", "value": "5) or (1"}, "value"),
    ({"kind": "boolean", "value": 1}, "value"),
    ({"kind": "list", "items": []}, "items"),
    ({"kind": "not", "operand": None}, "operand"),
    ({"kind": "logic", "operator": "xor", "operands": [name("a"), name("b")]}, "operator"),
    ({"kind": "logic", "operator": "and", "operands": [name("a")]}, "operands"),
    ({"kind": "logic", "operator": "and", "operands": [name("a"), name("1")]}, "operands.1.path"),
    ({"kind": "compare", "operator": "is", "left": name("a"), "right": name("b")}, "operator"),
    ({"kind": "missing", "operand": name("a"), "negated": "no"}, "negated"),
    ({"kind": "arithmetic", "first": name("a"), "steps": []}, "steps"),
    ({"kind": "arithmetic", "first": name("a"), "steps": [1]}, "steps.0"),
    (
        {"kind": "arithmetic", "first": name("a"), "steps": [{"operator": "**", "operand": name("b")}]},
        "steps.0.operator",
    ),
    ({"kind": "call", "function": "f(1) or g", "arguments": []}, "function"),
    ({"kind": "call", "function": "and", "arguments": []}, "function"),
]


@pytest.mark.parametrize(("tree", "where"), MALFORMED, ids=str)
def test_a_malformed_tree_is_refused_and_the_part_is_named(tree, where):
    with pytest.raises(InvalidExpression) as refused:
        from_tree(tree)
    (problem,) = refused.value.problems
    assert (problem.message.key, problem.message.params["path"]) == ("expression.malformed_tree", where)


def test_a_chain_of_two_precedences_is_no_tree():
    steps = [{"operator": symbol, "operand": name("b")} for symbol in "+*"]
    with pytest.raises(InvalidExpression):
        from_tree({"kind": "arithmetic", "first": name("a"), "steps": steps})


def test_an_endless_tree_is_refused():
    tree = name("a")
    for _ in range(5000):
        tree = {"kind": "not", "operand": tree}
    with pytest.raises(InvalidExpression):
        from_tree(tree)


def test_a_text_in_a_tree_cannot_break_out_of_its_quotes():
    for text in ("' or true or '", '" or true or "', "\\", "\\'", "\\\\' or true", 'it\'s "both"'):
        tree = {"kind": "text", "value": text}
        assert compile_expression(from_tree(tree), SCOPE).tree() == tree


def test_a_person_is_told_the_place_the_names_known_and_the_one_meant():
    scope = Record({"plan": Record({"targets": NUMBER, "total": NUMBER})})
    with pytest.raises(InvalidExpression) as refused:
        compile_expression("plan.total + plan.targts", scope)
    (problem,) = refused.value.problems
    assert problem.column == 14
    said = f"{WORDS.say(problem.message, 'en')} {WORDS.say(problem.hint, 'en')}"
    assert said == "unknown name 'plan.targts'. Known names: plan.targets, plan.total. Did you mean 'plan.targets'?"


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_problem_of_the_corpus_can_be_said(language):
    said = set()
    for case in corpus("invalid.toml")["case"]:
        with pytest.raises(InvalidExpression) as refused:
            compile_expression(case["source"], SCOPE, expects=BOOLEAN if "expects" in case else None)
        for problem in refused.value.problems:
            said.add(WORDS.say(problem.message, language))
            assert problem.hint is None or WORDS.say(problem.hint, language)
    assert len(said) > 40


def test_every_key_of_the_package_has_a_text_and_every_text_a_key():
    sources = [*PACKAGE.glob("*.py"), PACKAGE.parent / "errors.py"]
    used = set(re.findall(r'"(expression\.[a-z_.]+)"', "".join(path.read_text() for path in sources)))
    used |= {f"expression.type.{each}" for each in ("number", "text", "boolean", "date", "anything")}
    for language in ("id", "en"):
        assert used == {key for key in WORDS.texts[language] if key.startswith("expression.")}


def test_a_failure_names_the_expression():
    with pytest.raises(ExpressionFailed) as failed:
        compile_expression("achieved / zero", SCOPE).evaluate({"achieved": 1, "zero": 0})
    assert WORDS.say(failed.value.message, "en") == "The expression 'achieved / zero' divides by zero."
    assert WORDS.say(failed.value.message, "id") == "Ekspresi 'achieved / zero' membagi dengan nol."


def test_dates_are_dates():
    assert compile_expression("date('2026-01-31')", SCOPE).evaluate({}) == date(2026, 1, 31)
