"""What every test may ask for. Ask by name; a server starts when the first test wants it.

databases (each test gets its own, migrated, empty, dropped afterwards)
    db               engine.store.database.Database, once on SQLite and once on PostgreSQL
    db_url           the address of such a database, once for each of the two
    sqlite_url       the address of one on SQLite (a file below tmp_path)
    postgresql_url   the address of one on PostgreSQL (alias: pg_url)
    empty_db_url     like db_url, but not migrated: for tests of migrations and of the first start
    filled_db        filled_db("stage", Stage): a copy of a database that `Stage(db)` filled once a session, on both
servers
    postgresql       the address of the PostgreSQL server's maintenance database
    redis_url        the address of a Valkey server, emptied before the test
time
    now              a fixed instant, 2026-03-02 02:00 UTC (a Monday, 9:00 in Jakarta)

tests/browser/conftest.py adds Chromium. What cannot run here is skipped loudly; with CI=true it fails. The
summary at the end (counts per kind, versions of what was really used) is in tests/summary.py.
"""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from hypothesis import settings

from engine.store.database import Database, connect
from engine.store.migrate import upgrade
from tests import kept, summary
from tests.servers import (
    Servers,
    Unavailable,
    drop_database,
    fresh_database,
    in_memory,
    lock,
    new_directory,
    postgresql_version,
    valkey_version,
)
from tests.summary import pytest_terminal_summary  # noqa: F401  (pytest finds hooks by name)

try:
    import pysqlite3 as sqlite3
except ImportError:
    import sqlite3

# Machines of CI are slow in bursts: a property fails for what it finds, never for how long it took.
settings.register_profile("siklus", deadline=None, print_blob=True)
settings.load_profile("siklus")


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        os.environ[summary.DIRECTORY] = str(new_directory())
        if (memory := in_memory()) is not None:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory)  # where pytest makes tmp_path
        # A run that `timeout` ends must not leave its servers behind: stop as Ctrl-C does.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    kept.keep(summary.directory())


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        directory = Path(os.environ.pop(summary.DIRECTORY))
        Servers(directory).stop()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def servers() -> Servers:
    return Servers(summary.directory())


@pytest.fixture(scope="session")
def postgresql(servers) -> str:
    try:
        url = servers.postgresql()
    except Unavailable as missing:
        summary.not_run(str(missing))
    summary.used(f"PostgreSQL {postgresql_version(url)}")
    return url


@pytest.fixture(scope="session")
def valkey(servers) -> str:
    try:
        url = servers.valkey(os.environ.get("PYTEST_XDIST_WORKER", ""))  # its tests empty all of it
    except Unavailable as missing:
        summary.not_run(str(missing))
    summary.used(valkey_version(url))
    return url


@pytest.fixture
def redis_url(valkey) -> str:
    with redis.Redis.from_url(valkey) as client:
        client.flushall()
    return valkey


@pytest.fixture(scope="session")
def sqlite_template() -> Path:
    template = summary.directory() / "template.sqlite3"
    with lock(template.with_suffix(".lock")):
        if not template.exists():
            building = template.with_suffix(".building")
            _migrate(f"sqlite:///{building}")
            building.rename(template)
    return template


@pytest.fixture(scope="session")
def postgresql_template(postgresql) -> str:
    note = summary.directory() / "template.postgresql"
    with lock(note.with_suffix(".lock")):
        if not note.exists():
            url = fresh_database(postgresql)
            _migrate(url)
            note.write_text(url.rpartition("/")[2])
    return note.read_text()


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path) -> str:
    summary.used(f"SQLite {sqlite3.sqlite_version}")
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'siklus.sqlite3')}"


@pytest.fixture
def postgresql_url(postgresql, postgresql_template):
    url = fresh_database(postgresql, postgresql_template)
    yield url
    drop_database(postgresql, url)


@pytest.fixture
def pg_url(postgresql_url) -> str:
    return postgresql_url


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=BOTH)
def db_url(request) -> str:
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=BOTH)
def empty_db_url(request, tmp_path):
    if request.param == "sqlite":
        summary.used(f"SQLite {sqlite3.sqlite_version}")
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    server = request.getfixturevalue("postgresql")
    url = fresh_database(server)
    yield url
    drop_database(server, url)


@pytest.fixture
def db(db_url) -> Iterator[Database]:
    database = connect(db_url)
    yield database
    database.close()


@pytest.fixture(params=BOTH)
def filled_db(request) -> Iterator[Callable[[str, Callable[[Database], object]], Database]]:
    """Answers with a function of a name and of what fills a migrated database; the second call of a name copies."""
    with ExitStack() as opened:
        copy = opened.enter_context(
            copies_of_sqlite(request) if request.param == "sqlite" else copies_of_postgresql(request)
        )
        yield lambda name, fill: opened.enter_context(closing(connect(copy(name, fill))))


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@contextmanager
def copies_of_sqlite(request) -> Iterator[Callable[..., str]]:
    migrated, folder = request.getfixturevalue("sqlite_template"), request.getfixturevalue("tmp_path")
    summary.used(f"SQLite {sqlite3.sqlite_version}")

    def copy(name, fill) -> str:
        template = migrated.with_name(f"{name}.sqlite3")
        with lock(template.with_suffix(".lock")):
            if not template.exists():
                building = template.with_suffix(".building")
                _fill(f"sqlite:///{shutil.copy(migrated, building)}", fill)
                building.rename(template)
        return f"sqlite:///{shutil.copy(template, folder / f'{name}.sqlite3')}"

    yield copy


@contextmanager
def copies_of_postgresql(request) -> Iterator[Callable[..., str]]:
    server, migrated = request.getfixturevalue("postgresql"), request.getfixturevalue("postgresql_template")
    made = []

    def copy(name, fill) -> str:
        note = summary.directory() / f"{name}.postgresql"
        with lock(note.with_suffix(".lock")):
            if not note.exists():
                url = fresh_database(server, migrated)
                _fill(url, fill)
                note.write_text(url.rpartition("/")[2])
        made.append(fresh_database(server, note.read_text()))
        return made[-1]

    yield copy
    for url in made:
        drop_database(server, url)


def _migrate(url: str) -> None:
    _fill(url, upgrade)


def _fill(url: str, fill: Callable[[Database], object]) -> None:
    with closing(connect(url)) as database:
        fill(database)
