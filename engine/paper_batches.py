"""VERB enter: sheets of paper that people filled in, typed in by a clerk at once; never by whom they are about.

A batch is one event with its number on the pile and its count of sheets; each sheet is an entry of its own that names
the batch, marked as paper. All sheets are taken, or none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine import entry_rights, public_entries
from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, NotAllowed, Refused
from engine.core.filling.fieldtype import FormFacts
from engine.core.messages import Message
from engine.core.register import Register, judge
from engine.core.times import to_text
from engine.entry_rights import Subject
from engine.entry_writing import Writing, today_of, write
from engine.requests import Once
from engine.runtime import Runtime
from engine.store.queries import public as queries
from engine.store.refs import new_ref

MOST = 50
LONGEST_NUMBER = 60


@dataclass(frozen=True, slots=True)
class Batch:
    """Sheets as they lie on the table. register: its key; about: the ref of the unit or person; day: of all of them.

    sheets: the answers of each, raw; an empty sheet is not given.
    """

    register: str
    about: str
    day: date
    number: str
    sheets: Sequence[Mapping[str, Any]]


def enter(rt: Runtime, batch: Batch, *, actor: Actor, key: str) -> str:
    """Enter a batch; answers its ref. key: of idempotency.

    Raises InvalidSubmission by `sheet.field` (sheets counted from 0), "day" and "number"; NotAllowed for whom it is
    about and for whoever may not add; Refused where the register takes no paper.
    """
    at = rt.clock()
    body = [batch.about, str(batch.day), batch.number, [dict(each) for each in batch.sheets]]
    once = Once(actor, key, f"paper:{batch.register}", body)
    with rt.db.begin() as db:
        if (earlier := once.answered(db)) is not None:
            return str(earlier["ref"])
        found = entry_rights.published(rt, db, batch.register)
        subject = entry_rights.subject(db, found.register, batch.about, batch.day)
        _require_clerk(found.register, subject, actor)
        entry_rights.require(db, found.register, subject, batch.day, "add", actor)
        _require_sound(found.register, batch, today_of(db, subject, at))
        ref, number = new_ref(), batch.number.strip()
        public = {"batch": ref, "register": batch.register, "day": str(batch.day), "sheets": len(batch.sheets)}
        event = Writing(rt, db, actor, at, "paper").record(subject.stream, "paper.entered", public, {"number": number})
        batch_id = queries.add_batch(
            db, ref=ref, register=batch.register, person_id=subject.person_id, unit_id=subject.unit_id, number=number,
            day=str(batch.day), sheets=len(batch.sheets), by_id=actor.person_id, at=to_text(at), event_ref=event,
        )  # fmt: skip
        for place, answers in enumerate(batch.sheets, 1):
            by = Writing(rt, db, actor, at, "paper", None, {"batch": ref, "sheet": place})
            entry = write(by, found, subject, batch.day, answers)
            comments = len(public_entries.in_words(found.register, entry.values))
            queries.add_source(db, entry_id=entry.id, batch_id=batch_id, sheet=place, comments=comments)
        once.remember(db, {"ref": ref}, at)
    return ref


def _require_clerk(register: Register, subject: Subject, actor: Actor) -> None:
    if not register.definition.is_public:
        raise Refused(Message("paper.not_public"))
    if subject.person_id is not None and subject.person_id == actor.person_id:
        raise NotAllowed(Message("paper.own"))


def _require_sound(register: Register, batch: Batch, today: date) -> None:
    wrong: dict[str, Message] = {}
    if not 1 <= len(batch.number.strip()) <= LONGEST_NUMBER:
        wrong["number"] = Message("paper.number", most=LONGEST_NUMBER)
    if not 1 <= len(batch.sheets) <= MOST:
        wrong[""] = Message("paper.sheets", most=MOST)
    facts = FormFacts(today, batch.day, batch.day)
    for place, answers in enumerate(batch.sheets[:MOST]):
        for path, message in judge(register, answers, batch.day, facts).errors.items():
            wrong["day" if path == "day" else f"{place}.{path}"] = message
    if wrong:
        raise InvalidSubmission(wrong)
