"""Verbs of the staffing check: over the people whom a cycle would concern, and over the cases of one that runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from engine import cycles, holders
from engine.authority import office_day
from engine.core.case import Actor
from engine.core.errors import NotAllowed
from engine.core.messages import Message
from engine.core.reading.compiled import Workflow
from engine.core.staffed import Staffed
from engine.runtime import Runtime
from engine.staffed import MOST, Check, look
from engine.store.queries import cycle_lists
from engine.store.queries import staffed as queries


@dataclass(frozen=True, slots=True)
class Looked:
    """What opening would do, and what stands in its way."""

    plan: cycles.Plan
    check: Check


def before_opening(rt: Runtime, *, actor: Actor, version_ref: str, population: str, most: int = MOST) -> Looked:
    """Check the people whom a cycle would concern today, in the actor's scope. Reads only."""
    with rt.db.read() as db:
        workflow, plan = cycles.planned(rt, db, actor=actor, version_ref=version_ref, population=population)
        check = cycles.looked_at(db, workflow, plan, office_day(db, actor, rt.clock()), most)
    return Looked(plan, check)


def of_cycle(rt: Runtime, cycle_ref: str, *, actor: Actor, most: int = MOST) -> tuple[Row[Any], Check]:
    """The cycle, and the check of its cases that are not over, as they are staffed today. Reads only."""
    if not (actor.has("admin") or actor.has("auditor")):
        raise NotAllowed(Message("cycle.admins_only"))
    with rt.db.read() as db:
        cycle = cycle_lists.cycle(db, actor, cycle_ref)
        workflow = rt.library.workflow(db, cycle.definition_digest)
        on, end = office_day(db, actor, rt.clock()), date.fromisoformat(cycle.period_end)
        rows = [row for row in queries.open_cases(db, actor, cycle.id) if _runs(workflow, row.state)]
        about = holders.about_cases(db, workflow, rows, on, end)
        held = holders.resolve_all(db, workflow, about, [on] * len(about)) if about else []
        staffed = [
            Staffed(case.subjects[0], roles, row.unit_name)
            for case, roles, row in zip(about, held, rows, strict=True)
            if case.subjects
        ]
        return cycle, look(db, workflow, staffed, [row.unit_id for row in rows], on, most)


def _runs(workflow: Workflow, state: str) -> bool:
    return state in workflow.states and not workflow.states[state].final
