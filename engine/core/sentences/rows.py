"""One sentence to an expression and back. A row that does not fit the types of its names is no sentence."""

from __future__ import annotations

from dataclasses import replace

from engine.core.expression.syntax import (
    Boolean,
    Call,
    Compare,
    IsMissing,
    Items,
    Logic,
    Name,
    Node,
    Not,
)
from engine.core.sentences.kinds import between
from engine.core.sentences.names import Names
from engine.core.sentences.operators import MOST_VALUES, OPERATORS, TAKES
from engine.core.sentences.rule import Constant, Operand, Row, Subject
from engine.core.sentences.subjects import (
    fits,
    item_kind,
    kind_of_subject,
    node_of_operand,
    node_of_subject,
    operand_of,
    subject_of,
)

SYMBOLS = {"is": "==", "is_not": "!=", "at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<"}
WORDS = {symbol: word for word, symbol in SYMBOLS.items()}
TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
OPPOSITES = {"one_of": "none_of", "contains": "contains_not", "includes": "includes_not", "yes": "no"}


def is_sentence(row: Row, names: Names) -> bool:
    """Whether a row is whole and of one type: its operator and its values fit what it is about."""
    if row.operator not in OPERATORS.get(kind_of_subject(row.left, names), ()):
        return False
    kind, wanted = item_kind(row.left, names), TAKES[row.operator]
    if wanted is None:
        constants = all(isinstance(each, Constant) for each in row.right)
        return constants and 0 < len(row.right) <= MOST_VALUES and all(fits(each, kind, names) for each in row.right)
    return len(row.right) == wanted and all(fits(each, kind, names) for each in row.right)


def node_of_row(row: Row, names: Names) -> Node:
    """The expression of a sentence (one that `is_sentence`)."""
    left, kind = node_of_subject(row.left), item_kind(row.left, names)
    right = tuple(node_of_operand(each, kind) for each in row.right)
    match row.operator:
        case "yes":
            return left
        case "missing" | "there":
            return IsMissing(0, left, row.operator == "there")
        case "between":
            return Logic(0, "and", (Compare(0, ">=", left, right[0]), Compare(0, "<=", left, right[1])))
        case "one_of":
            return Compare(0, "in", left, Items(0, right))
        case "includes":
            return Compare(0, "in", right[0], left)
        case "contains":
            return Call(0, "contains", (left, right[0]))
        case operator if operator in SYMBOLS:
            return Compare(0, SYMBOLS[operator], left, right[0])
        case _:
            asked = next(word for word, opposite in OPPOSITES.items() if opposite == row.operator)
            return Not(0, node_of_row(replace(row, operator=asked), names))


def row_of(node: Node, names: Names) -> Row | None:
    """The sentence that an expression is; None where it is none."""
    found = _read(node, names)
    return found if found is not None and is_sentence(found, names) else None


def _read(node: Node, names: Names) -> Row | None:
    match node:
        case Not():
            row = _read(node.operand, names)
            return replace(row, operator=OPPOSITES[row.operator]) if row and row.operator in OPPOSITES else None
        case IsMissing():
            return _row(subject_of(node.operand, names), "there" if node.negated else "missing")
        case Logic() if (span := between(node)) is not None:
            low, high = operand_of(span[1], names), operand_of(span[2], names)
            return _row(subject_of(span[0], names), "between", low, high)
        case Compare():
            return _compared(node, names)
        case Call(function="contains", arguments=(whole, part)):
            return _row(subject_of(whole, names), "contains", operand_of(part, names))
        case Name() | Call():
            return _row(subject_of(node, names), "yes")
        case _:
            return None


def _compared(node: Compare, names: Names) -> Row | None:
    if node.operator == "in":
        return _membership(node, names)
    if isinstance(node.right, Boolean):
        is_yes = (node.operator == "==") == node.right.value
        equal = node.operator in ("==", "!=")
        return _row(subject_of(node.left, names), "yes" if is_yes else "no") if equal else None
    left, right, symbol = node.left, node.right, node.operator
    if not isinstance(operand_of(left, names), Subject) and isinstance(operand_of(right, names), Subject):
        left, right, symbol = right, left, TURNED[symbol]
    return _row(subject_of(left, names), WORDS[symbol], operand_of(right, names))


def _membership(node: Compare, names: Names) -> Row | None:
    if isinstance(node.right, Items):
        values = [operand_of(item, names) for item in node.right.items]
        return _row(subject_of(node.left, names), "one_of", *values)
    return _row(subject_of(node.right, names), "includes", operand_of(node.left, names))


def _row(left: Subject | None, operator: str, *right: Operand | None) -> Row | None:
    values = tuple(each for each in right if each is not None)
    return Row(left, operator, values) if left is not None and len(values) == len(right) else None
