"""Verbs on cycles: preview a population, open a cycle for it, extend it by who has come since.

A population is an expression over a person's unit, kind, grade and post, asked on the day of the clock where the actor
administers. Opening is idempotent: run again, it opens the cases that are missing and no other. For many people a job
does it (cycle_opening.py).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine import cycle_opening, staffed
from engine.authority import office_day
from engine.core.case import Actor
from engine.core.errors import BadRequest, InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.messages import Message
from engine.core.reading.compiled import Workflow
from engine.core.staffed import Staffed
from engine.core.times import to_text
from engine.cycle_cases import Candidate, in_roles, new_case, placed, start
from engine.populations import compile_population, matching
from engine.requests import Once
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store import apply
from engine.store.queries import calendars, definitions
from engine.store.queries import cycles as queries
from engine.store.refs import new_ref

FIRST_YEAR, LAST_YEAR = 2000, 2100  # of a period: due dates are reckoned from it, and calendars end
AT_ONCE = 100  # people whose cases are opened while somebody waits: some seconds at the most
EVERYBODY = sys.maxsize  # of who has the time: the demo, the proofs


@dataclass(frozen=True, slots=True)
class Plan:
    """What opening would do: the people, and whether any case would lack somebody."""

    candidates: tuple[Candidate, ...]

    @property
    def incomplete(self) -> tuple[Candidate, ...]:
        return tuple(candidate for candidate in self.candidates if candidate.unfilled)


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened cycle: its ref, how many cases were opened now and how many it had before.

    later: how many a job is about to open.
    """

    ref: str
    opened: int
    already: int
    later: int = 0


def preview(rt: Runtime, *, actor: Actor, version_ref: str, population: str) -> Plan:
    """Who would get a case now, by name, and which roles would stay empty. Reads only."""
    with rt.db.read() as db:
        return planned(rt, db, actor=actor, version_ref=version_ref, population=population)[1]


def planned(rt: Runtime, db: Connection, *, actor: Actor, version_ref: str, population: str) -> tuple[Workflow, Plan]:
    """The same inside of a transaction, with the workflow that the cases would run."""
    _require_admin(actor)
    workflow = _about_people(rt.library.workflow(db, _published(db, version_ref).digest))
    on = office_day(db, actor, rt.clock())
    return workflow, Plan(in_roles(db, workflow, matching(db, population, actor, on), on))


def looked_at(db: Connection, workflow: Workflow, plan: Plan, on: date, most: int = staffed.MOST) -> staffed.Check:
    """What the staffing check says of a plan."""
    cases = [Staffed(each.person, each.held, each.unit_name) for each in plan.candidates]
    return staffed.look(db, workflow, cases, [each.unit_id for each in plan.candidates], on, most)


def open_cycle(
    rt: Runtime,
    *,
    actor: Actor,
    name: str,
    version_ref: str,
    period_start: date,
    period_end: date,
    population: str,
    key: str,
    past: str | None = None,
    at_once: int = AT_ONCE,
) -> Opened:
    """Open a cycle and a case for each person of its population: in one transaction, or by a job for many.

    `key` is the idempotency key. Raises Refused, with their names, when a case would lack the holder of a role.
    past: why somebody goes past what else the staffing check found, which the trail keeps; InvalidSubmission where it
    is empty and there is something. None for who was not shown the check (the command line, the demo).
    at_once: for how many people somebody waits. For more, the cycle is `opening` and says how far it is.
    """
    _require_admin(actor)
    wanted = _wanted(name, version_ref, period_start, period_end, population)
    at = rt.clock()
    once = Once(actor, key, "cycles.open", wanted if past is None else {**wanted, "past": past})
    with rt.db.begin() as db:
        if (earlier := once.answered(db)) is not None:
            return Opened(**earlier)
        rows = matching(db, wanted["population"], actor, office_day(db, actor, at))
        if len(rows) <= at_once:
            opened = _fill(Act(rt, db, actor, at), _add(rt, db, wanted, actor, at, key), rows, past)
            once.remember(db, asdict(opened), at)
            return opened
    return _open_later(rt, wanted, once, actor, at, key, past)


def _open_later(
    rt: Runtime, wanted: Mapping[str, str], once: Once, actor: Actor, at: datetime, key: str, past: str | None
) -> Opened:
    """The cycle, and the job that is to open its cases. Checked before it writes: others would wait for that."""
    with rt.db.read() as db:
        version, population = wanted["version"], wanted["population"]
        workflow, plan = planned(rt, db, actor=actor, version_ref=version, population=population)
        _require_complete(plan)
        check = None if past is None else looked_at(db, workflow, plan, office_day(db, actor, at))
    with rt.db.begin() as db:
        if (earlier := once.answered(db)) is not None:
            return Opened(**earlier)
        act = Act(rt, db, actor, at)
        cycle = _add(rt, db, wanted, actor, at, key, len(plan.candidates))
        if check is not None and past is not None:
            _go_past(act, cycle, check, past)
        asked = cycle_opening.ask(act, cycle, [each.person.person_id for each in plan.candidates])
        opened = Opened(cycle.ref, 0, 0, len(plan.candidates))
        once.remember(db, asdict(opened), at)
    rt.queue([asked.row])
    return opened


def _wanted(name: str, version_ref: str, period_start: date, period_end: date, population: str) -> dict[str, str]:
    """What somebody wants to open, judged and as stored."""
    if not name.strip():
        raise BadRequest(Message("cycle.name_missing"))
    if (wrong := judge_period(period_start, period_end)) is not None:
        raise BadRequest(wrong)
    return {
        "name": name.strip(),
        "version": version_ref,
        "period_start": str(period_start),
        "period_end": str(period_end),
        "population": compile_population(population).source,
    }


def judge_period(start: date, end: date) -> Message | None:
    """What is wrong with the period of a cycle, if anything."""
    if end < start:
        return Message("cycle.period_reversed", start=start, end=end)
    if start.year < FIRST_YEAR or end.year > LAST_YEAR:
        return Message("cycle.period_years", start=start, end=end, first=str(FIRST_YEAR), last=str(LAST_YEAR))
    return None


def _add(
    rt: Runtime, db: Connection, wanted: Mapping[str, str], actor: Actor, at: datetime, key: str, later: int = 0
) -> Row[Any]:
    """The cycle's row and its first event; later: how many cases a job is to open."""
    columns = {name: value for name, value in wanted.items() if name != "version"}
    digest = _published(db, wanted["version"]).digest
    who = {"opened_by": actor.person_id, "opened_at": to_text(at)}
    status = "opening" if later else "open"
    cycle = queries.add(db, ref=new_ref(), definition_digest=digest, status=status, **columns, **who)
    apply.append_event(
        db,
        stream=f"cycle:{cycle.ref}",
        kind="cycle.opened",
        at=at,
        actor=actor,
        public={"cycle": cycle.ref, "definition": digest} | ({"opening": later} if later else {}),
        private={"name": cycle.name, "population": cycle.population},
        key=key,
        product=rt.version,
    )
    return cycle


def extend(rt: Runtime, cycle_ref: str, *, actor: Actor, at_once: int = AT_ONCE) -> Opened:
    """Open the cases that a cycle's population has gained since; those that exist stay as they are.

    at_once: as of `open_cycle`. Raises Refused while a job opens cases of the cycle, and where one stopped, for whoever
    does not administer all whom it has left.
    """
    _require_admin(actor)
    at = rt.clock()
    with rt.db.begin() as db:
        act = Act(rt, db, actor, at)
        cycle = _to_extend(act, cycle_ref)
        rows = matching(db, cycle.population, actor, office_day(db, actor, at))
        have = queries.subjects(db, cycle.id)
        missing = [row.person_id for row in rows if row.person_id not in have]
        if len(missing) <= at_once:
            return _extend_now(act, cycle, rows)
        _about_people(rt.library.workflow(db, cycle.definition_digest))
        asked = cycle_opening.ask(act, cycle, missing)
    rt.queue([asked.row])
    return Opened(cycle_ref, 0, len(rows) - len(missing), len(missing))


def _to_extend(act: Act, cycle_ref: str) -> Row[Any]:
    """A cycle that may gain cases; its row is locked."""
    cycle = cycle_opening.locked(act.db, cycle_ref)
    if cycle is None:
        raise NotFound(Message("cycle.not_found"))
    if cycle.status == "closed":
        raise Refused(Message("cycle.closed"))
    cycle_opening.require_free(act, cycle)
    return cycle


def _extend_now(act: Act, cycle: Row[Any], rows: Sequence[Row[Any]]) -> Opened:
    """What a job that was given up has left is done by this, too."""
    opened = _fill(act, cycle, rows)
    cycle_opening.follow(act, cycle, opened.opened)
    return opened


def _fill(act: Act, cycle: Row[Any], rows: Sequence[Row[Any]], past: str | None = None) -> Opened:
    """The cases of those in `rows` who have none."""
    rt, db, at = act.rt, act.db, act.at
    workflow, on = _about_people(rt.library.workflow(db, cycle.definition_digest)), office_day(db, act.actor, at)
    plan = Plan(in_roles(db, workflow, rows, on))
    _require_complete(plan)
    if past is not None:
        _go_past(act, cycle, looked_at(db, workflow, plan, on), past)
    have = queries.subjects(db, cycle.id)
    new = [candidate for candidate in plan.candidates if candidate.person.person_id not in have]
    days = rt.days.of_each(db, {candidate.unit_id for candidate in new}, calendars.stamp(db))
    for candidate, zone, roles in placed(db, workflow, new, at):
        view = new_case(cycle, candidate, zone, days[candidate.unit_id], roles, at)
        start(rt, db, cycle, workflow, view, act.actor, at)
    return Opened(cycle.ref, len(new), len(plan.candidates) - len(new))


def _require_complete(plan: Plan) -> None:
    """Refused where a plan is for nobody, or a case would lack somebody."""
    if not plan.candidates:
        raise Refused(Message("cycle.nobody"))
    if plan.incomplete:
        names = ", ".join(candidate.person.name for candidate in plan.incomplete)
        raise Refused(Message("cycle.unfilled", count=len(plan.incomplete), names=names), _unfilled(plan))


def _go_past(act: Act, cycle: Row[Any], check: staffed.Check, reason: str) -> None:
    """Keep that somebody opened a cycle in spite of what the staffing check had found, and why."""
    if not check.found:
        return
    if not reason.strip():
        raise InvalidSubmission({"past": Message("staffing.reason_needed", count=len(check.found))})
    public = {"cycle": cycle.ref, "found": check.counts}
    act.record(f"cycle:{cycle.ref}", "cycle.staffing_passed", public, {"reason": reason.strip()})


def _unfilled(plan: Plan) -> tuple[Message, ...]:
    return tuple(
        Message("cycle.unfilled_role", name=candidate.person.name, roles=", ".join(candidate.unfilled))
        for candidate in plan.incomplete
    )


def _published(db: Connection, version_ref: str) -> Row[Any]:
    version = definitions.version(db, version_ref)
    if version is None or version.kind != "workflow":
        raise NotFound(Message("definition.not_found"))
    if version.status != "published":
        raise Refused(Message("cycle.definition_not_published"))
    return version


def _about_people(workflow: Workflow) -> Workflow:
    """A workflow that a cycle can be opened for: cases about anything else are opened beside other cases."""
    if workflow.definition.subject != "person":
        raise Refused(Message("cycle.not_about_people"))
    return workflow


def _require_admin(actor: Actor) -> None:
    if not actor.has("admin"):
        raise NotAllowed(Message("cycle.admins_only"))
