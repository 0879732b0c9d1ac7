"""What a form begins with: defaults and prefills, bound to their fields once the types of all forms are known.

Every mistake is kept in the Reader. Also: whoever fills a form may read what it is filled from, or nothing would come.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from engine.core.definition import State, TaskSpec, WorkflowDefinition
from engine.core.expression import Expression, ListOf, Record, Type, type_of
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.questions import Question
from engine.core.filling.standing import Beginning, Origin
from engine.core.messages import Message
from engine.core.reading.binding import BoundForm
from engine.core.reading.entries import ENTRIES
from engine.core.reading.options import Names, Reader
from engine.core.scope import EVERYWHERE, figures

PREVIOUS, FIGURES = "previous", "figures"
NO_ENTRIES: Mapping[str, Type] = {}
PATH = re.compile(r"\s*[a-z]\w*(\.[a-z]\w*)+\s*")
SOME_DAY = FormFacts(date(2026, 3, 2), date(2026, 1, 1), date(2026, 12, 31))


def begun(
    reader: Reader,
    definition: WorkflowDefinition,
    key: str,
    forms: Mapping[str, BoundForm],
    entries: Mapping[str, Type] = NO_ENTRIES,
) -> BoundForm:
    """A form with its beginnings; those that cannot be bound are left out, and are in the reader's problems.

    entries: the types behind that word.
    """
    beside = {**entries, **figures(definition.figures)}
    bound, names = forms[key], _names(key, forms, beside)
    asked = {each.key: each for each in bound.form.questions}
    beginnings: list[Beginning] = []
    paths: list[str] = []
    for question, source, path, origin in _written(reader, bound, asked):
        found = _bind(reader, question, source, path, origin, names)
        if found is not None:
            beginnings.append(found)
            read = found.formula.references if found.formula else tuple(filter(None, (found.rows, found.whole)))
            _may_read(reader, definition, key, path, read)
            paths += read
    if not beginnings:
        return bound
    asks = tuple(dict.fromkeys(name for name in paths if name not in EVERYWHERE))
    return replace(bound, form=replace(bound.form, beginnings=tuple(beginnings), asks=asks))


def _names(own: str, forms: Mapping[str, BoundForm], beside: Mapping[str, Type]) -> Names:
    """Other forms of the case by name, all of them as they were sent before (`previous.plan.targets`), and figures."""
    types: dict[str, Type] = {key: Record(bound.types) for key, bound in forms.items()}
    lost = [f"{key}.{name}" for key, bound in forms.items() for name in bound.lost]
    others = {key: found for key, found in types.items() if key != own}
    scope = Record({**EVERYWHERE, **beside, **others, PREVIOUS: Record(types)})
    return Names(scope, frozenset((*lost, *(f"{PREVIOUS}.{name}" for name in lost))))


def _written(
    reader: Reader, bound: BoundForm, asked: Mapping[str, Question]
) -> Iterator[tuple[Question, object, str, Origin]]:
    """Field, what is written, its path and origin: defaults first, since a prefill goes before."""
    schema, path = bound.form.schema, f"forms.{bound.form.key}"
    for section in schema.sections:
        for spec in section.fields:
            if spec.default is not None and spec.key in asked:
                place = f"{path}.sections.{section.key}.fields.{spec.key}.default"
                if _is_answered(reader, asked[spec.key], place):
                    yield asked[spec.key], spec.default, place, "default"
    for prefill in schema.prefill:
        place = f"{path}.prefill.{prefill.key}"
        if prefill.key in asked and _is_answered(reader, asked[prefill.key], place):
            yield asked[prefill.key], f"={prefill.value}", f"{place}.value", _origin(prefill.value)


def _origin(written: str) -> Origin:
    if f"{PREVIOUS}." in written:
        return "previous"
    return "entries" if written.strip().startswith(f"{ENTRIES}.") else "form"


def _is_answered(reader: Reader, question: Question, path: str) -> bool:
    if question.type.answered != "by_person":
        reader.wrong(path, Message("bind.begins_unanswered", type=question.type.name))
        return False
    return True


def _bind(
    reader: Reader, question: Question, written: object, path: str, origin: Origin, names: Names
) -> Beginning | None:
    if not (isinstance(written, str) and written.startswith("=")):
        _, errors = question.type.judge(written, SOME_DAY)
        for message in errors.values():
            reader.wrong(path, Message("bind.bad_default", problem=message))
        return None if errors else Beginning(question.key, question.type, origin, raw=written)
    source, expects = written[1:], question.type.value_type()
    if isinstance(expects, ListOf) and isinstance(expects.item, Record):
        return _rows(reader, question, source.strip(), path, origin, names, expects.item)
    path_to = source.strip()
    if question.type.names_things and PATH.fullmatch(path_to) and expects and type_of(names.scope, path_to) == expects:
        return Beginning(question.key, question.type, origin, whole=path_to)
    formula: Expression | None = reader.expression(source, names, path, expects)
    return None if formula is None else Beginning(question.key, question.type, origin, formula=formula)


def _rows(
    reader: Reader, question: Question, source: str, path: str, origin: Origin, names: Names, row: Record
) -> Beginning | None:
    """The rows of another table: the columns that both have, with answers of the same type."""
    found = type_of(names.scope, source) if PATH.fullmatch(source) else None
    if not isinstance(found, ListOf) or not isinstance(found.item, Record):
        if not any(source == name or source.startswith(f"{name}.") for name in names.lost):
            reader.wrong(path, Message("bind.rows_from_a_table", name=source))
        return None
    same = [name for name, kind in found.item.fields.items() if row.fields.get(name) == kind]
    if not same:
        reader.wrong(path, Message("bind.no_column_shared", name=source))
        return None
    return Beginning(question.key, question.type, origin, rows=source, columns=frozenset(same))


def _may_read(reader: Reader, definition: WorkflowDefinition, own: str, path: str, read: Iterable[str]) -> None:
    """Whoever fills the form has sent what it is filled from himself, or is shown it, or is granted it."""
    chosen = {each.key: each.chosen.partition(".")[0] for each in definition.figures if each.chosen is not None}
    for name in read:
        first, _, rest = name.partition(".")
        form = rest.partition(".")[0] if first == PREVIOUS else first
        if first == FIGURES and rest.partition(".")[0] in chosen:  # its rows tell what was answered there
            form = chosen[rest.partition(".")[0]]
        elif form in EVERYWHERE or first in (
            FIGURES,
            ENTRIES,
        ):  # who may read an entry is asked when the form is opened
            continue
        for place, task in ((state, each) for state in definition.states for each in state.tasks if each.fill == own):
            key = "bind.previous_unread" if first == PREVIOUS else "bind.prefill_unread"
            if not _reads(definition, place, task, form, before=first == PREVIOUS):
                reader.wrong(path, Message(key, form=form, role=task.role, task=task.key, state=place.key))
                return


def _reads(definition: WorkflowDefinition, place: State, task: TaskSpec, form: str, *, before: bool) -> bool:
    states = {each.key for each in definition.states if each.final} if before else {place.key}
    granted = any(
        each.form == form and each.role == task.role and states & set(each.states) for each in definition.visible
    )
    return granted or (not before and form in task.shows) or form in _sent_by(definition, task.role)


def _sent_by(definition: WorkflowDefinition, role: str) -> set[str]:
    tasks = (task for state in definition.states for task in state.tasks if task.role == role)
    return {task.fill for task in tasks if task.fill is not None}
