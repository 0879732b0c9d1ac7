"""house: the town with its portal, on SQLite. both_houses: once on SQLite, once on PostgreSQL."""

import pytest

from tests.portal.house import House, house, loaded_house  # noqa: F401  (pytest finds fixtures by name)


@pytest.fixture
def both_houses(filled_db):
    return House.over(filled_db("both_houses", House))
