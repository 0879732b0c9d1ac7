"""Submit and fire against the floor, and against the same promises by hand: on one database, in turns, as the median
of paired ratios.

With several connections each has a process of its own, as servers have: one interpreter would only measure its lock.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.acts import ANSWERS, Ours, Verbs
from bench.floor import Floor, analyze, create
from bench.promises import Promised
from engine.ledger import verify
from engine.store import migrate
from engine.store.database import connect


@dataclass(frozen=True)
class Paired:
    """Time per case (send and move) of one and of the other in ms, and the ratio of the pairs with its quartiles."""

    floor: float
    ours: float
    low: float
    ratio: float
    high: float


@dataclass(frozen=True)
class Beside:
    """Ours beside the floor, the promises by hand beside the floor, ours beside the promises by hand."""

    ours: Paired
    promised: Paired
    among_promises: Paired


def measure(url: str, *, rounds: int = 7, cases: int = 100, connections: int = 1) -> Beside:
    """Run all three in turns in an empty database, over so many connections; the first round warms caches."""
    db = connect(url)
    migrate.upgrade(db)
    ours = Ours(db, cases)
    create(url, cases)
    crew = [Hand(url, ours.people()) for _ in range(connections)]
    turns = []
    for turn in range(rounds + 1):
        by_hand = _timed(crew, "floor", range(1, cases + 1))
        promised = _timed(crew, "promised", ours.prepare())
        by_us = _timed(crew, "ours", ours.prepare())
        if turn == 0:
            analyze(url)
        else:
            turns.append([seconds / cases * 1000 for seconds in (by_hand, promised, by_us)])
    for hand in crew:
        hand.close()
    verify(db)
    db.close()
    return Beside(*(paired([(turn[one], turn[other]) for turn in turns]) for one, other in ((0, 2), (0, 1), (1, 2))))


def paired(pairs: Sequence[tuple[float, float]]) -> Paired:
    """Medians of both sides, and the quartiles of their ratios."""
    low, middle, high = statistics.quantiles((ours / floor for floor, ours in pairs), n=4)
    return Paired(statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs), low, middle, high)


class Hand:
    """One process with one connection of each kind, which works through what it is handed."""

    def __init__(self, url: str, people: Any) -> None:
        fresh = multiprocessing.get_context("spawn")
        self.pipe, theirs = fresh.Pipe()
        self._process = fresh.Process(target=_work, args=(url, people, theirs), daemon=True)
        self._process.start()

    def close(self) -> None:
        self.pipe.send(None)
        self._process.join()


def _timed(crew: Sequence[Hand], which: str, work: Sequence[Any]) -> float:
    """Seconds until all of the work is done, dealt out to everybody."""
    started = time.perf_counter()
    for index, hand in enumerate(crew):
        hand.pipe.send((which, list(work[index :: len(crew)])))
    for hand in crew:
        hand.pipe.recv()
    return time.perf_counter() - started


def _work(url: str, people: Any, pipe: Any) -> None:
    floor, promised, verbs = Floor.over(url), Promised.over(url, people), Verbs.over(url, people)
    acts: dict[str, Callable[[Any], None]] = {
        "floor": lambda case: floor.act(case, ANSWERS),
        "promised": promised.act,
        "ours": verbs.act,
    }
    while (handed := pipe.recv()) is not None:
        which, work = handed
        for one in work:
            acts[which](one)
        floor.copy_back()
        pipe.send(len(work))
    for each in (floor, promised, verbs):
        each.close()
