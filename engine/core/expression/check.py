"""Static types: every name, operator and call of a tree against a scope. Reports all problems, runs nothing.

`None` as a type means: already reported; whatever stands around it is not reported again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from engine.core.expression.errors import InvalidExpression, Problem, problem_at, write_instead
from engine.core.expression.functions import FUNCTIONS, Signature, fits
from engine.core.expression.limits import MAX_PLACES, MAX_PROBLEMS, MAX_SEARCHES
from engine.core.expression.names import meant_function, meant_name, type_of, unknown_name
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
from engine.core.expression.types import (
    BOOLEAN,
    DATE,
    NUMBER,
    TEXT,
    ListOf,
    Record,
    Scalar,
    Type,
    is_value,
)
from engine.core.messages import Message

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CHOICE = "if"


def check(source: str, root: Node, scope: Record, expects: Type | None) -> Type:
    """The type of an expression; raises InvalidExpression with every problem, in reading order."""
    checker = _Checker(source, scope)
    found = checker.type_of(root)
    if found is not None and not is_value(found):
        checker.report(root.at, Message("expression.not_a_value", found=found.describe()))
    elif found is not None and expects is not None and found != expects:
        checker.report_at_start(expects, found)
    if checker.problems or found is None:
        raise InvalidExpression(sorted(checker.problems, key=lambda each: (each.line, each.column)))
    return found


class _Checker:
    """The scope, and the problems found so far."""

    def __init__(self, source: str, scope: Record) -> None:
        self.source = source
        self.scope = scope
        self.problems: list[Problem] = []

    def report(self, at: int, message: Message, hint: Message | None = None) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem_at(self.source, at, message, hint))

    def report_at_start(self, expects: Type, found: Type) -> None:
        message = Message("expression.wrong_result", expected=expects.describe(), found=found.describe())
        self.report(0, message)

    def type_of(self, node: Node) -> Type | None:
        match node:
            case Number():
                return NUMBER
            case Text():
                return TEXT
            case Boolean():
                return BOOLEAN
            case Name():
                return self.name(node)
            case Items():
                return self.items(node)
            case Not():
                return self.all_of(BOOLEAN, (node.operand,))
            case Negate():
                return self.all_of(NUMBER, (node.operand,))
            case Logic():
                return self.all_of(BOOLEAN, node.operands)
            case Compare():
                return self.comparison(node)
            case IsMissing():
                self.type_of(node.operand)
                return BOOLEAN
            case Arithmetic():
                return self.all_of(NUMBER, (node.first, *(operand for _, operand in node.steps)))
            case Call():
                return self.choice(node) if node.function == _CHOICE else self.call(node)

    def name(self, node: Name) -> Type | None:
        found = type_of(self.scope, node.path)
        if found is None and len(self.problems) < MAX_PROBLEMS:
            message = unknown_name(self.scope, node.path)
            self.report(node.at, message, self.search(lambda: meant_name(self.scope, node.path)))
        return found

    def search(self, find: Callable[[], Message | None]) -> Message | None:
        """Look for what was meant, for the first few problems only: a search costs more than all the rest."""
        return find() if len(self.problems) < MAX_SEARCHES else None

    def items(self, node: Items) -> Type | None:
        types = [self.type_of(item) for item in node.items]
        first = types[0]
        for item, found in zip(node.items, types, strict=True):
            if found is None or first is None:
                return None
            if found != first or not isinstance(found, Scalar):
                message = Message("expression.mixed_list", first=first.describe(), found=found.describe())
                self.report(item.at, message)
                return None
        return ListOf(first) if isinstance(first, Scalar) else None

    def all_of(self, wanted: Scalar, operands: tuple[Node, ...]) -> Type:
        """The type of an operator whose operands and result are of one type."""
        for operand in operands:
            self.require(operand, wanted)
        return wanted

    def require(self, node: Node, wanted: Type) -> None:
        found = self.type_of(node)
        if found is not None and found != wanted:
            message = Message("expression.wrong_type", expected=wanted.describe(), found=found.describe())
            self.report(node.at, message)

    def comparison(self, node: Compare) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if left is None or right is None:
            return BOOLEAN
        if node.operator == "in":
            self.membership(node, left, right)
        elif left != right or not isinstance(left, Scalar):
            message = Message("expression.cannot_compare", left=left.describe(), right=right.describe())
            self.report(node.at, message, _as_date(node.left, right) or _as_date(node.right, left))
        elif node.operator not in ("==", "!=") and left not in (NUMBER, DATE):
            self.report(node.at, Message("expression.cannot_order", operator=node.operator, found=left.describe()))
        return BOOLEAN

    def membership(self, node: Compare, left: Type, right: Type) -> None:
        if not isinstance(left, Scalar):
            self.report(node.left.at, Message("expression.not_an_item", found=left.describe()))
        elif right != ListOf(left):
            hint = write_instead("contains(text, part)") if left == right == TEXT else None
            expected = ListOf(left).describe()
            message = Message("expression.wrong_type", expected=expected, found=right.describe())
            self.report(node.right.at, message, hint)

    def choice(self, node: Call) -> Type | None:
        if len(node.arguments) != 3:
            self.wrong_count(node, (Message("expression.signature_if"),))
            return None
        condition, this, that = node.arguments
        self.require(condition, BOOLEAN)
        first, second = self.type_of(this), self.type_of(that)
        if first is None or second is None:
            return first or second
        if first != second:
            message = Message("expression.uneven_choice", first=first.describe(), second=second.describe())
            self.report(that.at, message)
        return first

    def call(self, node: Call) -> Type | None:
        types = [self.type_of(argument) for argument in node.arguments]
        function = FUNCTIONS.get(node.function)
        if function is None:
            self.unknown_function(node)
            return None
        candidates = [each for each in function.signatures if each.takes(len(types))]
        if not candidates:
            self.wrong_count(node, tuple(each.describe(node.function) for each in function.signatures))
            return None
        for index, found in enumerate(types):
            fitting = [each for each in candidates if found is None or fits(each.parameter(index), found)]
            if not fitting and found is not None:
                self.wrong_argument(node, index, found, candidates)
                return None
            candidates = fitting
        self.literal_arguments(node)
        return candidates[0].result

    def unknown_function(self, node: Call) -> None:
        known = (*FUNCTIONS, _CHOICE)
        message = Message("expression.unknown_function", name=node.function, known=", ".join(known))
        self.report(node.at, message, self.search(lambda: meant_function(node.function, known)))

    def wrong_count(self, node: Call, usage: tuple[Message, ...]) -> None:
        found = len(node.arguments)
        self.report(node.at, Message("expression.wrong_count", name=node.function, found=found, usage=usage))

    def wrong_argument(self, node: Call, index: int, found: Type, candidates: list[Signature]) -> None:
        expected = _either(list(dict.fromkeys(each.parameter(index) for each in candidates)))
        message = Message(
            "expression.wrong_argument",
            name=node.function,
            position=index + 1,
            expected=expected,
            found=found.describe(),
        )
        self.report(node.arguments[index].at, message)

    def literal_arguments(self, node: Call) -> None:
        """What must be written out, so that the call can never fail when it runs."""
        if node.function == "date" and not _is_date(node.arguments[0]):
            self.report(node.arguments[0].at, Message("expression.bad_date"), write_instead("date('2026-01-31')"))
        if node.function == "round" and not _is_places(node.arguments[1]):
            self.report(node.arguments[1].at, Message("expression.bad_places", limit=MAX_PLACES))


def _either(types: list[Type]) -> Message:
    first, *rest = types
    if not rest:
        return first.describe()
    return Message("expression.either", first=first.describe(), rest=_either(rest))


def _is_date(node: Node) -> bool:
    if not isinstance(node, Text) or not _ISO_DATE.fullmatch(node.value):
        return False
    try:
        date.fromisoformat(node.value)
    except ValueError:
        return False
    return True


def _is_places(node: Node) -> bool:
    return isinstance(node, Number) and node.digits.isdigit() and int(node.digits) <= MAX_PLACES


def _as_date(node: Node, other: Type) -> Message | None:
    if other == DATE and isinstance(node, Text) and _is_date(node):
        return write_instead(f"date('{node.value}')")
    return None
