"""The fields of a form as names: what they are called, with the columns of tables and the parts of answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from engine.core.definition import FieldSpec
from engine.core.expression import Record, Type, type_of
from engine.core.filling.fieldtype import Choice, FieldType
from engine.core.filling.questions import Questions
from engine.core.messages import Message, Text, readable
from engine.core.sentences.names import Word

# The parts of answers that have parts of their own names; the criteria of a rubric have labels.
KNOWN_PARTS = frozenset(
    (
        *("value", "unit", "target_from", "target_to", "direction", "met"),
        *("start", "end", "until", "days", "text", "minutes"),
        *("ref", "label", "name", "detail", "type", "sha256", "description", "by", "at", "method"),
    )
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field as its document says it, its bound type where it could be bound, and the columns of a table."""

    spec: FieldSpec
    bound: FieldType | None
    type: Type | None
    columns: tuple[Field, ...] = ()

    @property
    def label(self) -> Text:
        return self.spec.label or readable(self.spec.key)


def fields_of(specs: Iterable[FieldSpec], questions: Questions, types: Mapping[str, Type]) -> tuple[Field, ...]:
    """The fields in their order; those that could not be bound have no type."""
    bound = {each.key: each.type for each in questions}
    return tuple(_field(spec, bound.get(spec.key), types.get(spec.key)) for spec in specs)


def _field(spec: FieldSpec, bound: FieldType | None, found: Type | None) -> Field:
    inside = next((value for value in vars(bound).values() if isinstance(value, Questions)), None) if bound else None
    if inside is not None:
        types = {each.key: kind for each in inside if (kind := each.type.value_type()) is not None}
        return Field(spec, bound, found, fields_of([each.spec for each in inside], inside, types))
    return Field(spec, bound, found, tuple(Field(each, None, None) for each in _written(spec.options.get("columns"))))


def _written(columns: Any) -> Iterator[FieldSpec]:
    """The columns of a table that could not be bound, as far as they can be read."""
    for column in columns if isinstance(columns, (list, tuple)) else ():
        try:
            yield FieldSpec.model_validate(column)
        except ValidationError:
            continue


def words_of(fields: Sequence[Field], scope: Record, prefix: str = "") -> Iterator[Word]:
    """Each field as a name, with the columns of a table and the parts of an answer that has some."""
    for field in fields:
        path = prefix + field.spec.key
        found = type_of(scope, path)
        if found is None and field.bound is not None:
            continue  # a note has no answer
        items = field.bound.items if field.bound is not None else ()
        choices = () if isinstance(found, Record) else items
        said = Message("sentences.name.field", label=field.label)
        yield Word(path, said, field.label, None, found, choices)
        yield from _columns(field, path, scope)
        yield from _parts(field, path, scope, items)


def _columns(field: Field, path: str, scope: Record) -> Iterator[Word]:
    for column in field.columns:
        found = type_of(scope, f"{path}.{column.spec.key}")
        said = Message("sentences.name.column", label=column.label, table=field.label)
        choices = column.bound.items if column.bound is not None and not isinstance(column.type, Record) else ()
        yield Word(f"{path}.{column.spec.key}", said, said, None, found, choices)
        if column.bound is not None:
            yield from _parts(column, f"{path}.{column.spec.key}", scope, column.bound.items)


def _parts(field: Field, path: str, scope: Record, items: tuple[Choice, ...]) -> Iterator[Word]:
    """The parts of an answer: the criteria of a rubric, the figure and the target of an achievement."""
    if not isinstance(field.type, Record):
        return
    labels = {item.key: item.label for item in items}
    for key in field.type.fields:
        known = Message(f"sentences.part.{key}") if key in KNOWN_PARTS else readable(key)
        said = Message("sentences.name.part", part=labels.get(key) or known, label=field.label)
        yield Word(f"{path}.{key}", said, said, None, type_of(scope, f"{path}.{key}"))
