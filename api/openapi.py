"""The document of the API (OpenAPI 3.1), made from the routes and from the very models that read and write bodies.

There is no second description: a function's signature says what it takes and answers, its docstring what it does.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic.json_schema import models_json_schema

from api.answering import LONGEST_KEY, Signature, signature
from api.problem import Problem
from api.routes import PLACE, ROUTES, Route

REF = "#/components/schemas/{model}"
JSON, TROUBLE = "application/json", "application/problem+json"
ONCE = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Chosen by the client, a new one for each act: the same again has one effect and the same answer.",
    "schema": {"type": "string", "minLength": 8, "maxLength": LONGEST_KEY, "pattern": "^[A-Za-z0-9._:-]+$"},
}
SPENT = {
    name: {"description": told, "schema": {"type": "integer"}}
    for name, told in (
        ("RateLimit-Limit", "Requests a minute that the key may make."),
        ("RateLimit-Remaining", "How many of them are left, as far as this process knows."),
        ("RateLimit-Reset", "Seconds until the next minute begins."),
    )
}


def document(version: str) -> dict[str, Any]:
    """The whole document; `version` is that of the product."""
    known = {route: (function := route.answers(), signature(function)) for route in ROUTES}
    models, schemas = _schemas([found for _, found in known.values()])
    paths: dict[str, dict[str, Any]] = {}
    for route, (function, found) in known.items():
        paths.setdefault(route.template, {})[route.method.lower()] = _operation(route, function, found, models)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Siklus",
            "version": version,
            "description": (inspect.getdoc(inspect.getmodule(document)) or "").partition("\n")[0],
        },
        "paths": paths,
        "security": [{"key": []}],
        "components": {
            "schemas": schemas,
            "headers": SPENT,
            "responses": {"Problem": _answer("A problem (RFC 9457).", TROUBLE, REF.format(model="Problem"))},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A key of the backoffice."}},
        },
    }


def _schemas(found: Sequence[Signature]) -> tuple[dict[Any, str], dict[str, Any]]:
    """Model → the place of its schema, and all schemas by name."""
    taken = [(each.body, "validation") for each in found if each.body is not None]
    given = [(each.answer, "serialization") for each in found if each.answer is not None]
    wanted: list[Any] = [*taken, *given, (Problem, "serialization")]
    places, whole = models_json_schema(list(dict.fromkeys(wanted)), ref_template=REF)
    return {model: place["$ref"] for (model, _), place in places.items()}, whole["$defs"]


def _operation(route: Route, function: Any, found: Signature, models: dict[Any, str]) -> dict[str, Any]:
    summary, _, more = (inspect.getdoc(function) or "").partition("\n")
    said: dict[str, Any] = {
        "operationId": function.__name__,
        "tags": [function.__module__.rpartition(".")[2]],
        "summary": summary,
        "parameters": [*_places(route), *_asked(found), *([ONCE] if route.once else [])],
        "responses": _responses(route, found, models),
    }
    if more.strip():
        said["description"] = more.strip()
    if route.scope is not None:
        said["x-scope"] = route.scope
    if found.body is not None:
        said["requestBody"] = {"required": True, "content": {JSON: {"schema": {"$ref": models[found.body]}}}}
    return said


def _places(route: Route) -> Iterator[dict[str, Any]]:
    for name in PLACE.findall(route.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _asked(found: Signature) -> Iterator[dict[str, Any]]:
    if found.query is None:
        return
    whole = found.query.model_json_schema()
    for name, schema in whole["properties"].items():
        told = {key: value for key, value in _plain(schema).items() if key not in ("title", "default", "description")}
        required = name in whole.get("required", ())
        asked = {"name": name, "in": "query", "required": required, "schema": told}
        yield {**asked, "description": schema["description"]} if "description" in schema else asked


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Without the null that a parameter which is left out stands for."""
    kinds = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    return {**{key: value for key, value in schema.items() if key != "anyOf"}, **kinds[0]} if kinds else schema


def _responses(route: Route, found: Signature, models: dict[Any, str]) -> dict[str, Any]:
    good = (
        {"description": "Done."}
        if found.answer is None
        else _answer((inspect.getdoc(found.answer) or "").partition("\n")[0], JSON, models[found.answer])
    )
    good["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in SPENT}
    return {str(route.status): good, "default": {"$ref": "#/components/responses/Problem"}}


def _answer(told: str, kind: str, place: str) -> dict[str, Any]:
    return {"description": told, "content": {kind: {"schema": {"$ref": place}}}}
