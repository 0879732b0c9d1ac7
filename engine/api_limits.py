"""How many requests a key may make in a minute. Counted in the database, so that all processes keep one limit.

To write for each request would make reading as dear as writing: a process takes a share of a minute at once and hands
it out from memory. No minute ever gives more than the limit; where several processes serve, one may stop a little
earlier, with a rest in the hands of another.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.core.errors import TooManyTries, Unavailable
from engine.core.messages import Message
from engine.core.times import to_text
from engine.store.queries import api_keys as queries

if TYPE_CHECKING:
    from engine.api_keys import Keyed
    from engine.runtime import Runtime

SHARES = 20  # of a minute's limit: so many writes a minute at most
MINUTE = timedelta(minutes=1)
MOST_KEPT = 500  # keys of which a process remembers a minute, before it forgets those of earlier ones


@dataclass(slots=True)
class Share:
    """What this process may still hand out of a minute to one key, and what it took of it so far; one at a `turn`."""

    minute: datetime
    left: int = 0
    spent: int = 0
    turn: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a client is told (RateLimit headers): the limit, what is left as far as we know, seconds to the reset."""

    limit: int
    left: int
    reset: int


class Shares:
    """The shares of one process, by key. Threads ask one at a time for one key: a write for it holds up no other."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._of: dict[int, Share] = {}

    def spend(self, rt: Runtime, keyed: Keyed) -> Standing:
        """Count one request. Raises TooManyTries with the seconds until the next minute."""
        now = rt.clock()
        minute = now.replace(second=0, microsecond=0)
        reset = max(1, int(-(-(minute + MINUTE - now).total_seconds() // 1)))
        share = self._share(keyed.key_id, minute)
        with share.turn:
            if not share.left:
                share.left = _take(rt, keyed, minute, now)
            if not share.left:
                raise TooManyTries(Message("api_keys.too_fast", count=keyed.a_minute), reset)
            share.left, share.spent = share.left - 1, share.spent + 1
            return Standing(keyed.a_minute, max(0, keyed.a_minute - share.spent), reset)

    def _share(self, key_id: int, minute: datetime) -> Share:
        with self._turn:
            share = self._of.get(key_id)
            if share is None or share.minute != minute:
                if len(self._of) >= MOST_KEPT:  # what is left of earlier minutes is of no use
                    self._of = {key: each for key, each in self._of.items() if each.minute == minute}
                share = self._of[key_id] = Share(minute)
            return share


def _take(rt: Runtime, keyed: Keyed, minute: datetime, now: datetime) -> int:
    """The next share of a minute, or one request where less is left."""
    share = -(-keyed.a_minute // SHARES)
    with suppress(Unavailable), rt.db.begin() as db:
        for some in dict.fromkeys((share, 1)):
            if queries.take(db, keyed.key_id, to_text(minute), some, keyed.a_minute, to_text(now)):
                return some
        return 0
    return 1  # on a full disk what is there can still be read
