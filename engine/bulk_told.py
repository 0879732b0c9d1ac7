"""What is kept of a case of a set: its outcome and the messages that say it, written down and read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from engine.core.messages import Message, message_from_document
from engine.core.proof.canonical import digest

CAUSE = 16  # characters of the digest of what is grouped


@dataclass(frozen=True, slots=True)
class Told:
    """What is kept of a case of a set: its outcome, and the messages that say it."""

    outcome: str
    words: tuple[Message, ...]
    effect: str | None = None
    group: tuple[str, ...] = ()

    def values(self) -> dict[str, Any]:
        """As columns. Refusals are grouped by what they are, effects by what they have in common or say."""
        documents = [message.as_document() for message in self.words]
        said = documents if self.effect else [message.key for message in self.words]
        same = list(self.group) or said
        found: dict[str, Any] = {"outcome": self.outcome, "cause": digest(same)[:CAUSE]}
        return found | {"words": json.dumps(documents, ensure_ascii=False, sort_keys=True)}


def read_words(text: str | None) -> tuple[Message, ...]:
    """The messages of a case of a set, with the days in them as days."""
    return tuple(message_from_document(each) for each in json.loads(text)) if text else ()
