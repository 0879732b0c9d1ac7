"""From rows to the `CaseView` that the core reads: the case, its people today, its tasks, its last answers.

Reads only. Writing verbs ask for the case locked; pages ask for it unlocked. Scope is decided here, once:
a case is visible to the people whom its roles name today, to whoever held a task of it, and to rights over its unit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import holders
from engine.core import forms
from engine.core.case import Actor, CaseView, Holder, Outcome, TaskView
from engine.core.compiled import Workflow
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.runtime import Runtime
from engine.store.queries import cases as queries
from engine.store.queries import scope
from engine.store.times import to_datetime

OVERSEERS = ("admin", "auditor")


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


def load(rt: Runtime, db: Connection, case_ref: str, actor: Actor, at: datetime, *, lock: bool = False) -> Snapshot:
    """The case of a ref as the actor may see it; NotFound for strangers."""
    row = queries.head(db, case_ref, lock=lock)
    if row is None:
        raise NotFound(Message("case.not_found"))
    return assemble(rt, db, row, actor, at)


def load_by_task(
    rt: Runtime, db: Connection, task_ref: str, actor: Actor, at: datetime, *, lock: bool = False
) -> Snapshot:
    """The case that a task belongs to; NotFound for strangers and unknown tasks."""
    row = queries.head_by_task(db, task_ref, lock=lock)
    if row is None:
        raise NotFound(Message("task.not_found"))
    return assemble(rt, db, row, actor, at)


def assemble(rt: Runtime, db: Connection, row: Any, actor: Actor, at: datetime) -> Snapshot:
    """Everything around a case's row, in as few reads as its definition needs."""
    workflow = rt.library.workflow(db, row.definition_digest)
    zone = ZoneInfo(row.timezone)
    today = at.astimezone(zone).date()
    held = holders.of_case(db, workflow, row, today)
    tasks, task_ids = _tasks(db, row)
    oversees = _oversees(db, actor, row.unit_id)
    if not oversees and not _concerned(db, actor, row, held):
        raise NotFound(Message("case.not_found"))
    sent = _answers(db, workflow, row.id) if row.has_answers else {}
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
        today=today,
        roles=held,
        tasks=tasks,
        answers={form: values for form, (values, _) in sent.items()},
        sent_by={form: person for form, (_, person) in sent.items()},
        results=_results(db, row.id) if row.has_outcomes else {},
        zone=zone,
    )
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
    )


def _tasks(db: Connection, row: Any) -> tuple[tuple[TaskView, ...], dict[str, int]]:
    """The tasks that entering the current state opened, with their stored holders."""
    held: dict[int, list[Holder]] = {}
    rows: dict[int, Any] = {}
    for found in queries.tasks(db, row.id, row.version):
        rows[found.id] = found
        if found.person_id is not None:
            holder = Holder(found.person_id, found.person_ref, found.person_name, found.rule, found.basis)
            held.setdefault(found.id, []).append(holder)
    views = tuple(
        TaskView(
            ref=task.ref,
            key=task.key,
            state=task.state,
            opened_at=to_datetime(task.opened_at),
            due=to_datetime(task.due) if task.due else None,
            version=task.version,
            holders=tuple(held.get(task.id, ())),
        )
        for task in rows.values()
    )
    return views, {task.ref: task.id for task in rows.values()}


def _answers(db: Connection, workflow: Workflow, case_id: int) -> dict[str, tuple[dict[str, Any], int]]:
    """The values of the last submission of each form, and who sent it."""
    found = (row for row in queries.last_answers(db, case_id) if row.form in workflow.forms)
    return {row.form: (forms.load(workflow.forms[row.form], json.loads(row.body)), row.by_id) for row in found}


def _results(db: Connection, case_id: int) -> dict[str, Outcome]:
    """Each result as it was set last."""
    return {row.key: Outcome(row.value, json.loads(row.body)) for row in queries.outcomes(db, case_id)}


def _oversees(db: Connection, actor: Actor, unit_id: int) -> bool:
    return any(actor.has(role) for role in OVERSEERS) and scope.covers(db, actor, unit_id, OVERSEERS)


def _concerned(db: Connection, actor: Actor, row: Any, held: Mapping[str, tuple[Holder, ...]]) -> bool:
    """Named by a role today, or the holder of a task of this case at any time."""
    if actor.is_system:
        return True
    if any(holder.person_id == actor.person_id for named in held.values() for holder in named):
        return True
    return queries.ever_held(db, row.id, actor.person_id)
