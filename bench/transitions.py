"""Submit and fire against the floor: both on one database, in turns, as the median of paired ratios."""

from __future__ import annotations

import statistics
import time

from bench.acts import ANSWERS, Ours
from bench.floor import floor, payload
from engine.store import migrate
from engine.store.database import connect

CASES, ROUNDS = 100, 7


def measure(url: str, rounds: int = ROUNDS, count: int = CASES) -> dict[str, float]:
    """Times of submit + fire, and of two acts by hand, in ms per case; their ratio with its quartiles."""
    db = connect(url)
    migrate.upgrade(db)
    ours = Ours(db, count)
    by_hand, close = floor(url, count)
    body = payload(ANSWERS)
    pairs = []
    for turn in range(rounds + 1):
        ready = ours.prepare()
        hand = _timed(lambda: [(by_hand(case, body), by_hand(case, "{}")) for case in range(count)])
        mine = _timed(lambda ready=ready: [ours.act(one) for one in ready])
        if turn:  # the first round warms caches
            pairs.append((hand / count * 1000, mine / count * 1000))
    close()
    db.close()
    ratios = [mine / hand for hand, mine in pairs]
    low, middle, high = statistics.quantiles(ratios, n=4)
    hands, mines = zip(*pairs, strict=True)
    return {
        "floor_ms": statistics.median(hands), "ours_ms": statistics.median(mines),
        "ratio": middle, "ratio_25": low, "ratio_75": high,
    }  # fmt: skip


def _timed(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
