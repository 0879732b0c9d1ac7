"""What every registered field type keeps, whichever it is: one test per promise, run on all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engine.core.errors import InvalidSubmission
from engine.core.expression import ListOf, Record, compile_expression
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.questions import Question
from engine.core.messages import LANGUAGES, Message
from engine.core.proof.canonical import canonical
from engine.core.scope import within
from engine.fields.decoding import decoder
from tests.core.tiny import CATALOG, FACTS, form_of
from tests.fields.strategies import JUNK, KINDS
from tests.wording import placeholders, texts

TEXTS = {language: texts(Path(__file__).parents[2] / "translations" / language) for language in LANGUAGES}
NAMES = CATALOG.names("field")
EXAMPLES = [
    pytest.param(form_of({"x": {"type": name, **options}}), raws, id=f"{name}-{number}")
    for name, kind in KINDS.items()
    for number, (options, raws) in enumerate(kind.examples)
]
every_example = pytest.mark.parametrize(("form", "raws"), EXAMPLES)


def question(form: Any) -> Question:
    return form.questions["x"]


def cleaned(form: Any, raw: Any) -> Any:
    """The value of a good answer; None stands for one that the type does not take from people."""
    kind = question(form).type
    return kind.clean(raw, FACTS) if kind.answered == "by_person" else None


def test_every_registered_type_has_a_strategy_and_every_strategy_a_type():
    assert set(NAMES) == set(KINDS)


@every_example
def test_cleaning_what_was_dumped_gives_the_same_value(form, raws):
    @given(raws)
    @settings(max_examples=60)
    def holds(raw):
        judged = form.judge({"x": raw}, FACTS)
        if not judged.errors:
            dumped = form.questions.dump(judged.values)
            again = form.judge(dumped, FACTS)
            assert (again.errors, again.values) == ({}, judged.values)
            assert form.questions.load(json.loads(canonical(dumped))) == judged.values

    holds()


@every_example
def test_what_does_not_ask_facts_is_read_alike_on_every_day(form, raws):
    kind = question(form).type
    if kind.answered != "by_person" or kind.asks_facts:
        return
    other = FormFacts(*[date(2031, 5, day) for day in (3, 1, 30)])

    @given(raws | JUNK)
    @settings(max_examples=40)
    def holds(raw):
        assert kind.judge(raw, FACTS) == kind.judge(raw, other)

    holds()


@every_example
def test_the_good_answers_of_the_strategy_are_mostly_taken(form, raws):
    if question(form).type.answered == "never":
        assert form.judge({"x": "?"}, FACTS).errors == {"x": Message("submission.unknown_field", name="x")}
        return
    taken = []

    @given(raws)
    @settings(max_examples=60, database=None)
    def collect(raw):
        taken.append(not form.judge({"x": raw}, FACTS).errors)

    collect()
    assert sum(taken) >= len(taken) / 2


@every_example
def test_a_value_is_worded_in_both_languages_and_typed_and_read_back(form, raws):
    @given(raws)
    @settings(max_examples=40)
    def holds(raw):
        kind = question(form).type
        try:
            value = cleaned(form, raw)
        except InvalidSubmission:
            return
        if value is None:
            return
        for language in LANGUAGES:
            assert isinstance(kind.format(value, language), str)
            assert kind.clean(kind.typed(value, language), FACTS) == value
        assert kind.clean(kind.from_cell(kind.cell(value)), FACTS) == value

    holds()


@every_example
def test_what_a_page_posts_is_decoded_and_judged_as_what_was_typed(form, raws):
    @given(raws)
    @settings(max_examples=60)
    def holds(raw):
        kind = question(form).type
        try:
            value = cleaned(form, raw)
        except InvalidSubmission:
            return
        typed = None if value is None else kind.typed(value, "id")
        posted = MultiDict([pair for pair in as_posted("x", typed) if pair[1] is not None])
        decoded = decoder(form.questions)(posted).data
        assert form.judge(decoded, FACTS).values == form.judge({"x": typed}, FACTS).values

    holds()


def as_posted(name: str, typed: Any) -> Iterator[tuple[str, Any]]:
    """The pairs that a browser sends for a value."""
    if isinstance(typed, dict):
        for key, part in typed.items():
            yield from as_posted(f"{name}-{key}", part)
    elif isinstance(typed, list):
        for index, each in enumerate(typed):
            if isinstance(each, dict):
                yield from as_posted(f"{name}-{index}", each)
            else:
                yield name, each
    else:
        yield name, typed


@every_example
def test_whatever_comes_in_is_a_value_or_a_refusal_that_can_be_worded(form, raws):
    @given(JUNK)
    @settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
    def holds(raw):
        kind = question(form).type
        try:
            kind.clean(raw, FACTS)
        except InvalidSubmission as refused:
            assert refused.errors
            for message in refused.errors.values():
                assert isinstance(message, Message)
                assert_worded(message)

    holds()


def assert_worded(message: Message) -> None:
    """Both languages have its text, it has every parameter, and all of it can be written on a page."""
    for language in LANGUAGES:
        assert placeholders(TEXTS[language][message.key]) <= set(message.params)
    json.dumps(message.as_document(), ensure_ascii=False).encode()


@every_example
def test_whatever_comes_in_is_judged_alike_again(form, raws):
    @given(st.one_of(JUNK, raws))
    @settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
    def holds(raw):
        judged = form.judge({"x": raw}, FACTS)
        assert form.judge({"x": raw}, FACTS) == judged
        if not judged.errors:
            assert form.judge(form.questions.dump(judged.values), FACTS).values == judged.values

    holds()


@every_example
def test_no_cell_of_a_spreadsheet_breaks_the_reading(form, raws):
    @given(JUNK)
    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    def holds(cell):
        kind = question(form).type
        try:
            kind.clean(kind.from_cell(cell), FACTS)
        except InvalidSubmission as refused:
            assert refused.errors

    holds()


@every_example
def test_the_value_is_of_the_type_that_expressions_are_promised(form, raws):
    kind = question(form).type
    value_type = kind.value_type()
    if value_type is None:
        assert kind.answered == "never"
        return
    listed = isinstance(value_type, ListOf)
    record = value_type.item if listed else value_type
    paths = [f"x.{key}" for key in record.fields] if isinstance(record, Record) else ["x"]
    expressions = [compile_expression(f"count({p})" if listed else p, within({"x": value_type})) for p in paths]

    @given(raws)
    @settings(max_examples=60)
    def holds(raw):
        judged = form.judge({"x": raw}, FACTS)
        if not judged.errors:
            for expression in expressions:
                expression.evaluate({**FACTS.names(), **judged.values})  # a value of another type would raise

    holds()


@every_example
def test_nothing_answered_is_empty_and_is_refused_where_an_answer_is_required(form, raws):
    kind = question(form).type
    if kind.answered != "by_person":
        return
    for nothing in (None, "", "   " if kind.name not in ("choices", "table") else None):
        assert kind.clean(nothing, FACTS) == kind.empty
    options = next(options for options, found in KINDS[kind.name].examples if found is raws)
    asked = form_of({"x": {"type": kind.name, **options, "required": True}})
    assert asked.judge({}, FACTS).errors == {"x": Message("field.required")}
