"""What a move does: its effects, in order, and the case as it stands afterwards. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from engine.core import linked
from engine.core.case import CANCELLED, CaseView, ClockView, Holder, Outcome, TaskView
from engine.core.effects import (
    CloseTasks,
    Decision,
    Effect,
    Enqueue,
    FinishTask,
    OpenCase,
    OpenTask,
    Sent,
    SetDue,
    SetValue,
    StartClock,
)
from engine.core.passing import role_of
from engine.core.results import changes
from engine.core.scope import names as names_of
from engine.core.scope import value_of
from engine.core.tasks import counted, deadline, waits_for_receipt
from engine.core.workflow import Move, Workflow

NEW = "new:"
"""How the ref of a task begins that a decision has opened and nobody has stored yet; its key follows."""

EFFECTS = get_args(Effect)
START, CANCEL, REWIND = "start", "cancel", "rewind"
REPAIR = "repair"  # the role, and the rule, by which a case is taken back


def effects(
    workflow: Workflow,
    case: CaseView,
    to: str,
    names: Mapping[str, Any],
    move: Move | None = None,
    used: str | None = None,
) -> tuple[Effect, ...]:
    """Everything a move asks for: its task done, the others closed, results, new tasks, linked cases, actions, jobs.

    `used` is the ref of the decide-task; `move` is None when a case begins.
    """
    found: list[Effect] = list(leaving(case, used))
    results = changes(workflow, case, move.spec if move is not None else None, to)
    found += results
    found += _opened(workflow, case, to)
    found += clocks(workflow, case, to, begins=move is None)
    if workflow.links:
        known = {each.key: value_of(Outcome(each.value, each.derivation)) for each in results}
        found += linked.due(workflow, case, to, {**names, **known})
    if move is not None:
        for action in move.actions:
            found += _asked_for(action.name, action(workflow.definition, case, names))
        found += (Enqueue(job.name, job.written) for job in move.jobs)
    return linked.once(found) if workflow.links else tuple(found)


def leaving(case: CaseView, used: str | None = None) -> Iterator[Effect]:
    """The task that was used is done, the other open ones are closed."""
    if used is not None:
        yield FinishTask(used)
    refs = tuple(task.ref for task in case.tasks if task.state == "open" and task.ref != used)
    if refs:
        yield CloseTasks(refs)


def _opened(workflow: Workflow, case: CaseView, state: str) -> Iterator[OpenTask]:
    for spec in workflow.tasks(state):
        due = None if waits_for_receipt(spec) else deadline(case, spec)
        role = role_of(spec, due, case.now, case.roles)
        yield OpenTask(spec.key, role, spec.fill, due, case.roles.get(role, ()), bool(spec.after))


def clocks(workflow: Workflow, case: CaseView, state: str, *, begins: bool = False) -> Iterator[StartClock]:
    """The deadlines that no task carries: of a state that the case enters now, and of the whole when it begins."""
    entered = workflow.states.get(state)
    for whole, due in ((False, entered.due if entered else None), (True, workflow.definition.due if begins else None)):
        until = counted(due, case) if due is not None else None
        if until is not None:
            yield StartClock(whole, until)


def _asked_for(action: str, answer: Any) -> Iterator[Effect]:
    for effect in answer:
        if not isinstance(effect, EFFECTS):
            raise TypeError(f"the action {action!r} answered {effect!r} instead of an effect")
        yield effect


def begin(workflow: Workflow, case: CaseView) -> Decision:
    """What starting a case does: it enters the initial state."""
    to = workflow.definition.initial().key
    if workflow.links:
        case = replace(case, children={**dict.fromkeys(workflow.links, ()), **case.children})
    return Decision(START, "", to, None, None, None, (), effects(workflow, case, to, names_of(case)))


def cancel(case: CaseView) -> Decision:
    """What ending a case for good does: its open tasks close. Whether somebody may is not decided here."""
    return Decision(CANCEL, case.state, CANCELLED, None, None, None, (), tuple(leaving(case)))


def rewind(workflow: Workflow, case: CaseView, to: str, by: Holder | None) -> Decision:
    """What taking a case back does: its open tasks close, those of the state open anew. Actions neither run nor end."""
    effects = (*leaving(case), *_opened(workflow, case, to), *clocks(workflow, case, to))
    return Decision(REWIND, case.state, to, REPAIR, by, None, (), effects)


def is_over(workflow: Workflow, case: CaseView) -> bool:
    """Whether a case has come to an end: in a final state, or cancelled."""
    return is_over_in(workflow, case.state)


def is_over_in(workflow: Workflow, key: str) -> bool:
    """Whether a case that stands in a state has come to an end."""
    state = workflow.states.get(key)
    return key == CANCELLED or (state is not None and state.final)


def moved(workflow: Workflow, case: CaseView, decision: Decision) -> CaseView:
    """The case after a decision, without storing anything; the refs of its new tasks begin with NEW."""
    opened = (effect for effect in decision.effects if isinstance(effect, OpenTask))
    tasks = tuple(TaskView(NEW + each.key, each.key, "open", case.now, each.due, 0, each.holders) for each in opened)
    found = {each.key: Outcome(each.value, each.derivation) for each in decision.effects if isinstance(each, SetValue)}
    beside = [effect for effect in decision.effects if isinstance(effect, OpenCase)]
    return replace(
        case,
        state=decision.to_state,
        version=case.version + 1,
        entered_at=case.now,
        tasks=tasks,
        results={**case.results, **found},
        clocks=_running(case, decision),
        children=linked.after_opening(case, beside) if beside else case.children,
    )


def _running(case: CaseView, decision: Decision) -> tuple[ClockView, ...]:
    """The deadlines without a task after a move: that of the whole goes on, that of the state left is gone."""
    started = (effect for effect in decision.effects if isinstance(effect, StartClock))
    new = (ClockView(NEW + ("*" if each.whole else ""), each.whole, case.now, each.due) for each in started)
    return (*(clock for clock in case.clocks if clock.whole), *new)


def after_submission(case: CaseView, sent: Sent) -> CaseView:
    """The case after a form was sent: its answers are the last ones, its task is done."""
    due = {effect.ref: effect.due for effect in sent.effects if isinstance(effect, SetDue)}
    tasks = tuple(
        replace(task, state="done" if task.ref == sent.task else task.state, due=due.get(task.ref, task.due))
        for task in case.tasks
    )
    sender = {sent.form: sent.right.person_id} if sent.right is not None else {}
    return replace(
        case,
        tasks=tasks,
        answers={**case.answers, sent.form: sent.answers},
        sent_by={**case.sent_by, **sender},
    )
