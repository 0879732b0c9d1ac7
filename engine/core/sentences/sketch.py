"""A rule while somebody builds it: rows that may be half filled in, and what the buttons of a builder do to them.

Values stand here as typed. A sketch becomes a rule where it is whole (finishing.py); nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from engine.core.sentences.rule import DEEPEST, JOINTS, Constant, Formula, Group, Joint, Operand, Part, Subject

MOST_PARTS = 60


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a row: as typed, or another field by its path (then with a function of it)."""

    typed: str = ""
    what: str = ""
    function: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class RowSketch:
    """A row: a field, a function of it (and of another one), an operator, values. Anything may be blank."""

    what: str = ""
    function: str = ""
    other: str = ""
    operator: str = ""
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupSketch:
    """A group of rows and groups."""

    joint: Joint = "all"
    parts: tuple[Sketch, ...] = ()


Sketch: TypeAlias = RowSketch | GroupSketch


@dataclass(frozen=True, slots=True)
class FormulaSketch:
    """A formula: its operands in order, the signs between them, and to how many places it is rounded, as typed."""

    operands: tuple[Value, ...] = (Value(),)
    signs: tuple[str, ...] = ()
    places: str = ""


def sketch_of(rule: Part) -> Sketch:
    """A finished rule, to be changed."""
    if isinstance(rule, Group):
        return GroupSketch(rule.joint, tuple(sketch_of(each) for each in rule.parts))
    values = tuple(_value(each) for each in rule.right)
    return RowSketch(rule.left.paths[0], rule.left.function or "", _other(rule.left), rule.operator, values)


def sketch_of_formula(formula: Formula) -> FormulaSketch:
    """A finished formula, to be changed."""
    operands = (formula.first, *(operand for _, operand in formula.steps))
    places = "" if formula.places is None else str(formula.places)
    return FormulaSketch(tuple(map(_value, operands)), tuple(sign for sign, _ in formula.steps), places)


def _value(operand: Operand) -> Value:
    if isinstance(operand, Constant):
        return Value(operand.value)
    return Value("", operand.paths[0], operand.function or "", _other(operand))


def _other(subject: Subject) -> str:
    return subject.paths[1] if len(subject.paths) > 1 else ""


def placed(sketch: Sketch, place: str = "") -> Iterator[tuple[str, Sketch]]:
    """Every part with its place: `` the whole, `1.0` the first part of its second part; a group before its parts."""
    yield place, sketch
    if isinstance(sketch, GroupSketch):
        for index, part in enumerate(sketch.parts):
            yield from placed(part, f"{place}.{index}" if place else str(index))


def depth_of(place: str) -> int:
    """How deep a group at this place is: the whole is 1."""
    return place.count(".") + 2 if place else 1


@dataclass(frozen=True, slots=True)
class Press:
    """A button of the builder: what to do, and with the part at which place."""

    do: str
    place: str = ""


def pressed(sketch: GroupSketch, press: Press) -> GroupSketch:
    """The sketch after a button: row, group, drop, up, down, wrap. What cannot be done changes nothing."""
    if press.do in ("row", "group"):
        return _at(sketch, press.place, lambda part: _with_part(part, press))
    if not press.place:
        return sketch
    above, _, last = press.place.rpartition(".")
    acts: dict[str, Callable[[tuple[Sketch, ...], int], tuple[Sketch, ...]]] = {
        "drop": lambda parts, index: (*parts[:index], *parts[index + 1 :]),
        "up": lambda parts, index: _swapped(parts, index - 1),
        "down": lambda parts, index: _swapped(parts, index),
        "wrap": lambda parts, index: _wrapped(parts, index, depth_of(press.place)),
    }
    act, index = acts.get(press.do), int(last) if last.isdigit() else -1
    if act is None:
        return sketch
    return _at(sketch, above, lambda part: _acted(part, index, act))


def _acted(part: Sketch, index: int, act: Callable[[tuple[Sketch, ...], int], tuple[Sketch, ...]]) -> Sketch:
    if not isinstance(part, GroupSketch) or not 0 <= index < len(part.parts):
        return part
    return replace(part, parts=act(part.parts, index))


def _at(sketch: GroupSketch, place: str, change: Callable[[Sketch], Sketch]) -> GroupSketch:
    """The sketch with the part at a place changed; the same where there is none."""
    found = _changed(sketch, place.split(".") if place else [], change)
    return found if isinstance(found, GroupSketch) else sketch


def _changed(part: Sketch, steps: list[str], change: Callable[[Sketch], Sketch]) -> Sketch:
    if not steps:
        return change(part)
    index = int(steps[0]) if steps[0].isdigit() else -1
    if not isinstance(part, GroupSketch) or not 0 <= index < len(part.parts):
        return part
    inner = _changed(part.parts[index], steps[1:], change)
    return replace(part, parts=(*part.parts[:index], inner, *part.parts[index + 1 :]))


def _with_part(part: Sketch, press: Press) -> Sketch:
    if not isinstance(part, GroupSketch):
        return part
    if press.do == "row":
        return replace(part, parts=(*part.parts, RowSketch()))
    if depth_of(press.place) >= DEEPEST:
        return part
    other: Joint = "any" if part.joint == "all" else "all"
    return replace(part, parts=(*part.parts, GroupSketch(other, (RowSketch(),))))


def _swapped(parts: tuple[Sketch, ...], index: int) -> tuple[Sketch, ...]:
    if not 0 <= index < len(parts) - 1:
        return parts
    return (*parts[:index], parts[index + 1], parts[index], *parts[index + 2 :])


def _wrapped(parts: tuple[Sketch, ...], index: int, depth: int) -> tuple[Sketch, ...]:
    """A row becomes the first of a group of its own."""
    if not isinstance(parts[index], RowSketch) or depth > DEEPEST:
        return parts
    return (*parts[:index], GroupSketch("any", (parts[index], RowSketch())), *parts[index + 1 :])


def joint_of(word: str) -> Joint:
    """A joint as it was sent; `all` for anything else."""
    return next((joint for joint in JOINTS if joint == word), "all")
