"""The names that the expressions of one place may use: what each is called, its type, what can be chosen for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.expression import Record, Type
from engine.core.filling.fieldtype import Choice
from engine.core.messages import Message, Text, readable


@dataclass(frozen=True, slots=True)
class Word:
    """A name: how a sentence says it, how a list to choose from says it (and under which heading).

    `type` is None while its declaration is wrong.
    """

    path: str
    said: Message
    label: Text | Message
    group: Text | Message | None = None
    type: Type | None = None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a place by path, in the order in which people know them, and the scope that they make."""

    scope: Record
    words: Mapping[str, Word]

    def word(self, path: str) -> Word:
        """The name at a path; one that is not declared is said by its last part, as unknown."""
        found = self.words.get(path)
        if found is not None:
            return found
        label = readable(path.rpartition(".")[2])
        return Word(path, Message("sentences.name.unknown", label=label), label)


NO_NAMES = Names(Record({}), {})
