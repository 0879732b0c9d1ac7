"""Values as sentences: a field, a function of one, or two or three of them calculated together; else text."""

from __future__ import annotations

from engine.core.expression import NUMBER
from engine.core.expression.limits import MAX_PLACES
from engine.core.expression.syntax import Arithmetic, Call, Node, Number
from engine.core.sentences.kinds import kind_of_type
from engine.core.sentences.names import Names
from engine.core.sentences.rule import Formula, Operand, Subject
from engine.core.sentences.subjects import fits, node_of_operand, operand_of, type_of_subject

MOST_STEPS = 2
SIGNS = ("+", "-", "*", "/")


def is_formula(formula: Formula, names: Names) -> bool:
    """Whether a formula can be written: its operands are there, and are numbers where anything is calculated."""
    if not formula.steps and formula.places is None:
        return isinstance(formula.first, Subject) and type_of_subject(formula.first, names) is not None
    signs = [sign for sign, _ in formula.steps]
    operands = (formula.first, *(operand for _, operand in formula.steps))
    of_one_kind = len({sign in "*/" for sign in signs}) <= 1 and all(sign in SIGNS for sign in signs)
    rounded = formula.places is None or 0 <= formula.places <= MAX_PLACES
    numbers = all(fits(each, kind_of_type(NUMBER), names) for each in operands)
    return of_one_kind and rounded and numbers and len(signs) <= MOST_STEPS


def node_of_formula(formula: Formula) -> Node:
    """The expression of a formula."""
    node = node_of_operand(formula.first, "number")
    if formula.steps:
        node = Arithmetic(0, node, tuple((sign, node_of_operand(each, "number")) for sign, each in formula.steps))
    return node if formula.places is None else Call(0, "round", (node, Number(0, str(formula.places))))


def formula_of(node: Node, names: Names) -> Formula | None:
    """The formula that an expression is; None where it is none of at most three operands."""
    match node:
        case Call(function="round", arguments=(inner, Number(digits=digits))) if digits.isdigit() and len(digits) <= 2:
            found = _formula(inner, names, int(digits))
        case _:
            found = _formula(node, names, None)
    return found if found is not None and is_formula(found, names) else None


def _formula(node: Node, names: Names, places: int | None) -> Formula | None:
    if not isinstance(node, Arithmetic):
        only = operand_of(node, names)
        return Formula(only, (), places) if only is not None else None
    operands = [operand_of(each, names) for each in (node.first, *(step for _, step in node.steps))]
    known = [each for each in operands if each is not None]
    if len(known) != len(operands):
        return None
    first, *rest = known
    steps: list[tuple[str, Operand]] = [(sign, each) for (sign, _), each in zip(node.steps, rest, strict=True)]
    return Formula(first, tuple(steps), places)
