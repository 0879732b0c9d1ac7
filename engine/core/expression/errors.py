"""What can go wrong with an expression: when it is compiled (problems) and when it runs (a failure).

Texts live in translations/*/expression.toml; here are only keys and parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.core.errors import EngineError
from engine.core.messages import Message


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a source: where (line and column from 1, in code points), what, and what to write."""

    column: int
    message: Message
    hint: Message | None = None
    line: int = 1

    def __str__(self) -> str:
        """The place and the key, for logs and test failures; people get the translated message."""
        tail = f" ({self.hint})" if self.hint else ""
        return f"line {self.line}, column {self.column}: {self.message}{tail}"


class InvalidExpression(EngineError):
    """A source or tree is not an expression of this scope; `problems` lists what is wrong, in reading order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(Message("expression.invalid", count=len(problems)))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "; ".join(str(problem) for problem in self.problems)


class ExpressionFailed(EngineError):
    """A valid expression has no value for these answers: division by zero, a number out of range, too much work."""


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
