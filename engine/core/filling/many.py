"""The answers of thousands of rows judged by one form: as Form.judge does, remembering what it has read already.

Only what is right is remembered, and only of answers in text; with everything else the form itself is asked, so that
nothing is judged or said otherwise. Whoever judges a file makes one; it is not for threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from engine.core.expression import Expression
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.form import Form
from engine.core.filling.questions import Judged, Question
from engine.core.proof.canonical import canonical, written_key
from engine.core.scope import EVERYWHERE

MOST = 5_000  # answers of one question that are remembered, and ways through the form: texts that never come twice
TEXT = frozenset([str])
NOBODY: frozenset[str] = frozenset()
Facts = tuple[Any, ...]


class Right(NamedTuple):
    """Answers in which nothing is wrong: their values, their canonical JSON, and the way through the form."""

    values: dict[str, Any]
    written: str
    way: Way


class Read(NamedTuple):
    """An answer that was read: its value, and it as a member of canonical JSON, with its key."""

    value: Any
    piece: str


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Which questions are asked of whom answers so: each with what was read of it, by key; and what must be there."""

    asked: tuple[tuple[str, dict[Any, Read], Question], ...]
    required: tuple[tuple[str, Any], ...]


class Many:
    """Judges rows by a form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._read: dict[str, dict[Any, Read]] = {each.key: {} for each in form.questions}
        self._ways: dict[Facts, Way] = {}
        self._simple = all(_is_simple(each) for each in form.questions)
        self._roots, self._dated = roots(_conditions(form))

    def judge(self, raw: Mapping[str, Any], facts: FormFacts) -> Right | None:
        """What Form.judge says of right answers; None where something is wrong, or only the form itself can tell."""
        # Of other kinds than text some are equal that are read apart: 1 and true.
        if not self._simple or not TEXT.issuperset(map(type, raw.values())):
            return None
        way = self._way(raw, facts)
        if way is None:
            return None
        values: dict[str, Any] = {}
        pieces: list[str] = []
        for key, known, question in way.asked:
            answer = raw.get(key)
            found = known.get(answer) or self._look(question, answer, facts)
            if found is None:
                return None
            values[key], piece = found
            pieces.append(piece)
        for key, empty in way.required:
            if values[key] == empty:
                return None
        for check in self._form.checks:
            if check.fails(Judged(values, {}, NOBODY), facts) is not None:
                return None
        return Right(values, "{" + ",".join(pieces) + "}", way)

    def _way(self, raw: Mapping[str, Any], facts: FormFacts) -> Way | None:
        """The way of whoever answers so what conditions read; None where there are answers to no question."""
        key: Facts = tuple(map(raw.get, self._roots))
        if self._dated:
            key = (*key, facts.today, facts.period_start, facts.period_end)
        if not raw.keys() <= self._form.questions.taken:
            return None
        found = self._ways.get(key)
        if found is None:
            if len(self._ways) >= MOST:
                self._ways.clear()
            found = self._ways[key] = self._walked(raw, facts)
        return found

    def _walked(self, raw: Mapping[str, Any], facts: FormFacts) -> Way:
        judged, all_of_them = self._form.questions.judge(raw, facts), self._form.questions
        asked = [each for each in all_of_them if each.key in judged.values]
        required = [(each.key, each.empty) for each in all_of_them if each.key in judged.required]
        in_order = sorted(asked, key=lambda each: each.key)
        return Way(tuple((each.key, self._read[each.key], each) for each in in_order), tuple(required))

    def _look(self, question: Question, raw: Any, facts: FormFacts) -> Read | None:
        """Read an answer by its type, and remember it where it is always read like this."""
        value, wrong = question.type.judge(raw, facts)
        if wrong:
            return None
        kept = None if value is None else question.type.dump(value)
        found = Read(value, f"{written_key(question.key)}:{canonical(kept).decode()}")
        if not question.type.asks_facts:
            known = self._read[question.key]
            if len(known) >= MOST:
                known.clear()
            known[raw] = found
        return found


def roots(read: Iterator[Expression]) -> tuple[tuple[str, ...], bool]:
    """The questions that expressions read, and whether they read what is known beside answers."""
    named = {path.partition(".")[0] for each in read for path in each.references}
    return tuple(sorted(named - EVERYWHERE.keys())), not named.isdisjoint(EVERYWHERE)


def _is_simple(question: Question) -> bool:
    """Whether its value hangs on what was written there alone; that of a formula, or of what names things, does not."""
    if question.type.answered == "never":
        return True
    return question.type.answered == "by_person" and not question.type.names_things and not question.editable


def _conditions(form: Form) -> Iterator[Expression]:
    for each in form.questions:
        yield from each.shown
        if each.required_when is not None:
            yield each.required_when
