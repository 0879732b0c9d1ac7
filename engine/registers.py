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

from engine import audit_entries, entry_rights
from engine.authority import local_day, required_reason
from engine.core.case import Actor
from engine.core.errors import BadRequest, InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.filling.fieldtype import FormFacts
from engine.core.messages import Message
from engine.core.proof import commitment
from engine.core.register import JudgedEntry, Register, is_locked, judge, overlaps
from engine.core.times import to_date, to_text
from engine.entry_rights import Subject
from engine.requests import Once
from engine.runtime import Runtime
from engine.store import apply, apply_entries
from engine.store.apply_entries import NewEntry
from engine.store.queries import entries as queries
from engine.store.queries import units
from engine.store.queries.locks import wait_for_turn
from engine.store.refs import new_ref, new_seed
from engine.store.tables.registers import MEASURES

Verdict = Literal["verified", "returned"]
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Added:
    """An entry that was added: its name outside."""

    ref: str


def add_entry(
    rt: Runtime, register: str, about: str, day: date, answers: Mapping[str, Any], *, actor: Actor, key: str
) -> Added:
    """Add an entry about the person or unit of a ref. `day`: local.

    Raises InvalidSubmission by field ("day" among them), NotAllowed for whoever may not add, Refused where another
    entry stands in the way, NotFound for strangers.
    """
    at = rt.clock()
    once = Once(actor, key, f"entry:{register}", [about, day.isoformat(), dict(answers)])
    with rt.db.begin() as db:
        if (earlier := once.answered(db)) is not None:
            return Added(str(earlier["ref"]))
        found = entry_rights.published(rt, db, register)
        subject = entry_rights.subject(db, found.register, about, day)
        entry_rights.require(db, found.register, subject, day, "add", actor)
        ref = _add(rt, db, found.digest, found.register, subject, day, answers, actor, at, key)
        once.remember(db, {"ref": ref}, at)
    return Added(ref)


def correct_entry(rt: Runtime, ref: str, answers: Mapping[str, Any], *, actor: Actor, reason: str, key: str) -> Added:
    """Put another entry, of the same day, in the place of one. Raises as `add_entry`, Refused once it is locked."""
    at, reason = rt.clock(), required_reason(reason)
    once = Once(actor, key, f"entry-corrected:{ref}", [dict(answers), reason])
    with rt.db.begin() as db:
        if (earlier := once.answered(db)) is not None:
            return Added(str(earlier["ref"]))
        row, register, subject = _standing(rt, db, ref, "correct", actor, at)
        added = _add(
            rt, db, row.definition_digest, register, subject, to_date(row.day), answers, actor, at, key, row, reason
        )
        once.remember(db, {"ref": added}, at)
    return Added(added)


def withdraw_entry(rt: Runtime, ref: str, *, actor: Actor, reason: str) -> None:
    """Let an entry count no more; it stays readable in the trail. Raises as `correct_entry`."""
    at, reason = rt.clock(), required_reason(reason)
    with rt.db.begin() as db:
        row, _, subject = _standing(rt, db, ref, "correct", actor, at)
        event = _record(rt, db, subject, "entry.withdrawn", {"entry": ref}, {"reason": reason}, actor, at)
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
        for row in sorted(rows, key=lambda row: (row.person_id or 0, row.id)):  # one order of streams for all
            register = rt.library.register(db, row.definition_digest)
            subject = entry_rights.subject_of(db, row)
            entry_rights.require(db, register, subject, to_date(row.day), "verify", actor)
            if row.by_id == actor.person_id or subject.person_id == actor.person_id:
                raise NotAllowed(Message("register.own_entry"))
            event = _record(rt, db, subject, f"entry.{verdict}", {"entry": row.ref}, said, actor, at)
            apply_entries.say(db, row.id, verdict, actor.person_id or 0, to_text(at), event)
    return len(wanted)


def _standing(
    rt: Runtime, db: Connection, ref: str, right: str, actor: Actor, at: datetime
) -> tuple[Any, Register, Subject]:
    """An entry that still counts, locked, with its register and whom it is about; raises what keeps the actor off."""
    row = queries.by_ref(db, ref, lock=True)
    if row is None:
        raise NotFound(Message("register.entry_not_found"))
    register, subject, day = rt.library.register(db, row.definition_digest), entry_rights.subject_of(db, row), row.day
    entry_rights.require(db, register, subject, to_date(day), right, actor)
    if row.ended_ref is not None:
        raise Refused(Message("register.ended"))
    if is_locked(register.definition, to_date(day), _today(db, subject, at)):
        raise Refused(Message("register.locked", day=to_date(day), days=register.definition.days.lock or 0))
    return row, register, subject


def _add(
    rt: Runtime,
    db: Connection,
    digest: str,
    register: Register,
    subject: Subject,
    day: date,
    answers: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    key: str,
    row: Any = None,
    reason: str = "",
) -> str:
    """Judge and write an entry, in the place of `row` where one is given."""
    name = register.definition.key
    wait_for_turn(db, f"entries:{name}:{subject.ref}")
    today = _today(db, subject, at)
    judged = judge(register, answers, day, FormFacts(today, day, day))
    wrong = {path: each for path, each in judged.errors.items() if row is None or path != "day"}
    if wrong:
        raise InvalidSubmission(wrong)
    _require_room(db, register, subject, day, judged, None if row is None else row.id)
    ref, seed = new_ref(), new_seed()
    columns = _in_columns(db, register, judged)
    kept = {audit_entries.KEPT: audit_entries.kept(columns, judged.span, subject.unit_id)}
    sealed = commitment.seal(seed, {**register.form.questions.dump(judged.values), **kept})
    public = {"entry": ref, "register": name, "definition": digest, "day": day.isoformat(), "root": sealed.root.hex()}
    kind, said = ("entry.added", {}) if row is None else ("entry.corrected", {"reason": reason})
    public |= {} if row is None else {"replaces": row.ref}
    event = _record(rt, db, subject, kind, public, said, actor, at, key)
    if row is not None:
        apply_entries.end(db, row, event)
    apply_entries.write(db, NewEntry(
        ref=ref, register=name, digest=digest, person_id=subject.person_id, unit_id=subject.unit_id,
        day=day.isoformat(), span=judged.span, measures=columns, seed=seed, sealed=sealed,
        how="page", by_id=actor.person_id, at=to_text(at), event_ref=event,
        replaces_id=None if row is None else row.id,
    ))  # fmt: skip
    return ref


def _require_room(
    db: Connection, register: Register, subject: Subject, day: date, judged: JudgedEntry, but: int | None
) -> None:
    """Refuse a second entry of a day where there is one a day, and one that overlaps another."""
    definition = register.definition
    if definition.a_day == "many" and judged.span is None:
        return
    rows = queries.on_day(db, definition.key, subject.person_id, subject.unit_id, day.isoformat())
    for row in rows:
        if row.id == but:
            continue
        if definition.a_day == "one":
            raise Refused(Message("register.one_a_day", day=day))
        if judged.span and row.begins is not None and overlaps(judged.span, (row.begins, row.ends)):
            raise Refused(Message("register.overlaps", start=_clock(row.begins), end=_clock(row.ends)))


def _in_columns(db: Connection, register: Register, judged: JudgedEntry) -> list[int | None]:
    """The measures in the columns in which this register keeps them."""
    keys = [each.spec.key for each in register.measures]
    columns: list[int | None] = [None] * len(MEASURES)
    if not keys:
        return columns
    places = queries.places(db, register.definition.key)
    if not places.keys() >= set(keys):  # else nobody waits for whoever adds to the same register
        wait_for_turn(db, f"measures:{register.definition.key}")
        places = apply_entries.place_of(db, register.definition.key, keys)
    if max(places.values()) >= len(MEASURES):
        raise Refused(Message("register.too_many_measures", most=len(MEASURES)))
    for key, number in zip(keys, judged.measures, strict=True):
        columns[places[key]] = number
    return columns


def _record(
    rt: Runtime,
    db: Connection,
    subject: Subject,
    kind: str,
    public: Mapping[str, Any],
    private: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    key: str | None = None,
) -> str:
    event = apply.append_event(
        db, stream=subject.stream, kind=kind, at=at, actor=actor, public=public, private=private, key=key,
        product=rt.version,
    )  # fmt: skip
    return event.ref


def _today(db: Connection, subject: Subject, at: datetime) -> date:
    """The local day of the unit, of the first root unit for whoever has none."""
    unit_id = subject.unit_id if subject.unit_id is not None else units.highest(db)
    return at.date() if unit_id is None else local_day(units.unit(db, unit_id), at)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
