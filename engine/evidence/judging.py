"""Asks the judge (judge.py), a child process, and reads its answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.children import Child, Ended
from engine.core.errors import FileRefused
from engine.core.messages import Message, message_from_document

JUDGE = Child("engine.evidence.judge", seconds=60, patience=20, busy="file.judges_busy")


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
    try:
        answer = json.loads(JUDGE.ask(str(path), str(fresh), str(preview)))
    except (Ended, ValueError) as failed:
        # Killed by its own limits, or confused by the file: whatever it was, such a file is not kept.
        raise FileRefused(Message("file.refused.bomb")) from failed
    if "refused" in answer:
        raise FileRefused(message_from_document(answer["refused"]))
    drawn = bool(answer["fresh"])
    return Judged(answer["kind"], answer["facts"], fresh if drawn else None, preview if drawn else None)
