"""Two documents, walked side by side: every place where they differ becomes one sentence.

The walk is led by the shapes of the definition's models, so a key that the format gets later is told without a line
here. What is told specially is in properties.py and lists.py; renames are seen before the walk, in renames.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from engine.core.catalog import Catalog
from engine.core.comparing import lists, properties, rights
from engine.core.comparing.both import Both, tidy
from engine.core.comparing.difference import SLUGS, Difference, Part
from engine.core.comparing.moves import moves
from engine.core.comparing.pairing import pair
from engine.core.comparing.renames import renamed
from engine.core.definition import CodeList, Definition, RoleSpec, RuleSpec
from engine.core.messages import Message
from engine.core.reading.shapes import ROOTS, Shape, shapes
from engine.core.telling.called import label_of, text_of

PLAIN = Shape("plain")
RULE = frozenset(info.alias or name for name, info in RuleSpec.model_fields.items())


def differences(
    old: Definition | Mapping[str, Any],
    new: Definition | Mapping[str, Any],
    catalog: Catalog,
    codelists: Mapping[str, CodeList] | None = None,
) -> tuple[Difference, ...]:
    """What is different in `new`, in the order of its document; also between drafts with mistakes.

    None only where both say the same. What was renamed is told once, not at each place that names it.
    """
    before, after = tidy(old), tidy(new)
    if before == after:
        return ()
    named, names = renamed(before, after, catalog)
    both = Both.of(named, after, catalog, codelists or {}, moves(named, after))
    found = [*_renames(both, names), *_node(both, _whole(after), named, after)]
    return tuple(found) or (properties.rest(_whole(after)),)


def _whole(document: Mapping[str, Any]) -> Part:
    return Part("", "whole", label_of(document), ROOTS.get(str(document.get("kind"))))


def _renames(both: Both, names: Mapping[str, str]) -> Iterator[Difference]:
    for path, before in names.items():
        yield properties.renaming(both.part_at(path), before)


def _node(both: Both, part: Part, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """The differences of one element, its own properties before what stands in it."""
    known = shapes(part.model) if part.model is not None else {}
    names = list(dict.fromkeys((*known, *new, *old)))
    done = frozenset({"key"}) if part.around is not None else frozenset[str]()
    if part.model in (RoleSpec, RuleSpec):
        yield from properties.role_rule(both, part, old, new)
        done |= RULE
    inside = [name for name in names if known.get(name, PLAIN).kind == "keyed"]
    for name in [*(name for name in names if name not in inside), *inside]:
        if name not in done and old.get(name) != new.get(name):
            yield from _property(both, part, name, known.get(name, PLAIN), old.get(name), new.get(name))


def _property(both: Both, part: Part, name: str, shape: Shape, old: Any, new: Any) -> Iterator[Difference]:
    are_lists = all(each is None or isinstance(each, list) for each in (old, new))
    are_nodes = are_lists and all(isinstance(each, Mapping) for each in (*(old or ()), *(new or ())))
    if shape.kind == "text":
        yield properties.wording(part, name, old, new)
    elif shape.kind == "keyed" and are_nodes:
        yield from _elements(both, part, name, shape.model, old or [], new or [])
    elif shape.kind == "node" and name != "due" and isinstance(old, Mapping) and isinstance(new, Mapping):
        inside = Part(part.at(name), part.slug, part.name, shape.model, part.around)
        yield from _node(both, inside, old, new)
    elif shape.kind == "calls" and are_nodes:
        yield from lists.calls(both, part, name, old or [], new or [])
    elif shape.kind == "grants" and are_nodes:
        yield from rights.grants(both, part, old or [], new or [])
    elif shape.kind == "circles" and are_nodes:
        yield from lists.circles(both, part, name, old, new)
    elif shape.kind == "locks" and are_nodes:
        yield from rights.locks(both, part, old or [], new or [])
    elif shape.kind == "names" and are_lists:
        yield from lists.names(both, part, name, old or [], new or [])
    elif name == "cells" and isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from rights.cells(both, part, old, new)
    else:
        yield properties.changed(both, part, name, old, new)


def _elements(
    both: Both, part: Part, name: str, model: type[BaseModel] | None, old: list[Any], new: list[Any]
) -> Iterator[Difference]:
    """The elements of a list: which came and went, which stand elsewhere now, and what is different in each."""
    found = pair(old, new, lambda each: str(each.get("key")))
    slug = SLUGS.get(name, "part")
    for before, after, is_moved in found.both:
        inside = _part(part, name, slug, after, model)
        if is_moved:
            yield lists.moved(inside, after, new)
        yield from _node(both, inside, before, after)
    for after in found.added:
        inside = _part(part, name, slug, after, model)
        origin = both.moves.to.get(inside.path)
        if origin is None:
            yield lists.added(both, inside, after)
            continue
        before = both.old_at(origin)
        yield lists.brought(both, inside, origin)
        yield from _node(both, inside, before if isinstance(before, Mapping) else {}, after)
    for before in found.removed:
        inside = _part(part, name, slug, before, model)
        if inside.path not in both.moves.away:
            yield lists.removed(both, inside, before)


def _part(around: Part, name: str, slug: str, node: Mapping[str, Any], model: type[BaseModel] | None) -> Part:
    """A check is called by its sentence: it has no other words."""
    called = (text_of(node.get("otherwise")) if slug == "check" else None) or label_of(node)
    return Part(f"{around.at(name)}.{node.get('key', '')}", slug, called, model, around)


def counted(found: tuple[Difference, ...]) -> Message:
    """How many differences there are, in words."""
    return Message("comparing.count", count=len(found))
