"""Rules to expressions and back. What no sentence can say stays an expression: `rule_of` answers None then."""

from __future__ import annotations

from dataclasses import replace

from engine.core.expression.syntax import Logic, Node, Not
from engine.core.sentences.names import Names
from engine.core.sentences.rows import is_sentence, node_of_row, row_of
from engine.core.sentences.rule import DEEPEST, Group, Joint, Part, Row

OPERATOR = {"all": "and", "any": "or", "none": "or"}


def node_of(part: Part, names: Names) -> Node:
    """The expression of a rule whose rows are sentences and whose groups have parts."""
    if isinstance(part, Row):
        return node_of_row(part, names)
    nodes = tuple(node_of(each, names) for each in part.parts)
    joined = nodes[0] if len(nodes) == 1 else Logic(0, OPERATOR[part.joint], nodes)
    return Not(0, joined) if part.joint == "none" else joined


def rule_of(node: Node, names: Names) -> Group | None:
    """The rule that an expression is; None where no sentences of at most three levels say it."""
    found = _part(node, names, 1)
    return Group("all", (found,)) if isinstance(found, Row) else found


def _part(node: Node, names: Names, depth: int) -> Part | None:
    row = row_of(node, names)
    if row is not None:
        return row
    if depth > DEEPEST:
        return None
    if isinstance(node, Logic):
        return _group("all" if node.operator == "and" else "any", node.operands, names, depth)
    if isinstance(node, Not):
        inner = node.operand
        several = isinstance(inner, Logic) and inner.operator == "or"
        return _group("none", inner.operands if isinstance(inner, Logic) and several else (inner,), names, depth)
    return None


def _group(joint: Joint, nodes: tuple[Node, ...], names: Names, depth: int) -> Group | None:
    parts = [_part(each, names, depth + 1) for each in nodes]
    whole = tuple(each for each in parts if each is not None)
    return Group(joint, whole) if len(whole) == len(parts) else None


def is_whole(part: Part, names: Names, depth: int = 1) -> bool:
    """Whether a rule can be written: no empty group, none too deep, each row a sentence."""
    if isinstance(part, Row):
        return is_sentence(part, names)
    if not part.parts or depth > DEEPEST:
        return False
    return all(is_whole(each, names, depth + 1) for each in part.parts)


def tidy(rule: Group) -> Group:
    """The same rule as it comes back from its expression: groups of one part are that part."""
    found = _tidied(rule)
    return Group("all", (found,)) if isinstance(found, Row) else found


def _tidied(part: Part) -> Part:
    if isinstance(part, Row):
        return part
    parts = tuple(_tidied(each) for each in part.parts)
    if part.joint == "none":
        return _refused(parts)
    if len(parts) == 1:
        return parts[0]
    return _span(part.joint, parts) or Group(part.joint, parts)


def _refused(parts: tuple[Part, ...]) -> Part:
    if len(parts) != 1:
        return Group("none", parts)
    only = parts[0]
    if isinstance(only, Row) and (opposite := _opposite(only)) is not None:
        return opposite
    return Group("none", only.parts) if isinstance(only, Group) and only.joint == "any" else Group("none", parts)


def _opposite(row: Row) -> Row | None:
    words = {"yes": "no", "one_of": "none_of", "contains": "contains_not", "includes": "includes_not"}
    return replace(row, operator=words[row.operator]) if row.operator in words else None


def _span(joint: Joint, parts: tuple[Part, ...]) -> Row | None:
    """`at least a` and `at most b` of the same are `between a and b`."""
    if joint != "all" or len(parts) != 2:
        return None
    low, high = parts
    if not isinstance(low, Row) or not isinstance(high, Row) or low.left != high.left:
        return None
    is_span = (low.operator, high.operator) == ("at_least", "at_most")
    return Row(low.left, "between", (*low.right, *high.right)) if is_span else None
