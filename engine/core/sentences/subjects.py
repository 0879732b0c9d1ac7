"""What a sentence is about and what it is compared with: their expressions, their kinds; and back from expressions."""

from __future__ import annotations

import re

from engine.core.expression import BOOLEAN, NUMBER, TEXT, ListOf, Record, Type, type_of
from engine.core.expression.limits import PRECISION, WHOLE_DIGITS
from engine.core.expression.syntax import Call, Name, Negate, Node, Number, Text
from engine.core.filling.fieldtype import Choice
from engine.core.sentences.kinds import kind_of_type
from engine.core.sentences.names import Names
from engine.core.sentences.operators import functions_of
from engine.core.sentences.rule import Constant, Operand, Subject
from engine.core.sentences.said import day_of

_NUMBER = re.compile(rf"-?([0-9]{{1,{WHOLE_DIGITS}}})(?:\.([0-9]+))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_TEXT = 1000


def type_of_subject(subject: Subject, names: Names) -> Type | None:
    """The type of what a sentence is about; None where the function does not fit the names, or one is not known."""
    types = [type_of(names.scope, path) for path in subject.paths]
    if not types or None in types:
        return None
    found = types[0]
    if subject.function is None:
        return found if len(types) == 1 else None
    if len(types) != (2 if subject.function == "days_between" else 1) or subject.function not in functions_of(found):
        return None
    if subject.function in ("any", "all"):
        return BOOLEAN
    if subject.function in ("min", "max") and isinstance(found, ListOf):
        return found.item
    return NUMBER if len(set(map(kind_of_type, types))) == 1 else None


def kind_of_subject(subject: Subject, names: Names) -> str:
    """The kind that decides which operators fit: a key of OPERATORS, or unknown."""
    found = type_of_subject(subject, names)
    if found == TEXT and choices_for(subject, names):
        return "choice"
    return "flags" if found == ListOf(BOOLEAN) else kind_of_type(found)


def choices_for(subject: Subject, names: Names) -> tuple[Choice, ...]:
    """What can be chosen for it: keys of a choice, levels of a counted scale."""
    found = type_of_subject(subject, names)
    offers = subject.function is None and found in (TEXT, NUMBER, ListOf(TEXT), ListOf(NUMBER))
    return names.word(subject.paths[0]).choices if offers else ()


def item_kind(subject: Subject, names: Names) -> str:
    """The kind of what it is compared with: of a list its items."""
    found = type_of_subject(subject, names)
    if isinstance(found, ListOf) and not isinstance(found.item, Record):
        return kind_of_type(found.item)
    return kind_of_type(found)


def fits(operand: Operand, kind: str, names: Names) -> bool:
    """Whether an operand may stand where a value of this kind is wanted."""
    if isinstance(operand, Subject):
        return type_of_subject(operand, names) is not None and kind_of_type(type_of_subject(operand, names)) == kind
    if kind == "number":
        found = _NUMBER.fullmatch(operand.value)
        return found is not None and len(found[1]) + len(found[2] or "") <= PRECISION
    if kind == "date":
        return bool(_DAY.fullmatch(operand.value)) and day_of(_day(operand.value)) is not None
    return kind == "text" and operand.value.isprintable() and len(operand.value) <= LONGEST_TEXT


def node_of_subject(subject: Subject) -> Node:
    """The expression of what a sentence is about."""
    names = tuple(Name(0, path) for path in subject.paths)
    return names[0] if subject.function is None else Call(0, subject.function, names)


def node_of_operand(operand: Operand, kind: str) -> Node:
    """The expression of a value of a kind."""
    if isinstance(operand, Subject):
        return node_of_subject(operand)
    if kind == "number":
        number = Number(0, operand.value.removeprefix("-"))
        return Negate(0, number) if operand.value.startswith("-") else number
    return _day(operand.value) if kind == "date" else Text(0, operand.value)


def _day(value: str) -> Call:
    return Call(0, "date", (Text(0, value),))


def subject_of(node: Node, names: Names) -> Subject | None:
    """What a sentence could be about, where a node is one of that."""
    found = None
    if isinstance(node, Name):
        found = Subject((node.path,))
    elif isinstance(node, Call) and all(isinstance(each, Name) for each in node.arguments):
        found = Subject(tuple(each.path for each in node.arguments if isinstance(each, Name)), node.function)
    return found if found is not None and type_of_subject(found, names) is not None else None


def operand_of(node: Node, names: Names) -> Operand | None:
    """What a sentence could compare with, where a node is one of that."""
    match node:
        case Number():
            return Constant(node.digits)
        case Negate(operand=Number(digits=digits)):
            return Constant(f"-{digits}")
        case Text():
            return Constant(node.value)
        case Call(function="date", arguments=(Text(value=value),)):
            return Constant(value)
        case _:
            return subject_of(node, names)
