"""Which notices of a definition an event gives rise to, and what each says to one reader. Pure.

An answer stands in a notice only for a reader who may read it in its form; for others `…` stands there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.case import Actor, CaseView
from engine.core.filling import forms
from engine.core.messages import LANGUAGES, Text
from engine.core.noticespec import PLACE, NoticeSpec, places
from engine.core.workflow import Workflow

UNSEEN = "…"
NONE = "–"
LONGEST = 300  # characters of one answer


@dataclass(frozen=True, slots=True)
class Worded:
    """A notice as one reader gets it. `plain`: no answer stands in it, so that it may leave the house by mail."""

    subject: Text
    body: Text | None
    plain: bool

    def as_document(self) -> dict[str, Any]:
        """What is kept of it."""
        text = self.body or Text("", "")
        return {"subject": self.subject.as_document(), "text": text.as_document(), "plain": self.plain}


def on_move(workflow: Workflow, to: str, transition: str, opened: Collection[str]) -> tuple[NoticeSpec, ...]:
    """The notices that a move into a state gives rise to, with the tasks that it opens."""
    return tuple(
        spec
        for spec in workflow.definition.notices
        if spec.enters == to or (transition and spec.transition == transition) or spec.task in opened
    )


def on_reminder(workflow: Workflow, task: str) -> tuple[NoticeSpec, ...]:
    """The notices that a reminder of a task gives rise to."""
    return tuple(spec for spec in workflow.definition.notices if spec.remind == task)


def word(spec: NoticeSpec, workflow: Workflow, case: CaseView, reader: Actor, about: Mapping[str, Text]) -> Worded:
    """A notice for one reader; about: what the places of the case itself say (noticespec.CASE)."""
    named = {name for _, text in spec.texts() for language in LANGUAGES for name in places(text.say(language))}
    known = forms.known(workflow, case, reader)
    values = {name: about[name] if name in about else _answer(workflow, known, name) for name in named}
    subject, body = (_filled(text, values) for text in (spec.subject, spec.body or Text("", "")))
    return Worded(subject, body if spec.body else None, not named)


def _answer(workflow: Workflow, known: Mapping[str, Mapping[str, Any]], name: str) -> Text:
    form, _, key = name.partition(".")
    if form not in known:
        return Text(UNSEEN, UNSEEN)
    if key not in known[form]:
        return Text(UNSEEN, UNSEEN)
    value = known[form][key]
    question = next((each for each in workflow.forms[form].questions.all if each.key == key), None)
    if value is None or question is None:
        return Text(NONE, NONE)
    return Text(*(_short(question.type.format(value, language)) for language in ("id", "en")))


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + UNSEEN


def _filled(text: Text, values: Mapping[str, Text]) -> Text:
    # One pass: braces inside an answer are never looked at again.
    def filled(language: str) -> str:
        return PLACE.sub(lambda found: values[found[1]].say(language), text.say(language))

    return Text(filled("id"), filled("en"))
