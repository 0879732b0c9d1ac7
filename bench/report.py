"""What was measured, as one table: for the terminal and for bench/results/."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.autosave import Saved, Weight
from bench.pages import Beside
from bench.process import Start
from bench.questions import MOST
from bench.transitions import Beside as Acts
from bench.transitions import Paired
from engine.store.failures import sqlite3

RESULTS = Path(__file__).parent / "results"
LIBRARIES = ("SQLAlchemy", "psycopg", "Flask", "Flask-Admin", "WTForms", "transitions", "waitress")
NO_GOAL = "–"
MARKS = {True: "✓", False: "✗", None: "?"}
RATIO, START_RATIO, MEMORY = 2.0, 1.5, 150
AUTOSAVE, HTML, SCRIPTS = 300, 60_000, 8_000  # ms, bytes, bytes


@dataclass(frozen=True)
class Line:
    """One figure: what, by the floor or the usual stack, by ours, the ratio, the goal, whether it is reached."""

    what: str
    theirs: str
    ours: str
    ratio: str
    goal: str
    reached: bool | None  # None: the range of the quartiles holds the goal, so that nothing is proved

    @property
    def mark(self) -> str:
        return "" if self.goal == NO_GOAL else MARKS[self.reached]


def _within(low: float, high: float, most: float) -> bool | None:
    return None if low <= most < high else high <= most


def transitions(name: str, found: Acts) -> list[Line]:
    """Submit + fire against the floor, the same promises by hand against the floor, ours against those."""
    return [
        _paired(f"submit + fire, {name}", found.ours, RATIO),
        _paired(f"the same promises by hand, {name}", found.promised, None),
        _paired(f"submit + fire beside the same promises by hand, {name}", found.among_promises, RATIO),
    ]


def _paired(what: str, found: Paired, most: float | None) -> Line:
    ratio = f"{found.ratio:.2f} ({found.low:.2f} to {found.high:.2f})"
    reached = None if most is None else _within(found.low, found.high, most)
    goal = NO_GOAL if most is None else f"≤ {most}"
    return Line(what, f"{found.floor:.2f} ms", f"{found.ours:.2f} ms", ratio, goal, reached)


def pages(name: str, found: Beside) -> Line:
    """The submit page under load; the ratio is one of rates: above 1 is faster than the usual stack."""
    theirs, ours = (
        f"{each.rate:.0f}/s, p50 {each.middle:.0f} ms, p99 {each.slowest:.0f} ms, {each.errors} errors"
        for each in (found.naive, found.ours)
    )
    ratio = f"{found.ratio:.2f} ({found.low:.2f} to {found.high:.2f})"
    return Line(f"POST of a form, 8 clients, {name}", theirs, ours, ratio, "0 errors", found.ours.errors == 0)


def autosave(name: str, flat: Saved, paced: Saved) -> list[Line]:
    """Saving a draft while ten people write, flat out and at the pace of their pages."""
    return [
        Line(
            f"autosave, 20 rows, 10 people {how}, {name}",
            "–",
            f"p50 {found.middle:.0f} ms, p95 {found.slowest:.0f} ms, {found.rate:.0f}/s, {found.errors} errors",
            "–",
            f"p95 ≤ {AUTOSAVE} ms",
            found.slowest <= AUTOSAVE and not found.errors,
        )
        for how, found in (("flat out", flat), ("at their pace", paced))
    ]


def weight(found: Weight) -> list[Line]:
    """What a form page weighs on the way, compressed."""
    kept = ((found.page, HTML, "form page of 20 rows, HTML"), (found.scripts, SCRIPTS, "form page, its scripts"))
    return [
        Line(f"{what}, compressed", "–", f"{size / 1000:.1f} kB", "–", f"≤ {most // 1000} kB", size <= most)
        for size, most, what in kept
    ]


def questions(found: Mapping[str, int]) -> list[Line]:
    """Statements a page."""
    return [
        Line(f"statements: {page}", "–", str(asked), "–", f"≤ {MOST}", asked <= MOST) for page, asked in found.items()
    ]


def start(found: Start) -> Line:
    """From the start of the process until /healthz is answered."""
    ratio = f"{found.ratio:.2f} ({found.low:.2f} to {found.high:.2f})"
    return Line(
        "start, beside importing Flask, Flask-Admin, SQLAlchemy", f"{found.stack:.2f} s", f"{found.ours:.2f} s", ratio,
        f"≤ {START_RATIO}", _within(found.low, found.high, START_RATIO),
    )  # fmt: skip


def memory(found: int) -> Line:
    """Resident memory of the server."""
    return Line("memory after each page", "–", f"{found} MB", "–", f"≤ {MEMORY} MB", found <= MEMORY)


def written(lines: list[Line], postgresql: str | None) -> str:
    """The table with the facts about the machine; nothing in it names the machine."""
    head = ("what", "floor or usual stack", "ours", "ratio (25 % to 75 %)", "goal", "")
    rows = [(each.what, each.theirs, each.ours, each.ratio, each.goal, each.mark) for each in lines]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    table = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows)]
    table.insert(1, "-|-".join("-" * width for width in widths))
    return "\n".join([_facts(postgresql), "", *(f"| {line} |" for line in table), ""])


def keep(text: str) -> Path:
    """Write the table into bench/results/, named by the day."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}.md"
    path.write_text(f"# make bench, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n\n{text}")
    return path


def _facts(postgresql: str | None) -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    servers = f"SQLite {sqlite3.sqlite_version} (synchronous=FULL)"
    if postgresql:
        servers += f", PostgreSQL {postgresql} (fsync on, default settings)"
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"{servers}, {libraries}. Load of the machine at the end: {load}."
    )
