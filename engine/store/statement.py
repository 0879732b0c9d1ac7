"""Prebuilt statements: SQL compiled once a dialect, then handed to the driver as text.

Building and compiling an expression for each call costs more than the database's own work. So does SQLAlchemy's
execution context; it is used only when somebody listens to statements (a test that counts them). On PostgreSQL
parameters are numbered, since the driver would look for names in the text each time.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from operator import itemgetter
from typing import Any, TypeAlias

import psycopg
from sqlalchemy import Connection, Insert, Table, bindparam
from sqlalchemy import insert as insert_into
from sqlalchemy.sql.elements import ClauseElement

from engine.core.errors import StaleCase
from engine.store import prepared
from engine.store.failures import RACED_MESSAGE

Values = Mapping[str, Any]
Execute = Callable[["Compiled", Values], Any]
NO_PIPELINE = nullcontext()
PARAMETER = re.compile(r"%\((\w+)\)s")


class Statement:
    """A Core or text statement with named parameters. Types need no conversion (see tables.columns).

    `IN` over a list is not possible: its text would differ by length. `must_write`: in `together`, to write no row
    means that somebody was faster. `follows`: it reads the row that this other statement has just inserted.
    """

    __slots__ = ("_clause", "_compiled", "follows", "must_write", "returns")

    def __init__(self, clause: ClauseElement, *, must_write: bool = False, follows: Statement | None = None) -> None:
        self.must_write = must_write
        self.follows = follows
        self._clause = clause.inline() if isinstance(clause, Insert) else clause
        self.returns = bool(getattr(self._clause, "_returning", ()))  # columns of what it has written
        self._compiled: dict[str, Compiled] = {}

    @property
    def table(self) -> str:
        """The name of the table that it writes."""
        return str(self._clause.table.name)

    def rows(self, db: Connection, **values: Any) -> list[Any]:
        """All rows, as named tuples."""
        compiled = self.compiled(db)
        cursor = executor(db)(compiled, values)
        return compiled.named(cursor, cursor.fetchall())

    def one(self, db: Connection, **values: Any) -> Any | None:
        """The first row as a named tuple, or None."""
        found = self.rows(db, **values)
        return found[0] if found else None

    def run(self, db: Connection, **values: Any) -> int:
        """Execute; answer how many rows were written."""
        return int(executor(db)(self.compiled(db), values).rowcount)

    def compiled(self, db: Connection) -> Compiled:
        """Its text for the dialect of a connection."""
        compiled = self._compiled.get(db.dialect.name)
        if compiled is None:
            compiled = self._compiled[db.dialect.name] = Compiled(self._clause, db)
        return compiled


Call: TypeAlias = tuple[Statement, Values]
"""A statement with its values: what `together` executes."""


def insert(table: Table, *columns: str, returning: Any = None, must_write: bool = False) -> Statement:
    """A statement that inserts these columns; each is a parameter of its name. `returning` is a column to answer."""
    clause = insert_into(table).values({name: bindparam(name) for name in columns})
    return Statement(clause if returning is None else clause.returning(returning), must_write=must_write)


def together(db: Connection, calls: Sequence[Call]) -> list[Outcome]:
    """Execute statements in order, in one round trip on PostgreSQL; answer each one's outcome.

    None may need another's rows. The first that fails raises, and the transaction is lost. Raises StaleCase when a
    `must_write` statement wrote nothing.
    """
    execute = executor(db)
    driver: Any = db.connection.driver_connection
    piped = on_postgresql(db) and len(calls) > 1 and not listened(db)
    with driver.pipeline() if piped else NO_PIPELINE:
        outcomes = [Outcome(compiled := one.compiled(db), execute(compiled, values)) for one, values in calls]
    for (one, _), outcome in zip(calls, outcomes, strict=True):
        if one.must_write and outcome.rowcount != 1:
            raise StaleCase(RACED_MESSAGE)
    return outcomes


class Outcome:
    """What one statement of `together` did: rows written, rows returned."""

    __slots__ = ("_compiled", "_cursor")

    def __init__(self, compiled: Compiled, cursor: Any) -> None:
        self._compiled, self._cursor = compiled, cursor

    @property
    def rowcount(self) -> int:
        return int(self._cursor.rowcount)

    def rows(self) -> list[Any]:
        return self._compiled.named(self._cursor, self._cursor.fetchall())


class Compiled:
    """A statement's text for one dialect, the order of its parameters, and the shape of its rows.

    sql, order: as SQLAlchemy hands them to the driver (order is None where they have names). numbered, names: with $1.
    """

    __slots__ = ("_in_order", "_numbered", "_row", "fixed", "names", "numbered", "order", "sql")

    def __init__(self, clause: ClauseElement, db: Connection) -> None:
        compiled = clause.compile(dialect=db.dialect)
        if "__[POSTCOMPILE" in str(compiled):
            raise ValueError(f"a prebuilt statement cannot hold a list: {compiled}")
        self.sql = str(compiled)
        self.order: Sequence[str] | None = getattr(compiled, "positiontup", None)
        self.fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self.names = list(dict.fromkeys(PARAMETER.findall(self.sql)))
        self.numbered = PARAMETER.sub(lambda found: f"${self.names.index(found[1]) + 1}", self.sql).replace("%%", "%")
        self._in_order = None if self.order is None else taking(self.order)
        self._numbered = taking(self.names)
        self._row: Callable[[Any], Any] | None = None

    def as_sqlalchemy(self, values: Values) -> Values | tuple[Any, ...]:
        """The values as `sql` takes them, with those that the statement itself brings."""
        given = {**self.fixed, **values} if self.fixed else values
        return given if self._in_order is None else self._in_order(given)

    def listed(self, values: Values) -> tuple[Any, ...]:
        """The values as `numbered` takes them."""
        return self._numbered({**self.fixed, **values} if self.fixed else values)

    def named(self, cursor: Any, found: Sequence[Any]) -> list[Any]:
        if not found:
            return []
        if self._row is None:
            names = cursor.keys() if hasattr(cursor, "keys") else [column[0] for column in cursor.description]
            self._row = namedtuple("Row", list(names))._make
        return list(map(self._row, found))


def taking(names: Sequence[str]) -> Callable[[Values], tuple[Any, ...]]:
    """What takes the values of these names, in their order. `itemgetter` is twice as fast as a loop over them."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: tuple([given[name] for name in names])  # of one name, itemgetter makes no tuple


def executor(db: Connection) -> Execute:
    """How to execute: the driver's own way; SQLAlchemy's where a test listens, or where no transaction has begun."""
    driver: Any = db.connection.driver_connection
    if not listened(db):
        if not on_postgresql(db):
            if driver.in_transaction:
                return lambda compiled, values: driver.execute(compiled.sql, compiled.as_sqlalchemy(values))
        elif driver.autocommit:
            return lambda compiled, values: prepared.execute(db, compiled.numbered, compiled.listed(values))
        elif db.in_transaction():
            return lambda compiled, values: psycopg.RawCursor(driver).execute(
                compiled.numbered, compiled.listed(values)
            )
    return lambda compiled, values: db.exec_driver_sql(compiled.sql, compiled.as_sqlalchemy(values))


def on_postgresql(db: Connection) -> bool:
    """Whether the driver is psycopg. Asked by name: on SQLite nobody needs that library."""
    return db.dialect.driver == "psycopg"


def listened(db: Connection) -> bool:
    """Whether somebody wants to see each statement."""
    return bool(db.dispatch.before_cursor_execute)
