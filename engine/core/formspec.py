"""The forms of a definition as values: sections of fields, who sees and edits them, checks across them, first answers.

Shapes only: what a field asks is filling/, what a type takes is the catalog's.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from engine.core.elements import AuthoredText, Element, ExpressionText, Key


class Circle(Element):
    """Some of those who take part: a role, in these states of the case; in all of them where none is named."""

    role: Key
    states: tuple[Key, ...] = ()


class FieldSpec(BaseModel):
    """A question: what every type shares; the type's own options are the keys that are left (`options`).

    `default` is a raw answer, or an expression behind a `=`. `seen_by` and `edited_by` are None where nobody is shut
    out who may read or fill the form.
    """

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    key: Key
    type: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    required: bool = False
    shown_when: ExpressionText | None = None
    required_when: ExpressionText | None = None
    editable_when: ExpressionText | None = None
    default: Any = None
    seen_by: tuple[Circle, ...] | None = None
    edited_by: tuple[Circle, ...] | None = None
    was: tuple[str, ...] = ()

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


class Section(Element):
    """Fields that belong together under one title."""

    key: Key
    title: AuthoredText | None = None
    help: AuthoredText | None = None
    shown_when: ExpressionText | None = None
    editable_when: ExpressionText | None = None
    seen_by: tuple[Circle, ...] | None = None
    edited_by: tuple[Circle, ...] | None = None
    fields: tuple[FieldSpec, ...]


class Check(Element):
    """A rule across fields with its own sentence."""

    key: Key
    when: ExpressionText
    otherwise: AuthoredText
    fields: tuple[str, ...] = ()


class Prefill(Element):
    """Where a field's first answer comes from: another form of the case, or the same person's case of before."""

    key: Key
    value: ExpressionText


class FormSchema(Element):
    """A form: sections of fields, and checks across them."""

    key: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = ()
    prefill: tuple[Prefill, ...] = ()

    def fields(self) -> tuple[FieldSpec, ...]:
        return tuple(field for section in self.sections for field in section.fields)
