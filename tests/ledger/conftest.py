"""A filled house, and an outlaw who owns the database: no trigger and no foreign key stands in his way."""

import pytest

from tests.store.house import House, filled
from tests.store.raw import Raw


@pytest.fixture
def house(db) -> House:
    return filled(db)


@pytest.fixture
def raw(db_url):
    """Whoever has a driver and SQL, with every promise of the database in his way."""
    connection = Raw(db_url)
    yield connection
    connection.close()


@pytest.fixture
def outlaw(house, db_url):
    connection = Raw(db_url)
    connection.drop_triggers()
    connection.ignore_foreign_keys()
    yield connection
    connection.close()
