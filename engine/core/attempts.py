"""How long somebody who guesses passwords has to wait. Arithmetic only; the counting is the store's.

Failures are counted four ways, since the owner's last success where that makes sense: for a name from one address
(tight), for the name, for the address, and in all (loose). The loose ones never hold back an address from which this
name has signed in before, nor the first try from a new one: a stranger who guesses at a name all day slows himself,
not its owner. No wait outlasts `LONGEST`, and tries made while waiting count for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(hours=24)
LOOSE_WINDOW = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=90)
FIRST, LONGEST = 30, 15 * 60  # seconds
FREE = 5
FREE_OF_NAME, FREE_OF_ADDRESS, FREE_OF_ALL = 20, 50, 500


@dataclass(frozen=True, slots=True)
class Failures:
    """How many tries failed, and when the last one did."""

    count: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Tries:
    """What the store counted: `own` within `WINDOW` for name and address, the others within `LOOSE_WINDOW`."""

    own: Failures
    name: Failures
    address: Failures
    all: Failures
    known: bool  # this name has signed in from this address within `KNOWN_FOR`


def seconds_to_wait(tries: Tries, now: datetime) -> int:
    """Seconds until the next try is looked at; 0 when it may be now."""
    waits = [_remaining(tries.own, FREE, now)]
    if not tries.known:
        waits.append(_remaining(tries.address, FREE_OF_ADDRESS, now))
        if tries.own.count:
            waits.append(_remaining(tries.name, FREE_OF_NAME, now))
            waits.append(_remaining(tries.all, FREE_OF_ALL, now))
    return max(waits)


def _remaining(failures: Failures, free: int, now: datetime) -> int:
    if failures.last is None or failures.count < free:
        return 0
    # The exponent is bounded before the power is taken: nobody may make us compute 2 ** 1,000,000.
    delay = min(FIRST * 2 ** min(failures.count - free, 10), LONGEST)
    passed = (now - failures.last).total_seconds()
    return max(0, int(-(-(delay - passed) // 1)))
