"""Names inside one form: sections, fields, checks, and who sees them. Options and expressions are binding.py's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.core.definition import Circle, FieldSpec, FormSchema, Section
from engine.core.errors import Problem
from engine.core.messages import Message
from engine.core.reading.declared import POSTED, RESERVED, keys, twice, unknown


@dataclass(frozen=True, slots=True)
class Around:
    """What a form may name of the definition around it; `fills` says whether those of a circle ever fill it."""

    roles: tuple[str, ...]
    states: tuple[str, ...]
    fills: Callable[[FormSchema, Circle], bool]


def form_problems(form: FormSchema, around: Around) -> Iterator[Problem]:
    """Yield each name of a form that is declared twice, reserved, or used without being declared."""
    path = f"forms.{form.key}"
    yield from twice(f"{path}.sections", form.sections)
    yield from twice(f"{path}.checks", form.checks)
    yield from twice(f"{path}.prefill", form.prefill)
    for prefill in form.prefill:
        yield from unknown(f"{path}.prefill.{prefill.key}", "field", prefill.key, keys(form.fields()))
    for section in form.sections:
        here = f"{path}.sections.{section.key}"
        yield from _circles(here, section, form, around)
        for field in section.fields:
            yield from _circles(f"{here}.fields.{field.key}", field, form, around)
    seen: dict[str, str] = {}
    for section in form.sections:
        for field in section.fields:
            here = f"{path}.sections.{section.key}.fields.{field.key}"
            if field.key in RESERVED:
                yield Problem(here, Message("lint.reserved_name", key=field.key))
            if field.key in POSTED:
                yield Problem(here, Message("lint.posted_name", key=field.key))
            if field.key in seen:
                yield Problem(here, Message("lint.field_twice", key=field.key, section=seen[field.key]))
            seen.setdefault(field.key, section.key)
    known = tuple(path for field in form.fields() for path in _field_paths(field))
    for check in form.checks:
        for index, name in enumerate(check.fields):
            yield from unknown(f"{path}.checks.{check.key}.fields.{index}", "field", name, known)


def _circles(path: str, element: Section | FieldSpec, form: FormSchema, around: Around) -> Iterator[Problem]:
    """Roles and states that `seen_by` and `edited_by` name; who edits must have a task that fills the form."""
    for word in ("seen_by", "edited_by"):
        circle: tuple[Circle, ...] = getattr(element, word) or ()
        seen: set[str] = set()
        for one in circle:
            here = f"{path}.{word}.{one.role}"
            yield from unknown(here, "role", one.role, around.roles)
            for index, state in enumerate(one.states):
                yield from unknown(f"{here}.states.{index}", "state", state, around.states)
            if one.role in seen:
                yield Problem(here, Message("lint.twice", key=one.role))
            seen.add(one.role)
            if word == "edited_by" and one.role in around.roles and not around.fills(form, one):
                yield Problem(here, Message("lint.edits_never", role=one.role, form=form.key), warning=True)


def _field_paths(field: FieldSpec) -> Iterator[str]:
    yield field.key
    columns = field.options.get("columns")
    for column in columns if isinstance(columns, list) else ():
        if isinstance(column, dict) and "key" in column:
            yield f"{field.key}.{column['key']}"
