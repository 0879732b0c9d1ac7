"""Binds a register to the catalog: the types of its form, the formulas of its measures, or every problem is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.core.catalog import Catalog
from engine.core.definition import CodeList, RegisterDefinition
from engine.core.errors import Problem
from engine.core.expression import NUMBER
from engine.core.filling.questions import Question
from engine.core.messages import Message
from engine.core.reading.bind_starts import bind_starts
from engine.core.reading.binding import BoundForm, bind_form
from engine.core.reading.known import registers_of, workflows_of
from engine.core.reading.options import Names, Reader
from engine.core.register import BoundMeasure, Register
from engine.core.scope import within

NAMING = ("person", "unit", "file", "indicator")


@dataclass(frozen=True, slots=True)
class BoundRegister:
    """A register that can take entries, or what is wrong with its definition; the paths are by names."""

    register: Register | None
    problems: tuple[Problem, ...]


def bind_register(definition: RegisterDefinition, catalog: Catalog, codelists: Mapping[str, CodeList]) -> BoundRegister:
    """Compile a register; `codelists` by key. Answers with all problems in the order of the document."""
    named = {
        "role": tuple(role.key for role in definition.roles),
        "form": tuple(form.key for form in definition.forms),
        "field": tuple(f"{form.key}.{field.key}" for form in definition.forms for field in form.fields()),
    }
    reader = Reader(catalog, codelists, named)
    forms = [bind_form(reader, schema) for schema in definition.forms]
    measures = tuple(_measures(reader, definition, forms[0])) if forms else ()
    _cites(reader, definition, codelists)
    starts = bind_starts(reader, definition, forms[0], catalog, workflows_of(codelists)) if forms else ()
    for form in forms:
        for question in form.form.questions:
            if (wrong := _unfit(question)) is not None:
                reader.wrong(f"forms.{form.form.key}.sections.{_section(form, question)}.fields.{question.key}", wrong)
    if reader.problems or len(forms) != 1:
        return BoundRegister(None, tuple(reader.problems))
    return BoundRegister(Register.of(definition, forms[0].form, measures, dict(codelists), starts), ())


def _measures(reader: Reader, definition: RegisterDefinition, form: BoundForm) -> Iterator[BoundMeasure]:
    names = Names(within(form.types), form.lost)
    for spec in definition.measures:
        if spec.value is None:
            yield BoundMeasure(spec, None)
            continue
        value = reader.expression(spec.value, names, f"measures.{spec.key}.value", NUMBER)
        if value is not None:
            yield BoundMeasure(spec, value)


def _cites(reader: Reader, definition: RegisterDefinition, known: Mapping[str, CodeList]) -> None:
    """Of a register that shows totals alone nobody may cite an entry: its words would stand in another one."""
    books = registers_of(known)
    for name in definition.cites.registers if definition.cites is not None else ():
        if name in books and books[name].totals_alone:
            reader.wrong("cites.registers", Message("bind.cites_totals", name=name))


def _unfit(question: Question) -> Message | None:
    """Why a field cannot stand in an entry: a signature ends a task, and what it names is looked up beside a case."""
    if question.type.answered == "by_signing":
        return Message("bind.register_signature", name=question.key)
    if question.spec.type in NAMING:
        return Message("bind.register_names", name=question.key, type=question.spec.type)
    return None


def _section(form: BoundForm, question: Question) -> str:
    return next(section.key for section, asked in form.form.sections if question in asked)
