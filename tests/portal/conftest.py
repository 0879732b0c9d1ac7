"""house: the town with its portal, on SQLite. both_houses: once on SQLite, once on PostgreSQL."""

import pytest

from engine.store.database import connect
from tests.portal.house import House


@pytest.fixture
def house(sqlite_url):
    database = connect(sqlite_url)
    yield House(database)
    database.close()


@pytest.fixture
def both_houses(db):
    return House(db)
