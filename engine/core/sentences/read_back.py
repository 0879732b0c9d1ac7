"""Reads any expression in plain words of both languages: `“Bobot” … sama dengan 100 dan …`.

Says what the expression means, three-valued nulls aside; it computes nothing and judges nothing. An expression that
cannot be read is said as text. What single operators and functions are called is said.py's.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.core.expression import InvalidExpression
from engine.core.expression.parser import parse
from engine.core.expression.syntax import (
    Arithmetic,
    Boolean,
    Call,
    Compare,
    IsMissing,
    Items,
    Logic,
    Name,
    Negate,
    Node,
    Not,
    Number,
    Text,
)
from engine.core.messages import Message, Param
from engine.core.sentences.kinds import between, choices_of, kind_of
from engine.core.sentences.names import Names
from engine.core.sentences.said import call, comparison, literal, membership, missing, number

STEPS = {"+": "plus", "-": "minus", "*": "times", "/": "by"}


def say(source: str, names: Names) -> Message:
    """What the source of an expression says; the text itself where it cannot be read."""
    try:
        return read_back(parse(source), names)
    except InvalidExpression:
        return Message("sentences.say.unreadable", text=source)


def read_back(node: Node, names: Names) -> Message:
    """What an expression says, as a clause that begins with a small letter and has no full stop."""
    said = _said(node, names)
    return said if isinstance(said, Message) else Message("sentences.say.value", value=said)


def _said(node: Node, names: Names) -> Param:
    match node:
        case Number():
            return number(node.digits)
        case Text() | Boolean():
            return literal(node)
        case Name():
            return _truth(node, names, negated=False) if kind_of(node, names) == "boolean" else _name(node, names)
        case Items():
            return _either([_operand(item, names) for item in node.items])
        case Not():
            return _not(node.operand, names)
        case Negate():
            return Message("sentences.say.negative", value=_bracketed(node.operand, names))
        case Logic():
            return _logic(node, names)
        case Compare():
            return _compared(node, names, negated=False)
        case IsMissing():
            return missing(node.operand, _operand(node.operand, names), names, negated=node.negated)
        case Arithmetic():
            return _arithmetic(node, names)
        case Call():
            return call(node, _arguments(node, names), names)


def _operand(node: Node, names: Names) -> Param:
    """A value inside a sentence: a yes-or-no field is called by its name there."""
    return _name(node, names) if isinstance(node, Name) else _said(node, names)


def _arguments(node: Call, names: Names) -> list[Param]:
    if node.function != "if":
        return [_operand(each, names) for each in node.arguments]
    return [_said(each, names) if index == 0 else _operand(each, names) for index, each in enumerate(node.arguments)]


def _name(node: Name, names: Names) -> Message:
    return names.word(node.path).said


def _truth(node: Node, names: Names, *, negated: bool) -> Message:
    word = "no" if negated else "yes"
    choices = choices_of(node, names)
    label = next((choice.label for choice in choices if choice.key == word), Message(f"sentences.say.{word}"))
    return Message("sentences.say.answered", what=_operand(node, names), answer=label)


def _not(node: Node, names: Names) -> Param:
    match node:
        case Not():
            return _said(node.operand, names)
        case Name() if kind_of(node, names) == "boolean":
            return _truth(node, names, negated=True)
        case Compare():
            return _compared(node, names, negated=True)
        case IsMissing():
            return missing(node.operand, _operand(node.operand, names), names, negated=not node.negated)
        case Call(function="contains", arguments=(whole, part)):
            return Message("sentences.say.contains_not", what=_operand(whole, names), part=_operand(part, names))
        case _:
            return Message("sentences.say.not", what=_bracketed(node, names))


def _logic(node: Logic, names: Names) -> Param:
    if (span := between(node)) is not None:
        left, least, most = span
        key = "between_days" if kind_of(left, names) == "date" else "between"
        return Message(
            f"sentences.say.{key}",
            what=_operand(left, names),
            least=_operand(least, names),
            most=_operand(most, names),
        )
    parts = [_bracketed(each, names) for each in node.operands]
    return _folded(f"sentences.say.{node.operator}", parts)


def _bracketed(node: Node, names: Names) -> Param:
    """A part of a larger sentence; in brackets where its own joining could be read otherwise."""
    said = _said(node, names)
    inner = isinstance(node, Arithmetic) or (isinstance(node, Logic) and between(node) is None) or _is_if(node)
    return Message("sentences.say.brackets", what=said) if inner else said


def _is_if(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "if"


def _folded(key: str, parts: Sequence[Param]) -> Param:
    *before, last = parts
    if not before:
        return last
    return Message(key, first=_folded(key, before), rest=last)


def _either(parts: Sequence[Param]) -> Param:
    return _folded("sentences.say.or", parts)


def _compared(node: Compare, names: Names, *, negated: bool) -> Message:
    left, right = _operand(node.left, names), _operand(node.right, names)
    if node.operator == "in":
        return membership(node, left, right, names, negated=negated)
    if isinstance(node.right, Boolean) and node.operator in ("==", "!="):
        return _truth(node.left, names, negated=negated ^ (node.operator == "!=") ^ (not node.right.value))
    return comparison(node, left, right, names, negated=negated)


def _arithmetic(node: Arithmetic, names: Names) -> Param:
    said = _bracketed(node.first, names)
    for symbol, operand in node.steps:
        said = Message(f"sentences.say.{STEPS[symbol]}", first=said, rest=_bracketed(operand, names))
    return said
