"""Renaming: an element of a draft gets another key, and every name of it follows, inside expressions too.

Only the name itself is rewritten: the rest of an expression keeps its spelling, one that cannot be read stays whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core.catalog import Catalog
from engine.core.designing.mentions import Target, maps, mentions, target
from engine.core.designing.naming import Reference
from engine.core.designing.paths import Steps, at, with_value
from engine.core.designing.references import references, tables
from engine.core.errors import InvalidEdit
from engine.core.messages import Message


def renamed(
    document: Mapping[str, Any], steps: Steps, key: str, catalog: Catalog, published: frozenset[str]
) -> dict[str, Any]:
    """The document with another key for the element at these steps, everywhere."""
    aim, old = target(document, steps), at(document, steps).value["key"]
    found = dict(document)
    if aim is not None:
        moved: dict[Steps, dict[str, str]] = {}
        for reference in references(document, catalog):
            if places := mentions(reference, aim):
                _require_one_table(document, reference)
                if reference.is_key:
                    moved.setdefault(reference.steps[:-1], {})[reference.text] = key
                else:
                    found = with_value(found, reference.steps, _replaced(reference.text, places, len(old), key))
        for where, keys in moved.items():
            by_column = at(found, where).value
            found = with_value(found, where, {keys.get(name, name): value for name, value in by_column.items()})
    found = with_value(found, (*steps, "key"), key)
    return _with_lineage(found, steps, aim, published) if aim is not None else found


def _replaced(text: str, places: tuple[int, ...], length: int, key: str) -> str:
    for place in sorted(places, reverse=True):
        text = text[:place] + key + text[place + length :]
    return text


def _require_one_table(document: Mapping[str, Any], reference: Reference) -> None:
    """A print that matches the rows of two tables by a column needs it to be called the same in both."""
    if reference.what != "match":
        return
    block = at(document, reference.steps[:-2]).value
    if len(tables(block)) > 1:
        raise InvalidEdit(Message("edits.matched", name=reference.text, print=str(block.get("key"))))


def _with_lineage(document: dict[str, Any], steps: Steps, aim: Target, published: frozenset[str]) -> dict[str, Any]:
    """Fields that a published version has keep the name under which they were answered then."""
    if aim.what == "field":
        return _remembering(document, steps, ".".join(aim.name), published)
    if aim.what != "form":
        return document
    for index, section in enumerate(maps(at(document, steps).value.get("sections"))):
        for place, field in enumerate(maps(section.get("fields"))):
            there = (*steps, "sections", index, "fields", place)
            document = _remembering(document, there, f"{aim.name[0]}.{field.get('key')}", published)
    return document


def _remembering(document: dict[str, Any], steps: Steps, old: str, published: frozenset[str]) -> dict[str, Any]:
    named = target(document, steps)
    was = at(document, (*steps, "was")).value
    known = was if isinstance(was, list) else []
    now = ".".join(named.name) if named is not None else ""
    kept = [name for name in known if name != now] + [old] * (old in published and old not in known)
    return with_value(document, (*steps, "was"), kept)
