"""Right rows as entries: sealed one by one, then written together under one event, or not at all.

Sealing takes the time and needs no transaction; writing holds one, of a second or two for twenty thousand entries.
The event stands in the stream of the register and names the root (RFC 9162) over its entries, and over those it ends.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from engine import audit_entries
from engine.core.case import Actor
from engine.core.errors import Refused, StaleCase
from engine.core.messages import Message
from engine.core.proof import batch, commitment
from engine.core.register import Register
from engine.core.times import to_text
from engine.imports import entry_world
from engine.imports.entry_world import World
from engine.imports.judge_entries import TELL_EACH, Judgement
from engine.imports.rows import CHANGE, CREATE
from engine.runtime import Runtime
from engine.store import apply, apply_batches, apply_entries
from engine.store.apply_facts import lock_heads
from engine.store.failures import RACED_MESSAGE
from engine.store.queries import entries as queries
from engine.store.queries import entry_world as world_queries
from engine.store.queries.locks import wait_for_turn
from engine.store.refs import new_refs, new_seeds
from engine.store.tables.registers import MEASURES


class Ready(NamedTuple):
    """An entry that can be written: `columns`: from person to the last measure, in the order of the table."""

    ref: str
    about: str
    day: str
    columns: tuple[Any, ...]
    seed: bytes
    root: bytes
    body: str


def mark(rt: Runtime, sha256: str) -> str:
    """What an event says of what was brought, hex: the same for the same, under the installation's key.

    A leaf stays when its entries are erased, and whoever knows the people and the day could try a plain hash.
    """
    return hmac.digest(rt.keys.session, f"entries.file\0{sha256}".encode(), "sha256").hex()


def places(db: Connection, register: Register) -> Sequence[int]:
    """The columns in which the measures of a register are kept, in its order; new ones get theirs in this transaction.

    Raises Refused where there are no more.
    """
    name, keys = register.definition.key, [each.spec.key for each in register.measures]
    known = queries.places(db, name)
    if not known.keys() >= set(keys):
        wait_for_turn(db, f"entries:{name}")  # first, as for an entry by hand (locks.py)
        wait_for_turn(db, f"measures:{name}")
        known = dict(apply_entries.place_of(db, name, keys))
    if any(known[key] >= len(MEASURES) for key in keys):
        raise Refused(Message("register.too_many_measures", most=len(MEASURES)))
    return [known[key] for key in keys]


def sealed(
    judged: Judgement, world: World, columns: Sequence[int], tell: Callable[[int], None] = lambda done: None
) -> list[Ready]:
    """The rows that write something, each with its commitment, in the order of the file."""
    wanted = [row for row in judged.rows if row.outcome in (CREATE, CHANGE)]
    days = {day: day.isoformat() for day in world.turn}
    found = []
    for ref, seed, row in zip(new_refs(len(wanted)), new_seeds(len(wanted)), wanted, strict=True):
        if row.day is None or row.judged is None:
            continue
        if len(found) % TELL_EACH == 0:
            tell(len(found))
        measures, span = _placed(row.judged.measures, columns), row.judged.span
        unit_id, day = world.unit_on(row.known, row.day), days[row.day]
        body = audit_entries.body(row.answers, measures, span, unit_id)
        root = commitment.whole(seed, body.encode())
        values = (world.whom[row.about].person_id, unit_id, day, *(span or (None, None)), *measures)
        found.append(Ready(ref, row.known, day, values, seed, root, body))
        if not world.register.starts:  # what begins cases is tried out first, and sealed once more
            row.answers, row.judged = "", None  # they stand in what is ready now, and a file has fifty thousand
    return found


def _placed(numbers: Sequence[int | None], columns: Sequence[int]) -> list[int | None]:
    found: list[int | None] = [None] * len(MEASURES)
    for place, number in zip(columns, numbers, strict=True):
        found[place] = number
    return found


def write(
    rt: Runtime,
    db: Connection,
    judged: Judgement,
    world: World,
    ready: Sequence[Ready],
    *,
    about: Mapping[str, Any],
    note: Mapping[str, Any],
    how: str,
    actor: Actor,
) -> tuple[str, Sequence[int]]:
    """Write these entries and end those whose place they take, under one event; answers its ref and their keys.

    about: what its leaf says of the import, nothing personal; note: what it keeps privately. Raises StaleCase where
    other entries stand now than those against which the rows were judged, or a seat or a right of then has ended.
    """
    name = world.register.definition.key
    wait_for_turn(db, f"entries:{name}")
    if entry_world.moved_on(db, world, actor):
        raise StaleCase(RACED_MESSAGE)
    ending = sorted(judged.ends, key=lambda each: each.id)
    # The rows, then streams and sums, as one entry by hand does (locks.py): not every register has turns.
    if len(world_queries.locked(db, [old.id for old in ending])) != len(ending):
        raise StaleCase(RACED_MESSAGE)
    if world.register.starts:  # the people first, as one entry by hand does (locks.py): sums and turns come after
        lock_heads(db, {f"person:{each.about}" for each in ready})
    leaves = (batch.entry_leaf(each.ref, each.about, each.day, each.root) for each in ready)
    brought = batch.said(len(ready), leaves)
    ended = batch.said(len(ending), (batch.ended_leaf(old.ref) for old in ending))
    said = {"register": name, "definition": world.digest, "entries": brought, "ended": ended}
    said[audit_entries.SEAL] = audit_entries.WHOLE
    event = apply.append_event(
        db, stream=f"register:{name}", kind=audit_entries.IMPORTED, at=world.at, actor=actor,
        public={**about, **said}, private=note, product=rt.version,
    ).ref  # fmt: skip
    apply_batches.end(db, [old.id for old in ending], event)
    ids = apply_batches.new_ids(db, len(ready))
    tail = (how, actor.person_id, to_text(world.at), event)
    apply_batches.write(db, _rows(ids, ready, name, world.digest, tail), _answers(ids, ready))
    apply_batches.count(db, event)
    return event, ids


def _rows(
    ids: Sequence[int], ready: Sequence[Ready], name: str, digest: str, tail: tuple[Any, ...]
) -> Iterator[tuple[Any, ...]]:
    for key, each in zip(ids, ready, strict=True):
        yield (key, each.ref, name, digest, *each.columns, each.root, *tail)


def _answers(ids: Sequence[int], ready: Sequence[Ready]) -> Iterator[tuple[Any, ...]]:
    for key, each in zip(ids, ready, strict=True):
        yield key, each.seed, each.body
