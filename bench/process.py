"""What a process costs: how long it takes to start, in fresh interpreters; the memory of a server that has served."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from bench.city import Page
from bench.server import served

STACK = "import flask, flask_admin, flask_admin.contrib.sqla, sqlalchemy"
PRODUCT = "import sys, wsgi; from bench.settings import installation; wsgi.create_app(installation(sys.argv[1]))"


@dataclass(frozen=True)
class Start:
    """Seconds to import the stack alone, seconds until our application stands, and the ratio with its quartiles."""

    stack: float
    ours: float
    low: float
    ratio: float
    high: float


def start(url: str, rounds: int = 7) -> Start:
    """Start both in turns; the first round warms the disk."""
    pairs = [(_seconds(STACK), _seconds(PRODUCT, url)) for _ in range(rounds + 1)][1:]
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
        return _resident(pid)


def _seconds(code: str, *arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True)
    return time.perf_counter() - started


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) // 1024
    listed = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], check=True, capture_output=True, text=True)
    return int(listed.stdout) // 1024
