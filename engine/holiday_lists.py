"""The lists of holidays that ship: read from a file by year, offered to an administrator, never taken by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from engine.core.calendar import DayEntry
from engine.core.messages import Text
from engine.documents import read_yaml


def read(path: Path) -> Mapping[int, tuple[DayEntry, ...]]:
    """Year → its days, each with what orders it."""
    document, _ = read_yaml(path.read_bytes(), path.name)
    return {
        int(year): tuple(
            DayEntry(date.fromisoformat(row["day"]), row["kind"], Text(row["id"], row["en"]), listed["source"])
            for row in listed["days"]
        )
        for year, listed in document.items()
    }
