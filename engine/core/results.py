"""Results of a case: what the methods of its definition find, each with its derivation. Nothing is stored here."""

from __future__ import annotations

from engine.core.case import CaseView, Outcome
from engine.core.effects import SetValue
from engine.core.expression import ExpressionFailed
from engine.core.scope import names
from engine.core.workflow import Workflow


def evaluate(workflow: Workflow, case: CaseView) -> dict[str, Outcome]:
    """Result → outcome, for those whose inputs are there; a later result may read an earlier one."""
    known = names(case)
    found: dict[str, Outcome] = {}
    for result in workflow.results:
        known.pop(result.spec.key, None)
    for result in workflow.results:
        try:
            outcome = result.method(workflow.definition, case, known)
        except ExpressionFailed:
            continue
        if outcome is None:
            continue
        if not isinstance(outcome, Outcome):
            raise TypeError(f"the method {result.method.name!r} answered {outcome!r} instead of an Outcome")
        found[result.spec.key] = outcome
        known[result.spec.key] = outcome.value
    return found


def changes(workflow: Workflow, case: CaseView) -> tuple[SetValue, ...]:
    """The results that are new or other than the case's: in value, or in how they came about."""
    return tuple(
        SetValue(key, outcome.value, outcome.derivation)
        for key, outcome in evaluate(workflow, case).items()
        if case.results.get(key) != outcome
    )
