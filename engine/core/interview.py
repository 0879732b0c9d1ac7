"""The interview of the designer: a few questions, and the document that the answers draft. Values and one walk.

Questions and document are data (workflows/interview/*.yaml, which says what hangs on answers and how); no evaluation
is known here, and nothing is checked: the draft is read like any other document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.messages import Text

ONLY, IS, ONE_OF = "only", "is", "one_of"
LEFT_OUT = object()


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that can be answered."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Asking:
    """One question: its words, why it matters, what can be answered; the first answer is the usual one."""

    key: str
    label: Text
    help: Text
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Interview:
    """Questions in order, and the document in which things hang on their answers."""

    questions: tuple[Asking, ...]
    document: Mapping[str, Any]

    def usual(self) -> dict[str, str]:
        """The first answer to every question."""
        return {question.key: question.answers[0].key for question in self.questions}

    def settled(self, given: Mapping[str, str]) -> dict[str, str]:
        """An answer to every question: the one given where it is one of them, else the usual one."""
        answers = self.usual()
        for question in self.questions:
            if given.get(question.key) in {answer.key for answer in question.answers}:
                answers[question.key] = given[question.key]
        return answers

    def draft(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """The document that these answers draft, as an author would write it; usual answers where some are missing."""
        found: dict[str, Any] = _drafted(self.document, self.settled(answers))
        return found


def interview_of(document: Mapping[str, Any]) -> Interview:
    """An interview from its file."""
    return Interview(tuple(_questions(document["questions"])), document["document"])


def _questions(written: Mapping[str, Any]) -> Iterator[Asking]:
    for key, each in written.items():
        answers = tuple(Answer(name, Text(**words)) for name, words in each["answers"].items())
        yield Asking(key, Text(**each["label"]), Text(**each["help"]), answers)


def _drafted(node: Any, answers: Mapping[str, str]) -> Any:
    """A node with what hangs on answers decided; LEFT_OUT where it is not there."""
    if isinstance(node, list):
        return [found for item in node if (found := _drafted(item, answers)) is not LEFT_OUT]
    if not isinstance(node, Mapping):
        return node
    if not _holds(node.get(ONLY), answers):
        return LEFT_OUT
    if IS in node:
        return _drafted(node[IS], answers)
    if set(node) == {ONE_OF}:
        tried = (_drafted(each, answers) for each in node[ONE_OF])
        return next((found for found in tried if found is not LEFT_OUT), LEFT_OUT)
    kept = ((key, _drafted(value, answers)) for key, value in node.items() if key != ONLY)
    return {key: value for key, value in kept if value is not LEFT_OUT}


def _holds(only: Any, answers: Mapping[str, str]) -> bool:
    """Whether each question that is named was answered with one of what is listed."""
    return not isinstance(only, Mapping) or all(answers.get(key) in wanted for key, wanted in only.items())
