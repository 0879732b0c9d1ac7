"""When one process looks again at what many look at: not oftener than every so many seconds."""

from __future__ import annotations

import time


class Every:
    """Due at first, and again so many seconds after it was last due.

    Monotonic: a clock that was set back must not keep anybody from looking.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last: float | None = None

    def is_due(self) -> bool:
        """Whether it is time; asking counts as looking."""
        now = time.monotonic()
        if self._last is not None and now - self._last < self._seconds:
            return False
        self._last = now
        return True

    def again(self) -> None:
        """Be due at once: there is more to see."""
        self._last = None
