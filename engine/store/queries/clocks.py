"""Questions about deadlines that no task carries, about what moved a deadline, and about cases that stand still."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from engine.core.case import ClockView
from engine.core.extending import Shift
from engine.core.times import to_datetime
from engine.store.statement import Statement
from engine.store.tables.cases import Case, Note, Task
from engine.store.tables.deadlines import Clock, DeadlineShift, DueAct, Suspension
from engine.store.tables.ledger import Event
from engine.store.tables.repairs import CaseRewind

ENDED = aliased(Suspension)
STANDS_STILL = and_(
    Suspension.ends.is_(None),
    ~select(ENDED.event_ref).where(ENDED.ends == Suspension.event_ref).correlate(Suspension).exists(),
)
SUSPENDED_AT = select(func.max(Suspension.at)).where(Suspension.case_id == Case.id, STANDS_STILL).correlate(Case)
"""Since when a case is suspended, beside its row; nothing where it is not."""

STILL = select(Suspension.case_id).where(STANDS_STILL)
"""The cases that are suspended: few. Nothing in them is late, and nobody has to act."""

COUNTS = or_(Clock.opened_n == Case.version, Clock.whole)
OF_CASE = Statement(
    select(Clock.id, Clock.ref, Clock.whole, Clock.opened_at, Clock.due)
    .join(Case, Case.id == Clock.case_id)
    .where(Case.id == bindparam("case_id"), COUNTS)
    .order_by(Clock.id)
)
SAID, BACK, TAKEN_BACK = aliased(Event), aliased(Event), aliased(Event)
# What was made final after a move counts no more once the case was taken back to there; that of the whole goes on.
UNDONE = (
    select(CaseRewind.id)
    .join(BACK, and_(BACK.case_id == CaseRewind.case_id, BACK.n == CaseRewind.back))
    .join(TAKEN_BACK, TAKEN_BACK.ref == CaseRewind.decided_ref)
    .where(CaseRewind.case_id == DueAct.case_id, CaseRewind.decision == "agreed")
    .where(SAID.seq > BACK.seq, SAID.seq < TAKEN_BACK.seq)
    .where(~select(Clock.id).where(Clock.ref == DueAct.of_ref, Clock.whole).exists())
    .correlate(DueAct, SAID)
    .exists()
)
FINAL = Statement(
    select(DueAct.of_ref, DueAct.due, DueAct.event_ref)
    .join(SAID, SAID.ref == DueAct.event_ref)
    .where(DueAct.case_id == bindparam("case_id"), DueAct.act == "final", ~UNDONE)
    .order_by(DueAct.due)
)
SUSPENSION = Statement(
    select(Suspension.event_ref, Suspension.at, Event.actor_ref, Note.body)
    .join(Event, Event.ref == Suspension.event_ref)
    .outerjoin(Note, Note.event_ref == Suspension.event_ref)
    .where(Suspension.case_id == bindparam("case_id"), STANDS_STILL)
)

SHIFTS = Statement(
    select(*DeadlineShift.__table__.c).where(DeadlineShift.case_id == bindparam("case_id")).order_by(DeadlineShift.id)
)


def of_case(db: Connection, case_id: int) -> tuple[ClockView, ...]:
    """The clocks that run in a case: of the state in which it stands, and of the whole."""
    rows = OF_CASE.rows(db, case_id=case_id)
    return tuple(ClockView(row.ref, bool(row.whole), to_datetime(row.opened_at), to_datetime(row.due)) for row in rows)


def made_final(db: Connection, case_id: int) -> list[Any]:
    """The deadlines of a case that made its result final: ref, instant, event."""
    return FINAL.rows(db, case_id=case_id)


def suspension(db: Connection, case_id: int) -> Any | None:
    """The suspension under which a case stands: its event, since when, by whom, and its note with the reason."""
    return SUSPENSION.one(db, case_id=case_id)


def shifts(db: Connection, refs: Collection[str]) -> dict[str, list[Shift]]:
    """What moved these deadlines (by the refs of tasks and clocks), in order."""
    found: dict[str, list[Shift]] = {}
    wanted = sorted(refs)
    for first in range(0, len(wanted), 500):
        query = select(*DeadlineShift.__table__.c).where(DeadlineShift.of_ref.in_(wanted[first : first + 500]))
        for row in db.execute(query.order_by(DeadlineShift.id)):
            found.setdefault(row.of_ref, []).append(_shift(row))
    return found


def shifts_of_case(db: Connection, case_id: int) -> dict[str, tuple[Shift, ...]]:
    """What moved each deadline of a case, in order, by the ref of its task or clock."""
    found: dict[str, tuple[Shift, ...]] = {}
    for row in SHIFTS.rows(db, case_id=case_id):
        found[row.of_ref] = (*found.get(row.of_ref, ()), _shift(row))
    return found


def _shift(row: Any) -> Shift:
    until, first, last = (date.fromisoformat(day) if day else None for day in (row.until, row.first, row.last))
    return Shift(until, row.days, first, last)


def acts_of(db: Connection, refs: Collection[str]) -> set[tuple[str, str, str]]:
    """What these deadlines have done: ref, instant and act of each."""
    found: set[tuple[str, str, str]] = set()
    wanted = sorted(refs)
    for first in range(0, len(wanted), 500):
        query = select(DueAct.of_ref, DueAct.due, DueAct.act).where(DueAct.of_ref.in_(wanted[first : first + 500]))
        found |= {(row.of_ref, row.due, row.act) for row in db.execute(query)}
    return found


def refused(db: Connection, unit_ids: Collection[int], limit: int) -> list[Any]:
    """The cases of these units in which a deadline could not fire and which have not moved since, the oldest first:
    case, since when, the event that says which transition, and its note with the reasons.
    """
    alive = or_(
        select(Task.id)
        .where(Task.ref == DueAct.of_ref, Task.state == "open", Task.due == DueAct.due, Task.opened_n == Case.version)
        .exists(),
        select(Clock.id).where(Clock.ref == DueAct.of_ref, Clock.due == DueAct.due, COUNTS).exists(),
    )
    query = (
        select(Case.id, Case.ref, Case.state, Case.definition_digest, DueAct.of_ref, DueAct.due, DueAct.at,
               DueAct.event_ref, Event.leaf, Note.body)
        .join(Case, Case.id == DueAct.case_id)
        .join(Event, Event.ref == DueAct.event_ref)
        .outerjoin(Note, Note.event_ref == DueAct.event_ref)
        .where(DueAct.act == "refused", Case.unit_id.in_(sorted(unit_ids)), alive)
    )  # fmt: skip
    return list(db.execute(query.order_by(DueAct.at, Case.id).limit(limit)))
