"""What makes one ask whether entries were written for the form's sake: the same words, bursts, two places at once.

Pure, over entries as they lie there. Each finding is a reason to look, with its entries; none is a proof of anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Literal

from engine.core.register import overlaps

Kind = Literal["same_words", "same_words_of_many", "burst", "two_places", "away", "voices_burst"]
SHORTEST = 12  # characters of words that are compared
SAME_DAYS, SAME_PEOPLE = 5, 3
BURST, WITHIN, BURST_DAYS = 8, timedelta(minutes=5), 3
VOICES, VOICES_WITHIN = 5, timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as it is looked at. words: the first that were written in it; away: it says that he was not there.

    by: who made it, None for people who did not sign in; about: whom it tells of (a person's or a unit's key).
    """

    ref: str
    register: str
    about: str
    by: int | None
    day: date
    at: datetime
    words: str = ""
    span: tuple[int, int] | None = None
    away: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to look, and the entries that give it."""

    kind: Kind
    entries: tuple[Told, ...]


def doubts(told: Sequence[Told]) -> Iterator[Doubt]:
    """Every reason to look at these entries, the same words first."""
    signed = [each for each in told if each.by is not None]
    yield from _same_words(signed)
    yield from _bursts(signed)
    yield from _two_places(signed)
    yield from _voices(each for each in told if each.by is None)


def _same_words(told: Iterable[Told]) -> Iterator[Doubt]:
    found: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for each in told:
        words = " ".join(each.words.casefold().split())
        if len(words) >= SHORTEST:
            found[each.register, words].append(each)
    for some in found.values():
        people = {each.about for each in some}
        if len(people) >= SAME_PEOPLE:
            yield Doubt("same_words_of_many", tuple(some))
            continue
        for about in sorted(people):
            his = tuple(each for each in some if each.about == about)
            if len({each.day for each in his}) >= SAME_DAYS:
                yield Doubt("same_words", his)


def _bursts(told: Iterable[Told]) -> Iterator[Doubt]:
    """Many entries of several days, made one after the other."""
    found: dict[tuple[str, int | None], list[Told]] = defaultdict(list)
    for each in told:
        found[each.register, each.by].append(each)
    for some in found.values():
        some.sort(key=lambda each: each.at)
        for run in _runs(some, BURST, WITHIN):
            if len({each.day for each in run}) >= BURST_DAYS:
                yield Doubt("burst", run)


def _runs(told: Sequence[Told], least: int, within: timedelta) -> Iterator[tuple[Told, ...]]:
    """The longest stretches of at least so many within a time, each entry in one."""
    first = 0
    while first < len(told):
        last = first
        while last + 1 < len(told) and told[last + 1].at - told[first].at <= within:
            last += 1
        if last - first + 1 >= least:
            yield tuple(told[first : last + 1])
            first = last
        first += 1


def _two_places(told: Iterable[Told]) -> Iterator[Doubt]:
    """Hours in two books that overlap; hours of work on a day on which he was away."""
    days: dict[tuple[str, date], list[Told]] = defaultdict(list)
    for each in told:
        days[each.about, each.day].append(each)
    for some in days.values():
        timed = [each for each in some if each.span is not None]
        for one, other in combinations(timed, 2):
            if one.register != other.register and one.span and other.span and overlaps(one.span, other.span):
                yield Doubt("two_places", (one, other))
        if timed and (away := [each for each in some if each.away]):
            yield Doubt("away", (*away, *timed))


def _voices(told: Iterable[Told]) -> Iterator[Doubt]:
    """Answers of people about the same that came within minutes: perhaps one hand wrote them."""
    found: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for each in told:
        found[each.register, each.about].append(each)
    for some in found.values():
        some.sort(key=lambda each: each.at)
        yield from (Doubt("voices_burst", run) for run in _runs(some, VOICES, VOICES_WITHIN))
