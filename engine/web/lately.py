"""What took long to count is kept for a while, and told with the moment at which it was counted.

What is counted quickly is never kept, so that numbers over a few thousand cases are always those of now. In one
process: each counts for itself.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

LONG = 0.25  # seconds; what takes less is counted each time
TIMES = 100  # how many times as long as it took it is kept
MOST_SECONDS = 60
MOST_KEPT = 200
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Counted(Generic[Found]):
    """What was counted, and when; `kept` where that was for an earlier request."""

    found: Found
    at: datetime
    kept: bool = False


class Lately(Generic[Found]):
    """What was counted lately. A key says all that it depends on: what, of which cycle, and who may see it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[float, Counted[Found]]] = OrderedDict()
        self._counting: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def counted(self, key: Hashable, now: datetime, count: Callable[[], Found]) -> Counted[Found]:
        """What `count` answers, or has answered lately. Whoever asks meanwhile waits for the first one's answer."""
        with self._lock:
            mine = self._counting.setdefault(key, Lock())
        with mine:
            kept = self._kept.get(key)
            if kept is not None and self._clock() < kept[0]:
                return kept[1]
            began = self._clock()
            try:
                answer = Counted(count(), now)
                self._keep(key, answer, self._clock() - began)
            finally:
                with self._lock:  # also after a count that failed; who waits for it has the lock in hand
                    self._counting.pop(key, None)
            return answer

    def _keep(self, key: Hashable, answer: Counted[Found], took: float) -> None:
        with self._lock:
            self._kept.pop(key, None)
            if took >= LONG:
                until = self._clock() + min(took * TIMES, MOST_SECONDS)
                self._kept[key] = until, Counted(answer.found, answer.at, kept=True)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
