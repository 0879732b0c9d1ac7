"""The words of single operators, functions and values: which message says them, by what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from engine.core.expression.syntax import Boolean, Call, Compare, Items, Name, Node, Number, Text
from engine.core.messages import Message, Param
from engine.core.sentences.kinds import choices_of, kind_of
from engine.core.sentences.names import Names

COMPARED = {"==": "is", "!=": "is_not", "<": "less_than", "<=": "at_most", ">": "more_than", ">=": "at_least"}
OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
# Said with the thing itself: `jumlah {what}`. Those of two or more arguments are below.
OF_ONE = frozenset(("sum", "average", "any", "all", "abs", "lower", "year", "month"))


def number(digits: str) -> Decimal:
    """A number as it is written."""
    return Decimal(digits)


def literal(node: Text | Boolean) -> Message:
    """A text in quotes; yes or no."""
    if isinstance(node, Boolean):
        return Message("sentences.say.yes" if node.value else "sentences.say.no")
    return Message("sentences.say.text", value=node.value)


def chosen(node: Node, said: Param, about: Node, names: Names) -> Param:
    """A value that is compared with a field: the label of what can be chosen there, else the value as it is said."""
    label = next((choice.label for choice in choices_of(about, names) if choice.key == raw(node)), None)
    return Message("sentences.say.text", value=label) if label is not None else said


def raw(node: Node) -> str | None:
    """The key that a literal writes; a counted level is a number."""
    if isinstance(node, Text):
        return node.value
    return node.digits if isinstance(node, Number) else None


def comparison(node: Compare, left: Param, right: Param, names: Names, *, negated: bool) -> Message:
    """`{left} sama dengan {right}`, in words that fit numbers, days or choices."""
    symbol = OPPOSITES[node.operator] if negated else node.operator
    kind = _kind(node, names)
    what, value = chosen(node.left, left, node.right, names), chosen(node.right, right, node.left, names)
    return Message(f"sentences.say.{kind}.{COMPARED[symbol]}", what=what, value=value)


def _kind(node: Compare, names: Names) -> str:
    kinds = {kind_of(node.left, names), kind_of(node.right, names)}
    if "date" in kinds:
        return "day"
    is_chosen = choices_of(node.left, names) and node.operator in ("==", "!=")
    return "other" if "text" in kinds or "boolean" in kinds or is_chosen else "figure"


def membership(node: Compare, left: Param, right: Param, names: Names, *, negated: bool) -> Message:
    """`{what} salah satu dari …`, or that the answers to a field hold something."""
    ending = "_not" if negated else ""
    if isinstance(node.right, Items):
        parts = [chosen(item, said_item(item), node.left, names) for item in node.right.items]
        return Message(f"sentences.say.one_of{ending}", what=left, values=listed("sentences.say.or_item", parts))
    part = chosen(node.left, left, node.right, names)
    return Message(f"sentences.say.includes{ending}", what=right, part=part)


def said_item(item: Node) -> Param:
    """An item of a list that is written out; what is no literal is said by its spelling elsewhere."""
    if isinstance(item, (Text, Boolean)):
        return literal(item)
    if isinstance(item, Number):
        return number(item.digits)
    if isinstance(item, Call) and (day := day_of(item)) is not None:
        return day
    return item.path if isinstance(item, Name) else "…"


def listed(key: str, parts: Sequence[Param]) -> Param:
    """`a, b atau c`."""
    *before, last = parts
    if not before:
        return last
    first = before[0]
    for part in before[1:]:
        first = Message("sentences.say.comma", first=first, rest=part)
    return Message(key, first=first, rest=last)


def missing(node: Node, what: Param, names: Names, *, negated: bool) -> Message:
    """That something is not answered; a form is not sent, a figure not there."""
    ending = "there" if negated else "missing"
    if not isinstance(node, Name):
        return Message(f"sentences.say.value_{ending}", what=what)
    kind = kind_of(node, names)
    word = names.word(node.path)
    if kind == "record" and word.said.key.endswith((".form", ".previous")):
        return Message(f"sentences.say.form_{ending}", what=what)
    if word.said.key == "sentences.name.result":
        return Message(f"sentences.say.value_{ending}", what=what)
    return Message(f"sentences.say.{ending}", what=what)


def call(node: Call, arguments: Sequence[Param], names: Names) -> Message:
    """A function with its arguments."""
    given = len(arguments)
    if (day := day_of(node)) is not None:
        return Message("sentences.say.value", value=day)
    if node.function == "if" and given == 3:
        return Message("sentences.say.if", condition=arguments[0], yes=arguments[1], no=arguments[2])
    if node.function in OF_ONE and given == 1:
        return Message(f"sentences.say.{node.function}", what=arguments[0])
    if node.function in ("count", "length") and given == 1:
        return Message(f"sentences.say.{_counted(node, names)}", what=arguments[0])
    if node.function in ("min", "max") and given:
        return _extreme(node, arguments, names)
    if node.function == "round" and given == 2:
        return _rounded(node, arguments)
    if node.function == "contains" and given == 2:
        return Message("sentences.say.contains", what=arguments[0], part=arguments[1])
    if node.function == "days_between" and given == 2:
        return Message("sentences.say.days_between", start=arguments[0], end=arguments[1])
    return Message("sentences.say.call", function=node.function, arguments=tuple(arguments))


def day_of(node: Call) -> date | None:
    """The day that `date('2026-01-31')` writes."""
    only = node.arguments[0] if node.function == "date" and len(node.arguments) == 1 else None
    try:
        return date.fromisoformat(only.value) if isinstance(only, Text) else None
    except ValueError:
        return None


def _counted(node: Call, names: Names) -> str:
    kind = kind_of(node.arguments[0], names)
    if kind == "table":
        return "rows"
    if node.function == "count":
        return "count"
    return "letters" if kind == "text" else "items"


def _extreme(node: Call, arguments: Sequence[Param], names: Names) -> Message:
    kind = "_day" if kind_of(node, names) == "date" else ""
    what = arguments[0] if len(arguments) == 1 else listed("sentences.say.and_item", arguments)
    return Message(f"sentences.say.{node.function}{kind}", what=what)


def _rounded(node: Call, arguments: Sequence[Param]) -> Message:
    places = node.arguments[1]
    if isinstance(places, Number) and places.digits.strip("0") == "":
        return Message("sentences.say.round_whole", what=arguments[0])
    return Message("sentences.say.round", what=arguments[0], places=arguments[1])
