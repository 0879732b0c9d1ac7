"""Verbs of evidence: begin, append, finish, cancel. A file arrives in pieces, is judged, and waits to be sent.

Bytes first, then the row that speaks of them. What a file is stands in evidence/; who may see it, and how it is bound
to a submission, in evidence_access.py; what becomes of those that nobody sends, in evidence_care.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection

from engine.core import machine
from engine.core.case import Actor
from engine.core.errors import BadRequest, FileRefused, NotFound, StaleCase, Unavailable
from engine.core.filekinds import KINDS, MEGABYTE, called
from engine.core.filling.fieldtype import FieldType
from engine.core.messages import Message, message_from_document
from engine.core.times import to_text
from engine.evidence import judging, names
from engine.evidence.files import Files
from engine.evidence.incoming import PIECE, sha256
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load_by_task
from engine.store.queries import files as queries
from engine.store.queries.locks import wait_for_turn
from engine.store.refs import new_ref

PREVIEW = "p"  # what the name of a preview's bytes ends with
DAY = timedelta(days=1)
SWEPT_AFTER = timedelta(days=8)  # each day on which files come, one look at what was never sent


@dataclass(frozen=True, slots=True)
class Upload:
    """How far one file has come. `offset` counts bytes of `size`; `message` says why it was refused."""

    ref: str
    name: str
    size: int
    offset: int
    status: str
    type: str = ""
    field: str = ""
    task_ref: str = ""
    facts: Mapping[str, int] | None = None
    message: Message | None = None


def evidence(rt: Runtime) -> Files:
    """The evidence store of this installation."""
    if rt.files is None:
        raise Unavailable(Message("file.no_store"))
    return rt.files


def begin(rt: Runtime, task_ref: str, field: str, name: str, size: int, *, actor: Actor) -> Upload:
    """Make room for a file of `size` bytes for a field of a task's form (`targets.2.files`, or as a page names it).

    Raises NotFound, NotAllowed, StaleCase for the task; FileRefused when it is too large or no room is left.
    """
    at = rt.clock()
    with rt.db.begin() as db:
        found = load_by_task(rt, db, task_ref, actor, at)
        form, kind, key = field_of(found, task_ref, field, actor)
        _refuse_size(size, min(kind.max_octets, evidence(rt).limits.file))
        wait_for_turn(db, f"files:{actor.person_id}")  # else many at once would each find room
        _refuse_quota(db, rt, found, actor, at, size)
        row = {
            "ref": new_ref(), "case_id": found.id, "task_id": found.task_ids[task_ref], "form": form, "field": key,
            "name": names.before_it_is_known(name), "size": size, "uploaded_by": actor.person_id, "at": to_text(at),
            "stored": new_ref(),
        }  # fmt: skip
        queries.add(db, **row)
        queries.plan_sweep(db, to_text(at), to_text(at + SWEPT_AFTER))
    return Upload(row["ref"], row["name"], size, 0, "uploading", field=key, task_ref=task_ref)


def field_of(found: Snapshot, task_ref: str, field: str, actor: Actor) -> tuple[str, FieldType, str]:
    """The form of an own open task, the file field that a path within it means, and that path without rows."""
    task = next((task for task in found.view.tasks if task.ref == task_ref), None)
    if task is None:
        raise StaleCase(Message("case.stale"))
    machine.fillable(found.workflow, found.view, task.key, actor)
    spec = found.workflow.task(found.view.state, task.key)
    keys = [part for part in field.replace("-", ".").split(".") if not part.isdecimal()]
    questions = found.workflow.forms[str(spec.fill)].questions
    for place, key in enumerate(keys):
        question = next((each for each in questions if each.key == key), None)
        if question is not None and question.type.name == "file" and place == len(keys) - 1:
            return str(spec.fill), question.type, ".".join(keys)
        questions = getattr(question and question.type, "columns", ())
    raise NotFound(Message("file.no_such_field"))


def _refuse_size(size: int, most: int) -> None:
    if size < 1:
        raise FileRefused(Message("file.refused.empty"))
    if size > most:
        raise FileRefused(Message("file.refused.too_large", most=most // MEGABYTE))


def _refuse_quota(db: Connection, rt: Runtime, found: Snapshot, actor: Actor, at: datetime, size: int) -> None:
    limits = evidence(rt).limits
    used = queries.used(db, actor.person_id or 0, found.id, to_text(at - DAY))
    for name, taken, most in (
        ("case", used.case_, limits.case), ("day", used.day, limits.day), ("person", used.person, limits.person),
    ):  # fmt: skip
        if taken + size > most:
            raise FileRefused(Message(f"file.refused.quota_{name}", most=most // MEGABYTE))
    if used.files >= limits.files:
        raise FileRefused(Message("file.refused.quota_files", most=limits.files))


def progress(rt: Runtime, ref: str, *, actor: Actor) -> Upload:
    """How far an own upload has come; NotFound for anybody else's."""
    return _upload(rt, _own(rt, ref, actor))


def append(rt: Runtime, ref: str, offset: int, pieces: Iterable[bytes], *, actor: Actor) -> Upload:
    """Add bytes at the end of an own upload, which must stand at `offset`; StaleCase where it does not."""
    row = _own(rt, ref, actor)
    if row.status != "uploading":
        raise StaleCase(Message("file.other_offset"))
    evidence(rt).incoming.append(row.stored, offset, pieces, row.size)
    return _upload(rt, row)


def finish(rt: Runtime, ref: str, *, actor: Actor) -> Upload:
    """Judge an own upload of which every byte has come, and keep it when it is clean.

    Asked again, it answers the same. Raises StaleCase while bytes are missing, Unavailable when the scanner does not
    answer: the upload then waits and may be finished later.
    """
    row = _own(rt, ref, actor)
    if row.status == "uploading":
        incoming = evidence(rt).incoming
        with incoming.turn(row.stored):
            if (row := _own(rt, ref, actor)).status != "uploading":
                return _upload(rt, row)  # judged in the turn before this one: what is kept is never kept again
            if incoming.size(row.stored) != row.size:
                raise StaleCase(Message("file.other_offset"))
            _judge(rt, row, incoming.part(row.stored))
        incoming.drop(row.stored)
    return progress(rt, ref, actor=actor)


def _judge(rt: Runtime, row: Any, part: Path) -> None:
    try:
        _keep(rt, row, part)
    except FileRefused as refused:
        reason = json.dumps(refused.message.as_document())
        with rt.db.begin() as db:
            queries.refuse(db, row.id, to_text(rt.clock()), reason)


def _keep(rt: Runtime, row: Any, part: Path) -> None:
    files = evidence(rt)
    original = sha256(part)
    judged = judging.judge(part)
    _refuse_kind(rt, row, judged.kind)
    if files.scan is not None:
        files.scan.look(part)
    kept = judged.fresh or part
    known = {
        "name": names.shown(row.name, judged.kind), "size": kept.stat().st_size, "sha256": sha256(kept),
        "original": original, "type": judged.kind, "facts": json.dumps(dict(judged.facts)),
    }  # fmt: skip
    if judged.preview is not None:
        files.place.put(row.stored + PREVIEW, judged.preview)
    files.place.put(row.stored, kept)
    with rt.db.begin() as db:
        queries.keep(db, row.id, to_text(rt.clock()), **known)


def _refuse_kind(rt: Runtime, row: Any, kind: str) -> None:
    with rt.db.read() as db:
        workflow = rt.library.workflow(db, row.definition_digest)
    questions: Any = workflow.forms[row.form].questions
    *tables, key = row.field.split(".")
    for table in tables:
        questions = questions[table].type.columns
    if KINDS[kind].group not in questions[key].type.kinds:
        raise FileRefused(Message("file.refused.kind", found=called(kind)))


def receive(rt: Runtime, task_ref: str, field: str, name: str, stream: BinaryIO, *, actor: Actor) -> Upload:
    """Take a file that has come whole, as a page without JavaScript posts it."""
    size = stream.seek(0, 2)
    stream.seek(0)
    begun = begin(rt, task_ref, field, name, size, actor=actor)
    append(rt, begun.ref, 0, iter(lambda: stream.read(PIECE), b""), actor=actor)
    return finish(rt, begun.ref, actor=actor)


def cancel(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """Forget an own file that is bound to nothing."""
    row = _own(rt, ref, actor)
    with rt.db.begin() as db:
        if not queries.drop(db, row.id):
            raise BadRequest(Message("file.bound"))
    forget(evidence(rt), row.stored)


def forget(files: Files, stored: str) -> None:
    """Drop the bytes of a file that no row knows any more."""
    files.incoming.drop(stored)
    files.place.drop(stored)
    files.place.drop(stored + PREVIEW)


def _own(rt: Runtime, ref: str, actor: Actor) -> Any:
    with rt.db.read() as db:
        row = queries.find(db, ref)
    if row is None or row.uploaded_by != actor.person_id:
        raise NotFound(Message("file.not_found"))
    return row


def _upload(rt: Runtime, row: Any) -> Upload:
    offset = evidence(rt).incoming.size(row.stored) if row.status == "uploading" else row.size
    return Upload(
        ref=row.ref,
        name=row.name,
        size=row.size,
        offset=offset,
        status=row.status,
        type=row.type or "",
        field=row.field,
        task_ref=row.task_ref,
        facts=json.loads(row.facts) if row.facts else None,
        message=message_from_document(json.loads(row.reason)) if row.reason else None,
    )
