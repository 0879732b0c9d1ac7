"""Prebuilt statements: SQL compiled once a dialect, then handed to the driver as text.

Building and compiling an expression for each call costs more than the database's own work. So does SQLAlchemy's
execution context; it is used only when somebody listens to statements (a test that counts them).
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, TypeAlias

from sqlalchemy import Connection, Insert, Table, bindparam
from sqlalchemy import insert as insert_into
from sqlalchemy.sql.elements import ClauseElement

from engine.core.errors import StaleCase
from engine.core.messages import Message

Values = Mapping[str, Any]
Execute = Callable[[str, Any], Any]
NO_PIPELINE = nullcontext()


class Statement:
    """A Core or text statement with named parameters. Types need no conversion (see tables.columns).

    `IN` over a list is not possible: its text would differ by length. `must_write`: in `together`, to write no row
    means that somebody was faster.
    """

    __slots__ = ("_clause", "_compiled", "must_write")

    def __init__(self, clause: ClauseElement, *, must_write: bool = False) -> None:
        self.must_write = must_write
        self._clause = clause.inline() if isinstance(clause, Insert) else clause
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, db: Connection, **values: Any) -> list[Any]:
        """All rows, as named tuples."""
        compiled = self._for(db)
        cursor = compiled.execute(_executor(db), values)
        return compiled.named(cursor, cursor.fetchall())

    def one(self, db: Connection, **values: Any) -> Any | None:
        """The first row as a named tuple, or None."""
        found = self.rows(db, **values)
        return found[0] if found else None

    def run(self, db: Connection, **values: Any) -> int:
        """Execute; answer how many rows were written."""
        return self._for(db).execute(_executor(db), values).rowcount

    def _for(self, db: Connection) -> _Compiled:
        compiled = self._compiled.get(db.dialect.name)
        if compiled is None:
            compiled = self._compiled[db.dialect.name] = _Compiled(self._clause, db)
        return compiled


def insert(table: Table, *columns: str, returning: Any = None) -> Statement:
    """A statement that inserts these columns; each is a parameter of its name. `returning` is a column to answer."""
    clause = insert_into(table).values({name: bindparam(name) for name in columns})
    return Statement(clause if returning is None else clause.returning(returning))


def together(db: Connection, calls: Sequence[Call]) -> list[Outcome]:
    """Execute statements in order, in one round trip on PostgreSQL; answer each one's outcome.

    None may need another's rows. The first that fails raises, and the transaction is lost. Raises StaleCase when a
    `must_write` statement wrote nothing.
    """
    execute = _executor(db)
    pipeline = execute.__self__.pipeline() if hasattr(execute.__self__, "pipeline") else NO_PIPELINE
    with pipeline:
        sent = [(compiled := one._for(db), compiled.execute(execute, values)) for one, values in calls]
    if any(one.must_write and cursor.rowcount != 1 for (one, _), (_, cursor) in zip(calls, sent, strict=True)):
        raise StaleCase(Message("store.raced"))
    return [Outcome(compiled, cursor) for compiled, cursor in sent]


class Outcome:
    """What one statement of `together` did: rows written, rows returned."""

    __slots__ = ("_compiled", "_cursor")

    def __init__(self, compiled: _Compiled, cursor: Any) -> None:
        self._compiled, self._cursor = compiled, cursor

    @property
    def rowcount(self) -> int:
        return int(self._cursor.rowcount)

    def rows(self) -> list[Any]:
        return self._compiled.named(self._cursor, self._cursor.fetchall())


Call: TypeAlias = tuple[Statement, Values]
"""A statement with its values: what `together` executes."""


class _Compiled:
    """A statement's text for one dialect, the order of its parameters, and the shape of its rows."""

    __slots__ = ("_bind", "_fixed", "_order", "_row", "_sql")

    def __init__(self, clause: ClauseElement, db: Connection) -> None:
        compiled = clause.compile(dialect=db.dialect)
        if "__[POSTCOMPILE" in str(compiled):
            raise ValueError(f"a prebuilt statement cannot hold a list: {compiled}")
        self._sql = str(compiled)
        self._order: Sequence[str] | None = getattr(compiled, "positiontup", None)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._row: Callable[[Any], Any] | None = None

    def execute(self, execute: Execute, values: Values) -> Any:
        if self._fixed:
            values = {**self._fixed, **values}
        return execute(self._sql, values if self._order is None else tuple([values[name] for name in self._order]))

    def named(self, cursor: Any, found: Sequence[Any]) -> list[Any]:
        if not found:
            return []
        if self._row is None:
            names = cursor.keys() if hasattr(cursor, "keys") else [column[0] for column in cursor.description]
            self._row = namedtuple("Row", list(names))._make
        return list(map(self._row, found))


def _executor(db: Connection) -> Execute:
    """The driver's own `execute`; SQLAlchemy's where a test listens, or where no transaction has begun yet."""
    if db.dispatch.before_cursor_execute or not db.in_transaction():
        return db.exec_driver_sql
    return db.connection.driver_connection.execute
