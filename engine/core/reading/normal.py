"""The normal form: one document for every way of writing it; its digest, its references, to values and back.

What an author may write, and how it comes here, is writings.py. Nothing is judged here beyond shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic import ValidationError

from engine.core.catalog import Catalog, Kind
from engine.core.definition import (
    CodeList,
    Definition,
    FieldSpec,
    IndicatorDefinition,
    Lock,
    RegisterDefinition,
    ScoreDefinition,
    WorkflowDefinition,
)
from engine.core.errors import InvalidDefinition, Problem
from engine.core.hints import shown
from engine.core.messages import Message
from engine.core.proof import canonical
from engine.core.reading.shapes import ROOTS
from engine.core.reading.writings import normalise


def normal_form(document: Any) -> Any:
    """Bring a document to the normal form; once there, it stays as it is."""
    return normalise(document).document


def dump(definition: Definition) -> dict[str, Any]:
    """Write a definition as a document in the normal form, without what equals its default."""
    return definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def load(document: Any) -> Definition:
    """Read back what `dump` wrote: no positions, no checks beyond shape. Raises InvalidDefinition."""
    kind = document.get("kind") if isinstance(document, Mapping) else None
    model = ROOTS.get(str(kind))
    if model is None:
        raise InvalidDefinition([Problem("kind", Message("definition.kind", found=shown(kind)))])
    try:
        return cast("Definition", model.model_validate_json(json.dumps(document), strict=True))
    except ValidationError as error:
        paths = (".".join(map(str, found["loc"])) for found in error.errors())
        raise InvalidDefinition([Problem(path, Message("definition.not_normal")) for path in paths]) from error


def references(definition: Definition, catalog: Catalog) -> tuple[str, ...]:
    """Name what a definition refers to outside itself, as publishing pins it: `codelist:predicate_matrix`, …"""
    if isinstance(definition, CodeList):
        return ()
    if isinstance(definition, ScoreDefinition):
        return tuple(sorted(f"codelist:{key}" for key in definition.lists))
    if isinstance(definition, IndicatorDefinition):
        return _looked_at(definition)
    links = definition.starts if isinstance(definition, RegisterDefinition) else definition.links
    opened = {f"workflow:{link.workflow}" for link in links}
    if isinstance(definition, WorkflowDefinition):
        opened |= {f"indicator:{figure.indicator}" for figure in definition.figures if figure.indicator}
        opened |= {f"score:{use.score}" for use in definition.scores}
        opened |= {f"register:{spec.book}" for spec in definition.entries}
    return tuple(sorted(opened | {f"{kind}:{name}" for kind, name in _named(definition, catalog)}))


def with_lock(definition: Definition, digests: Mapping[str, str]) -> Definition:
    """The same definition with its references pinned to these digests, and to no others."""
    if isinstance(definition, CodeList):
        return definition
    lock = tuple(Lock(reference=name, digest=pin) for name, pin in sorted(digests.items()))
    return definition.model_copy(update={"lock": lock})


def _looked_at(definition: IndicatorDefinition) -> tuple[str, ...]:
    quantities = [each for _, each in definition.quantities]
    named = {f"register:{each.book}" for each in quantities if each.book}
    return tuple(sorted(named | {f"workflow:{each.workflow}" for each in quantities if each.workflow}))


def _named(definition: WorkflowDefinition | RegisterDefinition, catalog: Catalog) -> Iterator[tuple[str, str]]:
    for kind, name, options in _used(definition):
        entry = catalog.get(kind, name)
        for option, ref in entry.refs.items() if entry else ():
            if ref.to == "codelist" and option in options:
                named = options[option]
                yield from ((ref.to, each) for each in (named if isinstance(named, list) else [named]))


def _used(definition: WorkflowDefinition | RegisterDefinition) -> Iterator[tuple[Kind, str, Mapping[str, Any]]]:
    """Every extension that a definition names, with its options."""
    for form in definition.forms:
        for field in form.fields():
            yield from _typed(field)
    if isinstance(definition, RegisterDefinition):
        return
    for result in definition.results:
        yield "method", result.method, result.options
    for transition in definition.transitions:
        yield from (("guard", call.name, call.options) for call in transition.guards)
        yield from (("action", call.name, call.options) for call in transition.actions)
        yield from (("job", call.name, call.options) for call in transition.jobs)


def _typed(field: FieldSpec) -> Iterator[tuple[Kind, str, Mapping[str, Any]]]:
    yield "field", field.type, field.options
    for column in field.options.get("columns", ()):
        yield from _typed(FieldSpec.model_validate(column))


def digest(definition: Definition) -> str:
    """The name of a definition for ever: SHA-256 of the canonical JSON of its normal form."""
    return canonical.digest(dump(definition))
