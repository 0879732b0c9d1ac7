"""Figures in a play: numbers that whoever plays says, in place of what entries come to. Nothing is counted here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine.core.case import CaseView, Figure
from engine.core.expression import Expression
from engine.core.filling import picked
from engine.core.workflow import Workflow

USUAL = Decimal(100)  # what is tried where nobody says a number
MOST_TRIED = 5
SAID: Mapping[str, Any] = {"given": True}


def figures(workflow: Workflow, case: CaseView, given: Mapping[str, Decimal]) -> dict[str, Figure]:
    """The figures of a play by these numbers; of chosen indicators each one has the number, beside its own target."""
    found = {}
    for spec in workflow.definition.figures:
        if spec.chosen is not None:
            rows = _rows(workflow, case, spec.chosen, spec.indicator, given.get(spec.key))
            found[spec.key] = Figure(tuple(rows), SAID)
        elif spec.key in given:
            found[spec.key] = Figure(given[spec.key], SAID)
    return found


def _rows(
    workflow: Workflow, case: CaseView, chosen: str, only: str | None, number: Decimal | None
) -> Iterator[Mapping[str, Any]]:
    form, _, path = chosen.partition(".")
    if form in case.answers:
        for one in picked.picked(workflow.forms[form], case.answers[form], path, only):
            yield picked.row_of(one, number, None)


def usual(workflow: Workflow) -> dict[str, Decimal]:
    """A number for each figure that a workflow reads."""
    return {spec.key: USUAL for spec in workflow.definition.figures}


def tried(workflow: Workflow, rules: Iterable[Sequence[Expression]]) -> Iterator[dict[str, Decimal]]:
    """Numbers that might matter, a few: a usual one, none at all, and around each that a rule over figures names."""
    spoken = [USUAL, Decimal(0)]
    for formulas in rules:
        if any(path.startswith("figures.") for formula in formulas for path in formula.references):
            spoken += [near for formula in formulas for at in _numbers(formula.tree()) for near in (at, at + 1, at - 1)]
    for number in list(dict.fromkeys(spoken))[:MOST_TRIED]:
        yield {spec.key: number for spec in workflow.definition.figures}


def _numbers(tree: Any) -> Iterator[Decimal]:
    if isinstance(tree, dict):
        if tree.get("kind") == "number":
            yield Decimal(tree["value"])
        for each in tree.values():
            yield from _numbers(each)
    elif isinstance(tree, list):
        for each in tree:
            yield from _numbers(each)
