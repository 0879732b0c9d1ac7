"""Tokens to a syntax tree, by binding power (Pratt). Knows grammar only: no types, no scope.

Stops at the first error. Depth and size are bounded here, so that whatever walks the tree later may recurse.
"""

from __future__ import annotations

from engine.core.expression.errors import InvalidExpression, invalid_at, write_instead
from engine.core.expression.limits import MAX_DEPTH, MAX_NODES
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
    walk,
)
from engine.core.expression.tokens import Token, tokenize
from engine.core.messages import Message

COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})
POWERS = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(COMPARISONS | {"is"}, 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/"), 6),
}
NOT_POWER = 3
NEGATE_POWER = 7


def parse(source: str) -> Node:
    """Read one expression; raises InvalidExpression with the first problem of spelling, grammar or size."""
    root = _Reader(source).whole()
    nodes = 0
    for node, depth in walk(root):
        nodes += 1
        # Left operands nest without nested reading: `(((a) * b + c == d)…` is deeper than its parentheses.
        if depth > MAX_DEPTH:
            raise _too_deep(source, node.at)
    if nodes > MAX_NODES:
        raise _too_many_nodes(source)
    return root


class _Reader:
    """The token ahead, how deep the reading stands, and how much it has read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokenize(source)
        self.ahead = next(self.tokens)
        self.depth = 0
        self.operands = 0

    def whole(self) -> Node:
        if self.at_end:
            raise self.error(Message("expression.empty"))
        root = self.expression(0)
        if not self.at_end:
            raise self.unexpected()
        return root

    def expression(self, power: int) -> Node:
        """Read an operand and all operators that bind at least as tightly as `power`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _too_deep(self.source, self.ahead.at)
        left = self.operand()
        while self.operator_power() >= max(power, 1):
            left = self.operation(left)
        self.depth -= 1
        return left

    def operator_power(self) -> int:
        return POWERS.get(self.ahead.value, 0) if self.ahead.kind == "symbol" else 0

    def operand(self) -> Node:
        token = self.take()
        self.operands += 1
        if self.operands > MAX_NODES:
            raise _too_many_nodes(self.source)
        match token.kind, token.value:
            case "number", digits:
                return Number(token.at, digits)
            case "text", value:
                return Text(token.at, value)
            case "name", _:
                return self.name(token)
            case "symbol", "true" | "false":
                return Boolean(token.at, token.value == "true")
            case "symbol", "not":
                return Not(token.at, self.expression(NOT_POWER))
            case "symbol", "-":
                return Negate(token.at, self.expression(NEGATE_POWER))
            case "symbol", "(":
                return self.parenthesised()
            case "symbol", "[":
                return self.items(token)
            case "symbol", "if":
                self.expect("(")
                return Call(token.at, "if", self.sequence(")"))
            case _:
                raise self.not_a_value(token)

    def name(self, token: Token) -> Node:
        if self.accept("("):
            return Call(token.at, token.value, self.sequence(")"))
        return Name(token.at, token.value)

    def parenthesised(self) -> Node:
        inner = self.expression(0)
        self.expect(")")
        return inner

    def items(self, token: Token) -> Node:
        items = self.sequence("]")
        if not items:
            raise invalid_at(self.source, token.at, Message("expression.empty_list"))
        return Items(token.at, items)

    def sequence(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        if self.accept(closing):
            return ()
        found.append(self.expression(0))
        while self.accept(","):
            found.append(self.expression(0))
        self.expect(closing)
        return tuple(found)

    def operation(self, left: Node) -> Node:
        token = self.ahead
        power = POWERS[token.value]
        if token.value in ("and", "or"):
            return self.logic(left, token, power)
        if token.value == "is":
            return self.missing(left)
        if token.value in COMPARISONS:
            return self.comparison(left, power)
        return self.arithmetic(left, token, power)

    def logic(self, left: Node, token: Token, power: int) -> Node:
        operands = [left]
        while self.accept(token.value):
            operands.append(self.expression(power + 1))
        return Logic(token.at, token.value, tuple(operands))

    def missing(self, left: Node) -> Node:
        token = self.take()
        negated = self.accept("not")
        self.expect("missing")
        self.refuse_chain()
        return IsMissing(token.at, left, negated)

    def comparison(self, left: Node, power: int) -> Node:
        token = self.take()
        right = self.expression(power + 1)
        self.refuse_chain()
        return Compare(token.at, token.value, left, right)

    def refuse_chain(self) -> None:
        if self.operator_power() == POWERS["=="]:
            raise self.error(Message("expression.chained_comparison", found=self.ahead.value))

    def arithmetic(self, left: Node, token: Token, power: int) -> Node:
        steps: list[tuple[str, Node]] = []
        while self.operator_power() == power:
            operator = self.take().value
            steps.append((operator, self.expression(power + 1)))
        return Arithmetic(token.at, left, tuple(steps))

    @property
    def at_end(self) -> bool:
        return self.ahead.kind == "end"

    def take(self) -> Token:
        token = self.ahead
        self.ahead = next(self.tokens, token)
        return token

    def accept(self, symbol: str) -> bool:
        if self.ahead.kind == "symbol" and self.ahead.value == symbol:
            self.take()
            return True
        return False

    def expect(self, symbol: str) -> None:
        if self.accept(symbol):
            return
        if self.at_end:
            raise self.error(Message("expression.unclosed", expected=symbol))
        raise self.error(Message("expression.symbol_expected", expected=symbol, found=self.ahead.value))

    def error(self, message: Message) -> InvalidExpression:
        return invalid_at(self.source, self.ahead.at, message)

    def unexpected(self) -> InvalidExpression:
        hint = write_instead("not (x in list)") if self.ahead.value == "not" else None
        return invalid_at(self.source, self.ahead.at, Message("expression.unexpected", found=self.ahead.value), hint)

    def not_a_value(self, token: Token) -> InvalidExpression:
        if token.kind == "end":
            return invalid_at(self.source, token.at, Message("expression.unfinished"))
        if token.value == "missing":
            message = Message("expression.missing_is_no_value")
            return invalid_at(self.source, token.at, message, write_instead("x is missing"))
        return invalid_at(self.source, token.at, Message("expression.value_expected", found=token.value))


def _too_many_nodes(source: str) -> InvalidExpression:
    return invalid_at(source, 0, Message("expression.too_many_nodes", limit=MAX_NODES))


def _too_deep(source: str, at: int) -> InvalidExpression:
    return invalid_at(source, at, Message("expression.too_deep", limit=MAX_DEPTH))
