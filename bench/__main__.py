"""`python -m bench` (`make bench`): measure everything beside its floor in one run, print the table, keep it.

--quick: fewer rounds, nothing kept. Times of different runs cannot be compared, ratios can.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from bench import autosave, city, pages, process, questions, report, transitions
from tests.servers import Servers, Unavailable, drop_database, fresh_database, new_directory, postgresql_version

CONNECTIONS = 8


def main() -> None:
    """Run all benches on SQLite and, where it can be started, on PostgreSQL."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--quick", action="store_true", help="fewer rounds; nothing is kept")
    quick = parser.parse_args().quick
    lines: list[report.Line] = []
    directory = new_directory(durable=True)
    servers = Servers(directory, durable=True)
    postgresql = None
    try:
        lines += _on_sqlite(directory, quick)
        postgresql = postgresql_version(servers.postgresql())
        lines += _on_postgresql(servers.postgresql(), quick)
    except Unavailable as missing:
        print(f"not measured: {missing}")
    finally:
        servers.stop()
        shutil.rmtree(directory, ignore_errors=True)
    lines += _of_the_product(quick)
    text = report.written(lines, postgresql)
    print(text)
    if not quick:
        report.keep(text)


def _on_sqlite(directory: Path, quick: bool) -> list[report.Line]:
    rounds = 5 if quick else 9
    one = transitions.measure(f"sqlite:///{directory}/one.sqlite3", rounds=rounds)
    page = pages.measure(f"sqlite:///{directory}/pages.sqlite3", rounds=5)
    saved = autosave.measure(f"sqlite:///{directory}/autosave.sqlite3", savings=10 if quick else autosave.SAVINGS)
    return [
        *report.transitions("SQLite", one),
        report.pages("SQLite", page),
        *report.autosave("SQLite", *saved[:2]),
        *report.weight(saved[2]),
    ]


def _on_postgresql(server: str, quick: bool) -> list[report.Line]:
    rounds = 5 if quick else 9
    urls = [fresh_database(server) for _ in range(4)]
    found = [
        *report.transitions("PostgreSQL", transitions.measure(urls[0], rounds=rounds)),
        *report.transitions(
            f"PostgreSQL, {CONNECTIONS} connections",
            transitions.measure(urls[1], rounds=rounds, connections=CONNECTIONS),
        ),
        report.pages("PostgreSQL", pages.measure(urls[2], rounds=5)),
        *report.autosave("PostgreSQL", *autosave.measure(urls[3], savings=10 if quick else autosave.SAVINGS)[:2]),
    ]
    for url in urls:
        drop_database(server, url)
    return found


def _of_the_product(quick: bool) -> list[report.Line]:
    """Statements of each page, start and memory, over the demo city."""
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{directory}/city.sqlite3"
        shown = city.build(url)
        asked = questions.count(url, shown)
        started = process.start(url, rounds=5 if quick else 9)
        return [*report.questions(asked), report.start(started), report.memory(process.memory(url, shown))]


if __name__ == "__main__":
    main()
