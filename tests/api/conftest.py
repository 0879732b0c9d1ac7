"""office: the town with its API, once on SQLite and once on PostgreSQL. one: on SQLite, a copy for each test.

books: on SQLite, with the shipped registers in force; library: the same, one for all tests of a module.
"""

import shutil

import pytest

from engine.store.database import connect
from tests.api.office import Books, Office
from tests.conftest import copies_of_sqlite


@pytest.fixture
def office(filled_db):
    return Office.over(filled_db("api_office", Office))


@pytest.fixture
def one(request):
    yield from copy_of(request, "api_office", Office)


@pytest.fixture
def books(request):
    yield from copy_of(request, "api_books", Books)


@pytest.fixture(scope="module")
def library(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("library") / "books.sqlite3"
    shutil.copy(sqlite_template, path)
    database = connect(f"sqlite:///{path}")
    yield Books(database)
    database.close()


def copy_of(request, name, kind):
    with copies_of_sqlite(request) as copy:
        database = connect(copy(name, kind))
        yield kind.over(database)
        database.close()
