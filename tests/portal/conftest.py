"""house: the town with its portal, on SQLite. both_houses: once on SQLite, once on PostgreSQL."""

import shutil

import pytest

from engine.store.database import connect
from tests import summary
from tests.portal.house import House
from tests.servers import lock


@pytest.fixture(scope="session")
def loaded_house(sqlite_template):
    """A file that holds the town, made once."""
    template = summary.directory() / "house.sqlite3"
    with lock(template.with_suffix(".lock")):
        if not template.exists():
            building = template.with_suffix(".building")
            shutil.copy(sqlite_template, building)
            database = connect(f"sqlite:///{building}")
            House(database)
            database.close()
            building.rename(template)
    return template


@pytest.fixture
def house(loaded_house, sqlite_url):
    shutil.copy(loaded_house, sqlite_url.removeprefix("sqlite:///"))
    database = connect(sqlite_url)
    yield House.over(database)
    database.close()


@pytest.fixture
def both_houses(db):
    return House(db)
