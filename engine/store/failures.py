"""Database errors as ours: the one function that knows what drivers say.

What it does not know stays what it was: a bug of ours or an attack belongs on the page of unexpected errors.
"""

from __future__ import annotations

import re
from typing import NoReturn

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.core.errors import BadRequest, StaleCase, Unavailable
from engine.core.messages import Message

try:
    import pysqlite3 as sqlite3
except ImportError:  # where no wheel exists (macOS): connect() refuses an affected SQLite
    import sqlite3

RACED_MESSAGE = Message("store.raced")
SQLITE_ERRORS = (SQLAlchemyError, sqlite3.Error)

# Somebody else wrote the same step first: what he saw is no longer current.
RACED = {"event", "event_chain", "cas", "stream_head", "submission", "outcome", "draft", "request", "outbox"}
# Connection lost, resources gone, canceled or locked out, shut down (PostgreSQL, appendix A: error codes).
GONE = re.compile(r"08|53|40001|40P01|55P03|57014|57P|25P0[34]")
SQLITE_OVERFLOW = "integer overflow"  # of sum(), which has 64 bits; PostgreSQL's has room for every sum
SQLITE_GONE = re.compile(r"locked|disk I/O error|is full|unable to open|readonly database", re.IGNORECASE)
SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (\w+)\.(\w+)")
SQLITE_RACED = re.compile(r"event_chain:|insert is refused by \w+_no_replace")  # our triggers (migrations)


def driver_errors(dialect: str) -> tuple[type[Exception], ...]:
    """What the driver of a dialect may raise. psycopg is touched only where it serves."""
    return (*SQLITE_ERRORS, psycopg.Error) if dialect == "postgresql" else SQLITE_ERRORS


def raise_ours(error: Exception) -> NoReturn:
    """Raise what `as_ours` answers, with the driver's error as its cause."""
    ours = as_ours(error)
    if ours is error:
        raise error
    raise ours from error


def as_ours(error: Exception) -> Exception:
    """Our error for a driver's, or the same error when it has no meaning of its own here."""
    if isinstance(error, PoolTimeout):
        return Unavailable(Message("store.busy"))
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(original, sqlite3.Error):
        return _from_sqlite(original) or error
    if isinstance(original, psycopg.Error):
        return _from_postgresql(original) or error
    return error


def _from_sqlite(error: sqlite3.Error) -> Exception | None:
    text = str(error)
    if text == SQLITE_OVERFLOW:
        return BadRequest(Message("store.overflow"))
    if isinstance(error, sqlite3.DataError):
        return BadRequest(Message("store.unstorable"))
    if SQLITE_RACED.search(text):
        return StaleCase(RACED_MESSAGE)
    if taken := SQLITE_UNIQUE.search(text):
        return _taken(taken[1], taken[2])
    if isinstance(error, sqlite3.OperationalError) and SQLITE_GONE.search(text):
        return Unavailable(Message("store.busy"))
    return None


def _from_postgresql(error: psycopg.Error) -> Exception | None:
    if error.sqlstate == "23505":
        table, name = error.diag.table_name, error.diag.constraint_name or ""
        return _taken(table or name, name.removeprefix(f"uq_{table}_"))
    if isinstance(error, psycopg.DataError):
        return BadRequest(Message("store.unstorable"))
    if error.sqlstate is None and isinstance(error, psycopg.OperationalError):
        return Unavailable(Message("store.busy"))
    if error.sqlstate is not None and GONE.match(error.sqlstate):
        return Unavailable(Message("store.busy"))
    return None


def _taken(table: str, column: str) -> Exception:
    if table in RACED:
        return StaleCase(RACED_MESSAGE)
    return BadRequest(Message("store.taken", table=table, column=column))
