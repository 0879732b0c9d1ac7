"""Asks the judge (judge.py) in a process of its own, and reads its answer. At most two run at a time."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.core.errors import FileRefused, Unavailable
from engine.core.messages import Message, message_from_document

ROOT = Path(__file__).parent.parent.parent
SECONDS, PATIENCE = 60, 20
AT_ONCE = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that may be kept: its kind, what is known of it, and the image drawn anew where it is one."""

    kind: str
    facts: Mapping[str, int]
    fresh: Path | None
    preview: Path | None


def judge(path: Path) -> Judged:
    """What a file is by its content; raises FileRefused with the reason. Leaves at most two files beside it.

    Raises Unavailable when no turn comes in time: hostile files of a few must not hold every thread of the server.
    """
    fresh, preview = path.with_suffix(".fresh"), path.with_suffix(".preview")
    command = [sys.executable, "-m", "engine.evidence.judge", str(path), str(fresh), str(preview)]
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise Unavailable(Message("file.judges_busy"))
    try:
        done = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, timeout=SECONDS, check=True)
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as failed:
        # Killed by its own limits, or confused by the file: whatever it was, such a file is not kept.
        raise FileRefused(Message("file.refused.bomb")) from failed
    finally:
        AT_ONCE.release()
    if "refused" in answer:
        raise FileRefused(message_from_document(answer["refused"]))
    drawn = bool(answer["fresh"])
    return Judged(answer["kind"], answer["facts"], fresh if drawn else None, preview if drawn else None)
