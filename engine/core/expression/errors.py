"""How an expression tells what is wrong with it: at which character, and what to write instead.

Texts live in translations/*/expression.toml; here are only keys and parameters.
"""

from __future__ import annotations

from engine.core.errors import ExpressionFailed, InvalidExpression
from engine.core.errors import Misreading as Problem
from engine.core.messages import Message

__all__ = ["ExpressionFailed", "InvalidExpression", "Problem", "invalid_at", "problem_at", "write_instead"]


def problem_at(source: str, offset: int, message: Message, hint: Message | None = None) -> Problem:
    """Place a problem at a character of the source; `offset` counts code points from 0."""
    line_start = source.rfind("\n", 0, offset) + 1
    line = source.count("\n", 0, offset) + 1
    return Problem(offset - line_start + 1, message, hint, line)


def invalid_at(source: str, offset: int, message: Message, hint: Message | None = None) -> InvalidExpression:
    """The error for a source in which one thing, at `offset`, stops the reading."""
    return InvalidExpression([problem_at(source, offset, message, hint)])


def write_instead(text: str) -> Message:
    """The hint that shows what to write."""
    return Message("expression.write_instead", text=text)
