"""Writes what people send: submissions with their answers apart, and drafts. Part of apply, which names both verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, LargeBinary, Text, bindparam, delete, select, update
from sqlalchemy import insert as insert_into

from engine.core.case import Actor
from engine.core.effects import Sent
from engine.core.proof import leaf
from engine.core.times import to_text
from engine.store.apply_effects import Ground, dues_of, effect_calls, said_in_leaf, write_all
from engine.store.apply_events import (
    EventRef,
    Origin,
    Place,
    Private,
    event_call,
    heading,
    next_number,
    next_place_of_case,
    stream_of_case,
)
from engine.store.refs import new_ref
from engine.store.statement import Call, Statement, insert, together
from engine.store.tables.cases import Answers, Draft, Submission, Task

ADD_SUBMISSION = insert(
    Submission.__table__,
    *("ref", "case_id", "task_id", "form", "number", "definition_digest", "commitment_root"),
    *("by_id", "sent_at"),
)
ADD_ANSWERS = Statement(
    insert_into(Answers.__table__).from_select(
        ["submission_id", "seed", "body"],
        select(Submission.id, bindparam("seed", type_=LargeBinary), bindparam("body", type_=Text)).where(
            Submission.ref == bindparam("submission_ref")
        ),
    ),
    follows=ADD_SUBMISSION,
)
DROP_DRAFT = Statement(delete(Draft.__table__).where(Draft.task_id == bindparam("task_id")))
ADD_DRAFT = insert(Draft.__table__, "task_id", "body", "version", "saved_at", "saved_by", "page", "turn")
COUNT_DRAFT = Statement(
    update(Task.__table__)
    .where(Task.id == bindparam("task_id"), Task.version == bindparam("seen"), Task.state == "open")
    .values(version=bindparam("to_version")),
    must_write=True,
)


def write_submission(
    db: Connection,
    *,
    case_id: int,
    case_ref: str,
    task_id: int,
    task_ref: str,
    definition_digest: str,
    sent: Sent,
    body: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    key: str | None = None,
    product: str,
    place: Place | None = None,
    number: int | None = None,
    seen: int | None = None,
    ref: str | None = None,
    also: Sequence[Call] = (),
) -> EventRef:
    """Keep what somebody sent for a task, as a fact and, apart, its values; the case's version stays.

    body: the answers as JSON, field → value. place, number: of the event and the submission, if the caller has read
    them. seen: the version of the task's draft that they saw, 0 for none. ref: of the event, if the caller has chosen
    it. also: what is written together with it.
    """
    place = place or next_place_of_case(db, stream_of_case(case_ref))
    kept = Private(body)
    number = number or next_number(db, case_id, sent.form)
    fact = {"task": task_ref, "form": sent.form, "number": number, "definition": definition_digest}
    root = kept.root_of_all  # a form without a field has that of nothing: every submission commits to something
    ref = ref or new_ref()
    saw = {} if seen is None else {task_ref: seen}
    effects = list(effect_calls(sent.effects, Ground(case_id, case_ref, 0, ref, to_text(at), {task_ref: task_id}, saw)))
    origin = Origin(actor, at, key, product, ref)
    dues = _said(dues_of(effects))
    head = heading(place, "form.submitted", origin, role=sent.role, right=sent.right, data=root, public=fact, dues=dues)
    event, call = event_call(place, head, leaf.document(head), case_id)
    row = {**_columns(fact), "commitment_root": root, "case_id": case_id, "task_id": task_id, "ref": event.ref,
           "by_id": actor.person_id, "sent_at": head.at}  # fmt: skip
    calls = [call, *_rows(row, kept, has_draft=seen != 0), *effects, *also]
    return write_all(db, event, calls)


def _said(dues: dict[str, list[str]]) -> dict[str, list[str]] | str | None:
    """The clocks that sending starts; where they are too many nothing holds them, since a submission has no note."""
    return None if not dues else dues if said_in_leaf(dues) else leaf.NOTED


def _rows(row: Mapping[str, Any], kept: Private, *, has_draft: bool) -> list[Call]:
    """The submission, its answers, and the draft that it was."""
    answers = {"submission_ref": row["ref"], "seed": kept.seed, "body": kept.body}
    drop: list[Call] = [(DROP_DRAFT, {"task_id": row["task_id"]})] if has_draft else []
    return [(ADD_SUBMISSION, row), (ADD_ANSWERS, answers), *drop]


def save_draft(
    db: Connection,
    task_id: int,
    body: str,
    version: int,
    actor: Actor,
    at: datetime,
    page: str | None = None,
    turn: int = 0,
) -> None:
    """Replace what is being written for an open task; `version` must be one above the task's."""
    written = {"task_id": task_id, "body": body, "version": version, "page": page, "turn": turn}
    together(
        db,
        [
            (COUNT_DRAFT, {"task_id": task_id, "seen": version - 1, "to_version": version}),
            (DROP_DRAFT, {"task_id": task_id}),
            (ADD_DRAFT, {**written, "saved_at": to_text(at), "saved_by": actor.person_id}),
        ],
    )


def _columns(fact: Mapping[str, Any]) -> dict[str, Any]:
    """What a submission's row and its leaf both say."""
    return {
        "form": fact["form"],
        "number": fact["number"],
        "definition_digest": fact["definition"],
    }
