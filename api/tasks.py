"""The tasks that wait for the key's person, and what one asks: its questions, and what was saved for it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from api.caller import Caller
from api.cases import OpenTask, open_tasks, opened
from api.shapes import Page, Paged, Shape, Words, cut, said
from engine import cases, snapshot
from engine.core.errors import NotFound
from engine.core.filling import forms
from engine.core.messages import Message
from engine.store.queries import api_lists
from engine.web import labels

if TYPE_CHECKING:
    from engine.core.filling.formviews import FieldView
    from engine.snapshot import Snapshot


class TaskLine(Shape):
    """A task that waits for the key's person."""

    ref: str
    key: str
    title: str
    case: str
    state: Words
    form: str | None
    due: datetime | None
    version: int


class Tasks(Page[TaskLine]):
    """Open tasks, oldest first."""


class Question(Shape):
    """One question of a form: its type, whether it is shown and must be answered as things stand, what can be chosen.

    A table has `columns`.
    """

    key: str
    label: str
    type: str
    required: bool
    editable: bool
    shown: bool
    options: tuple[Words, ...]
    columns: tuple[Words, ...]


class Task(OpenTask):
    """A task that the key's person may do, with the questions of its form and what was saved for it."""

    case: str
    case_version: int
    questions: tuple[Question, ...]
    draft: dict[str, Any] | None
    """What was saved, as it was typed; null where nobody has begun."""


def list_tasks(caller: Caller, query: Paged) -> Tasks:
    """List what waits for the key's person."""
    rt, me = caller.rt, caller.actor.person_id or 0
    with rt.db.read() as db:
        found = api_lists.tasks(db, me, caller.keyed.unit_id, after=query.place, limit=query.limit)
        rows, following = cut(found, query)
        known = {row.definition_digest: rt.library.workflow(db, row.definition_digest).definition for row in rows}
    return Tasks(items=tuple(_line(row, known[row.definition_digest]) for row in rows), next=following)


def _line(row: Any, definition: Any) -> TaskLine:
    spec = labels.any_task(definition, row.key)
    return TaskLine(
        ref=row.ref,
        key=row.key,
        title=said(labels.task_label(definition, spec)) if spec else row.key,
        case=row.case_ref,
        state=Words(key=row.case_state, label=said(labels.state_label(definition, row.case_state))),
        form=row.form,
        due=row.due,
        version=row.version,
    )


def show_task(caller: Caller, ref: str) -> Task:
    """Show one open task of a case that the key's person may see."""
    rt = caller.rt
    with rt.db.read() as db:
        found = opened(snapshot.load_by_task(rt, db, ref, caller.actor, rt.clock()), caller)
    task = next((task for task in open_tasks(found, caller) if task.ref == ref), None)
    if task is None:
        raise NotFound(Message("task.not_found"))
    fills = task.mine and task.form is not None
    draft = cases.draft_of(rt, ref, actor=caller.actor) if fills and found.view.suspended_at is None else None
    return Task(
        **dict(task),
        case=found.ref,
        case_version=found.view.version,
        questions=tuple(_questions(found, caller, task.form or "", draft)) if fills else (),
        draft=draft,
    )


def _questions(found: Snapshot, caller: Caller, form: str, draft: dict[str, Any] | None) -> list[Question]:
    if form not in forms.access(found.workflow, found.view, caller.actor, see_all=found.oversees):
        return []  # it waits for another task
    return [_question(each) for each in forms.view(found.workflow, found.view, caller.actor, form, raw=draft)]


def _question(field: FieldView) -> Question:
    return Question(
        key=field.key,
        label=said(field.label),
        type=field.type,
        required=field.required,
        editable=field.editable,
        shown=field.shown,
        options=tuple(Words(key=each.key, label=said(each.label)) for each in field.options),
        columns=tuple(Words(key=each.key, label=said(labels.label(each.spec))) for each in field.columns),
    )
