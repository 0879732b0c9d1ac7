"""Whom a paper names and what counts as signed: people as they were on the day, acts out of the trail. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine.core.messages import Message
from engine.core.printing.seal import Figure
from engine.core.printing.source import Party, Signed
from engine.core.printing.spec import PrintSpec
from engine.core.printing.wording import Voice
from engine.core.times import to_datetime
from engine.snapshot import Snapshot
from engine.store.queries import acting, people
from engine.store.queries import prints as queries


def day_of(found: Snapshot) -> date:
    """The day for which a paper names posts and units: the end of the period, or today while that runs."""
    return min(found.view.today, found.view.period_end)


def parties(
    db: Connection, found: Snapshot, spec: PrintSpec, rows: Sequence[Any]
) -> Iterator[tuple[tuple[str, bool], Party]]:
    """Who stands in each role on paper: who acted in it last, else who holds it now."""
    on = day_of(found)
    wanted = {(party.role, party.superior) for block in spec.blocks for party in block.people}
    wanted |= {(signer.role, False) for block in spec.blocks for signer in block.signers}
    for role, superior in sorted(wanted):
        person = _holder(found, role, rows)
        if person is not None and superior:
            above = people.superior_holders(db, person, on)
            person = above[0].person_id if above else None
        if person is not None:
            yield (role, superior), party(db, person, on)


def party(db: Connection, person_id: int, on: date) -> Party:
    """A person as papers name him on a day."""
    row = queries.party(db, person_id, on.isoformat())
    return Party("") if row is None else Party(row.name, row.nip or "", row.grade or "", row.post or "", row.unit or "")


def _holder(found: Snapshot, role: str, rows: Sequence[Any]) -> int | None:
    held = found.view.roles.get(role, ())
    if any(holder.person_id == found.view.subject_id for holder in held):
        return found.view.subject_id
    acted = [int(row.actor_id) for row in rows if row.role == role and row.actor_id is not None]
    return acted[-1] if acted else (held[0].person_id if held else None)


def signed(
    db: Connection, found: Snapshot, spec: PrintSpec, rows: Sequence[Any], forms: Collection[str]
) -> Iterator[tuple[str, Signed]]:
    """The acts that count as signatures: the last sending of a form; a move after all that is printed was sent."""
    on = day_of(found)
    last = max((row.seq for row in rows if row.kind == "form.submitted" and row.form in forms), default=0)
    signers = [signer for block in spec.blocks for signer in block.signers]
    for name in sorted({signer.form or signer.transition or "" for signer in signers} - {""}):
        acts = [row for row in rows if row.form == name or (row.transition == name and row.seq > last)]
        if acts and acts[-1].actor_id is not None:
            act, at = acts[-1], to_datetime(acts[-1].at)
            number = party(db, act.actor_id, on).number
            day = at.astimezone(found.zone).date()
            yield name, Signed(act.actor_name, number, at, day, act.ref, _instead(db, act))


def _instead(db: Connection, act: Any) -> Message | None:
    """For whom somebody signed, under which order, or in whose place."""
    shared = acting.shared_acts(db, [act]).get(act.ref)
    if shared is None:
        return None
    if shared.number is None or shared.kind is None:
        return Message("acting.print.after", principal=shared.name)
    kind = Message(f"acting.kind.{shared.kind}")
    return Message("acting.print.for", principal=shared.name, kind=kind, number=shared.number)


def subject(db: Connection, found: Snapshot, voice: Voice) -> tuple[Figure, ...]:
    """Whose case it is, as the first figures of a print."""
    name = Figure(voice.key("print.party.name"), found.subject_name)
    held = number(db, found)
    return (name, Figure(voice.key("print.party.number"), held)) if held else (name,)


def number(db: Connection, found: Snapshot) -> str:
    """The NIP of the person whose case it is; empty where there is none."""
    subject_id = found.view.subject_id
    return party(db, subject_id, day_of(found)).number if subject_id else ""
