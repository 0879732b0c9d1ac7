"""Whether a draft can be played, and the problems that stand in the way. What a play does not use may be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.catalog import Catalog
from engine.core.definition import CodeList, WorkflowDefinition
from engine.core.errors import Problem
from engine.core.reading.compiled import bind
from engine.core.reading.parse import examine
from engine.core.reading.positions import NOWHERE
from engine.core.workflow import Workflow

UNUSED = ("prints", "notices", "scenarios")


@dataclass(frozen=True, slots=True)
class Playable:
    """A workflow to be played, or the errors because of which there is none."""

    workflow: Workflow | None
    problems: tuple[Problem, ...] = ()


def playable(document: Mapping[str, Any], catalog: Catalog, codelists: Mapping[str, CodeList]) -> Playable:
    """A draft made ready to be played: without prints and notices, and without its scenarios where they are wrong."""
    found = _read({key: value for key, value in document.items() if key not in UNUSED[:2]}, catalog, codelists)
    if found.workflow is None and document.get(UNUSED[2]):
        found = _read({key: value for key, value in document.items() if key not in UNUSED}, catalog, codelists)
    return found


def _read(document: Mapping[str, Any], catalog: Catalog, codelists: Mapping[str, CodeList]) -> Playable:
    examined = examine(document, NOWHERE, catalog, codelists)
    if not isinstance(examined.definition, WorkflowDefinition):
        return Playable(None, tuple(problem for problem in examined.problems if not problem.warning))
    bound = bind(examined.definition, catalog, codelists)
    return Playable(bound.workflow, bound.problems)
