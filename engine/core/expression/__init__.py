"""The expression language of definitions: the door. Everything that others may use is named here.

Small, typed, total: an expression reads answers and computes one value. It calls nothing but its own functions,
reads no clock and no attribute, and stops within fixed limits. docs/expressions.md describes it for its writers.
"""

from engine.core.expression.errors import ExpressionFailed, InvalidExpression, Problem
from engine.core.expression.expression import Expression, Value, compile_expression, from_tree
from engine.core.expression.functions import FUNCTIONS
from engine.core.expression.names import type_of
from engine.core.expression.tokens import RESERVED_WORDS
from engine.core.expression.types import BOOLEAN, DATE, NUMBER, TEXT, ListOf, Record, Scalar, Type

__all__ = [
    "BOOLEAN",
    "DATE",
    "FUNCTIONS",
    "NUMBER",
    "RESERVED_WORDS",
    "TEXT",
    "Expression",
    "ExpressionFailed",
    "InvalidExpression",
    "ListOf",
    "Problem",
    "Record",
    "Scalar",
    "Type",
    "Value",
    "compile_expression",
    "from_tree",
    "type_of",
]
