"""The names of fields that published versions of a definition have: renamed, they keep their lineage. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from engine.store.queries import definitions as queries

IN_FORCE = ("published", "retired")


def published_names(db: Connection, kind: str, key: str) -> frozenset[str]:
    """The full names of the fields and columns that answers may have been given under: `plan.targets.weight`."""
    bodies = [row.body for row in queries.versions_of(db, kind, key) if row.status in IN_FORCE]
    return frozenset(name for body in bodies for name in _names(json.loads(body)))


def _names(document: Mapping[str, Any]) -> Iterator[str]:
    for form in document.get("forms", ()):
        for section in form["sections"]:
            for field in section["fields"]:
                yield f"{form['key']}.{field['key']}"
                for column in field.get("columns", ()):
                    yield f"{form['key']}.{field['key']}.{column['key']}"
