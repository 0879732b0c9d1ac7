"""What a process costs: how long it takes to start, in fresh interpreters; the memory of a server that has served."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from bench.city import Page
from bench.server import served

STACK = ("-c", "import flask, flask_admin, flask_admin.contrib.sqla, sqlalchemy, os; os._exit(0)")
PRODUCT = ("-m", "bench.first")


@dataclass(frozen=True)
class Start:
    """Seconds of processor time to import the stack alone, and until our server answers; the ratio, its quartiles."""

    stack: float
    ours: float
    low: float
    ratio: float
    high: float


def start(url: str, rounds: int = 7) -> Start:
    """Start both in turns; the first round compiles both and warms the disk."""
    with tempfile.TemporaryDirectory() as kept:
        pairs = [(_seconds(kept, *STACK), _seconds(kept, *PRODUCT, url)) for _ in range(rounds + 1)][1:]
    low, middle, high = statistics.quantiles((ours / stack for stack, ours in pairs), n=4)
    return Start(statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs), low, middle, high)


def memory(url: str, pages: Sequence[Page]) -> int:
    """Resident MB of a server after it has served each page once."""
    with served("ours", url) as (host, port, pid):
        for page in pages:
            connection = HTTPConnection(host, port)
            connection.request("GET", page.path, headers={"Cookie": f"siklus={page.token}"})
            answer = connection.getresponse()
            answer.read()
            connection.close()
            if answer.status != 200:
                raise RuntimeError(f"{page.path} answers {answer.status}")
        return resident(pid)


def _seconds(kept: str, *arguments: str) -> float:
    # Some environments forbid Python to keep what it compiled: every start would then compile us, and not the stack.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = _spent()
    subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, env={**environment, "PYTHONPYCACHEPREFIX": kept}
    )
    return _spent() - before


def _spent() -> float:
    """Processor seconds of the processes that have ended: another's load lengthens the wait, not these."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def resident(pid: int) -> int:
    """Resident MB of a process."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) // 1024
    listed = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], check=True, capture_output=True, text=True)
    return int(listed.stdout) // 1024
