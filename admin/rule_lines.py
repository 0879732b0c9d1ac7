"""The rule builder as its page shows it: each row with what can be chosen there, what is wrong and what a trial says.

Reads a sketch and its names; posts nothing and saves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.core.expression import DATE, ListOf, Record, type_of
from engine.core.messages import Message, Text
from engine.core.sentences.finishing import subject_of_row
from engine.core.sentences.kinds import kind_of_type
from engine.core.sentences.names import Names, Word
from engine.core.sentences.operators import OPERATORS, TAKES, functions_of
from engine.core.sentences.sketch import DEEPEST, GroupSketch, RowSketch, Sketch, Value, depth_of
from engine.core.sentences.subjects import choices_for, item_kind, kind_of_subject
from engine.core.sentences.trying import Trial
from engine.web.language import language

Option = tuple[str, str]
SHORT = ("sum", "count")  # the functions that a value may be compared with


@dataclass(frozen=True, slots=True)
class Control:
    """Where a value is typed or chosen: its kind (number, date, text, choice, choices, lines), and other sources."""

    name: str
    kind: str
    value: str = ""
    chosen: tuple[str, ...] = ()
    choices: tuple[tuple[str, Text], ...] = ()
    sources: tuple[tuple[str, str | Message], ...] = ()
    source: str = ""
    error: Message | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a group. `says`: what a trial found; `errors` by the part of the row."""

    place: str
    kind: str
    joint: str = ""
    may_nest: bool = False
    row: RowSketch = field(default_factory=RowSketch)
    functions: tuple[str, ...] = ()
    others: tuple[Word, ...] = ()
    operators: tuple[tuple[str, Message], ...] = ()
    controls: tuple[Control, ...] = ()
    errors: Mapping[str, Message] = field(default_factory=dict)
    trial: Trial | None = None
    parts: tuple[Line, ...] = ()


def fields(names: Names) -> list[tuple[Text | Message | None, list[Word]]]:
    """What a row may be about, under its headings."""
    groups: dict[Text | Message | None, list[Word]] = {}
    for word in names.words.values():
        if word.type is not None and (kind_of_type(word.type) in OPERATORS or functions_of(word.type)):
            groups.setdefault(word.group, []).append(word)
    return list(groups.items())


def line(
    sketch: Sketch,
    names: Names,
    errors: Mapping[tuple[str, str], Message],
    trials: Mapping[str, Trial],
    place: str = "",
) -> Line:
    """A part of a rule with all that is in it."""
    own = {part: message for (where, part), message in errors.items() if where == place}
    if isinstance(sketch, GroupSketch):
        parts = tuple(
            line(each, names, errors, trials, f"{place}.{index}" if place else str(index))
            for index, each in enumerate(sketch.parts)
        )
        nests = depth_of(place) < DEEPEST
        return Line(place, "group", sketch.joint, nests, errors=own, trial=trials.get(place), parts=parts)
    return _row(sketch, names, own, trials.get(place), place)


def _row(row: RowSketch, names: Names, errors: Mapping[str, Message], trial: Trial | None, place: str) -> Line:
    subject = subject_of_row(row)
    kind = kind_of_subject(subject, names)
    found = type_of(names.scope, row.what) if row.what else None
    operators = tuple((each, Message(f"sentences.operator.{kind}.{each}")) for each in OPERATORS.get(kind, ()))
    return Line(
        place,
        "row",
        may_nest=depth_of(place) <= DEEPEST,
        row=row,
        functions=_functions(found),
        others=tuple(days(names)) if row.function == "days_between" else (),
        operators=operators,
        controls=tuple(_controls(row, names, errors, place)) if operators else (),
        errors=errors,
        trial=trial,
    )


def _functions(found: object) -> tuple[str, ...]:
    """The functions of a field, the field itself first where that can be compared with something."""
    if found is None or isinstance(found, Record):
        return ()
    offered = functions_of(found)  # type: ignore[arg-type]
    return ("", *offered) if offered else ()


def days(names: Names) -> Iterator[Word]:
    """The names that hold a day."""
    return (word for word in names.words.values() if word.type == DATE)


def _controls(row: RowSketch, names: Names, errors: Mapping[str, Message], place: str) -> Iterator[Control]:
    subject = subject_of_row(row)
    kind, takes = item_kind(subject, names), TAKES.get(row.operator, 0)
    choices = tuple((each.key, each.label) for each in choices_for(subject, names))
    if takes is None:
        typed = [part for value in row.values for part in value.typed.split("\n") if part.strip()]
        several = "choices" if choices else "lines"
        yield Control(
            f"{place}:0",
            several,
            "\n".join(as_typed(each, kind) for each in typed),
            tuple(typed),
            _kept(choices, typed),
            error=errors.get("0"),
        )
        return
    sources = tuple(_sources(kind, names, row.what)) if choices == () or kind == "number" else ()
    for index in range(takes):
        value = row.values[index] if index < len(row.values) else Value()
        yield _control(value, f"{place}:{index}", kind, choices, sources, errors.get(str(index)))


def _control(
    value: Value,
    name: str,
    kind: str,
    choices: tuple[tuple[str, Text], ...],
    sources: tuple[tuple[str, str | Message], ...],
    error: Message | None,
) -> Control:
    source = "|".join((value.function, value.what, value.other)) if value.what else ""
    if source and source not in dict(sources):
        sources = (*sources, (source, value.what))
    if choices:
        return Control(
            name, "choice", value.typed, (value.typed,), _kept(choices, [value.typed]), sources, source, error
        )
    return Control(name, kind, as_typed(value.typed, kind), sources=sources, source=source, error=error)


def as_typed(value: str, kind: str) -> str:
    """A value as people write it here: in Indonesian numbers have a comma."""
    return value.replace(".", ",") if kind == "number" and language() == "id" else value


def _kept(choices: tuple[tuple[str, Text], ...], typed: Iterable[str]) -> tuple[tuple[str, Text], ...]:
    """The choices, and what stands there although it is none of them any more."""
    known = dict(choices)
    return (*choices, *((key, Text(f"{key} (?)", f"{key} (?)")) for key in typed if key and key not in known))


def _sources(kind: str, names: Names, own: str) -> Iterator[tuple[str, str | Message]]:
    """Other fields of the same kind, and sums and counts where numbers are compared."""
    for word in names.words.values():
        if kind_of_type(word.type) == kind and word.path != own:
            yield f"|{word.path}|", word.said
        elif kind == "number" and isinstance(word.type, ListOf):
            for function in functions_of(word.type):
                if function in SHORT:
                    said = Message(
                        "rule.function_of", function=Message(f"sentences.function.{function}"), what=word.said
                    )
                    yield f"{function}|{word.path}|", said


@dataclass(frozen=True, slots=True)
class OperandLine:
    """One operand of a formula: a field with a function of it, or a number."""

    place: str
    value: Value
    functions: tuple[str, ...]
    others: tuple[Word, ...]
    sign: str
    errors: Mapping[str, Message]


def operand(
    value: Value, index: int, sign: str, names: Names, errors: Mapping[tuple[str, str], Message]
) -> OperandLine:
    """An operand with what can be chosen for it."""
    own = {part: message for (where, part), message in errors.items() if where == str(index)}
    found = type_of(names.scope, value.what) if value.what else None
    others = tuple(days(names)) if value.function == "days_between" else ()
    value = replace(value, typed=as_typed(value.typed, "number"))
    return OperandLine(str(index), value, _functions(found), others, sign, own)
