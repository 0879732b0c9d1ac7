"""Results of a case: what the methods of its definition find, each with its derivation, and of what. Stores nothing."""

from __future__ import annotations

from collections.abc import Collection

from engine.core.case import CaseView, Outcome
from engine.core.effects import SetValue
from engine.core.expression import ExpressionFailed
from engine.core.scope import COUNTED, names
from engine.core.workflow import BoundResult, Workflow


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


def read_by(workflow: Workflow, result: BoundResult) -> frozenset[str]:
    """Every path that a result comes from; of the earlier results that it reads, what those come from."""
    direct = {path for formula in result.method.expressions.values() for path in formula.references}
    earlier = {each.spec.key: each for each in workflow.results[: workflow.results.index(result)]}
    through = (read_by(workflow, earlier[path]) for path in direct & earlier.keys())
    return frozenset(direct).union(*through)


def is_told(workflow: Workflow, case: CaseView, read: Collection[str]) -> bool:
    """Whether what these paths read of linked cases may be told: in a final state, once the children read are over.

    How many cases a link has, and how many are open, is always told. After a cancellation nothing else ever is.
    """
    links, above = set(), False
    for first, *rest in (path.split(".") for path in read):
        above = above or first == "case"
        if first == "children" and rest[-1] not in COUNTED:
            links.add(rest[0])
    if not links and not above:
        return True
    state = workflow.states.get(case.state)
    if state is None or not state.final:
        return False
    return all(each.is_over for link in links for each in case.children.get(link, ()))
