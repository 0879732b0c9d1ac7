"""The demo city behind the real application.

still      on SQLite, one for all tests: for those that change nothing
city       on SQLite, one's own
pg_city    on PostgreSQL, one's own
"""

import shutil

import pytest

from engine.store.database import connect
from tests import summary
from tests.admin.city import City, copy_of, load
from tests.conftest import copies_of_postgresql
from tests.servers import lock

try:
    import pysqlite3 as sqlite3
except ImportError:
    import sqlite3


@pytest.fixture(scope="session")
def loaded_city(sqlite_template):
    """A file that holds the city, made once."""
    template = summary.directory() / "admin-city.sqlite3"
    with lock(template.with_suffix(".lock")):
        if not template.exists():
            building = template.with_suffix(".building")
            shutil.copy(sqlite_template, building)
            database = connect(f"sqlite:///{building}")
            load(database)
            database.close()
            building.rename(template)
    return template


@pytest.fixture(scope="session")
def still(loaded_city, tmp_path_factory):
    summary.used(f"SQLite {sqlite3.sqlite_version}")
    database = copy_of(loaded_city, f"sqlite:///{tmp_path_factory.mktemp('still') / 'city.sqlite3'}")
    yield City(database)
    database.close()


@pytest.fixture
def city(loaded_city, sqlite_url):
    database = copy_of(loaded_city, sqlite_url)
    yield City(database)
    database.close()


@pytest.fixture
def pg_city(request):
    with copies_of_postgresql(request) as copy:
        database = connect(copy("admin_city", load))
        yield City(database)
        database.close()
