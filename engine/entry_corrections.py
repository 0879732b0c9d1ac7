"""Work of the outbox that an action called: an entry of a register is put right, or made, by the approval of a case.

Done by whoever fired the transition, with his rights in the register and by all its rules, in one transaction with the
event that tells the case what came of it. The event of the entry names the case, that of the case the entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine import corrections, entry_cites, entry_rights, entry_starts, snapshot
from engine.core.case import SYSTEM
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.filling import forms
from engine.core.messages import Message
from engine.core.register import is_locked
from engine.entry_writing import Writing, take_turn, today_of, write
from engine.runtime import Runtime
from engine.snapshot import Snapshot
from engine.store import apply
from engine.store.queries import corrections as told_queries
from engine.store.queries import entries as queries


def correct_entry(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """Give the entry of a day the answers of a form of the case; where there is none, make it. Again, it does nothing.

    What the register refuses is told in the case.
    """
    at, told = rt.clock(), body["arguments"]
    found = snapshot.load(rt, db, body["case"], SYSTEM, at, lock=True)
    if told_queries.is_told(db, body["case"], body["event"]):
        return
    actor = corrections.author_of(db, body["case"], body["event"])
    public: dict[str, Any] = {"of": body["event"], "register": told["register"], "day": told["day"]}
    kind, private = "case.entry_corrected", {}
    try:
        with db.begin_nested():
            by = Writing(rt, db, actor, at, how="workflow", said={"case": found.ref, "case_event": body["event"]})
            public["entry"] = _put(by, found, told)
    except (InvalidSubmission, Refused, NotAllowed, NotFound) as wrong:
        kind, private = "case.entry_not_corrected", {"why": corrections.why(wrong).as_document()}
    apply.append_event(
        db, stream=f"case:{found.ref}", kind=kind, at=at, actor=actor, case_id=found.id, public=public,
        private=private, product=rt.version,
    )  # fmt: skip


def _put(by: Writing, found: Snapshot, told: Mapping[str, str]) -> str:
    """Write the entry; answers its ref. Where the register has many entries a day, it is one more."""
    day = date.fromisoformat(told["day"])
    register = entry_rights.published(by.rt, by.db, told["register"])
    definition = register.register.definition
    about = entry_rights.subject(by.db, register.register, found.view.subject_ref, day)
    take_turn(by.db, register.register, about)
    row = _standing(by.db, definition.key, about.person_id, told["day"]) if definition.a_day == "one" else None
    right = "add" if row is None else "correct"
    entry_rights.require(by.db, register.register, about, day, right, by.actor)
    if by.actor.person_id == about.person_id:
        raise NotAllowed(Message("register.own_entry"))
    entry_rights.require_named(register.register)
    if row is not None and is_locked(definition, day, today_of(by.db, about, by.at)):
        raise Refused(Message("register.locked", day=day, days=definition.days.lock or 0))
    answers = _answers(found, told["form"], {field.key for field in definition.form.fields()})
    beside = entry_cites.kept(None if row is None else row.body)
    written = write(by, register, about, day, answers, row=row, reason=f"case {found.ref}", beside=beside)
    entry_starts.follow(by, register.register, about, day, written, None if row is None else row.id)
    return written.ref


def _standing(db: Connection, register: str, person_id: int | None, day: str) -> Any:
    """The one entry of the day, locked; None where there is none."""
    rows = queries.on_day(db, register, person_id, None, day)
    return queries.by_ref(db, rows[0].ref, lock=True) if rows else None


def _answers(found: Snapshot, form: str, wanted: set[str]) -> dict[str, Any]:
    """What the form of the case says in the fields that the register has too."""
    kept = forms.dump(found.workflow.forms[form], found.view.answers.get(form, {}))
    return {key: value for key, value in kept.items() if key in wanted}
