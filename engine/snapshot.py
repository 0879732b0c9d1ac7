"""From rows to the `CaseView` that the core reads: the case, its people today, its tasks, its last answers.

Reads only. Writing verbs ask for the case locked, or check what they read as they write; pages ask for it unlocked.
Scope is decided here, once: a case is visible to the people whom its roles name today, to whoever held a task of it,
and to rights over its unit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import beside, case_figures, holders
from engine.core.case import Actor, CaseView, Holder, LinkedCase, Outcome, Submitted, TaskView
from engine.core.errors import NotFound
from engine.core.expiring import running
from engine.core.filling import forms
from engine.core.messages import Message
from engine.core.moving import is_over_in
from engine.core.reading.compiled import Workflow
from engine.core.times import to_datetime
from engine.runtime import Runtime
from engine.store.apply import Place, place_after, stream_of_case
from engine.store.gathered import spread
from engine.store.queries import case_head, clocks, scope, scored
from engine.store.queries import cases as queries
from engine.store.queries.case_head import NOBODY, Asker

Sent = dict[str, tuple[dict[str, Any] | None, int]]  # form → its last answers, None once erased, and who sent them


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A case with what the store needs beside the view: its integer keys and its compiled workflow."""

    id: int
    ref: str
    digest: str
    unit_id: int
    cycle_ref: str
    cycle_name: str
    subject_name: str
    zone: ZoneInfo
    workflow: Workflow
    view: CaseView
    task_ids: Mapping[str, int]
    oversees: bool  # the actor sees all of it by a right over its unit
    stored: int  # the version as it was read; `view` may run ahead of it inside a verb
    place: Place  # of the next event in its stream
    next_number: int  # of a submission of the form of the task by which it was asked for
    has_parent: bool  # another case opened it
    asked: Any  # the row, which also tells what became of an idempotency key (requests.Once.told)


def load(
    rt: Runtime, db: Connection, case_ref: str, actor: Actor, at: datetime, *, lock: bool = False, asker: Asker = NOBODY
) -> Snapshot:
    """The case of a ref as the actor may see it; NotFound for strangers."""
    row = case_head.head(db, case_ref, at, lock=lock, asker=asker)
    if row is None:
        raise NotFound(Message("case.not_found"))
    return assemble(rt, db, row, actor, at)


def load_by_task(
    rt: Runtime,
    db: Connection,
    task_ref: str,
    actor: Actor,
    at: datetime,
    *,
    lock: bool = False,
    asker: Asker = NOBODY,
    answers: bool = True,
) -> Snapshot:
    """The case that a task belongs to; NotFound for strangers and unknown tasks.

    Without `answers`, earlier answers and results are read only where the case might move on by itself.
    """
    row = case_head.head_by_task(db, task_ref, at, lock=lock, asker=asker)
    if row is None:
        raise NotFound(Message("task.not_found"))
    return assemble(rt, db, row, actor, at, answers=answers)


def assemble(rt: Runtime, db: Connection, row: Any, actor: Actor, at: datetime, *, answers: bool = True) -> Snapshot:
    """Everything around a case's row, in as few reads as its definition needs."""
    workflow = rt.library.workflow(db, row.definition_digest)
    zone = ZoneInfo(row.timezone)
    held = holders.of_case(db, workflow, row, at.astimezone(zone).date())
    tasks, task_ids = tasks_of_row(row)
    # Whoever is evaluated sees his own case as its subject, whatever rights he has over his unit.
    oversees = row.subject_id != actor.person_id and _oversees(db, actor, row.unit_id)
    if not oversees and not _concerned(db, actor, row, held):
        raise NotFound(Message("case.not_found"))
    view = _view(rt, db, workflow, row, at, held, tasks, whole=answers or row.state in workflow.automatic)
    return Snapshot(
        id=row.id,
        ref=row.ref,
        digest=row.definition_digest,
        unit_id=row.unit_id,
        cycle_ref=row.cycle_ref,
        cycle_name=row.cycle_name,
        subject_name=row.subject_name or "",
        zone=zone,
        workflow=workflow,
        view=view,
        task_ids=task_ids,
        oversees=oversees,
        stored=row.version,
        place=place_after(stream_of_case(row.ref), row),
        next_number=getattr(row, "next_number", 0),
        has_parent=row.has_parent,
        asked=row,
    )


def with_answers(db: Connection, found: Snapshot) -> Snapshot:
    """The snapshot with the last answers of each form, where it was read without them."""
    if found.view.answers or not found.asked.has_answers:
        return found
    sent = _answers(db, found.workflow, found.id)
    people = {form: person for form, (_, person) in sent.items()}
    return replace(found, view=replace(found.view, answers=_there(sent), sent_by=people))


def _view(
    rt: Runtime,
    db: Connection,
    workflow: Workflow,
    row: Any,
    at: datetime,
    held: Mapping[str, tuple[Holder, ...]],
    tasks: tuple[TaskView, ...],
    *,
    whole: bool,
) -> CaseView:
    """What the core reads; not `whole`: without earlier answers and results, which nobody will ask for."""
    zone = ZoneInfo(row.timezone)
    sent = _sent(db, workflow, row) if whole and row.has_answers else {}
    ended = at.astimezone(zone).date() if is_over_in(workflow, row.state) else None
    view = CaseView(
        ref=row.ref,
        state=row.state,
        version=row.version,
        subject_id=row.subject_id,
        subject_ref=row.subject_ref,
        unit_id=row.unit_id,
        entered_at=to_datetime(row.entered_at),
        period_start=date.fromisoformat(row.period_start),
        period_end=date.fromisoformat(row.period_end),
        now=at,
        today=at.astimezone(zone).date(),
        roles=held,
        tasks=tasks,
        answers=_there(sent),
        sent_by={form: person for form, (_, person) in sent.items()},
        results=_results(db, row.id) if whole and row.has_outcomes else {},
        zone=zone,
        calendar=rt.days.of(db, row.unit_id, row.calendar_stamp),
        parent=_parent(rt, db, workflow, row, ended) if whole else None,
        children=beside.children(rt, db, workflow, row.id, ended) if whole and workflow.links else {},
        clocks=clocks.of_case(db, row.id) if workflow.has_clocks else (),
        suspended_at=to_datetime(row.suspended_at) if row.suspended_at else None,
        shifts=clocks.shifts_of_case(db, row.id) if row.has_shifts else {},
    )
    return _asked_last(rt, db, workflow, row, view, whole)


def _asked_last(rt: Runtime, db: Connection, workflow: Workflow, row: Any, view: CaseView, whole: bool) -> CaseView:
    """The view with what few workflows ask for: figures, and whether a deadline made the result final."""
    if whole and workflow.definition.figures:
        view = replace(view, figures=case_figures.of_case(rt, db, workflow, view))
    if whole and row.has_answers and workflow.definition.scores:
        view = replace(view, submitted=_submitted(db, row.id))
    return replace(view, final_by_rule=_is_final(db, workflow, row, view)) if workflow.finals else view


def _is_final(db: Connection, workflow: Workflow, row: Any, view: CaseView) -> bool:
    """Whether a deadline made the result final: it is recorded, or is over and the next act records it first."""
    over = (each.spec.final and each.due <= view.clock for each in running(workflow, view))
    return any(over) or bool(clocks.made_final(db, row.id))


def _parent(rt: Runtime, db: Connection, workflow: Workflow, row: Any, ended: date | None) -> LinkedCase | None:
    if not row.has_parent or workflow.definition.parent is None:
        return None
    return beside.parent(rt, db, workflow.definition, row.id, ended)


def tasks_of_row(row: Any) -> tuple[tuple[TaskView, ...], dict[str, int]]:
    """The tasks that entering the current state opened, with their stored holders; and their integer keys by ref."""
    found: dict[int, list[Any]] = {}
    held: dict[int, list[Holder]] = {}
    for task in sorted(spread(row.tasks), key=itemgetter(0, 7)):
        found[task[0]] = task
        person, rule, basis, ref, name = task[7:12]
        if person is not None:
            held.setdefault(task[0], []).append(Holder(person, ref, name, rule, basis))
    views = tuple(
        TaskView(
            ref=ref,
            key=key,
            state=state,
            opened_at=to_datetime(opened_at),
            due=to_datetime(due) if due else None,
            version=version,
            holders=tuple(held.get(number, ())),
            ended_at=to_datetime(ended_at) if ended_at else None,
        )
        for number, ref, key, state, opened_at, due, version, *_, ended_at in found.values()
    )
    return views, {task[1]: number for number, task in found.items()}


def _sent(db: Connection, workflow: Workflow, row: Any) -> Sent:
    """The values of the last submission of each form, and who sent it; asked for where the row has not brought them."""
    brought = getattr(row, "answers", None)
    return _answers(db, workflow, row.id) if brought is None else _values(workflow, spread(brought))


def _answers(db: Connection, workflow: Workflow, case_id: int) -> Sent:
    return _values(workflow, queries.last_answers(db, case_id))


def _values(workflow: Workflow, rows: Iterable[Sequence[Any]]) -> Sent:
    known = workflow.forms
    return {
        form: (None if body is None else forms.load(known[form], json.loads(body)), person)
        for form, person, _, body in rows
        if form in known
    }


def _there(sent: Sent) -> dict[str, dict[str, Any]]:
    """The answers that are there: of those that were erased nothing is left but who sent them."""
    return {form: values for form, (values, _) in sent.items() if values is not None}


def _submitted(db: Connection, case_id: int) -> dict[str, Submitted]:
    """Which submission the answers of each form are: a score tells what it came from."""
    rows = scored.last_submissions(db, case_id)
    return {row.form: Submitted(row.ref, row.by or "", row.sent_at) for row in rows}


def _results(db: Connection, case_id: int) -> dict[str, Outcome]:
    """Each result as it was set last."""
    return {row.key: Outcome(row.value, json.loads(row.body)) for row in queries.outcomes(db, case_id)}


def _oversees(db: Connection, actor: Actor, unit_id: int) -> bool:
    return scope.covers(db, actor, unit_id)


def _concerned(db: Connection, actor: Actor, row: Any, held: Mapping[str, tuple[Holder, ...]]) -> bool:
    """Its subject, named by a role today or represented in it, or the holder of a task of this case at any time."""
    if actor.is_system or row.subject_id == actor.person_id:
        return True
    named = [holder for holders in held.values() for holder in holders]
    named += [holder.instead_of for holder in named if holder.instead_of is not None]
    if any(holder.person_id == actor.person_id for holder in named):
        return True
    return queries.ever_held(db, row.id, actor.person_id)
