"""A syntax tree to source text: one spelling, and parentheses only where the meaning needs them."""

from __future__ import annotations

from engine.core.expression.parser import NEGATE_POWER, NOT_POWER, POWERS
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

_OPERAND = 8
"""Above every operator: literals, names and calls never need parentheses."""


def write(node: Node, power: int = 0) -> str:
    """Spell a node where its surroundings bind with `power`."""
    own = _power(node)
    text = _spell(node, own)
    return f"({text})" if own < power else text


def _power(node: Node) -> int:
    match node:
        case Logic():
            return POWERS[node.operator]
        case Not():
            return NOT_POWER
        case Compare() | IsMissing():
            return POWERS["=="]
        case Arithmetic():
            return POWERS[node.steps[0][0]]
        case Negate():
            return NEGATE_POWER
        case _:
            return _OPERAND


def _spell(node: Node, own: int) -> str:
    match node:
        case Number():
            return node.digits
        case Text():
            return quoted(node.value)
        case Boolean():
            return "true" if node.value else "false"
        case Name():
            return node.path
        case Items():
            return f"[{_listed(node.items)}]"
        case Not():
            return f"not {write(node.operand, own)}"
        case Negate():
            return f"-{write(node.operand, own)}"
        case Logic():
            return f" {node.operator} ".join(write(each, own + 1) for each in node.operands)
        case Compare():
            return f"{write(node.left, own + 1)} {node.operator} {write(node.right, own + 1)}"
        case IsMissing():
            return f"{write(node.operand, own + 1)} is {'not ' if node.negated else ''}missing"
        case Arithmetic():
            rest = "".join(f" {symbol} {write(each, own + 1)}" for symbol, each in node.steps)
            return write(node.first, own + 1) + rest
        case Call():
            return f"{node.function}({_listed(node.arguments)})"


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(write(each) for each in nodes)


def quoted(text: str) -> str:
    """A text as a literal, in the quotes that need fewer escapes."""
    quote = '"' if "'" in text and '"' not in text else "'"
    return quote + text.replace("\\", "\\\\").replace(quote, f"\\{quote}") + quote
