"""What the store's tests share: a filled house, and a connection that knows nothing of our code."""

import shutil

import pytest

from engine.store.database import connect
from tests.servers import drop_database, fresh_database
from tests.store.house import House, filled
from tests.store.raw import Raw


@pytest.fixture
def house(db) -> House:
    return filled(db)


@pytest.fixture
def raw(db_url):
    """Whoever holds the file or the owner's address, with a driver and SQL."""
    connection = Raw(db_url)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def filled_sqlite(sqlite_template, tmp_path_factory) -> str:
    """One filled database for all tests of a module that leave nothing behind."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("filled") / "siklus.sqlite3")
    return _fill(f"sqlite:///{file}")


@pytest.fixture(scope="module")
def filled_postgresql(postgresql, postgresql_template):
    url = fresh_database(postgresql, postgresql_template)
    yield _fill(url)
    drop_database(postgresql, url)


def _fill(url: str) -> str:
    database = connect(url)
    filled(database)
    database.close()
    return url
