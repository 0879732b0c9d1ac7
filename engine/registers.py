"""Verbs on registers: add an entry by hand, put another in its place, withdraw one, say whether entries are right.

Who may is what the roles of the register say, found on the day of the entry for whom it is about; an administrator of
the unit may not by his right alone. Every entry by hand is an event in the stream of its person or unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection

from engine import entry_cites, entry_rights, entry_starts
from engine.authority import required_reason
from engine.core.case import Actor
from engine.core.errors import BadRequest, NotAllowed, NotFound, Refused
from engine.core.messages import Message
from engine.core.register import Register, is_locked
from engine.core.times import to_date, to_text
from engine.entry_rights import Published, Subject
from engine.entry_writing import How, Writing, take_turn, today_of, write
from engine.requests import Once
from engine.runtime import Runtime
from engine.store import apply_entries
from engine.store.apply_facts import Fact, append_events
from engine.store.queries import entries as queries

Verdict = Literal["verified", "returned"]
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Added:
    """An entry that was added: its name outside."""

    ref: str


def add_entry(
    rt: Runtime,
    register: str,
    about: str,
    day: date,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    key: str,
    how: How = "page",
    cites: str = "",
) -> Added:
    """Add an entry about the person or unit of a ref. `day`: local. cites: what else it is about (entry_cites.py).

    Raises InvalidSubmission by field ("day" among them), NotAllowed for whoever may not add, Refused where another
    entry stands in the way, and in a public register of which totals alone are shown; NotFound for strangers.
    """
    at = rt.clock()
    once = Once(actor, key, f"entry:{register}", [about, day.isoformat(), dict(answers), *([cites] if cites else [])])
    with rt.db.begin() as db:
        if (earlier := once.answered(db)) is not None:
            return Added(str(earlier["ref"]))
        found = entry_rights.published(rt, db, register)
        subject = entry_rights.subject(db, found.register, about, day)
        entry_rights.require(db, found.register, subject, day, "add", actor)
        entry_rights.require_named(found.register)
        by = Writing(rt, db, actor, at, how, key)
        beside = entry_cites.taken(rt, db, found.register, subject, day, actor, cites)
        written = write(by, found, subject, day, answers, beside=beside)
        entry_starts.follow(by, found.register, subject, day, written)
        once.remember(db, {"ref": written.ref}, at)
    return Added(written.ref)


def correct_entry(rt: Runtime, ref: str, answers: Mapping[str, Any], *, actor: Actor, reason: str, key: str) -> Added:
    """Put another entry, of the same day, in the place of one. Raises as `add_entry`, Refused once it is locked."""
    at, reason = rt.clock(), required_reason(reason)
    once = Once(actor, key, f"entry-corrected:{ref}", [dict(answers), reason])
    with rt.db.begin() as db:
        if (earlier := once.answered(db)) is not None:
            return Added(str(earlier["ref"]))
        row, register, subject = _standing(rt, db, ref, "correct", actor, at)
        found, by = Published(row.definition_digest, register), Writing(rt, db, actor, at, key=key)
        beside = entry_cites.kept(row.body)
        written = write(by, found, subject, to_date(row.day), answers, row=row, reason=reason, beside=beside)
        entry_starts.follow(by, register, subject, to_date(row.day), written, row.id)
        once.remember(db, {"ref": written.ref}, at)
    return Added(written.ref)


def withdraw_entry(rt: Runtime, ref: str, *, actor: Actor, reason: str) -> None:
    """Let an entry count no more; it stays readable in the trail. Raises as `correct_entry`."""
    at, reason = rt.clock(), required_reason(reason)
    with rt.db.begin() as db:
        row, _, subject = _standing(rt, db, ref, "correct", actor, at)
        by = Writing(rt, db, actor, at)
        event = by.record(subject.stream, "entry.withdrawn", {"entry": ref}, {"reason": reason})
        apply_entries.end(db, row, event)


def judge_entries(rt: Runtime, refs: Sequence[str], verdict: Verdict, *, actor: Actor, note: str = "") -> int:
    """Say of up to MOST_AT_ONCE entries that they are right, or return them with what has to change; answers how many.

    All or none: raises NotAllowed where one is not the actor's to verify, BadRequest for a return without a word.
    """
    at, wanted = rt.clock(), sorted(set(refs))
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise BadRequest(Message("register.at_once", found=len(wanted), most=MOST_AT_ONCE))
    said = {"note": required_reason(note)} if verdict == "returned" or note.strip() else {}
    with rt.db.begin() as db:
        rows = queries.by_refs(db, wanted)
        if len(rows) != len(wanted):
            raise NotFound(Message("register.entry_not_found"))
        about = entry_rights.require_each(rt, db, rows, "verify", actor)
        if any(actor.person_id in (row.by_id, row.person_id) for row in rows):
            raise NotAllowed(Message("register.own_entry"))
        facts = [Fact(about[row.id].stream, f"entry.{verdict}", {"entry": row.ref}, said) for row in rows]
        events = append_events(db, facts, actor=actor, at=at, product=rt.version)
        ids = [row.id for row in rows]
        apply_entries.say_all(db, ids, verdict, actor.person_id or 0, to_text(at), events)
    return len(wanted)


def _standing(
    rt: Runtime, db: Connection, ref: str, right: str, actor: Actor, at: datetime
) -> tuple[Any, Register, Subject]:
    """An entry that still counts, locked, with its register and whom it is about; raises what keeps the actor off."""
    register = _register_of(rt, db, row := queries.by_ref(db, ref))
    subject, day = entry_rights.subject_of(db, row), to_date(row.day)
    take_turn(db, register, subject)
    row = queries.by_ref(db, ref, lock=True)
    entry_rights.require(db, register, subject, day, right, actor)
    if row.ended_ref is not None:
        raise Refused(Message("register.ended"))
    if is_locked(register.definition, day, today_of(db, subject, at)):
        raise Refused(Message("register.locked", day=day, days=register.definition.days.lock or 0))
    return row, register, subject


def _register_of(rt: Runtime, db: Connection, row: Any) -> Register:
    if row is None:
        raise NotFound(Message("register.entry_not_found"))
    return rt.library.register(db, row.definition_digest)
