"""The panel of an element: what can be set on it, drawn from its model and from the catalog's options.

`panel(document, path, catalog, codelists)` answers for any element of a draft; a new guard, field type or model gets
its panel by itself. Texts come as words or as keys of translations with a fallback; no page is drawn here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from engine.core.catalog import Catalog, Entry, Kind
from engine.core.definition import Call, CodeList, FieldSpec, ResultSpec, RuleSpec
from engine.core.designing.choices import CALLS, OFFERED, World, called, extension, offered, refers, rule_name
from engine.core.designing.panelparts import Choice, Group, Label, Panel, Part, Property, Words
from engine.core.designing.readings import Reading, readings
from engine.core.designing.spots import Spot, below, elements, find, key_of, title_of
from engine.core.messages import Text, readable
from engine.core.reading.shapes import shapes
from engine.core.rules import OPTIONS, RULES

HIDDEN = frozenset({"key", "kind", "format", "was"})
# Lists that have pages and panels of their own.
APART = frozenset({"roles", "states", "transitions", "forms", "visible", "results", "prints", "scenarios"})
NAMES = ("label", "title", "name")  # come first, whatever the model declares first
RULES_OF = frozenset({"expression", "calls"})
WITH_RULES = frozenset({"otherwise", "required", "automatic", "reason"})
PEOPLE = frozenset({"circles"})
BY_WHEN = frozenset({"on", "of", "working_days", "after", "by"})  # of a deadline: drawn as one control
# What a small node may hold to be drawn where it stands, whether it is written yet or not: no node inside it.
INSIDE = frozenset({"text", "line", "lines", "number", "decimal", "boolean", "date", "choice", "choices", "expression"})
SLUG = re.compile(r"(?<=[a-z])(?=[A-Z])")


def panel(
    document: Mapping[str, Any],
    path: str,
    catalog: Catalog,
    codelists: Mapping[str, CodeList],
    outside: Mapping[str, tuple[Choice, ...]] | None = None,
) -> Panel | None:
    """The panel of the element at a path; None where no element stands.

    `outside`: choices that no definition holds, by what they are: `grant` (rights), `post` (posts by key).
    """
    spot = find(document, path)
    if spot is None or spot.model is None or not isinstance(spot.value, Mapping):
        return None
    return _panel(World(document, catalog, codelists, outside or {}), spot)


def _panel(world: World, spot: Spot) -> Panel:
    model = spot.model or BaseModel
    if issubclass(model, Call):
        return _call(world, spot)
    found = tuple(sorted(_properties(world, spot, model), key=lambda each: each.name not in NAMES))
    simple = tuple(each for each in found if each.kind != "list")
    parts = [_part(each, spot) for each in found if each.kind == "list" and each.name not in APART]
    parts += [part for each in found if each.kind == "element" for inner in each.parts for part in inner.parts]
    return Panel(spot.path, slug(model), _title(spot), key_of(spot.node()) or None, simple, tuple(parts))


def slug(model: type[BaseModel]) -> str:
    """What a model is called in translations: TaskSpec → task, FormSchema → form."""
    name = model.__name__.removesuffix("Spec").removesuffix("Schema").removesuffix("Definition")
    return SLUG.sub("_", name).lower()


def _title(spot: Spot) -> Words:
    node = spot.node()
    if spot.model is not None and issubclass(spot.model, RuleSpec) and "key" not in node:
        return rule_name(str(node.get("rule", "")))
    return title_of(node) if key_of(node) or "name" in node else Label(f"design.part.{spot.step}", readable(spot.step))


def _properties(world: World, spot: Spot, model: type[BaseModel]) -> Iterator[Property]:
    wanted = _asked(spot, model)
    for reading in readings(model):
        if not _is_hidden(model, reading) and (wanted is None or reading.name in wanted):
            yield _property(world, spot, model, reading)
    entry = _typed(world, spot, model)
    if entry is not None:
        taken = {reading.name for reading in readings(model)}
        yield from _options(world, spot, entry, (each for each in readings(entry.options) if each.name not in taken))


def _is_hidden(model: type[BaseModel], reading: Reading) -> bool:
    shape = shapes(model).get(reading.name)
    return reading.name in HIDDEN or (shape is not None and shape.kind == "locks")


def _asked(spot: Spot, model: type[BaseModel]) -> frozenset[str] | None:
    """Of a rule of a role only what that rule takes, and what is written there although it does not."""
    if not issubclass(model, RuleSpec):
        return None
    takes = RULES.get(str(spot.node().get("rule")))
    asked = {*takes.needs, *takes.may} if takes else set()
    fixed = {reading.name for reading in readings(model)}.difference(OPTIONS)
    return frozenset(asked | fixed | set(spot.node()))


def _typed(world: World, spot: Spot, model: type[BaseModel]) -> Entry | None:
    """The extension whose options stand beside the keys of this element."""
    if issubclass(model, FieldSpec):
        return world.catalog.get("field", str(spot.node().get("type")))
    if issubclass(model, ResultSpec):
        return world.catalog.get("method", str(spot.node().get("method")))
    return None


def _property(world: World, spot: Spot, model: type[BaseModel], reading: Reading) -> Property:
    words, to = slug(model), refers(model, reading.name)
    known = offered(world, to, spot) if to else _fixed(f"design.word.{words}.{reading.name}", reading)
    return _drawn(world, spot, reading, to, known, f"design.{words}.{reading.name}")


def _options(world: World, spot: Spot, entry: Entry, wanted: Iterable[Reading]) -> Iterator[Property]:
    """The options of an extension. What they name is said by their signature."""
    for reading in wanted:
        ref = entry.refs.get(reading.name)
        to = ref.to if ref is not None and ref.to in OFFERED else ""
        base = f"design.option.{entry.kind}.{entry.name}.{reading.name}"
        known = offered(world, to, spot, matrix=ref.matrix) if to and ref else _fixed(f"{base}.word", reading)
        read = _as_expression(reading) if ref is not None and ref.to == "expression" else reading
        yield _drawn(world, spot, read, to, known, base)


def _as_expression(reading: Reading) -> Reading:
    return Reading(reading.name, "expression", (), reading.required, reading.default, most=4096)


def _drawn(world: World, spot: Spot, reading: Reading, to: str, known: tuple[Choice, ...], base: str) -> Property:
    several = reading.kind in ("lines", "choices")
    kind = ("choices" if several else "choice") if (to or reading.words) else reading.kind
    path = f"{spot.path}.{reading.name}" if spot.path else reading.name
    value = spot.node().get(reading.name)
    return Property(
        path=path,
        name=reading.name,
        kind=kind,
        value=value,
        label=Label(base, readable(reading.name)),
        help=Label(f"{base}_help", Text("", "")),
        choices=known,
        required=reading.required,
        many=several or kind in ("texts", "calls", "circles", "list"),
        default=reading.default,
        least=reading.least,
        most=reading.most,
        refers=to,
        group=_group(reading),
        parts=tuple(_inside(world, spot, reading)),
        addable=_addable(world, reading),
        fresh=_fresh(spot, reading) if reading.kind == "element" and value is None else None,
    )


def _fixed(base: str, reading: Reading) -> tuple[Choice, ...]:
    return tuple(Choice(word, Label(f"{base}.{word}", readable(word))) for word in reading.words)


def _group(reading: Reading) -> Group:
    if reading.kind in PEOPLE:
        return "people"
    return "rules" if reading.kind in RULES_OF or reading.name in WITH_RULES else "content"


def _inside(world: World, spot: Spot, reading: Reading) -> Iterator[Panel]:
    """The panels of what stands inside: each call, or the node itself; of a deadline what it brings besides its day."""
    inner = below(spot, reading.name)
    if inner is not None and reading.kind == "due" and isinstance(inner.value, Mapping):
        yield _besides(world, inner)
    if inner is None and reading.kind == "element":
        inner = _unwritten(spot, reading)
    if inner is None or reading.kind not in ("calls", "element"):
        return
    listed = inner.value if isinstance(inner.value, list) else [None]
    for index in range(len(listed)):
        found = below(inner, str(index)) if isinstance(inner.value, list) else inner
        if found is not None and found.model is not None and isinstance(found.value, Mapping):
            yield _panel(world, found)


def _unwritten(spot: Spot, reading: Reading) -> Spot | None:
    """A small node that says nothing yet: its controls stand there all the same, and write it when they are used."""
    shape = shapes(spot.model).get(reading.name) if spot.model is not None else None
    if shape is None or shape.model is None or not all(each.kind in INSIDE for each in readings(shape.model)):
        return None
    path = f"{spot.path}.{reading.name}" if spot.path else reading.name
    return Spot(path, reading.name, {}, shape.model, spot)


def _besides(world: World, due: Spot) -> Panel:
    """The panel of a deadline without its day; lists of small nodes are edited in it, since they have no panel."""
    besides = (each for each in _properties(world, due, due.model or BaseModel) if each.name not in BY_WHEN)
    return replace(_panel(world, due), properties=tuple(_nodes(world, due, each) for each in besides), parts=())


def _nodes(world: World, spot: Spot, listed: Property) -> Property:
    """A list of nodes without keys, each with its controls, and what a new one begins with."""
    shape = shapes(spot.model).get(listed.name) if spot.model is not None else None
    if listed.kind != "list" or shape is None or shape.model is None:
        return listed
    inner = below(spot, listed.name)
    items = () if inner is None else tuple(below(inner, str(index)) for index in range(len(inner.value or ())))
    parts = tuple(_panel(world, each) for each in items if each is not None and isinstance(each.value, Mapping))
    return replace(listed, kind="nodes", parts=parts, fresh=_begun(shape.model))


def _fresh(spot: Spot, reading: Reading) -> Mapping[str, Any] | None:
    """What a node begins as that is too large to stand there unwritten; None where somebody has to say it himself."""
    shape = shapes(spot.model).get(reading.name) if spot.model is not None else None
    found = _begun(shape.model) if shape is not None and shape.model is not None else {}
    return found if found and None not in found.values() else None


def _begun(model: type[BaseModel]) -> Mapping[str, Any]:
    """The least that a node has to say: the first of its fixed words, the least of its numbers, a formula to change."""
    wanted = (each for each in readings(model) if each.required and each.kind != "list")
    return {each.name: _least(each) for each in wanted}


def _least(each: Reading) -> Any:
    if each.words:
        return each.words[0]
    return "0" if each.kind == "expression" else each.least


def _addable(world: World, reading: Reading) -> tuple[Choice, ...]:
    if reading.kind == "calls":
        return tuple(extension(entry) for entry in world.catalog.entries(CALLS.get(reading.name, "guard")))
    if reading.name == "else":
        return tuple(Choice(rule, rule_name(rule)) for rule in RULES if rule != "subject")
    return ()


def _call(world: World, spot: Spot) -> Panel:
    """The panel of a guard, action or job: the options of the extension that it names."""
    kind: Kind = CALLS.get(spot.above.step if spot.above else "", "guard")
    entry = called(spot.node(), world.catalog, kind)
    name = str(spot.node().get("name", ""))
    if entry is None:
        return Panel(spot.path, kind, readable(name), None, ())
    options = below(spot, "options") or Spot(f"{spot.path}.options", "options", {}, None, spot)
    return Panel(
        spot.path, kind, extension(entry).label, None, tuple(_options(world, options, entry, readings(entry.options)))
    )


def _part(listed: Property, spot: Spot) -> Part:
    items = tuple(
        Choice(f"{listed.path}.{key_of(each) or index}", title_of(each))
        for index, each in enumerate(elements(spot.node(), listed.name))
    )
    return Part(listed.path, listed.name, listed.label, items)
