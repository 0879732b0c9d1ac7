"""What kind of value a part of an expression is, for the words that fit it; from the names' types and the spelling."""

from __future__ import annotations

from engine.core.expression import BOOLEAN, DATE, FUNCTIONS, NUMBER, TEXT, ListOf, Record, Type, type_of
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
from engine.core.filling.fieldtype import Choice
from engine.core.sentences.names import Names

KINDS: dict[Type, str] = {NUMBER: "number", TEXT: "text", BOOLEAN: "boolean", DATE: "date"}


def kind_of_type(found: Type | None) -> str:
    """number, text, boolean, date, list (of values), table (a list of records), record; unknown."""
    if isinstance(found, ListOf):
        return "table" if isinstance(found.item, Record) else "list"
    if isinstance(found, Record):
        return "record"
    return KINDS.get(found, "unknown") if found is not None else "unknown"


def kind_of(node: Node, names: Names) -> str:
    """The kind of what a node gives; unknown where it cannot be told."""
    match node:
        case Name():
            return kind_of_type(type_of(names.scope, node.path))
        case Number() | Negate() | Arithmetic():
            return "number"
        case Text():
            return "text"
        case Boolean() | Not() | Logic() | Compare() | IsMissing():
            return "boolean"
        case Items():
            return "list"
        case Call():
            return _called(node, names)


def _called(node: Call, names: Names) -> str:
    if node.function == "if":
        return kind_of(node.arguments[1], names) if len(node.arguments) == 3 else "unknown"
    function = FUNCTIONS.get(node.function)
    results = {signature.result for signature in function.signatures} if function else set()
    if len(results) == 1:
        return kind_of_type(results.pop())
    return _extreme(node, names) if results else "unknown"


def _extreme(node: Call, names: Names) -> str:
    """`min` and `max` give what they are asked of."""
    if not node.arguments:
        return "unknown"
    first = node.arguments[0]
    found = type_of(names.scope, first.path) if isinstance(first, Name) else None
    if isinstance(found, ListOf):
        return kind_of_type(found.item)
    return kind_of(first.items[0], names) if isinstance(first, Items) else kind_of(first, names)


def choices_of(node: Node, names: Names) -> tuple[Choice, ...]:
    """What can be chosen for a name; nothing for other parts."""
    return names.word(node.path).choices if isinstance(node, Name) else ()


def between(node: Node) -> tuple[Node, Node, Node] | None:
    """The value, the least and the most of `x >= a and x <= b`; None for anything else."""
    if not isinstance(node, Logic) or node.operator != "and" or len(node.operands) != 2:
        return None
    low, high = node.operands
    if not isinstance(low, Compare) or not isinstance(high, Compare):
        return None
    if (low.operator, high.operator) != (">=", "<=") or not same(low.left, high.left):
        return None
    return low.left, low.right, high.right


def same(one: Node, other: Node) -> bool:
    """Whether two parts are written alike, wherever they stand."""
    return plain(one) == plain(other)


def plain(node: Node) -> object:
    """A part without its places in the source, to compare."""
    match node:
        case Number():
            return "number", node.digits
        case Text() | Boolean():
            return "literal", node.value
        case Name():
            return "name", node.path
        case Items():
            return "list", tuple(map(plain, node.items))
        case Not() | Negate():
            return type(node).__name__, plain(node.operand)
        case Logic():
            return node.operator, tuple(map(plain, node.operands))
        case Compare():
            return node.operator, plain(node.left), plain(node.right)
        case IsMissing():
            return "missing", plain(node.operand), node.negated
        case Arithmetic():
            return plain(node.first), tuple((symbol, plain(each)) for symbol, each in node.steps)
        case Call():
            return node.function, tuple(map(plain, node.arguments))
