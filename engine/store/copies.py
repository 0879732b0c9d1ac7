"""Copies of a whole database: taken while it serves, as of one moment, and laid into an empty place.

SQLite writes its own (VACUUM INTO: without free pages, in which erased text might stand). PostgreSQL's are made and
read by its own programs, `pg_dump` and `pg_restore`, which must not be older than the server.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, inspect, make_url, text

from engine.core.errors import BadRequest, Unavailable
from engine.core.messages import Message
from engine.store.database import Database, connect
from engine.store.failures import driver_errors, raise_ours

DEBIAN = Path("/usr/lib/postgresql")
VERSION = re.compile(r"\b(\d+)\.")
SAID = 400  # characters of what a program said that are shown


@contextmanager
def taken(database: Database, target: Path) -> Iterator[Connection]:
    """Write a copy of the database to `target`, a new file; answers with a connection that sees just what it holds."""
    try:
        with _sqlite(database, target) if database.dialect == "sqlite" else _postgresql(database, target) as db:
            yield db
    except driver_errors(database.dialect) as error:
        raise_ours(error)


def private(file: Path) -> Path:
    """Make an empty file that only its owner reads, before anything stands in it."""
    file.touch(mode=0o600)
    file.chmod(0o600)  # where it was there already
    return file


@contextmanager
def _sqlite(database: Database, target: Path) -> Iterator[Connection]:
    private(target)
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("VACUUM INTO ?", (str(target),))  # as of the moment at which it begins; nobody waits for it
    with opened(target) as copy, copy.read() as db:
        yield db


@contextmanager
def opened(file: Path) -> Iterator[Database]:
    """The SQLite database of a file that nobody else uses; nothing stays beside it afterwards."""
    database = connect(f"sqlite:///{file}")
    try:
        yield database
    finally:
        with database.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA journal_mode = DELETE")
        database.dispose()


@contextmanager
def _postgresql(database: Database, target: Path) -> Iterator[Connection]:
    program = _program("pg_dump", database)
    with database.owner.connect().execution_options(isolation_level="REPEATABLE READ") as db, db.begin():
        db.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        snapshot = db.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        what = ["--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", f"--file={target}"]
        private(target)
        _run([program, *what], database.owner.url)
        yield db


@dataclass(frozen=True, slots=True)
class Place:
    """What an address says: the kind of database, its file (SQLite), and how it is shown: without a password."""

    kind: str
    file: Path | None
    shown: str


def place(url: str) -> Place:
    """Read an address."""
    address = make_url(url)
    sqlite = address.get_backend_name() == "sqlite"
    file = Path(address.database or "") if sqlite else None
    return Place("sqlite" if sqlite else "postgresql", file, address.render_as_string(hide_password=True))


def is_empty(url: str) -> bool:
    """Whether nothing is there yet: no file, or no table in a database that can be reached."""
    if (file := place(url).file) is not None:
        return not file.exists()
    database = connect(url)
    try:
        with database.owner.connect() as db:
            return not inspect(db).get_table_names()
    except driver_errors(database.dialect) as error:
        raise_ours(error)
    finally:
        database.dispose()


def lay(copy: Path, url: str) -> None:
    """Lay a copy into the empty database of an address: all of it or nothing. Rights of roles are not in a copy."""
    if (file := place(url).file) is not None:
        shutil.copyfile(copy, private(file))
        return
    address, database = make_url(url), connect(url)
    try:
        program = _program("pg_restore", database)
    finally:
        database.dispose()
    how = ["--no-owner", "--no-acl", "--exit-on-error", "--single-transaction"]
    _run([program, *how, f"--dbname={_plain(address)}", str(copy)], address, named=True)


@contextmanager
def scratch(beside: str) -> Iterator[str]:
    """An empty database on the server of an address (PostgreSQL), dropped afterwards."""
    address = make_url(beside)
    database = connect(beside)
    name = f"siklus_check_{os.urandom(6).hex()}"
    try:
        owner = database.owner.execution_options(isolation_level="AUTOCOMMIT")
        with owner.connect() as db:
            db.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
        try:
            yield address.set(database=name).render_as_string(hide_password=False)
        finally:
            with owner.connect() as db:
                db.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    except driver_errors(database.dialect) as error:
        raise Unavailable(Message("backups.no_scratch")) from error
    finally:
        database.dispose()


def _program(name: str, database: Database) -> str:
    """Where a program of PostgreSQL is that knows this server; Unavailable names what to install."""
    try:
        with database.owner.connect() as db:
            wanted = int(db.execute(text("SHOW server_version_num")).scalar_one()) // 10000
    except driver_errors(database.dialect) as error:
        raise_ours(error)
    installed = sorted(DEBIAN.glob(f"*/bin/{name}"), reverse=True)
    found = [each for each in (shutil.which(name), *map(str, installed)) if each]
    for each in found:
        if _version(each) >= wanted:
            return each
    newest = max(map(_version, found), default=0)
    raise Unavailable(Message("backups.program", name=name, wanted=wanted, found=newest))


def _version(program: str) -> int:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = VERSION.search(said)
    return int(found[1]) if found else 0


def _plain(address: URL) -> str:
    """An address as PostgreSQL's programs write it, without the password: others could read it in the process list."""
    return address.set(drivername="postgresql", password=None).render_as_string()


def _run(command: list[str], address: URL, *, named: bool = False) -> None:
    """Run a program of PostgreSQL; Unavailable with what it said when it fails."""
    where = [] if named else [f"--dbname={_plain(address)}"]
    password = {"PGPASSWORD": str(address.password)} if address.password else {}
    try:
        subprocess.run(
            [*command, *where], env={**os.environ, **password, "LC_ALL": "C"}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        said = " ".join(str(error.stderr).split())[:SAID]
        raise Unavailable(Message("backups.program_failed", name=Path(command[0]).name, said=said)) from error
    except OSError as error:
        raise BadRequest(Message("backups.program_failed", name=command[0], said=error.strerror or "")) from error
