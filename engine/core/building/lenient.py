"""A draft as a workflow that can be looked at: what is wrong is left out. It cannot run: nothing moves in it.

For drawing forms and for seeing them as a role does. Whether the draft is right is said by reading/parse.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from engine.core.catalog import Catalog
from engine.core.definition import CodeList, WorkflowDefinition
from engine.core.reading.beginnings import begun
from engine.core.reading.binding import bind_form
from engine.core.reading.compiled import declared
from engine.core.reading.likeness import as_workflow
from engine.core.reading.options import Reader
from engine.core.reading.places import Places
from engine.core.reading.positions import NOWHERE
from engine.core.reading.structure import structured
from engine.core.reading.writings import normalise
from engine.core.workflow import Workflow

RULES = ("shown_when", "required_when", "editable_when", "default", "seen_by", "edited_by", "columns", "was")
FIELD = re.compile(r"(forms\.\w+\.sections\.\w+\.fields\.\w+(?:\.columns\.\w+)?)\.(\w+)")
ROUNDS = 4


def lenient(document: Mapping[str, Any], catalog: Catalog, codelists: Mapping[str, CodeList]) -> Workflow | None:
    """As much of a draft as can be bound; None where nothing can be made of it.

    A question whose type or options are wrong is left out; one with a wrong rule is there without that rule.
    """
    normal = normalise(document)
    definition = as_workflow(structured(normal.document, Places(normal, NOWHERE)).definition)
    if definition is None:
        return None
    for _ in range(ROUNDS):
        reader = Reader(catalog, codelists, declared(definition))
        bound = {schema.key: bind_form(reader, schema) for schema in definition.forms}
        bound = {key: begun(reader, definition, key, bound) for key in bound}
        wrong = set(_wrong(each.path for each in reader.problems))
        if not wrong:
            break
        definition = _without(definition, wrong)
    return Workflow(
        definition=definition,
        forms={key: each.form for key, each in bound.items()},
        moves={},
        results=(),
        codelists=dict(codelists),
        needs=frozenset(),
        machine=None,
    )


def _wrong(paths: Iterable[str]) -> Iterator[str]:
    """The fields and columns that cannot be drawn, by path."""
    for path in paths:
        found = FIELD.match(path)
        if found is not None and found[2] not in RULES:
            yield found[1]


def _without(definition: WorkflowDefinition, wrong: Collection[str]) -> WorkflowDefinition:
    document = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for form in document["forms"]:
        for section in form["sections"]:
            path = f"forms.{form['key']}.sections.{section['key']}.fields"
            section["fields"] = list(_right(section["fields"], path, wrong))
    return WorkflowDefinition.model_validate_json(json.dumps(document))


def _right(fields: Iterable[dict[str, Any]], path: str, wrong: Collection[str]) -> Iterator[dict[str, Any]]:
    for field in fields:
        here = f"{path}.{field['key']}"
        if isinstance(field.get("columns"), list):
            field["columns"] = list(_right(field["columns"], f"{here}.columns", wrong))
        if here not in wrong:
            yield field
