"""What a server keeps in memory once all pages of the designer were shown: one after the other, then 16 at once.

Ends with an error above the limit of performance.md: 150 MB.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import wsgi
from bench import city
from bench.process import resident
from bench.server import served
from bench.settings import installation
from engine import demo, design_beginnings
from engine.documents import read_yaml

MOST = 150  # MB
AT_ONCE, ROUNDS = 16, 3
PAGES = (
    "", "?at=definition", "?at=transitions.approve", "?at=states.plan_drafted.tasks.write_plan", "forms/", "forms/plan",
    "forms/rating", "roles", "results/", "rule?at=transitions.approve.when", "simulate", "book", "book.pdf", "compare",
    "history", "hand-in", "document.yaml",
)  # fmt: skip


def main() -> None:
    """Print what is resident as a table; raise SystemExit when it is more than a small office's machine has for us."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder)}/memory.sqlite3"
        token = next(page.token for page in city.build(url) if page.path.startswith("/admin"))
        with served("ours", url) as (host, port, pid):
            found = list(_weighed(_begin(url), token, host, port, pid))
    print("| after | resident, MB |\n|---|---|")
    for what, size in found:
        print(f"| {what} | {size} |")
    print(f"\nLoad of the machine meanwhile: {os.getloadavg()[0]:.1f}.")
    if found[-1][1] > MOST:
        raise SystemExit(f"{found[-1][1]} MB is more than {MOST}")


def _begin(url: str) -> str:
    """A design of the basic cycle, on somebody's table."""
    rt = wsgi.build_runtime(installation(url))
    document, _ = read_yaml((wsgi.SHIPPED / "basic_cycle.yaml").read_text(encoding="utf-8"), "basic_cycle.yaml")
    ref = design_beginnings.begin(rt, document, name="Memori", actor=demo.actor_at(rt, city.HR), origin="prove")
    rt.db.close()
    return ref


def _weighed(ref: str, token: str, host: str, port: int, pid: int) -> Iterator[tuple[str, int]]:
    paths = [f"/admin/designs/{ref}/{page}" for page in PAGES]

    def get(path: str) -> None:
        connection = HTTPConnection(host, port)
        connection.request("GET", path, headers={"Cookie": f"siklus={token}"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}")

    get("/healthz")
    yield "the start", resident(pid)
    get("/admin/designs/")
    yield "the first page", resident(pid)
    for path in paths:
        get(path)
    yield f"each of {len(paths)} pages of the designer", resident(pid)
    for _ in range(ROUNDS):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(get, paths * ROUNDS))
    yield f"the same {ROUNDS * ROUNDS} times more, {AT_ONCE} at once", resident(pid)


if __name__ == "__main__":
    main()
