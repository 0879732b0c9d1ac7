"""Names inside one form: sections, fields and checks. Options and expressions of fields are binding.py's."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import FieldSpec, FormSchema
from engine.core.errors import Problem
from engine.core.messages import Message
from engine.core.reading.declared import RESERVED, twice, unknown


def form_problems(form: FormSchema) -> Iterator[Problem]:
    """Yield each name of a form that is declared twice, reserved, or used without being declared."""
    path = f"forms.{form.key}"
    yield from twice(f"{path}.sections", form.sections)
    yield from twice(f"{path}.checks", form.checks)
    seen: dict[str, str] = {}
    for section in form.sections:
        for field in section.fields:
            here = f"{path}.sections.{section.key}.fields.{field.key}"
            if field.key in RESERVED:
                yield Problem(here, Message("lint.reserved_name", key=field.key))
            if field.key in seen:
                yield Problem(here, Message("lint.field_twice", key=field.key, section=seen[field.key]))
            seen.setdefault(field.key, section.key)
    known = tuple(path for field in form.fields() for path in _field_paths(field))
    for check in form.checks:
        for index, name in enumerate(check.fields):
            yield from unknown(f"{path}.checks.{check.key}.fields.{index}", "field", name, known)


def _field_paths(field: FieldSpec) -> Iterator[str]:
    yield field.key
    columns = field.options.get("columns")
    for column in columns if isinstance(columns, list) else ():
        if isinstance(column, dict) and "key" in column:
            yield f"{field.key}.{column['key']}"
