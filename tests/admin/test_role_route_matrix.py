"""Who may do what where: each method of each route as each role, against a checked-in table. Unlisted = failure.

After a new page: add its line to routes.txt by thought, not by copying what the server answers.
"""

import pytest

from tests.admin.city import City, copy_of
from tests.admin.routes import ROLES, address, matrix, named, routes

MATRIX = matrix()


@pytest.fixture(scope="module")
def office(loaded_city, tmp_path_factory):
    """The city with everybody signed in, and the way back to how it was."""
    path = tmp_path_factory.mktemp("office") / "city.sqlite3"
    city = City(copy_of(loaded_city, f"sqlite:///{path}"))
    for role in ROLES:
        city.client(role)
    kept = city.remembered()
    yield city, kept
    city.database.close()
    kept.close()


def test_every_route_has_its_line_and_every_line_its_route(still):
    known = routes(still.app)
    assert known - MATRIX.keys() == set(), "routes that nobody has decided on"
    assert MATRIX.keys() - known == set(), "lines of routes that are gone"


@pytest.mark.parametrize(("method", "route"), sorted(MATRIX), ids=named(sorted(MATRIX)))
def test_each_role_gets_what_the_table_says(office, method, route):
    city, kept = office
    path, expected = address(city, route), MATRIX[method, route]
    got = {}
    for role in ROLES:
        got[role] = answered(city, role, method, path)
        if method != "GET":
            city.back_to(kept)
    assert got == expected


def answered(city, role, method, path):
    """The status of a request with a valid token and an empty form."""
    if method == "GET":
        return city.client(role).get(path).status_code
    return city.client(role).open(path, method=method, data={"csrf_token": city.csrf(role)}).status_code
