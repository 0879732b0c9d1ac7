"""Does a score make sense: one method a step, weights that total 100, words for everything, nothing unused.

Bands are lint_bands.py; formulas and code lists are scoring.py's.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.core.errors import Problem
from engine.core.messages import Message
from engine.core.reading.declared import RESERVED, keys, twice
from engine.core.reading.lint_bands import banding_problems
from engine.core.scorespec import LookUp, ScoreDefinition, ScoreInput, ScoreStep, WeighedPart, Weighting

WHOLE = Decimal(100)


def score_problems(score: ScoreDefinition) -> Iterator[Problem]:
    """Yield what is wrong with a score; the paths are by names."""
    yield from twice("inputs", score.inputs)
    yield from twice("steps", score.steps)
    yield from _names(score)
    for each in score.inputs:
        yield from _input(f"inputs.{each.key}", each)
    if not score.steps:
        yield Problem("steps", Message("lint.score_no_steps"))
    for step in score.steps:
        yield from _step(f"steps.{step.key}", step)


def _names(score: ScoreDefinition) -> Iterator[Problem]:
    """Formulas call inputs and steps by their bare names."""
    inputs = keys(score.inputs)
    for group, elements in (("inputs", score.inputs), ("steps", score.steps)):
        for each in elements:
            path = f"{group}.{each.key}"
            if each.key in RESERVED:
                yield Problem(path, Message("lint.reserved_name", key=each.key))
            if group == "steps" and each.key in inputs:
                yield Problem(path, Message("lint.same_name", key=each.key, other=f"inputs.{each.key}"))
            if each.label is None:
                yield Problem(path, Message("lint.no_label", key=each.key), warning=True)


def _input(path: str, each: ScoreInput) -> Iterator[Problem]:
    numeric = each.type in ("number", "numbers")
    if not numeric and (each.least is not None or each.most is not None):
        yield Problem(path, Message("lint.score_bounds_of_no_number", key=each.key))
    if each.least is not None and each.most is not None and each.most <= each.least:
        yield Problem(f"{path}.most", Message("lint.score_bounds", least=each.least, most=each.most))
    if each.list is not None and each.type != "text":
        yield Problem(f"{path}.list", Message("lint.score_list_of_no_text", key=each.key))


def _step(path: str, step: ScoreStep) -> Iterator[Problem]:
    if len(step.methods) != 1:
        yield Problem(path, Message("lint.score_methods", key=step.key, found=len(step.methods)))
    if step.weighted is not None:
        yield from _weighted(f"{path}.weighted", step.weighted)
    if step.bands is not None:
        yield from banding_problems(f"{path}.bands", step.bands)
    if step.table is not None:
        yield from _table(f"{path}.table", step.table)


def _weighted(path: str, weighting: Weighting) -> Iterator[Problem]:
    yield from twice(f"{path}.parts", weighting.parts)
    given = [part for part in weighting.parts if part.weight is not None]
    if weighting.weights == "equal":
        for part in given:
            yield Problem(f"{path}.parts.{part.key}.weight", Message("lint.score_equal_weight", key=part.key))
    else:
        for part in weighting.parts:
            if part.weight is None:
                yield Problem(f"{path}.parts.{part.key}", Message("lint.score_no_weight", key=part.key))
        total = sum((part.weight or Decimal(0) for part in weighting.parts), Decimal(0))
        if len(given) == len(weighting.parts) and total != WHOLE:
            yield Problem(f"{path}.parts", Message("bind.weights_total", found=total), hint=_hint(total, len(given)))
    for part in weighting.parts:
        yield from _part(f"{path}.parts.{part.key}", part)


def _hint(total: Decimal, count: int) -> Message | None:
    """Whoever wrote thirds or ninths means equal weights."""
    near = abs(total - WHOLE) < 1 and WHOLE % count
    return Message("lint.score_equal_hint") if near else None


def _part(path: str, part: WeighedPart) -> Iterator[Problem]:
    if part.at_least is not None and part.combine is None:
        yield Problem(f"{path}.at_least", Message("lint.score_at_least_alone", key=part.key))
    if part.label is None:
        yield Problem(path, Message("lint.no_label", key=part.key), warning=True)


def _table(path: str, table: LookUp) -> Iterator[Problem]:
    cell = table.row is not None and table.column is not None
    some = table.row is not None or table.column is not None
    if (table.item is not None) == some or (some and not cell):
        yield Problem(path, Message("lint.score_item_or_cell"))
