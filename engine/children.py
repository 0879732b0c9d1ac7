"""Programs of ours that run in a process of their own, where what they read may be hostile or their memory large.

Each is a module that reads its input, limits itself and writes an answer. It gets no environment, is stopped when it
takes too long, and only a few run at a time: whoever waits too long for a turn is asked to come again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from engine.core.errors import Unavailable
from engine.core.messages import Message

ROOT = Path(__file__).parent.parent
AT_ONCE = 2


class Ended(Exception):
    """A child that was stopped because it was `late`, or ended without an answer."""

    def __init__(self, late: bool) -> None:
        super().__init__("late" if late else "without an answer")
        self.late = late


@dataclass(frozen=True, slots=True)
class Child:
    """One such program. `module` is its name, `seconds` what it may take, `patience` what one waits for a turn.

    `busy` is the key of the message for whoever got none.
    """

    module: str
    seconds: float
    patience: float
    busy: str
    turns: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def ask(self, *arguments: str, given: bytes = b"") -> bytes:
        """What it writes, for what it is given; raises Ended, and Unavailable when no turn comes in time."""
        if not self.turns.acquire(timeout=self.patience):
            raise Unavailable(Message(self.busy))
        try:
            done = subprocess.run(
                [sys.executable, "-m", self.module, *arguments],
                cwd=ROOT, env=_environment(), input=given, capture_output=True, timeout=self.seconds, check=True,
            )  # fmt: skip
        except subprocess.SubprocessError as ended:
            raise Ended(isinstance(ended, subprocess.TimeoutExpired)) from ended
        finally:
            self.turns.release()
        return done.stdout


def _environment() -> dict[str, str]:
    """Nothing of ours but what Windows needs to start a program, and one thread: two children share two cores."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return {**kept, "RAYON_NUM_THREADS": "1"}
