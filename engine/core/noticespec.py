"""How a definition says whom it tells what, and when: `notices:`. Shapes, and the places that stand in their words.

What fits together is reading/lint_notices.py's; who gets one and what he may read of it is noticewords.py's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import Field

from engine.core.elements import AuthoredText, Element, Key
from engine.core.messages import Text

PLACE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\s*\}\}")
BRACES = re.compile(r"\{\{.*?\}\}|\{\{|\}\}", re.DOTALL)
CASE = ("case.subject", "case.cycle", "case.state")
OCCASIONS = ("enters", "transition", "task", "remind")


class NoticeSpec(Element):
    """Something that the holders of roles are told, at one occasion.

    The case enters a state, moves along a transition, opens a task, or somebody is reminded of the deadline of one.
    `{{form.field}}` in its words is the answer, where the reader sees it.
    """

    key: Key
    enters: Key | None = None
    transition: Key | None = None
    task: Key | None = None
    remind: Key | None = None
    to: tuple[Key, ...] = Field(min_length=1)
    subject: AuthoredText
    body: AuthoredText | None = None

    def texts(self) -> Iterator[tuple[str, Text]]:
        """Its words, by the key under which they stand."""
        yield "subject", self.subject
        if self.body is not None:
            yield "body", self.body


def places(words: str) -> tuple[str, ...]:
    """What stands in `{{…}}` in a text, in order."""
    return tuple(PLACE.findall(words))


def broken(words: str) -> tuple[str, ...]:
    """What looks like a place and is none: `{{plan.targets[0]}}`, braces without a partner."""
    return tuple(found for found in BRACES.findall(words) if not PLACE.fullmatch(found))
