"""The tasks of a case's current state: which are open, what they wait for, who may do them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.core.calendar import due_at, end_of
from engine.core.case import Actor, CaseView, Holder, Signing, TaskView
from engine.core.definition import Due, TaskSpec
from engine.core.effects import Effect, FinishTask, Sent, SetDue
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.form import Form
from engine.core.filling.signed import refuse_secrets, signed
from engine.core.filling.standing import Standing
from engine.core.messages import Message, Param
from engine.core.passing import role_in
from engine.core.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Way:
    """An open task that an actor may do today, by the role that he holds: its own, or the one that it has passed to."""

    spec: TaskSpec
    task: TaskView
    right: Holder
    role: str


def ways(workflow: Workflow, case: CaseView, actor: Actor) -> tuple[Way, ...]:
    """The open tasks of the roles that the actor holds today, in the order of the document; none for `system`."""
    if actor.is_system:
        return ()
    found = []
    for spec in workflow.tasks(case.state):
        task = open_task(case, spec.key)
        role = role_in(case, spec, task)
        right = case.holds(actor, role) if task is not None else None
        if right is not None and task is not None:
            found.append(Way(spec, task, right, role))
    return tuple(found)


def open_task(case: CaseView, key: str) -> TaskView | None:
    """The open task of a key."""
    return next((task for task in case.tasks if task.key == key and task.state == "open"), None)


def waits_for(workflow: Workflow, case: CaseView, spec: TaskSpec) -> tuple[TaskSpec, ...]:
    """The tasks that must be done before this one may be."""
    if not spec.after:
        return ()
    before = (other for other in workflow.tasks(case.state) if other.key in spec.after)
    return tuple(other for other in before if not is_done(case, other.key))


def is_done(case: CaseView, key: str) -> bool:
    """Whether a task of the current state has been done, and has not been opened again since."""
    return open_task(case, key) is None and any(task.key == key and task.state == "done" for task in case.tasks)


def waiting_message(specs: tuple[TaskSpec, ...]) -> Message:
    """What to say while others have to act first."""
    return Message("machine.waits_for", tasks=tuple(named(spec) for spec in specs))


def suspended_message(case: CaseView) -> Message:
    """What to say while a case is suspended: since which day."""
    since = (case.suspended_at or case.now).astimezone(case.zone).date()
    return Message("case.suspended", since=since)


def named(spec: TaskSpec) -> Param:
    """What people call a task."""
    return spec.label if spec.label is not None else spec.key


def fillable(workflow: Workflow, case: CaseView, task_key: str, actor: Actor) -> TaskView:
    """The open fill-task that the actor may fill now.

    Raises NotFound (the state has no such task), NotAllowed (not his), Refused (not open, or waiting for others).
    """
    return _way(workflow, case, task_key, actor).task


def submit(
    workflow: Workflow,
    case: CaseView,
    task_key: str,
    actor: Actor,
    raw: Mapping[str, Any],
    standing: Standing | None = None,
    signing: Signing | None = None,
) -> Sent:
    """What sending a form would do; raises like `fillable`, and InvalidSubmission with every message by path.

    `standing` is needed where not all of the form may be edited: what stands there stays. `signing`: the proof that
    the actor signs, without which a form that asks for a signature is refused.
    """
    way = _way(workflow, case, task_key, actor)
    form = workflow.forms[way.spec.fill or ""]
    refuse_secrets(form, raw)
    judged = form.judge(raw, facts(case), _fixed(form, case, way, standing))
    if judged.errors:
        raise InvalidSubmission(judged.errors)
    answers = signed(form, judged, signing, case.now.astimezone(case.zone))
    effects: tuple[Effect, ...] = (FinishTask(way.task.ref), *_received(workflow, case, way.spec))
    return Sent(way.task.ref, form.key, way.role, way.right, answers, effects)


def deadline(case: CaseView, spec: TaskSpec) -> datetime | None:
    """When a task of the case falls due whose clock starts now; None where it has none."""
    return None if spec.due is None else counted(spec.due, case)


def counted(due: Due, case: CaseView) -> datetime | None:
    """When a deadline passes whose clock starts now; None where it is the date of an answer that is not there."""
    if due.by is not None:
        form, _, field = due.by.partition(".")
        day = case.answers.get(form, {}).get(field)
        return end_of(day, case.zone) if isinstance(day, date) else None
    return due_at(due, case.now, case.period_start, case.period_end, case.zone, case.calendar)


def waits_for_receipt(spec: TaskSpec) -> bool:
    """Whether the clock of a task starts only when what it waits for is done."""
    return bool(spec.after) and spec.due is not None and spec.due.after == "received"


def _received(workflow: Workflow, case: CaseView, sent: TaskSpec) -> Iterator[SetDue]:
    """The deadlines of the tasks that waited for this one alone."""
    for spec in workflow.tasks(case.state):
        task = open_task(case, spec.key)
        if task is not None and waits_for_receipt(spec) and waits_for(workflow, case, spec) == (sent,):
            due = deadline(case, spec)
            if due is not None:
                yield SetDue(task.ref, due)


def facts(case: CaseView) -> FormFacts:
    """What judging a form of this case may know."""
    return FormFacts(case.today, case.period_start, case.period_end, case.named)


def _fixed(form: Form, case: CaseView, way: Way, standing: Standing | None) -> Standing | None:
    """What stands, with what the role of this task may not edit; nothing is taken from the body for those."""
    if form.is_open:
        return None
    sight = form.bounds.sight((way.spec.role,), case.state, way.spec.role)
    return Standing(standing.raw if standing is not None else {}, sight.fixed)


def _way(workflow: Workflow, case: CaseView, task_key: str, actor: Actor) -> Way:
    spec = next((spec for spec in workflow.tasks(case.state) if spec.key == task_key and spec.fill is not None), None)
    if spec is None:
        raise NotFound(Message("submission.no_such_task"))
    task = open_task(case, task_key)
    role = role_in(case, spec, task)
    right = None if actor.is_system else case.holds(actor, role)
    if right is None:
        raise NotAllowed(Message("submission.not_yours", task=named(spec)))
    if task is None:
        raise Refused(Message("submission.not_open", task=named(spec)))
    if case.suspended_at is not None:
        raise Refused(suspended_message(case))
    waiting = waits_for(workflow, case, spec)
    if waiting:
        raise Refused(waiting_message(waiting), (waiting_message(waiting),))
    return Way(spec, task, right, role)
