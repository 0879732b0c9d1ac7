"""A checked tree to closures: what an expression computes. Trusts the types that check.py has proved.

Missing (None) runs through arithmetic and comparison; `and`, `or`, `not` follow Kleene's three-valued logic.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Context, Decimal
from typing import Any

from engine.core.expression.functions import FUNCTIONS
from engine.core.expression.read import reader
from engine.core.expression.run import Run, Step
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
from engine.core.expression.types import Record

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMBINE = {"+": Context.add, "-": Context.subtract, "*": Context.multiply, "/": Context.divide}


def closure(node: Node, scope: Record) -> Step:
    """Translate a node into a function of one evaluation."""
    match node:
        case Number():
            return _constant(Decimal(node.digits))
        case Text() | Boolean():
            return _constant(node.value)
        case Name():
            return reader(scope, node.path)
        case Items():
            return _items([closure(item, scope) for item in node.items])
        case Not():
            return _not(closure(node.operand, scope))
        case Negate():
            return _negate(closure(node.operand, scope))
        case Logic():
            return _logic(node.operator == "or", [closure(each, scope) for each in node.operands])
        case Compare():
            return _comparison(node.operator, closure(node.left, scope), closure(node.right, scope))
        case IsMissing():
            return _missing(closure(node.operand, scope), node.negated)
        case Arithmetic():
            steps = [(symbol, closure(each, scope)) for symbol, each in node.steps]
            return _arithmetic(closure(node.first, scope), steps)
        case Call():
            return _call(node.function, [closure(each, scope) for each in node.arguments])


def _constant(value: Any) -> Step:
    return lambda run: value


def _items(items: list[Step]) -> Step:
    return lambda run: [item(run) for item in items]


def _not(operand: Step) -> Step:
    def evaluate(run: Run) -> bool | None:
        value: bool | None = operand(run)
        return None if value is None else not value

    return evaluate


def _negate(operand: Step) -> Step:
    def evaluate(run: Run) -> Decimal | None:
        value: Decimal | None = operand(run)
        return None if value is None else run.context.minus(value)

    return evaluate


def _logic(decisive: bool, operands: list[Step]) -> Step:
    """`or` is decided by the first true operand, `and` by the first false one; else a missing one decides."""

    def evaluate(run: Run) -> bool | None:
        result: bool | None = not decisive
        for operand in operands:
            value: bool | None = operand(run)
            if value is decisive:
                return decisive
            if value is None:
                result = None
        return result

    return evaluate


def _comparison(symbol: str, left: Step, right: Step) -> Step:
    if symbol == "in":
        return _membership(left, right)
    compare = _COMPARE[symbol]

    def evaluate(run: Run) -> bool | None:
        first = left(run)
        if first is None:
            return None
        second = right(run)
        return None if second is None else compare(first, second)

    return evaluate


def _membership(left: Step, right: Step) -> Step:
    """`x in list` means x == a or x == b …, so a missing item leaves an absent x undecided."""

    def evaluate(run: Run) -> bool | None:
        item, items = left(run), right(run)
        if item is None or items is None:
            return None
        run.spend(len(items))
        return True if item in items else None if None in items else False

    return evaluate


def _missing(operand: Step, negated: bool) -> Step:
    if negated:
        return lambda run: operand(run) is not None
    return lambda run: operand(run) is None


def _arithmetic(first: Step, steps: list[tuple[str, Step]]) -> Step:
    chain = [(_COMBINE[symbol], symbol == "/", operand) for symbol, operand in steps]

    def evaluate(run: Run) -> Decimal | None:
        total: Decimal | None = first(run)
        if total is None:
            return None
        for combine, divides, operand in chain:
            value = operand(run)
            if value is None:
                return None
            if divides and not value:
                raise run.failure("expression.division_by_zero")
            total = combine(run.context, total, value)
        return total

    return evaluate


def _call(name: str, arguments: list[Step]) -> Step:
    if name == "if":
        return _choice(*arguments)
    apply = FUNCTIONS[name].apply
    return lambda run: apply(run, [argument(run) for argument in arguments])


def _choice(condition: Step, this: Step, that: Step) -> Step:
    def evaluate(run: Run) -> Any:
        decided = condition(run)
        return None if decided is None else this(run) if decided else that(run)

    return evaluate
