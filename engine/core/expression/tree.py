"""The tree of an expression as JSON, for a rule builder, and back to source text.

The tree carries no types and no places; what a builder sends is checked here for shape and then compiled from its
text like anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.core.expression.errors import InvalidExpression, Problem
from engine.core.expression.limits import MAX_DEPTH
from engine.core.expression.parser import COMPARISONS
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
from engine.core.expression.tokens import NAME, NUMBER, PATH, RESERVED_WORDS
from engine.core.messages import Message


def as_tree(node: Node) -> dict[str, Any]:
    """The JSON-able form of a node: `{"kind": …}` with the parts named in docs/expressions.md."""
    match node:
        case Number():
            return {"kind": "number", "value": node.digits}
        case Text():
            return {"kind": "text", "value": node.value}
        case Boolean():
            return {"kind": "boolean", "value": node.value}
        case Name():
            return {"kind": "name", "path": node.path}
        case Items():
            return {"kind": "list", "items": [as_tree(item) for item in node.items]}
        case Not():
            return {"kind": "not", "operand": as_tree(node.operand)}
        case Negate():
            return {"kind": "negate", "operand": as_tree(node.operand)}
        case Logic():
            operands = [as_tree(each) for each in node.operands]
            return {"kind": "logic", "operator": node.operator, "operands": operands}
        case Compare():
            sides = {"left": as_tree(node.left), "right": as_tree(node.right)}
            return {"kind": "compare", "operator": node.operator, **sides}
        case IsMissing():
            return {"kind": "missing", "operand": as_tree(node.operand), "negated": node.negated}
        case Arithmetic():
            steps = [{"operator": symbol, "operand": as_tree(each)} for symbol, each in node.steps]
            return {"kind": "arithmetic", "first": as_tree(node.first), "steps": steps}
        case Call():
            arguments = [as_tree(each) for each in node.arguments]
            return {"kind": "call", "function": node.function, "arguments": arguments}


def node_from(tree: object, where: str = "", depth: int = 1) -> Node:
    """Read a tree; raises InvalidExpression that names the part (`operands.0.left`) which is malformed."""
    if depth > MAX_DEPTH:
        raise _malformed(where)
    if not isinstance(tree, dict) or not isinstance(tree.get("kind"), str) or tree["kind"] not in _READ:
        raise _malformed(where)
    keys, read = _READ[tree["kind"]]
    if set(tree) != {"kind", *keys}:
        raise _malformed(where)
    return read(_Part(tree, where, depth))


class _Part:
    """One object of a tree under reading, and the way to it."""

    def __init__(self, tree: dict[str, Any], where: str, depth: int) -> None:
        self.tree = tree
        self.where = where
        self.depth = depth

    def text(self, key: str, allowed: Callable[[str], object]) -> str:
        value = self.tree[key]
        if not isinstance(value, str) or not allowed(value):
            raise _malformed(self.path(key))
        return value

    def truth(self, key: str) -> bool:
        value = self.tree[key]
        if not isinstance(value, bool):
            raise _malformed(self.path(key))
        return value

    def node(self, key: str) -> Node:
        return node_from(self.tree[key], self.path(key), self.depth + 1)

    def nodes(self, key: str, at_least: int) -> tuple[Node, ...]:
        found = self.list(key, at_least)
        return tuple(node_from(each, self.path(f"{key}.{n}"), self.depth + 1) for n, each in enumerate(found))

    def steps(self) -> tuple[tuple[str, Node], ...]:
        parts = []
        for index, step in enumerate(self.list("steps", 1)):
            where = self.path(f"steps.{index}")
            if not isinstance(step, dict) or set(step) != {"operator", "operand"}:
                raise _malformed(where)
            part = _Part(step, where, self.depth)
            parts.append((part.text("operator", {"+", "-", "*", "/"}.__contains__), part.node("operand")))
        return tuple(parts)

    def list(self, key: str, at_least: int) -> list[Any]:
        value = self.tree[key]
        if not isinstance(value, list) or len(value) < at_least:
            raise _malformed(self.path(key))
        return value

    def path(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key


def _malformed(where: str) -> InvalidExpression:
    return InvalidExpression([Problem(1, Message("expression.malformed_tree", path=where or "–"))])


def _name(value: str) -> bool:
    return bool(PATH.fullmatch(value)) and value not in RESERVED_WORDS


def _function(value: str) -> bool:
    return bool(NAME.fullmatch(value)) and (value == "if" or value not in RESERVED_WORDS)


def _any_text(value: str) -> bool:
    return True


def _arithmetic(part: _Part) -> Node:
    steps = part.steps()
    precedences = {symbol in "*/" for symbol, _ in steps}
    if len(precedences) > 1:
        raise _malformed(part.path("steps"))
    return Arithmetic(0, part.node("first"), steps)


_READ: dict[str, tuple[tuple[str, ...], Callable[[_Part], Node]]] = {
    "number": (("value",), lambda part: Number(0, part.text("value", NUMBER.fullmatch))),
    "text": (("value",), lambda part: Text(0, part.text("value", _any_text))),
    "boolean": (("value",), lambda part: Boolean(0, part.truth("value"))),
    "name": (("path",), lambda part: Name(0, part.text("path", _name))),
    "list": (("items",), lambda part: Items(0, part.nodes("items", 1))),
    "not": (("operand",), lambda part: Not(0, part.node("operand"))),
    "negate": (("operand",), lambda part: Negate(0, part.node("operand"))),
    "logic": (
        ("operator", "operands"),
        lambda part: Logic(0, part.text("operator", {"and", "or"}.__contains__), part.nodes("operands", 2)),
    ),
    "compare": (
        ("operator", "left", "right"),
        lambda part: Compare(0, part.text("operator", COMPARISONS.__contains__), part.node("left"), part.node("right")),
    ),
    "missing": (
        ("operand", "negated"),
        lambda part: IsMissing(0, part.node("operand"), part.truth("negated")),
    ),
    "arithmetic": (("first", "steps"), _arithmetic),
    "call": (
        ("function", "arguments"),
        lambda part: Call(0, part.text("function", _function), part.nodes("arguments", 0)),
    ),
}
