"""Every error of the product. Each carries a `Message`; the edge words it and picks the HTTP status.

No error is raised for control flow inside one function, and none carries a sentence of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.core.messages import Message


class EngineError(Exception):
    """The root: something was asked that cannot be done, and `message` says what, why and how to go on."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a document: where (path; line and column from 1 when known), what, and a hint.

    A warning does not keep a definition from being published.
    """

    path: str
    message: Message
    line: int | None = None
    column: int | None = None
    hint: Message | None = None
    warning: bool = False


class InvalidDefinition(EngineError):
    """A document is not a definition; `problems` lists all of them, in the order of the document."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(Message("definition.invalid", count=len(problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Misreading:
    """One thing wrong in an expression: where (line and column from 1, in code points), what, and what to write."""

    column: int
    message: Message
    hint: Message | None = None
    line: int = 1

    def __str__(self) -> str:
        """The place and the key, for logs and test failures; people get the translated message."""
        tail = f" ({self.hint})" if self.hint else ""
        return f"line {self.line}, column {self.column}: {self.message}{tail}"


class InvalidExpression(EngineError):
    """A source or tree is not an expression of its scope; `problems` lists what is wrong, in reading order."""

    def __init__(self, problems: Sequence[Misreading]) -> None:
        super().__init__(Message("expression.invalid", count=len(problems)))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "; ".join(str(problem) for problem in self.problems)


class ExpressionFailed(EngineError):
    """A valid expression has no value for these answers: division by zero, a number out of range, too much work."""


class InvalidSubmission(EngineError):
    """Answers were judged and some do not pass; `errors` maps a field path (`targets.2.weight`) to its message."""

    def __init__(self, errors: Mapping[str, Message]) -> None:
        super().__init__(Message("submission.invalid", count=len(errors)))
        self.errors = dict(errors)


class NotSignedIn(EngineError):
    """No valid session: sign in first."""


class NotAllowed(EngineError):
    """The actor is known and the thing exists for him, but this act is not his."""


class NotFound(EngineError):
    """It does not exist, or not for this actor: strangers learn no difference."""


class Refused(EngineError):
    """The transition is not possible now; `verdicts` holds every refusal."""

    def __init__(self, message: Message, refusals: Sequence[Message] = ()) -> None:
        super().__init__(message)
        self.refusals = tuple(refusals)


class StaleCase(EngineError):
    """Somebody was faster: the version that the actor saw is no longer the current one."""


class KeyReused(EngineError):
    """An idempotency key came back with another body (draft-ietf-httpapi-idempotency-key-header, section 2.6)."""


class InvalidEdit(EngineError):
    """An edit of a draft that cannot be done: its place is not there, its key is taken, its value is none."""


class EditConflict(EngineError):
    """An edit of a draft saw something else than stands there by now; `by` and `at`: who changed it and when, if known.

    `expected` and `found` are as in the document; None for nothing. Nothing was written.
    """

    def __init__(
        self, message: Message, path: str, expected: object, found: object, by: str | None = None, at: str | None = None
    ) -> None:
        super().__init__(message)
        self.path, self.expected, self.found, self.by, self.at = path, expected, found, by, at


class BadRequest(EngineError):
    """The request itself is malformed: a missing key, an unreadable document, a value of a wrong kind."""


class FileRefused(EngineError):
    """A file is not taken: its kind, its content, its size, or the room that is left."""


class SignInRefused(EngineError):
    """Name and password do not fit, or too many tries; one wording for all, so that nobody learns which."""


class UnknownKey(SignInRefused):
    """No key of a sign-in provider fits its token: it may have new ones."""


class TooManyTries(EngineError):
    """Slow down; `seconds` until the next try is looked at."""

    def __init__(self, message: Message, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class TamperedLedger(EngineError):
    """A stored event, note, answer or definition is not what was recorded; the message names the first bad one."""


class Unavailable(EngineError):
    """The database or disk cannot take this now; nothing was written; try again."""
