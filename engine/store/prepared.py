"""Statements of acts on PostgreSQL, prepared once a connection and executed by libpq itself.

psycopg's cursors cost as much as what is asked (40 of 70 µs): they wait so that others may run, convert what they do
not know, and find names for statements. Here each statement has its name, values are texts, numbers, bytes or nothing,
and the thread waits in libpq, without the interpreter's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection

TOLD = (1, 2)  # PGRES_COMMAND_OK, PGRES_TUPLES_OK (libpq-fe.h)
CONNECTED = 0  # CONNECTION_OK
TEXT, BINARY = 0, 1


class Told:
    """What a statement answered, as a cursor would say it."""

    __slots__ = ("_names", "_rows", "rowcount")

    def __init__(self, names: Sequence[str], rows: list[tuple[Any, ...]], rowcount: int) -> None:
        self._names, self._rows, self.rowcount = names, rows, rowcount

    def keys(self) -> Sequence[str]:
        return self._names

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._rows

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows[0] if self._rows else None


def execute(db: Connection, text: str, values: Sequence[Any]) -> Told:
    """Execute a statement with numbered parameters on a connection whose statements are transactions of their own."""
    driver: Any = db.connection.driver_connection
    names: dict[str, bytes] = db.info.setdefault("prepared", {})
    name = names.get(text)
    if name is None:
        name = b"act_%d" % len(names)
        _checked(driver, driver.pgconn.prepare(name, text.encode()))
        names[text] = name
    given = [None if value is None else WRITTEN[type(value)](value) for value in values]
    formats = [BINARY if type(value) is bytes else TEXT for value in values]
    return _told(_checked(driver, driver.pgconn.exec_prepared(name, given, formats)))


def _checked(driver: Any, result: Any) -> Any:
    if result.status not in TOLD:
        if driver.pgconn.status != CONNECTED:
            raise psycopg.OperationalError(result.get_error_message())
        raise psycopg.errors.error_from_result(result)
    return result


def _told(result: Any) -> Told:
    columns = range(result.nfields)
    names = [result.fname(column).decode() for column in columns]
    reading = [READ.get(result.ftype(column), bytes.decode) for column in columns]
    rows = [
        tuple([
            None if (value := result.get_value(row, column)) is None else read(value)
            for column, read in enumerate(reading)
        ])
        for row in range(result.ntuples)
    ]  # fmt: skip
    return Told(names, rows, result.command_tuples or 0)


def _text(value: str) -> bytes:
    written = value.encode()
    if b"\0" in written:
        raise psycopg.DataError("a text of PostgreSQL holds no NUL")  # libpq would end it there
    return written


def _octets(value: bytes) -> bytes:
    return bytes.fromhex(value[2:].decode())  # \x…


def _numbers(value: bytes) -> list[int]:
    return [int(number) for number in value[1:-1].split(b",")]  # {1,2}


WRITTEN: Mapping[type, Callable[[Any], bytes]] = {
    str: _text,
    int: b"%d".__mod__,
    bool: {True: b"t", False: b"f"}.__getitem__,
    bytes: bytes,
}
# By the number of PostgreSQL's type: bool, bytea, int8, int4, array of int8; everything else is text.
READ: Mapping[int, Callable[[bytes], Any]] = {16: b"t".__eq__, 17: _octets, 20: int, 23: int, 1016: _numbers}
