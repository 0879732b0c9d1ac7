"""A form as pages show it: sections of fields with their wording, values and messages; rows for tables.

The only shape in which answers leave the core for readers. Who may see it is decided in forms.py; HTML is the page's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.core.definition import FieldSpec, Section
from engine.core.filling.fieldtype import Choice, FieldType, FormFacts
from engine.core.filling.form import Form
from engine.core.filling.questions import Judged, Question, Questions
from engine.core.filling.sight import Sight
from engine.core.filling.standing import Origin, Standing
from engine.core.messages import Message, Text, readable

NOT_GIVEN = object()


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as one reader sees it. `path` names it in messages: `targets`, `targets.2.weight` (rows from 0).

    `raw` is what was typed, where that is to be shown again; `origin` says that the form began with this answer and
    where it came from. A table has `columns` (headings) and `rows` of cells.
    """

    path: str
    spec: FieldSpec
    field: FieldType
    required: bool
    editable: bool
    shown: bool
    value: Any = None
    raw: Any = NOT_GIVEN
    error: Message | None = None
    columns: tuple[Question, ...] = ()
    rows: tuple[tuple[FieldView, ...], ...] = ()
    within: Mapping[str, Message] = dataclasses.field(default_factory=dict)  # of parts of the answer, by path in it
    facts: FormFacts | None = None
    origin: Origin | None = None

    @property
    def key(self) -> str:
        return self.spec.key

    @property
    def type(self) -> str:
        return self.field.name

    @property
    def label(self) -> Text:
        return label_of(self.spec)

    @property
    def help(self) -> Text | None:
        return self.spec.help

    @property
    def options(self) -> tuple[Choice, ...]:
        return self.field.items if self.facts is None else self.field.offered(self.facts)

    def text(self, language: str) -> str:
        """The answer as people read it; "" where there is none."""
        return "" if self.value is None else self.field.format(self.value, language)

    @property
    def advice(self) -> tuple[Message, ...]:
        """What its type advises about the answer."""
        return () if self.value is None else self.field.advise(self.value)

    def typed(self, language: str) -> Any:
        """What stands in the widget: what was typed, or the value as one would type it."""
        if self.raw is not NOT_GIVEN:
            return self.raw
        return None if self.value is None else self.field.typed(self.value, language)


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section and its fields, those that are not asked now too: `shown` says which. What is hidden from the reader
    is not among them."""

    spec: Section
    fields: tuple[FieldView, ...]

    @property
    def shown(self) -> bool:
        return any(each.shown for each in self.fields)


@dataclass(frozen=True, slots=True)
class FormView:
    """A form as one reader sees it; `errors` also holds messages that stand at no field (`checks.…`)."""

    form: Form
    editable: bool
    sections: tuple[SectionView, ...]
    errors: Mapping[str, Message] = field(default_factory=dict)

    def __iter__(self) -> Iterator[FieldView]:
        return (each for section in self.sections for each in section.fields)

    def __getitem__(self, key: str) -> FieldView:
        return next(each for each in self if each.key == key)


def label_of(spec: FieldSpec) -> Text:
    """The field's label; its key in words where the author gave none."""
    return spec.label or readable(spec.key)


def to_read(form: Form, values: Mapping[str, Any], facts: FormFacts, sight: Sight) -> FormView:
    """Answers that were sent: what was asked then is shown, in full, as far as the reader may see it."""
    judged = form.judge(form.questions.dump(values), facts)
    shown = frozenset(values) | {each.key for each in form.questions if each.type.answered == "never"} & judged.visible
    seen = Judged(dict(values), {}, shown, judged.required)
    return _Drawing(form, seen, facts, sight, editable=False).view()


def to_fill(
    form: Form,
    raw: Mapping[str, Any],
    facts: FormFacts,
    errors: Mapping[str, Message],
    *,
    as_typed: bool,
    sight: Sight,
    standing: Standing | None = None,
    origins: Mapping[str, Origin] | None = None,
) -> FormView:
    """A form being filled: what is hidden, fixed, computed and required follows from what stands in it."""
    judged = form.judge(raw, facts, standing)
    typed = {key: value for key, value in _to_show(raw, judged, as_typed).items() if key not in judged.fixed}
    return _Drawing(form, judged, facts, sight, typed, errors, origins or {}).view()


def _to_show(raw: Mapping[str, Any], judged: Judged, as_typed: bool) -> Mapping[str, Any]:
    """What was typed; of answers that are kept, those that do not pass (any more): else they would be gone unseen."""
    if as_typed:
        return raw
    return {key: raw[key] for key in judged.errors if raw.get(key) is not None}


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One form on its way to one reader."""

    form: Form
    judged: Judged
    facts: FormFacts
    sight: Sight
    typed: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Message] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    editable: bool = True

    def view(self) -> FormView:
        hidden = self.sight.hidden
        sections = tuple(
            SectionView(
                section,
                tuple(self._field(each, each.key, self.judged, self.typed) for each in asked if each.key not in hidden),
            )
            for section, asked in self.form.sections
        )
        # What is wrong with a field that the reader does not see is said at the form: he may not learn which.
        errors = {
            f"checks.{path}" if path.partition(".")[0] in hidden else path: found for path, found in self.errors.items()
        }
        return FormView(self.form, self.editable, sections, errors)

    def _field(self, question: Question, path: str, judged: Judged, typed: Mapping[str, Any]) -> FieldView:
        key, inside = question.key, f"{path}."
        value, raw = judged.values.get(key), typed.get(key, NOT_GIVEN)
        columns = getattr(question.type, "columns", None)
        editable = self.editable and question.type.answered == "by_person" and key not in judged.fixed
        return FieldView(
            path=path,
            spec=question.spec,
            field=question.type,
            required=key in judged.required,
            editable=editable,
            shown=key in judged.visible,
            value=value,
            raw=raw,
            error=self.errors.get(path),
            columns=columns.all if columns is not None else (),
            rows=tuple(self._rows(columns, path, value, raw, editable)) if columns is not None else (),
            within={at.removeprefix(inside): found for at, found in self.errors.items() if at.startswith(inside)},
            facts=self.facts,
            origin=self.origins.get(path),
        )

    def _rows(
        self, columns: Questions, path: str, value: Any, typed: Any, editable: bool
    ) -> Iterator[tuple[FieldView, ...]]:
        """Each row as it was typed, or as it is kept; typed cells are judged again, as rows may have been dropped."""
        given = typed if isinstance(typed, (list, tuple)) else [columns.dump(row) for row in value or ()]
        for index, row in enumerate(given):
            row = row if isinstance(row, Mapping) else {}
            judged = columns.judge(row, self.facts)
            if not editable:
                # What was sent is read as it was sent, whoever of those it names has left since.
                notes = {each.key for each in columns if each.type.answered == "never"} & judged.visible
                judged = replace(judged, values=dict(value[index]), visible=frozenset(value[index]) | notes)
            raw = _to_show(row, judged, typed is not NOT_GIVEN) if editable else {}
            yield tuple(self._field(each, f"{path}.{index}.{each.key}", judged, raw) for each in columns)
