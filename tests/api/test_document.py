"""The document of the API is valid, says what the routes are, and is made from the models alone."""

import json

import pytest
from openapi_spec_validator import validate

from api import answering, openapi, routes
from engine.core import apikeys
from tests.api.office import Program


@pytest.fixture(scope="module")
def document():
    return openapi.document("0")


def test_it_is_a_valid_document_of_openapi_3_1_without_a_key(one, document):
    answer = one.app.test_client().get("/api/v1/openapi.json")
    told = json.loads(answer.get_data())
    validate(told)
    assert {**told, "info": None} == {**document, "info": None} and told["openapi"] == "3.1.0"


def test_it_tells_of_every_route_once(document):
    told = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert told == {(route.method, route.template) for route in routes.ROUTES} and len(told) == len(routes.ROUTES)
    names = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("route", routes.ROUTES, ids=lambda route: route.name)
def test_each_route_is_told_with_its_words_its_scope_and_its_body(document, route):
    told = document["paths"][route.template][route.method.lower()]
    signature = answering.signature(route.answers())
    assert told["summary"].endswith(".") and told.get("x-scope") == route.scope
    assert ("requestBody" in told) == (signature.body is not None)
    assert any(each["name"] == "Idempotency-Key" for each in told["parameters"]) == route.once
    assert route.scope is None or route.scope in apikeys.SCOPES


def test_every_problem_has_the_shape_that_is_told(one, document):
    program = one.program("alice")
    said = document["components"]["schemas"]["Problem"]
    for answer in (
        program.ask("GET", "/units?limit=0"),
        program.ask("GET", "/no"),
        Program(one.app, "").ask("GET", "/me"),
    ):
        found = json.loads(answer.get_data())
        assert set(said["required"]) - {"errors", "reasons"} <= set(found) <= set(said["properties"])


def test_the_page_says_where_it_is(one):
    page = one.app.test_client().get("/api/v1/").get_data(as_text=True)
    assert "/api/v1/openapi.json" in page and all(f"<code>{scope}</code>" in page for scope in apikeys.SCOPES)
    assert 'id="not-found"' in page
