"""How often one person may ask something in a short while: a brake on whoever would read out a whole city by searching.

Counted in this process alone and forgotten with it: with several processes each counts for itself.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from engine.core.errors import TooManyTries
from engine.core.messages import Message

MOST_KNOWN = 10_000  # people; after that the count begins anew for all, which slows nobody


class Pace:
    """So many acts within a window, for each person by his ref."""

    def __init__(self, most: int, window: timedelta) -> None:
        self._most, self._window = most, window
        self._acts: dict[str, deque[datetime]] = {}

    def spend(self, who: str, now: datetime, refusal: Message) -> None:
        """Count one act; raises TooManyTries, with this refusal, where there were enough."""
        if who not in self._acts and len(self._acts) >= MOST_KNOWN:
            self._acts.clear()
        acts = self._acts.setdefault(who, deque(maxlen=self._most))
        if len(acts) == self._most and (over := acts[0] + self._window) > now:
            raise TooManyTries(refusal, max(1, round((over - now).total_seconds())))
        acts.append(now)
