"""The syntax tree: one frozen class for each form of expression. No types, no values, no text.

`at` is the offset of the token that names the node: the operator, or the first token of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """A literal; `digits` as written, so that 1.50 stays 1.50."""

    at: int
    digits: str


@dataclass(frozen=True, slots=True)
class Text:
    """A literal, unquoted."""

    at: int
    value: str


@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""

    at: int
    value: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A dotted path into the scope."""

    at: int
    path: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list written out: `[1, 2]`."""

    at: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`not x`."""

    at: int
    operand: Node


@dataclass(frozen=True, slots=True)
class Negate:
    """`-x`."""

    at: int
    operand: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """`a and b and c`, or the same with `or`: two or more operands."""

    at: int
    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """`a == b`, and the other comparisons, and `a in b`."""

    at: int
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class IsMissing:
    """`x is missing`; negated: `x is not missing`."""

    at: int
    operand: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A chain of one precedence, worked from left to right: `a + b - c`, or `a * b / c`."""

    at: int
    first: Node
    steps: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A named function with its arguments; `if` is one."""

    at: int
    function: str
    arguments: tuple[Node, ...]


Node: TypeAlias = (
    Number | Text | Boolean | Name | Items | Not | Negate | Logic | Compare | IsMissing | Arithmetic | Call
)


def children(node: Node) -> tuple[Node, ...]:
    """The operands of a node, in reading order."""
    match node:
        case Items():
            return node.items
        case Not() | Negate() | IsMissing():
            return (node.operand,)
        case Logic():
            return node.operands
        case Compare():
            return (node.left, node.right)
        case Arithmetic():
            return (node.first, *(operand for _, operand in node.steps))
        case Call():
            return node.arguments
        case _:
            return ()


def walk(root: Node) -> Iterator[tuple[Node, int]]:
    """Every node with its depth (the root's is 1), without recursion; siblings come last to first."""
    pending = [(root, 1)]
    while pending:
        node, depth = pending.pop()
        yield node, depth
        pending.extend((child, depth + 1) for child in children(node))


def texts(root: Node) -> Iterator[Text]:
    """The texts written out that an expression may come to: itself, or the outcomes of its `if`."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Text):
            yield node
        elif isinstance(node, Call) and node.function == "if":
            pending.extend(node.arguments[1:])
