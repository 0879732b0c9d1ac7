"""What an act on many cases is: how it is declared, what it is handed at the turn of a case, what it answers with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine.authority import LONGEST_REASON
from engine.core.case import Actor
from engine.core.errors import InvalidSubmission
from engine.core.messages import Message
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load

Said = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Doing:
    """One case at its turn. rt: its verbs take part in the transaction of `db`. body: the parameters of the act."""

    rt: Runtime
    db: Connection
    actor: Actor
    case: str
    body: Mapping[str, Any]
    key: str

    def case_locked(self) -> Snapshot:
        """The case as it stands; nobody else moves it before the transaction ends."""
        return load(self.rt, self.db, self.case, self.actor, self.rt.clock(), lock=True)


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act does to one case: the event that holds it, and in words.

    facts: what an undoing has to know, and what must be the same when it is done as when it was shown; so nothing that
    is different each time. group: what cases have in common that are counted together; else what is said.
    """

    event: str
    words: Message
    facts: Mapping[str, Any]
    group: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What stands of an act that shall be undone: its facts, and the event that holds it."""

    facts: Mapping[str, Any]
    event: str


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done to many cases.

    judge: what was said on the page → parameters; raises InvalidSubmission by field. do: does it to one case, or
    raises why not. undo: does what takes it back, or raises why not; None where nothing ever can.
    """

    judge: Callable[[Connection, Actor, Said], dict[str, Any]]
    do: Callable[[Doing], Effect]
    undo: Callable[[Doing, Done], Effect] | None = None


def reason(said: Said, *, needed: bool = True, most: int = LONGEST_REASON) -> str:
    """The reason that was said; InvalidSubmission where there is none, or too much of it."""
    found = said.get("reason", "").strip()
    if len(found) > most or (needed and not found):
        raise InvalidSubmission({"reason": Message("reason.length", limit=most, found=len(found))})
    return found
