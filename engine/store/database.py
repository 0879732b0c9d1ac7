"""The database: how to connect, and the two kinds of transaction, one that writes and one that reads.

No statement about our tables stands here; SQL of the house is in queries/ and apply.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, PoolProxiedConnection, QueuePool

from engine.core.errors import BadRequest, Unavailable
from engine.core.messages import Message
from engine.store.failures import driver_errors, raise_ours, sqlite3

WAIT_SECONDS = 10
PAUSE_SECONDS = 1.0
PRAGMAS = (
    f"busy_timeout = {WAIT_SECONDS * 1000}",
    "synchronous = FULL",  # NORMAL may lose an acknowledged commit when the power goes
    "foreign_keys = ON",
    "recursive_triggers = ON",  # otherwise INSERT OR REPLACE deletes without asking the DELETE triggers
    "secure_delete = ON",  # what was erased must not stay readable in free pages
    "trusted_schema = OFF",
    "wal_autocheckpoint = 4000",  # 16 MB: hot pages are copied back once for many commits
    "cache_size = -16000",
)
POSTGRESQL_OPTIONS = (
    "-c random_page_cost=1.1 "  # of disks without a needle: a small table is not read as a whole while it grows
    "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s "
    "-c client_encoding=UTF8 -c timezone=UTC"
)
# Acts ask by keys alone, for which one plan is as good as another; to plan anew costs more than to read. Not for pages:
# a search by a part of a word needs the plan for its own words.
ACTING_OPTIONS = f"{POSTGRESQL_OPTIONS} -c plan_cache_mode=force_generic_plan"


class Database:
    """One database, on SQLite or PostgreSQL. Made by `connect`; shared by all threads of a process.

    engine: for reading with a Session (each of its transactions reads; on SQLite it holds no write lock).
    owner: connects as the one who may change tables; a pool of none, for migrations.
    acting: where each statement is a transaction of its own (PostgreSQL); for `act`.
    """

    def __init__(self, engine: Engine, owner: Engine, app_role: str | None, acting: Engine | None = None) -> None:
        self.engine = engine
        self.owner = owner
        self.acting = acting or engine
        self.app_role = app_role  # the serving role, when the tables belong to another; else None
        self.dialect = engine.dialect.name
        self._turn = threading.Lock()
        self._writing_thread: int | None = None
        self._writer: Connection | None = None

    @property
    def locks_all(self) -> bool:
        """Whether a transaction that writes has the whole database to itself."""
        return self.dialect == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that writes: commits when the block ends, rolls back when it raises."""
        opened = self._begin_sqlite() if self.dialect == "sqlite" else self.engine.begin()
        try:
            with opened as connection:
                yield connection
        except driver_errors(self.dialect) as error:
            raise_ours(error)

    @contextmanager
    def act(self) -> Iterator[Connection]:
        """A connection for one act that reads first and then writes everything by one statement (`at_once`).

        On PostgreSQL that statement is a transaction of its own, and what was read is not locked: BEGIN, the lock and
        COMMIT cost more than the act itself (320 of 860 µs). On SQLite, which `locks_all`, it is as in `begin`.
        """
        opened = self._begin_sqlite(plainly=True) if self.locks_all else self.acting.connect()
        try:
            with opened as connection:
                yield connection
        except driver_errors(self.dialect) as error:
            raise_ours(error)

    @contextmanager
    def read(self, *, snapshot: bool = False) -> Iterator[Connection]:
        """A transaction that only reads. `snapshot`: all statements see the same moment (SQLite always does)."""
        options = {"postgresql_readonly": True} if self.dialect == "postgresql" else {}
        if snapshot and self.dialect == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"
        try:
            with self.engine.connect() as connection:
                connection = connection.execution_options(**options)
                with connection.begin():
                    yield connection
        except driver_errors(self.dialect) as error:
            raise_ours(error)

    def dispose(self) -> None:
        """Close every connection that nobody uses; the writing one as soon as its transaction has ended.

        SQLite's driver crashes the process when a connection closes under a statement of another thread.
        """
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("a database was closed inside a writing transaction of the same thread")
        if self._turn.acquire(timeout=WAIT_SECONDS):
            try:
                writer, self._writer = self._writer, None
                if writer is not None:
                    writer.close()
            finally:
                self._turn.release()
        for engine in (self.engine, self.acting, self.owner):
            engine.dispose()

    close = dispose

    @contextmanager
    def _begin_sqlite(self, *, plainly: bool = False) -> Iterator[Connection]:
        # SQLite has one writer and an unfair busy handler: threads of one process queue here instead.
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("a writing transaction was begun inside another one of the same thread")
        if not self._turn.acquire(timeout=WAIT_SECONDS):
            raise Unavailable(Message("store.busy"))
        try:
            self._writing_thread = threading.get_ident()
            if self._writer is None:
                self._writer = self.engine.connect().execution_options(writing=True)
            with _begun(self._writer) if plainly else self._writer.begin():
                yield self._writer
        finally:
            self._writing_thread = None
            self._turn.release()


def connect(url: str, *, owner_url: str | None = None) -> Database:
    """Open the database of an address: `sqlite:///path` or `postgresql://…`.

    owner_url: the address by which migrations run, when the serving role owns nothing (PostgreSQL).
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return Database(_sqlite(address, QueuePool), _sqlite(address, NullPool), None)
    if address.get_backend_name() in ("postgresql", "postgres"):
        owner = make_url(owner_url or url)
        app_role = address.username if owner.username != address.username else None
        return Database(_postgresql(address), _for_migrations(owner), app_role, _for_acts(address))
    raise BadRequest(Message("store.unknown_database", found=address.get_backend_name()))


def is_affected(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite may corrupt a database in WAL mode: before 3.51.3, but for 3.50.7 and 3.44.6."""
    backported = (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)
    return version < (3, 51, 3) and not backported


def _sqlite(address: URL, pool: type[QueuePool] | type[NullPool]) -> Engine:
    if is_affected(sqlite3.sqlite_version_info):
        raise Unavailable(Message("store.affected_sqlite", version=sqlite3.sqlite_version))
    if address.database in (None, "", ":memory:"):
        raise BadRequest(Message("store.needs_file"))
    sizes = {"pool_size": 8, "max_overflow": 24, "pool_timeout": WAIT_SECONDS} if pool is QueuePool else {}
    engine = create_engine(
        address.set(drivername="sqlite"),
        module=sqlite3,
        poolclass=pool,
        connect_args={
            "isolation_level": None,
            "check_same_thread": False,
            "cached_statements": 512,
            "timeout": WAIT_SECONDS,
        },
        **sizes,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(driver: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    for pragma in PRAGMAS:
        driver.execute(f"PRAGMA {pragma}")
    if driver.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        driver.execute("PRAGMA journal_mode = WAL")


def _begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if not driver.in_transaction:  # `_begun` may have begun it already
        immediate = connection.get_execution_options().get("writing", False)
        driver.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def _begun(writer: Connection) -> Iterator[None]:
    """A transaction of the driver, which SQLAlchemy joins if need be; one of its own takes three times as long."""
    driver: Any = writer.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE")
    try:
        yield
        (writer if writer.in_transaction() else driver).commit()
    finally:
        if driver.in_transaction or writer.in_transaction():
            writer.rollback()
            driver.rollback()


def _for_migrations(address: URL) -> Engine:
    return create_engine(address.set(drivername="postgresql+psycopg"), poolclass=NullPool)


def _for_acts(address: URL) -> Engine:
    # Nothing is begun here, so that nothing has to be rolled back when a connection returns to its pool.
    return _postgresql(address, ACTING_OPTIONS, isolation_level="AUTOCOMMIT", pool_reset_on_return=None)


def _postgresql(address: URL, settings: str = POSTGRESQL_OPTIONS, **options: Any) -> Engine:
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_size=8,
        max_overflow=24,
        pool_timeout=WAIT_SECONDS,
        connect_args={"options": settings, "application_name": "siklus"},
        **options,
    )
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ask_after_a_pause)
    return engine


def _note_use(driver: psycopg.Connection | None, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _ask_after_a_pause(driver: psycopg.Connection, record: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
    """Ask a connection that has rested whether it still lives; the pool replaces it when it does not.

    The pool's own pre-ping would ask every time, a round trip for each of our transactions.
    """
    if driver.closed:
        raise DisconnectionError
    if time.monotonic() - record.info.get("used", math.inf) > PAUSE_SECONDS:
        try:
            driver.execute("SELECT 1")
            driver.rollback()
        except psycopg.Error as error:
            raise DisconnectionError from error
