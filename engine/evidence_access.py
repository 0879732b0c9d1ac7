"""Who may open a file of evidence; how it is bound to the submission that names it.

While a file is bound to nothing it is its giver's, and of whoever may fill its task; then it is open to those who may
read the form that holds it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine import snapshot
from engine.core import machine
from engine.core.case import Actor
from engine.core.effects import Sent
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.filekinds import media_of
from engine.core.filling import forms
from engine.core.messages import Message
from engine.runtime import Runtime
from engine.snapshot import Snapshot
from engine.store.queries import files as queries
from engine.store.statement import Call
from engine.uploads import PREVIEW, evidence


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that somebody may read."""

    name: str
    media: str
    size: int
    sha256: str
    pieces: Iterator[bytes]


def open_file(rt: Runtime, ref: str, *, actor: Actor) -> Opened:
    """A file with its bytes in pieces; NotFound for whoever may not see it, or when there is none."""
    row = _readable(rt, ref, actor)
    pieces = evidence(rt).place.pieces(row.stored)
    return Opened(row.name, media_of(row.type, row.name), row.size, row.sha256, pieces)


def open_preview(rt: Runtime, ref: str, *, actor: Actor) -> Opened:
    """The small picture of an image; NotFound for files that have none."""
    row = _readable(rt, ref, actor)
    if "width" not in json.loads(row.facts or "{}"):
        raise NotFound(Message("file.not_found"))
    return Opened(row.name, "image/jpeg", 0, row.sha256, evidence(rt).place.pieces(row.stored + PREVIEW))


def _readable(rt: Runtime, ref: str, actor: Actor) -> Any:
    with rt.db.read() as db:
        row = queries.find(db, ref)
        if row is None or row.status not in ("clean", "bound"):
            raise NotFound(Message("file.not_found"))
        if row.status == "clean" and row.uploaded_by == actor.person_id:
            return row
        try:
            found = snapshot.load(rt, db, row.case_ref, actor, rt.clock())
        except NotFound as hidden:
            raise NotFound(Message("file.not_found")) from hidden
    if row.status == "bound":
        may = forms.access(found.workflow, found.view, actor, see_all=found.oversees)
        path = f"{row.form}.{row.field.partition('.')[0]}"
        allowed = row.form in may and forms.sees(found.workflow, found.view, actor, path)
    else:
        allowed = _may_fill(found, row, actor)
    if not allowed:
        raise NotFound(Message("file.not_found"))
    return row


def _may_fill(found: Snapshot, row: Any, actor: Actor) -> bool:
    task = next((task for task in found.view.tasks if task.ref == row.task_ref), None)
    if task is None:
        return False
    try:
        machine.fillable(found.workflow, found.view, task.key, actor)
    except (NotAllowed, NotFound, Refused):
        return False
    return True


def bindings(found: Snapshot, sent: Sent, submission: str) -> tuple[Call, ...]:
    """The statements that bind the files which these answers name to their submission; none where they name none.

    A file that an earlier submission of this form holds stays bound to that one.
    """
    if not any(kind == "file" for kind, _ in found.view.named):
        return ()
    form = found.workflow.forms[sent.form]
    refs = {ref for kind, ref in form.questions.names(forms.dump(form, sent.answers)) if kind == "file"}
    facts = {ref: found.view.named["file", ref].facts for ref in refs}
    if any(fact["form"] != sent.form for fact in facts.values()):
        raise InvalidSubmission({"": Message("field.file.unknown")})
    return tuple(queries.bindings(sorted(ref for ref in refs if facts[ref]["status"] == "clean"), submission))
