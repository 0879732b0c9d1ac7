"""Counts by the hour of what no log may tell the minute of. Kept in the process alone, until the hour is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from threading import Lock

Asked = tuple[str, str | None, int]
"""The method and route of a request, and with which status it was answered."""


class Tally:
    """How often something happened in each hour. One for a process; any thread may add to it."""

    def __init__(self) -> None:
        self._hours: dict[str, Counter[Asked]] = {}
        self._lock = Lock()

    def add(self, hour: str, what: Asked) -> None:
        """Count it once more in an hour, which is written so that later ones sort later."""
        with self._lock:
            self._hours.setdefault(hour, Counter())[what] += 1

    def before(self, hour: str) -> Iterator[tuple[str, Asked, int]]:
        """Take out what was counted in the hours before this one: hour, what, how often; in that order."""
        if not self._hours:  # nearly always, and without waiting for anybody
            return
        with self._lock:
            over = {each: self._hours.pop(each) for each in sorted(self._hours) if each < hour}
        for each, counted in over.items():
            for what, count in sorted(counted.items(), key=str):
                yield each, what, count
