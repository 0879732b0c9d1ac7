"""office: the town with its API, once on SQLite and once on PostgreSQL. one: on SQLite, a copy for each test."""

import pytest

from engine.store.database import connect
from tests.api.office import Office
from tests.conftest import copies_of_sqlite


@pytest.fixture
def office(filled_db):
    return Office.over(filled_db("api_office", Office))


@pytest.fixture
def one(request):
    with copies_of_sqlite(request) as copy:
        database = connect(copy("api_office", Office))
        yield Office.over(database)
        database.close()
