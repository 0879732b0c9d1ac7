"""From a sketch to a rule or formula: what is blank or does not fit is told for each part, by its place.

Typed values are brought to the spelling of expressions here: a comma becomes a point.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.core.expression import type_of
from engine.core.expression.limits import MAX_PLACES
from engine.core.messages import Message
from engine.core.sentences.formulas import SIGNS, is_formula
from engine.core.sentences.names import Names
from engine.core.sentences.operators import MOST_VALUES, OPERATORS, TAKES, functions_of
from engine.core.sentences.rule import DEEPEST, Constant, Formula, Group, Operand, Part, Row, Subject
from engine.core.sentences.sketch import FormulaSketch, GroupSketch, RowSketch, Sketch, Value, depth_of
from engine.core.sentences.subjects import fits, item_kind, kind_of_subject, type_of_subject

BLANK = Message("sentences.error.blank")


@dataclass(slots=True)
class Finished:
    """What became of a sketch: the rule of its whole, and what is wrong, by place (`0.1`) and part (`what`, …)."""

    rule: Group | None = None
    formula: Formula | None = None
    errors: dict[tuple[str, str], Message] = field(default_factory=dict)


def finished(sketch: GroupSketch, names: Names) -> Finished:
    """The rule that a sketch is, where nothing in it is wrong."""
    found = Finished()
    rule = _part(sketch, "", names, found.errors)
    if not found.errors and isinstance(rule, Group):
        found.rule = rule
    return found


def whole_parts(sketch: Sketch, names: Names, place: str = "") -> Iterator[tuple[str, Part]]:
    """Each row and group, by its place, that could be written by itself, whatever is wrong elsewhere."""
    errors: dict[tuple[str, str], Message] = {}
    found = _part(sketch, place, names, errors)
    if found is not None and not errors:
        yield place, found
    for index, each in enumerate(sketch.parts if isinstance(sketch, GroupSketch) else ()):
        yield from whole_parts(each, names, f"{place}.{index}" if place else str(index))


def subject_of_row(row: RowSketch | Value) -> Subject:
    """What a row is about, as far as it is chosen."""
    paths = (row.what, row.other) if row.function == "days_between" else (row.what,)
    return Subject(paths, row.function or None)


def _part(sketch: Sketch, place: str, names: Names, errors: dict[tuple[str, str], Message]) -> Part | None:
    if isinstance(sketch, RowSketch):
        return _row(sketch, place, names, errors)
    if not sketch.parts:
        errors[place, "joint"] = Message("sentences.error.empty_group")
    if depth_of(place) > DEEPEST:
        errors[place, "joint"] = Message("sentences.error.too_deep", most=DEEPEST)
        return None
    parts = [
        _part(each, f"{place}.{index}" if place else str(index), names, errors)
        for index, each in enumerate(sketch.parts)
    ]
    return Group(sketch.joint, tuple(each for each in parts if each is not None))


def _row(row: RowSketch, place: str, names: Names, errors: dict[tuple[str, str], Message]) -> Row | None:
    subject = _subject(row, place, "", names, errors)
    if subject is None:
        return None
    if row.operator not in OPERATORS.get(kind_of_subject(subject, names), ()):
        errors[place, "operator"] = Message("sentences.error.operator") if row.operator else BLANK
        return None
    right = _values(row, subject, place, names, errors)
    return None if right is None else Row(subject, row.operator, right)


def _subject(
    row: RowSketch | Value, place: str, part: str, names: Names, errors: dict[tuple[str, str], Message]
) -> Subject | None:
    found = type_of(names.scope, row.what) if row.what else None
    if found is None:
        label = names.word(row.what).label if row.what else None
        errors[place, f"what{part}"] = Message("sentences.error.gone", name=label) if label else BLANK
        return None
    if row.function and row.function not in functions_of(found):
        errors[place, f"function{part}"] = Message("sentences.error.function")
        return None
    subject = subject_of_row(row)
    if type_of_subject(subject, names) is None:
        errors[place, f"other{part}"] = BLANK
        return None
    return subject


def _values(
    row: RowSketch, subject: Subject, place: str, names: Names, errors: dict[tuple[str, str], Message]
) -> tuple[Operand, ...] | None:
    kind, takes = item_kind(subject, names), TAKES[row.operator]
    if takes is None:
        given = [Value(typed.strip()) for value in row.values for typed in value.typed.split("\n") if typed.strip()]
        if not 0 < len(given) <= MOST_VALUES:
            errors[place, "0"] = BLANK if not given else Message("sentences.error.too_many", most=MOST_VALUES)
            return None
        found = [_operand(value, kind, place, "0", names, errors) for value in given]
    else:
        given = [*row.values, Value(), Value()][:takes]
        found = [_operand(value, kind, place, str(index), names, errors) for index, value in enumerate(given)]
    whole = tuple(each for each in found if each is not None)
    return whole if len(whole) == len(found) else None


def _operand(
    value: Value, kind: str, place: str, part: str, names: Names, errors: dict[tuple[str, str], Message]
) -> Operand | None:
    if value.what:
        subject = _subject(value, place, part, names, errors)
        if subject is not None and not fits(subject, kind, names):
            errors[place, part] = Message("sentences.error.other_kind")
            return None
        return subject
    typed = spelled(value.typed, kind)
    if not typed:
        errors[place, part] = BLANK
    elif not fits(Constant(typed), kind, names):
        errors[place, part] = Message(
            f"sentences.error.not_{kind}" if kind in ("number", "date") else "sentences.error.text"
        )
    else:
        return Constant(typed)
    return None


def spelled(typed: str, kind: str) -> str:
    """A typed value as expressions spell it: `12,5` is 12.5."""
    return typed.strip().replace(" ", "").replace(",", ".") if kind == "number" else typed.strip()


def finished_formula(sketch: FormulaSketch, names: Names) -> Finished:
    """The formula that a sketch is, where nothing in it is wrong."""
    found = Finished()
    alone = len(sketch.operands) == 1 and not sketch.places
    operands = [_term(each, str(index), alone, names, found.errors) for index, each in enumerate(sketch.operands)]
    if len({sign in "*/" for sign in sketch.signs}) > 1:
        found.errors["", "signs"] = Message("sentences.error.mixed_signs")
    if sketch.places and not (
        sketch.places.isdecimal() and len(sketch.places) < 3 and int(sketch.places) <= MAX_PLACES
    ):
        found.errors["", "places"] = Message("sentences.error.places", most=MAX_PLACES)
    whole = [each for each in operands if each is not None]
    if found.errors or len(whole) != len(operands):
        return found
    signs = [sign if sign in SIGNS else "+" for sign in (*sketch.signs, *"++")]
    steps = tuple(zip(signs, whole[1:], strict=False))
    formula = Formula(whole[0], steps, int(sketch.places) if sketch.places else None)
    if is_formula(formula, names):
        found.formula = formula
    else:
        found.errors["0", "what"] = Message("sentences.error.other_kind")
    return found


def _term(
    value: Value, place: str, alone: bool, names: Names, errors: dict[tuple[str, str], Message]
) -> Operand | None:
    """An operand: a number among others, or a field; alone it may be of any kind."""
    if value.what:
        subject = _subject(value, place, "", names, errors)
        if subject is not None and not alone and not fits(subject, "number", names):
            errors[place, "what"] = Message("sentences.error.no_number")
            return None
        return subject
    if alone:
        errors[place, "what"] = BLANK
        return None
    return _operand(value, "number", place, "0", names, errors)
