"""A connection as an attacker has it: the driver, no pragma of ours, foreign keys off where that is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

try:
    import pysqlite3 as sqlite3
except ImportError:
    import sqlite3

REFUSALS = (sqlite3.Error, psycopg.Error)


class Raw:
    """SQL straight to the driver; each `run` is one transaction, committed, unless it stands in `tried`.

    dialect: sqlite or postgresql. Statements are written with `?`.
    """

    def __init__(self, url: str) -> None:
        self.dialect = "sqlite" if url.startswith("sqlite") else "postgresql"
        if self.dialect == "sqlite":
            self._connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
            self._connection.execute("PRAGMA foreign_keys = ON")
        else:
            self._connection = psycopg.connect(url, autocommit=True)

    def run(self, sql: str, *values) -> list:
        text = sql.replace("?", "%s") if values and self.dialect == "postgresql" else sql
        cursor = self._connection.execute(text, values) if values else self._connection.execute(text)
        return cursor.fetchall() if cursor.description else []

    @contextmanager
    def tried(self) -> Iterator[None]:
        """A transaction that is rolled back, definitions of tables and triggers included."""
        self.run("BEGIN")
        try:
            yield
        finally:
            self.run("ROLLBACK")

    def ignore_foreign_keys(self) -> None:
        """What whoever owns the database can always do; triggers marked ALWAYS must still fire."""
        self.run("PRAGMA foreign_keys = OFF" if self.dialect == "sqlite" else "SET session_replication_role = replica")

    def drop_trigger(self, table: str, name: str) -> None:
        self.run(f"DROP TRIGGER IF EXISTS {name}" + ("" if self.dialect == "sqlite" else f" ON {table}"))

    def drop_triggers(self) -> None:
        """Take away every promise."""
        if self.dialect == "sqlite":
            found = self.run("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'")
        else:
            found = self.run("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
        for table, name in found:
            self.drop_trigger(table, name)

    def close(self) -> None:
        self._connection.close()
