"""Asks a transition's condition and guards, all of them, and keeps what each was asked and answered.

A guard that answers anything but a Verdict is broken and must not pass: that is an error, not a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.case import CaseView, Verdict, allow, refuse
from engine.core.effects import Asked
from engine.core.expression import ExpressionFailed
from engine.core.messages import Message, readable
from engine.core.scope import plain, read
from engine.core.workflow import BoundCall, Move, Workflow


def ask(workflow: Workflow, move: Move, case: CaseView, names: Mapping[str, Any]) -> tuple[Asked, ...]:
    """The condition, then each guard in order, then actions that cannot be asked for: each with its verdict."""
    return tuple(_answers(workflow, move, case, names))


def refusals(asked: tuple[Asked, ...]) -> tuple[Message, ...]:
    """Why not, in the order of asking."""
    return tuple(
        each.verdict.message or Message("machine.guard_refuses", guard=each.name)
        for each in asked
        if not each.verdict.allowed
    )


def _answers(workflow: Workflow, move: Move, case: CaseView, names: Mapping[str, Any]) -> Iterator[Asked]:
    yield from _figures(workflow, move, case)
    if move.when is not None:
        yield Asked("when", {"expression": move.when.source}, _condition(move, names))
    for guard in move.guards:
        yield Asked(guard.name, guard.written, _verdict(guard, workflow, case, names))
    for action in move.actions:
        failed = _failure(action, names)
        if failed is not None:
            yield Asked(action.name, action.written, refuse(failed))


def _figures(workflow: Workflow, move: Move, case: CaseView) -> Iterator[Asked]:
    """A figure that the move reads and that has no value holds it back, where its indicator says so."""
    calls = (*move.guards, *move.actions)
    formulas = [formula for call in calls for formula in call.expressions.values()]
    formulas += [] if move.when is None else [move.when]
    read = {path for formula in formulas for path in formula.references}
    for spec in workflow.definition.figures:
        figure, own = case.figures.get(spec.key), f"figures.{spec.key}"
        is_read = any(path == own or path.startswith(f"{own}.") for path in read)
        if is_read and figure is not None and figure.source.get("refuses"):
            why = Message(figure.source["why"]["key"])
            name = spec.label or readable(spec.key)
            yield Asked("figure", {"figure": spec.key}, refuse(Message("indicator.refused", name=name, why=why)))


def _condition(move: Move, names: Mapping[str, Any]) -> Verdict:
    """True lets pass; false, missing and what cannot be computed hold back."""
    if move.when is None:
        return allow()
    inputs = read(names, move.when)
    try:
        value = move.when.evaluate(names)
    except ExpressionFailed as failed:
        return Verdict(False, failed.message, inputs)
    if value is True:
        return Verdict(True, None, inputs)
    said = move.spec.otherwise
    message = Message("machine.otherwise", text=said) if said is not None else Message("machine.condition")
    return Verdict(False, message, inputs)


def _verdict(guard: BoundCall, workflow: Workflow, case: CaseView, names: Mapping[str, Any]) -> Verdict:
    try:
        verdict = guard(workflow.definition, case, names)
    except ExpressionFailed as failed:
        return refuse(failed.message)
    if not isinstance(verdict, Verdict) or not isinstance(verdict.allowed, bool):
        raise TypeError(f"the guard {guard.name!r} answered {verdict!r} instead of a Verdict")
    return Verdict(verdict.allowed, verdict.message, plain(verdict.inputs))


def _failure(action: BoundCall, names: Mapping[str, Any]) -> Message | None:
    try:
        for expression in action.expressions.values():
            expression.evaluate(names)
    except ExpressionFailed as failed:
        return failed.message
    return None
