"""Notices in words: what each says to its reader, from what he may see now. For the page, letters and the digest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from engine import snapshot
from engine.core import calendar
from engine.core.case import CANCELLED, Actor
from engine.core.errors import NotFound
from engine.core.messages import Message, Text
from engine.core.noticing import reminder
from engine.runtime import Runtime
from engine.web import labels

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition

LIST = "/notices"
TO_ROLES = ("worded", "person.nominated")  # told to holders of a role, who need not have held a task
ANY = Text("", "")


class Line(NamedTuple):
    """One notice as its reader may read it. `path`: where it leads; None where the case is no longer his to see.

    whose: None for the reader's own case, "" for none. more: what it says beyond its title.
    """

    id: int
    ref: str
    title: Message | Text
    at: datetime
    is_read: bool
    path: str | None = None
    whose: str | None = ""
    cycle: str = ""
    due: date | None = None
    reason: str | None = None
    more: Message | Text | None = None
    task_state: str | None = None


def lines(rt: Runtime, db: Any, rows: Sequence[Any], reader: Actor) -> Iterator[Line]:
    """Rows of queries.notices in words."""
    definitions: dict[str, WorkflowDefinition] = {}
    for row in rows:
        if not _may_see(rt, db, row, reader):
            yield _line(row, Message("notices.told.lost"))
            continue
        definition = None
        if row.case_id is not None:
            digest = row.definition_digest
            if digest not in definitions:
                definitions[digest] = rt.library.workflow(db, digest).definition
            definition = definitions[digest]
        yield _about(row, definition, reader)


def _may_see(rt: Runtime, db: Any, row: Any, reader: Actor) -> bool:
    if row.case_id is None or row.visible:
        return True
    if row.kind not in TO_ROLES:
        return False
    try:
        snapshot.load(rt, db, row.case_ref, reader, rt.clock())
    except NotFound:
        return False
    return True


def _about(row: Any, definition: WorkflowDefinition | None, reader: Actor) -> Line:
    body = json.loads(row.body)
    # What it said was erased with leave; that somebody was told something stays.
    gone = body.get("erased") is True
    title, more = (Message("notices.told.erased"), None) if gone else SAYS[row.kind](row, definition, body)
    if definition is None:
        leads = None if gone else PATHS.get(row.kind)
        return _line(row, title, more=more, path=leads(body, reader) if leads is not None else None)
    is_open = row.task_state == "open" and row.mine
    return _line(
        row,
        title,
        more=more,
        path=f"/tasks/{row.task_ref}" if is_open and row.form else f"/cases/{row.case_ref}",
        whose=None if row.subject_id == reader.person_id else row.subject_name or "",
        cycle=row.cycle_name,
        due=_last_day(row) if is_open else None,
        reason=_reason(row) if row.kind == "task.arrived" and row.returned else None,
        task_state=None if row.task_state is None else "open" if is_open else "over",
    )


def _entry_path(body: Mapping[str, Any], reader: Actor) -> str:
    """The month of the register in which the entry stands; it shows what the reader may read there today."""
    person = "" if body["person"] == reader.ref else f"&person={body['person']}"
    return f"/registers/{body['register']}/?month={str(body['day'])[:7]}{person}"


def _job_path(body: Mapping[str, Any], reader: Actor) -> str:
    """The job whose file it is; there it lies for him alone."""
    return f"/admin/jobs/{body['job']}"


PATHS: Mapping[str, Callable[[Mapping[str, Any], Actor], str]] = {"entry.made": _entry_path, "report.made": _job_path}


def _line(row: Any, title: Message | Text, **more: Any) -> Line:
    return Line(row.id, row.ref, title, datetime.fromisoformat(row.at), row.read_at is not None, **more)


def _last_day(row: Any) -> date | None:
    return calendar.last_day(datetime.fromisoformat(row.due), ZoneInfo(row.timezone)) if row.due else None


def _reason(row: Any) -> str | None:
    found = json.loads(row.note).get("reason") if row.note else None
    return found if isinstance(found, str) else None


Said = tuple[Message | Text, Message | Text | None]


def _task(row: Any, definition: WorkflowDefinition | None) -> Text:
    """What the page calls the task of a notice."""
    if definition is None or row.task_key is None:
        return ANY
    spec = labels.task_of(definition, row.opened_in or "", row.task_key) or labels.any_task(definition, row.task_key)
    return labels.task_label(definition, spec) if spec else labels.readable(row.task_key)


def _arrived(row: Any, definition: WorkflowDefinition | None, body: Mapping[str, Any]) -> Said:
    kind = "returned" if row.returned else "arrived"
    return Message(f"notices.told.{kind}", task=_task(row, definition)), None


def _ready(row: Any, definition: WorkflowDefinition | None, body: Mapping[str, Any]) -> Said:
    return Message("notices.told.ready", task=_task(row, definition)), None


def _given(row: Any, definition: WorkflowDefinition | None, body: Mapping[str, Any]) -> Said:
    return Message("notices.told.given", task=_task(row, definition)), None


def _remind(row: Any, definition: WorkflowDefinition | None, body: Mapping[str, Any]) -> Said:
    which = reminder(body["which"])
    title = Message(f"notices.told.remind_{which.when}", task=_task(row, definition), count=which.days)
    because = body.get("because")
    return title, Message("notices.told.because", words=because) if because else None


def _ended(row: Any, definition: WorkflowDefinition | None, body: Mapping[str, Any]) -> Said:
    if definition is None or row.case_state == CANCELLED:
        return Message("notices.told.cancelled"), None
    state = labels.state_label(definition, row.case_state)
    return Message("notices.told.ended", workflow=definition.name, state=state), None


def _worded(row: Any, definition: WorkflowDefinition | None, body: Mapping[str, Any]) -> Said:
    subject, text = (Text(str(body[name]["id"]), str(body[name]["en"])) for name in ("subject", "text"))
    return subject, text if text.id or text.en else None


def _nominated(row: Any, definition: WorkflowDefinition | None, body: Mapping[str, Any]) -> Said:
    role = labels.role_label(definition, body["role"]) if definition else ANY
    return Message("notices.told.nominated", role=role), None


def _acting(row: Any, definition: WorkflowDefinition | None, body: Mapping[str, Any]) -> Said:
    kind, starts_on = Message(f"acting.kind.{body['kind']}"), date.fromisoformat(body["starts_on"])
    who = {"name": body["name"], "number": body["number"]}
    return Message("notices.told.acting", kind=kind, starts_on=starts_on, **who), None


def _entry_made(row: Any, definition: WorkflowDefinition | None, body: Mapping[str, Any]) -> Said:
    name, day = Text(str(body["name"]["id"]), str(body["name"]["en"])), date.fromisoformat(body["day"])
    return Message("notices.told.entry_made", register=name, by=body["by"], day=day), None


def _report_made(row: Any, definition: WorkflowDefinition | None, body: Mapping[str, Any]) -> Said:
    by = body.get("by")
    why = Message("notices.told.report_made_by", by=by) if by else None
    return Message("notices.told.report_made", called=body["called"]), why


SAYS: Mapping[str, Callable[[Any, WorkflowDefinition | None, Mapping[str, Any]], Said]] = {
    "task.arrived": _arrived,
    "task.ready": _ready,
    "task.given": _given,
    "task.remind": _remind,
    "case.ended": _ended,
    "worded": _worded,
    "person.nominated": _nominated,
    "person.acting": _acting,
    "entry.made": _entry_made,
    "report.made": _report_made,
}
