"""The cases of a cycle at its opening: about whom, where, with whom in their roles. No transaction is opened here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from engine import holders, linked, notice_wordings
from engine.core import machine
from engine.core.calendar import Calendar
from engine.core.case import SYSTEM, Actor, CaseView, Holder
from engine.core.reading.compiled import Workflow
from engine.core.rules import is_found_later
from engine.runtime import Runtime
from engine.snapshot import load
from engine.staffing import Act
from engine.store import apply
from engine.store.queries import units
from engine.store.refs import new_ref


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person whom a population matches, his unit, who would hold each role of his case (by key), and the roles that
    nobody would hold."""

    person: Holder
    unit_id: int
    unit_name: str
    post_name: str
    held: Mapping[str, tuple[Holder, ...]]
    unfilled: tuple[str, ...]


def candidate_of(row: Row[Any]) -> Candidate:
    """Somebody whom a population matches, before anybody has asked for his roles."""
    person = Holder(row.person_id, row.ref, row.name, "subject")
    return Candidate(person, row.unit_id, row.unit_name, row.post_name, {}, ())


def unfilled(workflow: Workflow, held: Mapping[str, tuple[Holder, ...]]) -> tuple[str, ...]:
    """The roles of a case, by key, that nobody would hold, but for those who are found later."""
    return tuple(spec.key for spec in workflow.definition.roles if not (held.get(spec.key) or is_found_later(spec)))


def in_roles(db: Connection, workflow: Workflow, rows: Sequence[Row[Any]], on: date) -> tuple[Candidate, ...]:
    """People as candidates, each with who would hold the roles of his case on a day and the roles that stay empty."""
    found = [candidate_of(row) for row in rows]
    held = holders.resolve_each(db, workflow, [(each.person, each.unit_id) for each in found], on)
    return tuple(
        replace(each, held=roles, unfilled=unfilled(workflow, roles)) for each, roles in zip(found, held, strict=True)
    )


def placed(
    db: Connection, workflow: Workflow, candidates: Sequence[Candidate], at: datetime
) -> Iterator[tuple[Candidate, ZoneInfo, Mapping[str, tuple[Holder, ...]]]]:
    """Each candidate with the zone of his unit and who holds the roles of his case on the day that it is there."""
    zones = {unit: ZoneInfo(name) for unit, name in units.zone_of_each(db).items()}
    by_day: dict[date, list[Candidate]] = {}
    for each in candidates:
        by_day.setdefault(at.astimezone(zones[each.unit_id]).date(), []).append(each)
    for day, there in by_day.items():
        held = holders.resolve_each(db, workflow, [(each.person, each.unit_id) for each in there], day)
        for each, roles in zip(there, held, strict=True):
            yield each, zones[each.unit_id], roles


def new_case(
    cycle: Row[Any],
    who: Candidate,
    zone: ZoneInfo,
    calendar: Calendar,
    roles: Mapping[str, tuple[Holder, ...]],
    at: datetime,
) -> CaseView:
    """A case as it begins, in no state yet."""
    return CaseView(
        ref=new_ref(),
        state="",
        version=0,
        subject_id=who.person.person_id,
        subject_ref=who.person.ref,
        unit_id=who.unit_id,
        entered_at=at,
        period_start=date.fromisoformat(cycle.period_start),
        period_end=date.fromisoformat(cycle.period_end),
        now=at,
        today=at.astimezone(zone).date(),
        roles=roles,
        zone=zone,
        calendar=calendar,
    )


def start(
    rt: Runtime, db: Connection, cycle: Row[Any], workflow: Workflow, view: CaseView, actor: Actor, at: datetime
) -> None:
    """One case: its row, its first event, the tasks of its initial state, the cases that this state has beside it."""
    decision = machine.begin(workflow, view)
    started = apply.start_case(
        db,
        view=view,
        cycle_id=cycle.id,
        definition_digest=cycle.definition_digest,
        decision=decision,
        actor=actor,
        at=at,
        product=rt.version,
    )
    notice_wordings.ask(db, workflow, view.ref, decision, actor, started.ref, at)
    if linked.opens(decision.effects):
        linked.open_cases(Act(rt, db, actor, at), load(rt, db, view.ref, SYSTEM, at), decision.effects)
