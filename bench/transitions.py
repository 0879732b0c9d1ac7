"""Submit and fire against the floor: both on one database, in turns, as the median of paired ratios."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.acts import ANSWERS, Ours
from bench.floor import Floor, create
from engine.store import migrate
from engine.store.database import connect


@dataclass(frozen=True)
class Paired:
    """Time per case (send and move) by hand and by ours in ms, and the ratio of the pairs with its quartiles."""

    floor: float
    ours: float
    low: float
    ratio: float
    high: float


def measure(url: str, *, rounds: int = 7, cases: int = 100, threads: int = 1) -> Paired:
    """Run both in turns in an empty database, `threads` at a time; the first round warms caches."""
    db = connect(url)
    migrate.upgrade(db)
    ours = Ours(db, cases)
    create(url, cases)
    hands = [Floor.over(url) for _ in range(threads)]
    body = json.dumps(ANSWERS)
    pairs = []
    for turn in range(rounds + 1):
        ready = ours.prepare()
        by_hand = _timed(threads, range(1, cases + 1), [lambda case, one=one: one.act(case, body) for one in hands])
        by_us = _timed(threads, ready, [ours.act] * threads)
        if turn:
            pairs.append((by_hand / cases * 1000, by_us / cases * 1000))
    for hand in hands:
        hand.close()
    db.close()
    return paired(pairs)


def paired(pairs: Sequence[tuple[float, float]]) -> Paired:
    """Medians of both sides, and the quartiles of their ratios."""
    low, middle, high = statistics.quantiles((ours / floor for floor, ours in pairs), n=4)
    return Paired(statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs), low, middle, high)


def _timed(threads: int, work: Sequence[Any], acts: Sequence[Callable[[Any], None]]) -> float:
    """Seconds until all of the work is done, dealt out to so many threads."""
    started = time.perf_counter()
    if threads == 1:
        _each(acts[0], work)
    else:
        busy = [threading.Thread(target=_each, args=(acts[n], work[n::threads])) for n in range(threads)]
        for thread in busy:
            thread.start()
        for thread in busy:
            thread.join()
    return time.perf_counter() - started


def _each(act: Callable[[Any], None], work: Sequence[Any]) -> None:
    for one in work:
        act(one)
