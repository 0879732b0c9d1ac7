"""What letters with a code say. Worded when they are asked for; the code is put in when they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_text
from engine.mail import Letter
from engine.staffing import Act
from engine.store.queries import outbox

MAILED, ASKED = "accounts.mail", "accounts.asked"
CODE, NAME = "{code}", "{name}"


@dataclass(frozen=True, slots=True)
class Letters:
    """Who words letters: `say(message, language)`; the address of the page for codes; the language of who asks."""

    say: Callable[[Message, str], str]
    address: str
    language: str

    def invitation(self, person: Any, until: datetime) -> dict[str, str]:
        """For a person (a row), in his language: how he sets his password."""
        return {"to": person.email, **self._worded("invitation", person.language, until)}

    def reset(self, until: datetime) -> dict[str, str]:
        """For whoever has asked, in the language in which he did."""
        return self._worded("reset", self.language, until)

    def _worded(self, kind: str, language: str, until: datetime) -> dict[str, str]:
        about = {"code": CODE, "name": NAME, "address": self.address, "until": until}
        return {
            "language": language,
            "subject": self.say(Message(f"accounts.letter.{kind}_subject"), language),
            "text": self.say(Message(f"accounts.letter.{kind}", **about), language),
        }


def posted(act: Act, code: str, letter: Mapping[str, Any], event: str | None, *, kind: str = MAILED) -> int:
    """Ask for a letter to be sent after the commit; answers the outbox row."""
    body = canonical({**letter, "code": code}).decode()
    return outbox.add(act.db, kind, body, f"{kind}:{code}", to_text(act.at), event)


def written(body: Mapping[str, Any], ref: str, name: str, code: str) -> Letter:
    """The letter as it is sent."""
    text = str(body["text"]).replace(CODE, code).replace(NAME, name)
    return Letter(ref, str(body["to"]), str(body["subject"]), text, str(body["language"]))
