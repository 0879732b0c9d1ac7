"""Schemathesis finds nothing: a few requests for each operation here, many in prove/api.py."""

import pytest

from api import routes
from tests.api import asking

EXAMPLES = 1


@pytest.fixture(scope="module")
def asked(library):
    """An office, keys of two of its people, what is there, and the operations of its document."""
    keys = [library.key(name, unit, days=366, a_minute=6000) for name, unit in (("alice", "city"), ("carol", "health"))]
    known = {(each.method.upper(), each.path): each for each in asking.operations(library.app)}
    return library, keys, asking.known_refs(library), known


@pytest.mark.parametrize("route", routes.ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_answer_is_one_that_the_document_knows(asked, route):
    office, keys, there, operations = asked
    operation = operations[route.method, route.template]
    good = asking.ask(office, operation, keys, EXAMPLES, there=there.get(asking.place(operation)))
    bad = asking.ask(office, operation, keys, EXAMPLES, bad=True)
    assert good.total() and bad.total() and not [status for status in (*good, *bad) if status >= 500]
