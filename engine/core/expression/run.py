"""One evaluation under way: the answers it reads, the arithmetic it may do, the steps it has left.

A Run is made for each evaluation and never shared, so compiled expressions are safe in many threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Context, DivisionByZero, InvalidOperation, Overflow
from typing import Any, TypeAlias

from engine.core.expression.errors import ExpressionFailed
from engine.core.expression.limits import MAX_STEPS, PRECISION, WHOLE_DIGITS
from engine.core.messages import Message

# Static types are proved by check.py before anything is compiled; the closures need not repeat them to mypy.
Step: TypeAlias = "Callable[[Run], Any]"

# Emax makes every result of 10^15 and above an Overflow, so no operation needs a range test of its own.
ARITHMETIC = Context(
    prec=PRECISION,
    rounding=ROUND_HALF_EVEN,
    Emin=-PRECISION,
    Emax=WHOLE_DIGITS - 1,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)


class Run:
    """The state of one evaluation."""

    __slots__ = ("context", "source", "steps", "values")

    def __init__(self, values: Mapping[str, Any], source: str, nodes: int) -> None:
        self.values = values
        self.source = source
        self.context = ARITHMETIC.copy()
        # No node runs twice, so all of them are paid for at once; only lists are charged on the way.
        self.steps = MAX_STEPS - nodes

    def spend(self, steps: int) -> None:
        """Pay for going through a list once; ends the evaluation when the steps are used up."""
        self.steps -= steps
        if self.steps < 0:
            raise self.failure("expression.too_many_steps", limit=MAX_STEPS)

    def failure(self, key: str, **params: str | int) -> ExpressionFailed:
        """The error that ends this evaluation."""
        return ExpressionFailed(Message(key, expression=self.source, **params))
