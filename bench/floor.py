"""The floor: what a careful programmer would write by hand for one act, with the driver alone.

One act is one durable transaction: lock the case, update it, insert one row of history with the answers, commit.
No validation, no rights, no hashes, no tasks. psycopg on PostgreSQL with fsync, sqlite3 with synchronous=FULL.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import psycopg
from sqlalchemy import make_url

from engine.store.failures import sqlite3

TABLES = (
    "CREATE TABLE floor_case (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL)",
    "CREATE TABLE floor_event (case_id INTEGER NOT NULL, n INTEGER NOT NULL, actor TEXT, at TEXT, body TEXT,"
    " PRIMARY KEY (case_id, n))",
)
Act = Callable[[int, str], None]


def floor(url: str, cases: int) -> tuple[Act, Callable[[], None]]:
    """Make the floor's tables with so many cases; answers with the act and with what closes it."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(make_url(url).database, cases)
    return _postgresql(url, cases)


def _sqlite(path: str | None, cases: int) -> tuple[Act, Callable[[], None]]:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    for table in TABLES:
        db.execute(table)
    db.executemany("INSERT INTO floor_case VALUES (?, 1, 'a')", [(number,) for number in range(cases)])

    def act(case: int, body: str) -> None:
        db.execute("BEGIN IMMEDIATE")
        (version,) = db.execute("SELECT version FROM floor_case WHERE id = ?", (case,)).fetchone()
        db.execute("UPDATE floor_case SET version = ?, state = 'b' WHERE id = ?", (version + 1, case))
        db.execute("INSERT INTO floor_event VALUES (?, ?, 'bob', '2026-03-02', ?)", (case, version + 1, body))
        db.execute("COMMIT")

    return act, db.close


def _postgresql(url: str, cases: int) -> tuple[Act, Callable[[], None]]:
    db = psycopg.connect(url, autocommit=True)
    for table in TABLES:
        db.execute(table)
    with db.cursor() as cursor:
        cursor.executemany("INSERT INTO floor_case VALUES (%s, 1, 'a')", [(number,) for number in range(cases)])

    def act(case: int, body: str) -> None:
        with db.transaction():
            (version,) = db.execute("SELECT version FROM floor_case WHERE id = %s FOR UPDATE", (case,)).fetchone()
            db.execute("UPDATE floor_case SET version = %s, state = 'b' WHERE id = %s", (version + 1, case))
            db.execute("INSERT INTO floor_event VALUES (%s, %s, 'bob', '2026-03-02', %s)", (case, version + 1, body))

    return act, db.close


def payload(answers: dict[str, str]) -> str:
    """The answers as the floor stores them."""
    return json.dumps(answers)
