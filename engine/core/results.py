"""Results of a case: what the methods of its definition find, each with its derivation, and of what. Stores nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from engine.core.case import CaseView, Holder, LinkedCase, Outcome
from engine.core.definition import Transition
from engine.core.effects import SetValue
from engine.core.expression import ExpressionFailed
from engine.core.messages import Message
from engine.core.scope import COUNTED, names, value_of
from engine.core.scoring.using import ScoreCall
from engine.core.workflow import BoundResult, Workflow


def evaluate(
    workflow: Workflow,
    case: CaseView,
    move: Transition | None = None,
    to: str = "",
    refused: list[Message] | None = None,
) -> dict[str, Outcome]:
    """Result → outcome, for those whose inputs are there; a later result may read an earlier one.

    A score is worked out by those moves alone that its workflow names, by transition or by the state they lead to; why
    one of them cannot be is added to `refused`. At other moves it stays what it is.
    """
    known = names(case)
    found: dict[str, Outcome] = {}
    due = tuple(result for result in workflow.results if _is_due(result, move, to))
    for result in due:
        known.pop(result.spec.key, None)
    for result in due:
        if refused is not None and isinstance(result.method, ScoreCall):
            refused += result.method.refusals(case, known)
        try:
            outcome = result.method(workflow.definition, case, known)
        except ExpressionFailed:
            continue
        if outcome is None:
            continue
        if not isinstance(outcome, Outcome):
            raise TypeError(f"the method {result.method.name!r} answered {outcome!r} instead of an Outcome")
        found[result.spec.key] = outcome
        known[result.spec.key] = value_of(outcome)
    return found


def _is_due(result: BoundResult, move: Transition | None, to: str) -> bool:
    call = result.method
    return not isinstance(call, ScoreCall) or call.is_due(None if move is None else move.key, to)


def changes(workflow: Workflow, case: CaseView, move: Transition | None = None, to: str = "") -> tuple[SetValue, ...]:
    """The results that are new or other than the case's: in value, or in how they came about."""
    return tuple(
        SetValue(key, outcome.value, outcome.derivation)
        for key, outcome in evaluate(workflow, case, move, to).items()
        if case.results.get(key) != outcome
    )


def refusals(workflow: Workflow, case: CaseView, move: Transition) -> tuple[Message, ...]:
    """Why the scores that a move has to work out cannot be; without them it does not happen."""
    refused: list[Message] = []
    if any(isinstance(each.method, ScoreCall) and _is_due(each, move, move.to) for each in workflow.results):
        evaluate(workflow, case, move, move.to, refused)
    return tuple(refused)


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


def kept(workflow: Workflow) -> dict[str, frozenset[str]]:
    """What only some of those who read a case see of it: path (`rating.score`, `results.mean`) → the fields, by path,
    that one has to see for it."""
    found: dict[str, frozenset[str]] = {}
    for form, bound in workflow.forms.items():
        bounds = bound.bounds
        fields = bounds.seen.keys() | {key for key, read in bounds.read.items() if not read.isdisjoint(bounds.seen)}
        found |= {f"{form}.{key}": frozenset({f"{form}.{key}"}) for key in fields}
    fields_kept = frozenset(found)
    for result in workflow.results:
        of = {".".join(path.split(".")[:2]) for path in read_by(workflow, result)} & fields_kept
        if of:
            found[f"results.{result.spec.key}"] = frozenset(of)
    return found


def kept_to(workflow: Workflow, state: str, roles: Mapping[str, tuple[Holder, ...]]) -> dict[str, frozenset[int]]:
    """Each such path of a case in a state → the people who see it, by who holds which role."""
    seen = {
        person: _seen(workflow, state, {role for role in roles if any(one.person_id == person for one in roles[role])})
        for person in {one.person_id for holders in roles.values() for one in holders}
    }
    return {
        path: frozenset(person for person, fields in seen.items() if needed <= fields)
        for path, needed in kept(workflow).items()
    }


def _seen(workflow: Workflow, state: str, roles: Collection[str]) -> set[str]:
    """The fields, by path, that somebody with these roles sees in every form."""
    found: set[str] = set()
    for form, bound in workflow.forms.items():
        hidden = bound.bounds.sight(roles, state).hidden
        found |= {f"{form}.{question.key}" for question in bound.questions if question.key not in hidden}
    return found


def is_kept_from(case: CaseView, person_id: int | None, read: Collection[str]) -> bool:
    """Whether one of these paths reads, of a linked case, what is kept there to others than this person."""
    return any(
        person_id not in people
        for path in read
        for each, rest in _beside(case, path)
        for name, people in each.kept.items()
        if f"{rest}.".startswith(f"{name}.") or f"{name}.".startswith(f"{rest}.")
    )


def _beside(case: CaseView, path: str) -> Iterator[tuple[LinkedCase, str]]:
    """The linked cases that a path reads, each with the path there."""
    first, _, rest = path.partition(".")
    link, _, inner = rest.partition(".")
    if first == "children":
        yield from ((each, inner) for each in case.children.get(link, ()) if inner not in COUNTED)
    elif first == "case" and link == "parent" and case.parent is not None:
        yield case.parent, inner
