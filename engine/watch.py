"""Who was told something lately, as one process sees it: one question a second, however many pages listen.

Nothing is known here but how many notices of a person were first seen since the process began; what they say is read
with the rights of whoever reads. It works with any number of processes, since all look at the same rows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from engine.store.database import Database
from engine.store.queries import notices as queries

EVERY = 1.0  # seconds between two looks
WINDOW = 10.0  # seconds for which an act may go on: a notice with a lower key may be there later than one with a higher
MOST = 20_000  # notices of one look


class Watch:
    """Counts, for each person, the notices that appear. Shared by the threads of a process."""

    def __init__(self, db: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._db, self._clock = db, clock
        self._turn = threading.Lock()
        self._looked = float("-inf")
        self._tops: list[tuple[float, int]] = []  # when the newest key was which
        self._seen: set[int] = set()
        self._news: dict[int, int] = {}

    def count(self, person_id: int) -> int:
        """How many notices of a person this process has seen appear; only that it grows means something."""
        if self._clock() - self._looked >= EVERY and self._turn.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._turn.release()
        return self._news.get(person_id, 0)

    def _look(self) -> None:
        now = self._clock()
        begins = not self._tops
        with self._db.read() as db:
            low = queries.newest(db) if begins else self._tops[0][1]
            rows = queries.after(db, low, MOST)
        for row in rows:
            if row.id not in self._seen:
                self._seen.add(row.id)
                self._news[row.person_id] = self._news.get(row.person_id, 0) + 1
        self._tops.append((now, max((row.id for row in rows), default=low)))
        while len(self._tops) > 1 and now - self._tops[1][0] >= WINDOW:
            self._tops.pop(0)
        self._seen = {key for key in self._seen if key > self._tops[0][1]}
        self._looked = now


class Pace:
    """How long a page waits until it asks again: the longer, the more of them ask, so that what they cost is bounded.

    Each waits for the seconds that it was told; from how many asked within the last span follows how many there are.
    """

    def __init__(self, least: float, most: float, a_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._least, self._most, self._rate, self._clock = least, most, a_second, clock
        self._turn = threading.Lock()
        self._began, self._asked, self._wait = clock(), 0, least

    def next(self) -> float:
        """Seconds until the page that asks now may ask again."""
        with self._turn:
            now = self._clock()
            self._asked += 1
            if now - self._began >= self._least:
                pages = self._asked / (now - self._began) * self._wait
                self._wait = min(max(self._least, pages / self._rate), self._most)
                self._began, self._asked = now, 0
            return self._wait
