"""A full disk: SQLite and its evidence on 64 MB that somebody else fills while ten people send forms.

Writes are refused with 503 and Retry-After, pages are read, nothing is half written, and it goes on by itself as soon
as there is room. Then a full volume for logs. security.md R11; issue 6, "Bad input".
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.failures import sqlite3
from engine.store.tables.people import WebSession
from prove import _acts as acts
from prove import _city as city
from tests.operations.processes import Visitor

CASES = 240
PACE = 16.0  # a second
ROOM = 64  # MB
FULL_FOR = 12.0  # seconds
PIECE = 64 * 1024


def main() -> None:
    """Print what happened."""
    print(f"Load of the machine when it began: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    with small_disk() as (place, said):
        print(f"The disk: {said}.\n")
        prove(place)


@contextmanager
def small_disk() -> Iterator[tuple[Path, str]]:
    """A file system of its own of 64 MB; without the right to mount one this proof cannot be had."""
    place = Path(tempfile.mkdtemp())
    options = ["-o", f"size={ROOM}m,mode=0700"]
    if subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", str(place)], capture_output=True).returncode:
        place.rmdir()
        sys.exit("disk_full needs the right to mount a tmpfs (root)")
    try:
        yield place, f"a tmpfs of {ROOM} MB"
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False)
        place.rmdir()


def prove(place: Path) -> None:
    """One run."""
    url = f"sqlite:///{place / 'siklus.sqlite3'}"
    rt = city.runtime(url)
    cases = acts.prepare(rt, CASES)
    reader, seen = city.token(rt, "p3"), Seen()
    rt.db.dispose()
    with city.served(url) as (process, port):
        with acts.Crowd(rt, [port], cases, PACE) as crowd:
            time.sleep(3)
            long_ago(rt)
            fill_up(place, port, reader, crowd, seen)
        assert process.poll() is None
        assert acts.drained(rt, 30), "work is left"
        acts.check(rt, cases)
    rt.db.dispose()
    with closing(sqlite3.connect(place / "siklus.sqlite3")) as db:
        whole = db.execute("PRAGMA integrity_check").fetchone()[0]
    assert whole == "ok", whole
    told = crowd.told
    assert set(told.statuses) <= {303, 503} and not told.unanswered and not told.without_retry_after, told
    assert told.statuses[503] > 0 and set(seen.pages) == {200}, (told.statuses, seen.pages)
    assert seen.back <= 10, seen.back
    logs = with_full_logs(url, reader)
    print("| what | figure |\n|---|---|")
    print(f"| cases carried to their end over HTTP; how long the disk was full (s) | {CASES}, {FULL_FOR:.0f} |")
    print(f"| forms and steps, by status; each 503 with Retry-After | {acts.told(told.statuses)} |")
    print(f"| pages read while it was full, by status | {acts.told(seen.pages)} |")
    print(f"| from room to the first form that was taken (s) | {seen.back:.1f} |")
    print("| half-written, lost or double acts and effects; PRAGMA integrity_check; trail | 0; ok; whole |")
    print(f"| pages with a log on /dev/full, by status | {acts.told(logs)} |")


class Seen:
    """What a reader saw."""

    def __init__(self) -> None:
        self.pages: Counter[int] = Counter()
        self.back = 0.0


def long_ago(rt: Runtime) -> None:
    """Nobody was seen for a while: the next page of each wants to write down that he came."""
    with rt.db.begin() as db:
        db.execute(update(WebSession).values(seen_at=to_text(rt.clock() - timedelta(minutes=5))))
    rt.db.dispose()


def fill_up(place: Path, port: int, reader: str, crowd: acts.Crowd, seen: Seen) -> None:
    """Take all room away, read meanwhile, and give it back."""
    ballast, over = place / "ballast", threading.Event()
    filling = threading.Thread(target=keep_full, args=(ballast, over))
    filling.start()
    visitor, until = Visitor(port), time.monotonic() + FULL_FOR
    visitor.cookies["siklus"] = reader
    time.sleep(1)
    while time.monotonic() < until:
        seen.pages[visitor.get("/")[0]] += 1
        time.sleep(0.1)
    with crowd.told.lock:
        before = crowd.told.statuses[303]
    began = time.monotonic()
    over.set()
    filling.join()
    while crowd.busy and crowd.told.statuses[303] <= before and time.monotonic() < began + 30:
        time.sleep(0.02)
    seen.back = time.monotonic() - began


def keep_full(ballast: Path, over: threading.Event) -> None:
    """Write until nothing fits, and again whatever becomes free, until told to let go."""
    with ballast.open("ab", buffering=0) as file:
        while not over.wait(0.02):
            for size in (PIECE * 16, PIECE, 4096):
                with suppress(OSError):
                    while file.write(b"\0" * size) == size:
                        pass
    ballast.unlink()


def with_full_logs(url: str, reader: str) -> Counter[int]:
    """Read pages of a server whose log cannot be written."""
    pages: Counter[int] = Counter()
    with city.served(url, log_to=Path("/dev/full")) as (process, port):
        visitor = Visitor(port)
        visitor.cookies["siklus"] = reader
        for _ in range(50):
            pages[visitor.get("/")[0]] += 1
        assert process.poll() is None
    assert set(pages) == {200}, pages
    return pages
