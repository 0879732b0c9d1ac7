"""The normal form: one document for every way of writing it, its digest, and the way between values and documents.

What an author may write, and how it comes here, is writings.py. Nothing is judged here beyond shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError

from engine.core import canonical
from engine.core.definition import Definition
from engine.core.errors import InvalidDefinition, Problem
from engine.core.messages import Message
from engine.core.shapes import ROOTS
from engine.core.writings import normalise


def normal_form(document: Any) -> Any:
    """Bring a document to the normal form; once there, it stays as it is."""
    return normalise(document).document


def dump(definition: Definition) -> dict[str, Any]:
    """Write a definition as a document in the normal form, without what equals its default."""
    return definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def load(document: Any) -> Definition:
    """Read back what `dump` wrote: no positions, no checks beyond shape. Raises InvalidDefinition."""
    model = ROOTS.get(str(document.get("kind"))) if isinstance(document, Mapping) else None
    if model is None:
        raise InvalidDefinition([Problem("kind", Message("definition.kind", allowed=tuple(ROOTS)))])
    try:
        return cast("Definition", model.model_validate_json(json.dumps(document), strict=True))
    except ValidationError as error:
        paths = (".".join(map(str, found["loc"])) for found in error.errors())
        raise InvalidDefinition([Problem(path, Message("definition.not_normal")) for path in paths]) from error


def digest(definition: Definition) -> str:
    """The name of a definition for ever: SHA-256 of the canonical JSON of its normal form."""
    return canonical.digest(dump(definition))
