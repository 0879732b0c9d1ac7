"""VERB start_own: somebody begins a case about himself, of a workflow that says so (`started_by: subject`).

Each period has one cycle of such a workflow, opened with its first case and with nobody in its population: so a person
has one such case at a time, and every list that knows cycles knows these cases too.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from engine import holders, seats_today
from engine.authority import local_day
from engine.core.case import SYSTEM, Actor, Holder
from engine.core.definition import WorkflowDefinition
from engine.core.errors import NotFound, Refused
from engine.core.messages import LANGUAGES, Message
from engine.core.reading.compiled import Workflow
from engine.core.roles import labelled
from engine.core.rules import is_found_later
from engine.core.times import to_text
from engine.cycle_cases import Candidate, new_case, start
from engine.requests import Once
from engine.runtime import Runtime
from engine.store import apply
from engine.store.queries import calendars, definitions
from engine.store.queries import cycles as queries
from engine.store.queries.locks import wait_for_turn
from engine.store.refs import new_ref

MONTHS = {"year": 12, "half_year": 6, "quarter": 3, "month": 1, "none": 1}
NOBODY = "false"  # the population of such a cycle


def offered(rt: Runtime, db: Connection) -> list[WorkflowDefinition]:
    """The published workflows that anybody may begin for himself."""
    found = [rt.library.workflow(db, row.digest).definition for row in definitions.published(db, "workflow")]
    return [definition for definition in found if _is_begun_by_oneself(definition)]


def _is_begun_by_oneself(definition: WorkflowDefinition) -> bool:
    return definition.started_by == "subject" and definition.subject == "person"


def start_own(rt: Runtime, *, actor: Actor, workflow_key: str, once: str | None = None) -> str:
    """Begin a case about oneself; answers its ref, or that of the one that runs already in this period.

    Raises NotFound for what nobody may begin, Refused without a post, where a role would be held by nobody, and where
    the case of this period is over.
    """
    at = rt.clock()
    asked = Once(actor, once, f"start:{workflow_key}", None)
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        row, workflow = _workflow(rt, db, workflow_key)
        wait_for_turn(db, f"start:{row.digest}:{actor.person_id}")
        unit = _unit(db, actor, at)
        day = local_day(unit, at)
        if workflow.definition.period == "none":
            ref = _one_more(rt, db, row.digest, workflow, unit, actor, day, at)
        else:
            cycle = cycle_of(rt, db, row.digest, workflow, day, at)
            ref = _running(db, workflow, cycle.id, actor) or _begin(rt, db, cycle, workflow, unit, actor, at)
        asked.remember(db, {"ref": ref}, at)
        return ref


def _workflow(rt: Runtime, db: Connection, key: str) -> tuple[Row[Any], Workflow]:
    for row in definitions.published(db, "workflow"):
        workflow = rt.library.workflow(db, row.digest)
        if row.key == key and _is_begun_by_oneself(workflow.definition):
            return row, workflow
    raise NotFound(Message("starting.not_offered"))


def _unit(db: Connection, actor: Actor, at: datetime) -> Any:
    """The unit of the post that he holds definitively: where his case lies."""
    found = None if actor.person_id is None else seats_today.of_post(db, actor.ref, at)
    if found is None:
        raise Refused(Message("starting.no_post"))
    return found


def period(kind: str, day: date) -> tuple[date, date]:
    """The period of a workflow that a day lies in: its first day and its last."""
    months = MONTHS[kind]
    first = (day.month - 1) // months * months + 1
    last = first + months - 1
    return date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1])


def cycle_of(rt: Runtime, db: Connection, digest: str, workflow: Workflow, day: date, at: datetime) -> Row[Any]:
    """The cycle of this period; opened by the system with its first case."""
    first, last = period(workflow.definition.period, day)
    wait_for_turn(db, f"start:{digest}:{first}")
    found = queries.of_period(db, digest, str(first), NOBODY)
    return found if found is not None else new_cycle(rt, db, digest, workflow, (first, last), at)


def new_cycle(
    rt: Runtime, db: Connection, digest: str, workflow: Workflow, span: tuple[date, date], at: datetime
) -> Row[Any]:
    """A cycle of a period (first day, last) with nobody in its population, opened by the system."""
    first, last = span
    name = f"{workflow.definition.name.say(LANGUAGES[0])} {first:%m/%Y}"
    values: Mapping[str, Any] = {"name": name, "period_start": str(first), "period_end": str(last)}
    cycle = queries.add(db, ref=new_ref(), definition_digest=digest, population=NOBODY, opened_by=None,
                        opened_at=to_text(at), **values)  # fmt: skip
    apply.append_event(
        db,
        stream=f"cycle:{cycle.ref}",
        kind="cycle.opened",
        at=at,
        actor=SYSTEM,
        public={"cycle": cycle.ref, "definition": digest},
        private={"name": name, "population": NOBODY},
        product=rt.version,
    )
    return cycle


def _running(db: Connection, workflow: Workflow, cycle_id: int, actor: Actor) -> str | None:
    found = queries.case_in(db, cycle_id, actor.person_id or 0)
    if found is None:
        return None
    state = workflow.states.get(found.state)
    if state is None or state.final:
        raise Refused(Message("starting.once"))
    return str(found.ref)


def _one_more(
    rt: Runtime, db: Connection, digest: str, workflow: Workflow, unit: Any, actor: Actor, day: date, at: datetime
) -> str:
    """A case of a workflow without a period: one more, unless one of his has not gone further than its beginning."""
    first, last = period("none", day)
    wait_for_turn(db, f"start:{digest}:{first}")
    initial = workflow.definition.initial().key
    for row in queries.cases_of_period(db, digest, str(first), NOBODY, actor.person_id or 0):
        if row.state == initial:
            return str(row.ref)
    found = queries.free_of_period(db, digest, str(first), NOBODY, actor.person_id or 0)
    cycle = found if found is not None else new_cycle(rt, db, digest, workflow, (first, last), at)
    return _begin(rt, db, cycle, workflow, unit, actor, at)


def _begin(
    rt: Runtime, db: Connection, cycle: Row[Any], workflow: Workflow, unit: Any, actor: Actor, at: datetime
) -> str:
    subject = Holder(actor.person_id or 0, actor.ref, actor.name, "subject")
    (held,) = holders.resolve_each(db, workflow, [(subject, unit.id)], local_day(unit, at))
    empty = [spec for spec in workflow.definition.roles if not (held[spec.key] or is_found_later(spec))]
    if empty:
        raise Refused(Message("starting.unfilled", roles=tuple(labelled(spec) for spec in empty)))
    who = Candidate(subject, unit.id, unit.name, "", held, ())
    calendar = rt.days.of(db, unit.id, calendars.stamp(db))
    view = new_case(cycle, who, ZoneInfo(unit.timezone), calendar, held, at)
    start(rt, db, cycle, workflow, view, actor, at)
    return view.ref
