"""Answers of an earlier version of a form, read by the form of today: through `was`, and judged anew.

What no longer fits is left out; old answers themselves are never rewritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.form import Form
from engine.core.filling.questions import Question, Questions
from engine.core.scope import along


def projected(form: Form, before: Mapping[str, Any], facts: FormFacts) -> dict[str, Any]:
    """Values of this form's fields from what was sent then, as far as they pass now.

    `before`: form → what `dump` wrote of its answers.
    """
    found: dict[str, Any] = {}
    for each in form.questions:
        if each.type.answered == "by_person" and (raw := _raw(form, each, before)) is not None:
            found[each.key], _ = each.type.judge(raw, facts)
    return found


def names(form: Form, before: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What these earlier answers name, by kind and ref: to be looked up before they are judged anew."""
    yield from form.questions.wanted
    for each in form.questions.naming:
        if (raw := _raw(form, each, before)) is not None:
            yield from each.type.names(raw)


def _raw(form: Form, question: Question, before: Mapping[str, Any]) -> Any:
    """The answer under the first name that has one: today's, then earlier ones."""
    paths = (f"{form.key}.{question.key}", *question.spec.was)
    raw = next((value for path in paths if (value := along(before, path)) is not None), None)
    columns = getattr(question.type, "columns", None)
    if columns is None or not isinstance(raw, list):
        return raw
    return [_row(columns, row) for row in raw if isinstance(row, Mapping)]


def _row(columns: Questions, row: Mapping[str, Any]) -> dict[str, Any]:
    return {each.key: _first(row, (each.key, *(name.rpartition(".")[2] for name in each.spec.was))) for each in columns}


def _first(row: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)
