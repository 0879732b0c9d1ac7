"""The names of a score: what comes in, and what the steps before a place have found.

The same scope as reading/scoring.py binds its formulas in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.core.catalog import Catalog
from engine.core.definition import CodeList, ScoreDefinition
from engine.core.expression import NUMBER, TEXT, Record
from engine.core.messages import Message, readable
from engine.core.reading.scoring import FOUND, TYPES
from engine.core.sentences.names import Names, Word
from engine.core.sentences.vocabulary import Vocabulary


class ScoredVocabulary(Vocabulary):
    """The names of one score, for each of its steps."""

    def __init__(self, definition: ScoreDefinition, catalog: Catalog, known: Mapping[str, CodeList]) -> None:
        super().__init__(None, catalog, known)
        self._score = definition

    def at(self, path: str) -> Names:
        """The names that a formula at this path may use: of a step only those before it."""
        own = path.split(".")[1] if path.startswith("steps.") and path.count(".") > 1 else None
        keys = [step.key for step in self._score.steps]
        before = keys[: keys.index(own)] if own in keys else keys
        scope = {each.key: TYPES[each.type] for each in self._score.inputs} | dict.fromkeys(before, FOUND)
        return Names(Record(scope), {word.path: word for word in (*self._inputs(), *self._steps(before))})

    def _inputs(self) -> Iterator[Word]:
        group = Message("sentences.group.inputs")
        for each in self._score.inputs:
            label = each.label or readable(each.key)
            yield Word(each.key, Message("sentences.name.field", label=label), label, group, TYPES[each.type])

    def _steps(self, keys: list[str]) -> Iterator[Word]:
        group = Message("sentences.group.steps")
        for step in self._score.steps:
            label = step.label or readable(step.key)
            for part, found in (("value", NUMBER), ("band", TEXT)) if step.key in keys else ():
                said = Message(f"sentences.name.step_{part}", label=label)
                yield Word(f"{step.key}.{part}", said, said, group, found)
