"""What is wrong with a draft, told to whoever designs it: each problem with the element where it is mended.

`findings(document, catalog, codelists)`: the parser's own problems, with labels in place of keys, and where to jump.
No check of its own: those are reading/lint*.py's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.core.catalog import Catalog
from engine.core.definition import Call, Circle, CodeList, Due, Grant, RoleSpec, RuleSpec
from engine.core.designing.spots import Spot, below, elements, fields_of, find, key_of, title_of
from engine.core.errors import Problem
from engine.core.messages import Message, Param, Text, readable
from engine.core.reading.known import workflows_of
from engine.core.reading.parse import examine
from engine.core.reading.positions import NOWHERE

# Nodes that are edited within the panel of what they stand in.
EMBEDDED = (Call, Circle, Due, Grant)
GROUPS = {
    "state": "states",
    "states": "states",
    "source": "states",
    "transition": "transitions",
    "role": "roles",
    "roles": "roles",
    "other": "roles",
    "form": "forms",
    "result": "results",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem or a warning. `at`: the element to open ("" for the definition itself); `name`: its property."""

    message: Message
    at: str
    name: str
    path: str
    title: Text | None = None
    warning: bool = False


def findings(document: Mapping[str, Any], catalog: Catalog, codelists: Mapping[str, CodeList]) -> tuple[Finding, ...]:
    """Everything wrong or doubtful with a draft, in the order of the document; of many errors the first hundred."""
    problems = examine(document, NOWHERE, catalog, codelists).problems
    names = {key: known.definition.name for key, known in workflows_of(codelists).items()}
    return tuple(_with_names(finding(document, problem), names) for problem in problems)


def _with_names(found: Finding, names: Mapping[str, Text]) -> Finding:
    """The same problem with other workflows called by their names."""
    params = dict(found.message.items)
    for name in ("workflow", "workflows"):
        value = params.get(name)
        if isinstance(value, tuple):
            params[name] = tuple(names.get(each, each) if isinstance(each, str) else each for each in value)
        elif isinstance(value, str):
            params[name] = names.get(value, value)
    return replace(found, message=Message(found.message.key, **params))


def finding(document: Mapping[str, Any], problem: Problem) -> Finding:
    """A problem of the parser, told by labels, with its jump."""
    host, name = jump(document, problem.path)
    title = title_of(host.node()) if host.path else None
    return Finding(told(document, problem.message), host.path, name, problem.path, title, problem.warning)


def jump(document: Mapping[str, Any], path: str) -> tuple[Spot, str]:
    """The element to open for a path, and which of its properties the path is about."""
    root = find(document, "") or Spot("", "", document, None)
    host, rest = _deepest(root, path.split(".") if path else [])
    while host.above is not None and not _is_host(host):
        rest, host = [host.step, *rest], host.above
    return host, rest[0] if rest else ""


def _deepest(spot: Spot, steps: list[str]) -> tuple[Spot, list[str]]:
    while steps and (found := below(spot, steps[0])) is not None:
        spot, steps = found, steps[1:]
    return spot, steps


def _is_host(spot: Spot) -> bool:
    """Whether an element has a panel of its own: it stands in a list by its key."""
    if spot.model is None or not isinstance(spot.value, Mapping) or issubclass(spot.model, EMBEDDED):
        return False
    is_else = issubclass(spot.model, RuleSpec) and not issubclass(spot.model, RoleSpec)
    return bool(key_of(spot.node())) and not is_else


def told(document: Mapping[str, Any], message: Message) -> Message:
    """A message that calls the elements of the draft by their labels instead of their keys."""
    return Message(message.key, **{name: _called(document, name, value) for name, value in message.items})


def _called(document: Mapping[str, Any], name: str, value: Param) -> Param:
    if isinstance(value, Message):
        return told(document, value)
    if isinstance(value, tuple):
        return tuple(_called(document, name, each) for each in value)
    if not isinstance(value, str):
        return value
    if name == "name" and "." in value:
        return _once_in(document, value)
    known = next((each for each in _named(document, name) if key_of(each) == value), None)
    return title_of(known) if known is not None else value


def _once_in(document: Mapping[str, Any], path: str) -> Param:
    """A name in an expression that nothing is called by: the form that it belongs to is."""
    first, _, rest = path.partition(".")
    form = next((each for each in elements(document, "forms") if key_of(each) == first), None)
    if form is None:
        return path
    return Message("design.problem.once_in", what=readable(rest.rpartition(".")[2]), form=title_of(form))


def _named(document: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    """The elements that a parameter of this name may mean."""
    if name in GROUPS:
        return elements(document, GROUPS[name])
    if name in ("task", "tasks", "other_task"):
        return (task for state in elements(document, "states") for task in elements(state, "tasks"))
    if name == "link":
        return (*elements(document, "children"), *elements(document, "follow_ups"))
    if name == "key":
        groups = ("states", "transitions", "forms", "roles", "results")
        return (each for group in groups for each in elements(document, group))
    if name == "field":
        return (each for form in elements(document, "forms") for each in fields_of(form))
    return ()
