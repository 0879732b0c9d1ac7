"""The press: hands a paper to the typesetter, a child process, and takes the PDF from it. Knows no case, no database.

A child for each print: it is stopped when it takes too long, its memory is its own and gone when it ends, and it gets
no environment. A few may work at a time; who waits too long for a turn is asked to come again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.core.errors import BadRequest, Unavailable
from engine.core.messages import Message

HERE = Path(__file__).parent
TYPESETTER = HERE / "typeset.py"
TEMPLATES = HERE.parent / "templates" / "pdf"
AT_ONCE = 2
SECONDS, PATIENCE = 20, 30
LARGEST = 4_000_000  # bytes of JSON


@dataclass(frozen=True, slots=True)
class Press:
    """`turns`: how many children may work at a time in this process."""

    turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(AT_ONCE))

    def pull(self, template: str, paper: Mapping[str, Any], stamp: Mapping[str, Any]) -> bytes:
        """The PDF of a paper; BadRequest when it is too large, Unavailable when it is not done in time."""
        order = json.dumps({"root": str(TEMPLATES), "template": template, "paper": paper, "stamp": stamp}).encode()
        if len(order) > LARGEST:
            raise BadRequest(Message("print.too_large", most=LARGEST // 1_000_000))
        if not self.turns.acquire(timeout=PATIENCE):
            raise Unavailable(Message("print.busy"))
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(TYPESETTER)],
                input=order,
                capture_output=True,
                timeout=SECONDS,
                env=_environment(),
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            raise Unavailable(Message("print.too_slow")) from late
        finally:
            self.turns.release()
        if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
            raise Unavailable(Message("print.failed"))
        return done.stdout


def _environment() -> dict[str, str]:
    """Nothing of ours but what Windows needs to start a program, and one thread: two children share two cores."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return {**kept, "RAYON_NUM_THREADS": "1"}
