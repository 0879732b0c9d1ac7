"""Which results of a workflow a list of cases may show to whoever oversees them, without looking at each case."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core import results
from engine.core.scope import COUNTED
from engine.core.scoring.using import ScoreCall
from engine.core.workflow import BoundResult, Workflow


def listed(workflow: Workflow) -> tuple[BoundResult, ...]:
    """The results and scores that everybody who sees the whole case may know, in the order of the document.

    Not those that read of linked cases, which are told by each case, nor those that come from what is kept to roles.
    """
    kept = results.kept(workflow)
    return tuple(each for each in workflow.results if all(_is_open(path, kept) for path in _read(workflow, each)))


def is_score(result: BoundResult) -> bool:
    """Whether it has a number, a band and perhaps the mark of a hand, beside its words."""
    return isinstance(result.method, ScoreCall)


def _read(workflow: Workflow, result: BoundResult) -> Iterator[str]:
    yield f"results.{result.spec.key}"
    read = results.read_by(workflow, result)
    yield from read
    for spec in workflow.definition.figures:
        own = f"figures.{spec.key}"
        if spec.chosen is not None and any(path == own or path.startswith(f"{own}.") for path in read):
            yield spec.chosen


def _is_open(path: str, kept: dict[str, frozenset[str]]) -> bool:
    first, *rest = path.split(".")
    if first == "case" or (first == "children" and rest[-1] not in COUNTED):
        return False
    return path not in kept and ".".join([first, *rest[:1]]) not in kept
