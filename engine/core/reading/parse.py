"""From a document to a definition: normal form, then shape, then meaning; all problems at once, each with its place.

Only the order of the steps, and which findings are mere consequences of others. No YAML here; no check of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.catalog import Catalog
from engine.core.definition import CodeList, Definition, IndicatorDefinition, RegisterDefinition, ScoreDefinition
from engine.core.errors import InvalidDefinition, Problem
from engine.core.messages import Message, Param
from engine.core.reading.compiled import bind
from engine.core.reading.lint import findings
from engine.core.reading.measuring import bind_indicator
from engine.core.reading.places import Places
from engine.core.reading.positions import Positions
from engine.core.reading.registering import bind_register
from engine.core.reading.scoring import bind_score
from engine.core.reading.structure import Structured, structured
from engine.core.reading.writings import normalise
from engine.core.sizes import too_large

MOST_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class Examined:
    """What a document is: the definition where no error was found, and its problems, warnings among them, in order.

    Of a document with errors the first MOST_PROBLEMS.
    """

    definition: Definition | None
    problems: tuple[Problem, ...]


def parse(document: Any, positions: Positions, catalog: Catalog, codelists: Mapping[str, CodeList]) -> Definition:
    """Turn a document into a definition; raises InvalidDefinition with its errors. Warnings only `examine` tells."""
    examined = examine(document, positions, catalog, codelists)
    if examined.definition is None:
        raise InvalidDefinition([problem for problem in examined.problems if not problem.warning])
    return examined.definition


def examine(document: Any, positions: Positions, catalog: Catalog, codelists: Mapping[str, CodeList]) -> Examined:
    """Look at a document from every side. `codelists` by key: those that the definition may name."""
    normal = normalise(document)
    places = Places(normal, positions)
    if long := [places.problem(path, message) for path, message in too_large(normal.document)]:
        return Examined(None, tuple(long))
    shape = structured(normal.document, places)
    remarks = [places.remark(each.origin, each.message, warning=each.warning) for each in normal.remarks]
    found = [*remarks, *shape.problems]
    if shape.definition is not None:
        meaning = _until_enough(_meaning(shape.definition, catalog, codelists))
        found += (places.located(each) for each in meaning if not _follows(each, shape))
    problems = tuple(places.in_order(found))
    valid = not any(not problem.warning for problem in problems)
    return Examined(shape.definition if valid else None, problems if valid else problems[:MOST_PROBLEMS])


def shaped(document: Any, positions: Positions) -> Definition | None:
    """The definition that a document has the shape of, mended where it had to be, whatever it means."""
    normal = normalise(document)
    return structured(normal.document, Places(normal, positions)).definition


def _meaning(definition: Definition, catalog: Catalog, codelists: Mapping[str, CodeList]) -> Iterator[Problem]:
    yield from findings(definition)
    if isinstance(definition, RegisterDefinition):
        yield from bind_register(definition, catalog, codelists).problems
    elif isinstance(definition, ScoreDefinition):
        yield from bind_score(definition, codelists).problems
    elif isinstance(definition, IndicatorDefinition):
        yield from bind_indicator(definition, catalog, codelists).problems
    elif not isinstance(definition, CodeList):
        yield from bind(definition, catalog, codelists).problems


def _until_enough(problems: Iterator[Problem]) -> Iterator[Problem]:
    """Problems until there are many errors: whoever has to mend them reads no further, and looking has its price."""
    errors = 0
    for problem in problems:
        yield problem
        errors += not problem.warning
        if errors >= MOST_PROBLEMS:
            return


def _follows(problem: Problem, shape: Structured) -> bool:
    """Whether a finding only repeats a mistake of shape: it is about a name that was lost, or about the same place."""
    if shape.lost.intersection(_words(problem.message)) or shape.lost.intersection(problem.path.split(".")):
        return True
    return any(_same_place(problem.path, each.path) for each in shape.problems)


def _same_place(path: str, wrong: str) -> bool:
    if path == wrong or path.startswith(f"{wrong}."):
        return True
    within = wrong.removeprefix(f"{path}.") if "." in path else wrong
    return within != wrong and within.count(".") <= 1


def _words(value: Param) -> Iterator[str]:
    if isinstance(value, Message):
        for _, param in value.items:
            yield from _words(param)
    elif isinstance(value, tuple):
        for item in value:
            yield from _words(item)
    elif isinstance(value, str):
        yield value
