"""Verbs on entries that come many at once from another system, and the proof that one of them was among them.

Whoever brings them needs, for each row, the right to add on its day; right rows become entries under one event, whose
leaf names the root over them. Files, which are judged before they count, are imports/entry_acts.py's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from engine import entry_rights, entry_units
from engine.core.case import Actor
from engine.core.errors import BadRequest, NotFound
from engine.core.messages import Message
from engine.core.proof import batch
from engine.core.proof.canonical import digest
from engine.core.register import Register
from engine.core.times import to_date
from engine.entry_rights import Published, Subject
from engine.entry_writing import Writing
from engine.imports import entry_batches, entry_begins, entry_world, judge_entries
from engine.imports.entry_columns import DAY, NIP, UNIT
from engine.imports.entry_rows import Row
from engine.imports.judge_entries import ADD, WAYS
from engine.imports.rows import CHANGE, CREATE, UNCHANGED
from engine.requests import Once
from engine.runtime import Runtime
from engine.store.queries import chairs
from engine.store.queries import entries as queries
from engine.store.queries import entry_world as sets
from engine.store.refs import new_ref

MOST_ROWS = 1_000  # of one request
KEPT = ("event", "created", "replaced", "unchanged", "ended")  # of what is answered to the same request again


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row, by its place from 0: why, in which column (`nip`, `unit`, `day`, `field.<key>`)."""

    row: int
    column: str
    cause: str
    message: Message


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of many rows: how many were added, took the place of others, were there already; how many ended.

    event: the ref of the event that brought them, nothing where none was needed.
    """

    event: str
    created: int
    replaced: int
    unchanged: int
    ended: int
    faults: tuple[RowFault, ...] = ()


def add_rows(
    rt: Runtime,
    register: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    actor: Actor,
    key: str | None,
    way: str = ADD,
    whole: bool = True,
    within: Collection[int] | None = None,
) -> Brought:
    """Add up to MOST_ROWS entries: `{"about": NIP, code or ref, "day": "YYYY-MM-DD", "answers": {…}}` each.

    way: `add`, or `replace` what stands on their days. whole: with one wrong row nothing is written; else the right
    ones are. within: the units inside which the actor may do so here; None: all. What is wrong is answered, not
    raised. Raises NotFound, BadRequest for what are no rows and for what does not go with entries that begin cases,
    Refused where totals alone are shown: a file of guesses would find out what somebody has answered.
    """
    at = rt.clock()
    if way not in WAYS:
        raise BadRequest(Message("imports.entry.unknown_way", found=way[:40]))
    if not 1 <= len(rows) <= MOST_ROWS:
        raise BadRequest(Message("imports.entry.at_once", found=len(rows), most=MOST_ROWS))
    once = Once(actor, key, f"entries:{register}", [way, whole, [_plain(row) for row in rows]])
    try:
        with rt.db.begin() as db:
            if (earlier := once.answered(db)) is not None:
                return Brought(**earlier)
            found = entry_rights.published(rt, db, register)
            _require_bulk(found.register, len(rows), way, whole)
            brought = _bring(rt, db, found, rows, actor, at, (way, whole, within))
            if brought.event:
                once.remember(db, {name: getattr(brought, name) for name in KEPT}, at)
            return brought
    except _NotBegun as none:
        return Brought("", 0, 0, 0, 0, none.faults)


def _bring(
    rt: Runtime,
    db: Connection,
    found: Published,
    rows: Sequence[Mapping[str, Any]],
    actor: Actor,
    at: datetime,
    asked: tuple[str, bool, Collection[int] | None],
) -> Brought:
    """Judge rows, and write the right ones."""
    way, whole, within = asked
    read = [_row(number, row, found.register) for number, row in enumerate(rows)]
    world = entry_world.read(db, found.register, found.digest, read, actor, at)
    world = entry_world.within(entry_world.with_calendars(rt, db, world), within)
    judged = judge_entries.judge(read, world, way)
    faults, counts = _faults(read), judged.counts()
    if (faults and whole) or not (counts[CREATE] + counts[CHANGE] + counts["end"]):
        return Brought("", 0, 0, counts[UNCHANGED], 0, faults)
    ready = entry_batches.sealed(judged, world, entry_batches.places(db, found.register))
    about = {"import": new_ref(), "file": entry_batches.mark(rt, _digest(rows)), "way": way}
    event, ids = entry_batches.write(rt, db, judged, world, ready, about=about, note={}, how="api", actor=actor)
    if failures := entry_begins.begin(Writing(rt, db, actor, at, "api"), judged, world, ready, ids, event):
        entry_begins.blame(failures)
        raise _NotBegun(_faults(read))
    return Brought(event, counts[CREATE], counts[CHANGE], counts[UNCHANGED], counts["end"], faults)


def _faults(rows: Sequence[Row]) -> tuple[RowFault, ...]:
    return tuple(RowFault(row.number, each.column, each.cause, each.message) for row in rows for each in row.faults)


class _NotBegun(Exception):
    """Ends a transaction in which the case of a row could not begin; faults: of which rows, and why."""

    def __init__(self, faults: tuple[RowFault, ...]) -> None:
        super().__init__()
        self.faults = faults


def _require_bulk(register: Register, count: int, way: str, whole: bool) -> None:
    """Refuse registers of people who do not sign in; where each entry begins a case, too many, and any other way."""
    entry_rights.require_named(register)
    if not register.starts:
        return
    if (why := entry_begins.too_many(count)) is not None:
        raise BadRequest(why)
    if way != ADD:
        raise BadRequest(Message("imports.entry.starts_stay"))
    if not whole:
        raise BadRequest(Message("imports.entry.starts_whole"))


def _digest(rows: Sequence[Mapping[str, Any]]) -> str:
    return digest([_plain(row) for row in rows])


def _plain(row: Mapping[str, Any]) -> list[Any]:
    """A row as it is compared with an earlier request: numbers of any kind as text."""
    if not isinstance(row, Mapping) or not isinstance(row.get("answers", {}), Mapping):
        raise BadRequest(Message("imports.entry.no_row"))
    return [str(row.get("about", "")), str(row.get("day", "")), repr(sorted(row.get("answers", {}).items(), key=repr))]


def _row(number: int, given: Mapping[str, Any], register: Register) -> Row:
    about, day = str(given.get("about", "")), str(given.get("day", ""))
    named = UNIT if register.definition.about == "unit" else NIP
    row = Row(number, about, places={named: 0, DAY: 1}, cells=(about, day))
    row.raw = dict(given.get("answers", {}))
    if register.definition.about != "none" and not about:
        row.blame("missing", named, Message("imports.fault.missing"))
    try:
        row.day = to_date(day) if len(day) == len("2026-01-31") else None
    except ValueError:
        row.day = None
    if row.day is None:
        row.blame("day", DAY, Message("imports.fault.day"))
    return row


def may_bring(db: Connection, register: Register, actor: Actor, on: date) -> bool:
    """Whether the actor may add entries on a day about himself, about those right below him, or where he has a right.

    Only opens the page: each row is judged by itself. Answers of people who do not sign in come by links and sheets.
    """
    if register.definition.totals_alone or actor.person_id is None:
        return False
    about = [Subject(actor.ref, "", actor.person_id, None, actor.name)]
    about += [Subject("", "", unit_id=right.unit_id) for right in actor.rights]
    if register.definition.about == "unit":
        about += entry_units.mine(db, actor, on)
    about += [Subject(row.ref, "", row.id, row.unit_id, row.name) for row in chairs.below(db, actor.person_id, on)]
    held = entry_rights.roles_of_each(db, register, [(each, on) for each in about], actor)
    return any(entry_rights.may(register, roles, "add") for roles in held)


@dataclass(frozen=True, slots=True)
class Proven:
    """That an entry is one of those that an event brought: its leaf, its place among so many, the hashes beside its way
    up (hex, the lowest first), and the root that the event's leaf names (RFC 9162, section 2.1.3)."""

    event: str
    leaf: str
    place: int
    count: int
    beside: tuple[str, ...]
    root: str


def prove_entry(rt: Runtime, ref: str, *, actor: Actor) -> Proven:
    """Prove that an entry came with its file or request. Raises NotFound for strangers and for entries made by hand."""
    with rt.db.read(snapshot=True) as db:
        row = queries.by_ref(db, ref)
        if row is None:
            raise NotFound(Message("register.entry_not_found"))
        register = rt.library.register(db, row.definition_digest)
        entry_rights.require(db, register, entry_rights.subject_of(db, row), to_date(row.day), "read", actor)
        if row.how not in ("import", "api"):
            raise NotFound(Message("imports.entry.by_hand"))
        together = sets.of_event(db, row.event_ref)
    leaves = [batch.entry_leaf(each.ref, each.person or each.unit or "", each.day, each.root) for each in together]
    place = next(at for at, each in enumerate(together) if each.ref == ref)
    beside, growing = batch.path(leaves, place), batch.Growing()
    for leaf in leaves:
        growing.add(leaf)
    return Proven(
        row.event_ref, leaves[place].decode(), place, len(leaves), tuple(each.hex() for each in beside),
        growing.root().hex(),
    )  # fmt: skip
