"""Verbs on cycles: preview a population, open a cycle for it, extend it by who has come since.

A population is an expression over a person's unit, kind, grade and post, asked on the day of the clock where the actor
administers. Opening is idempotent: run again, it opens the cases that are missing and no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine import holders, staffed
from engine.authority import office_day
from engine.core.case import Actor, Holder
from engine.core.errors import BadRequest, InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.expression import BOOLEAN, TEXT, Expression, ListOf, Record, compile_expression
from engine.core.messages import Message
from engine.core.reading.compiled import Workflow
from engine.core.rules import is_found_later
from engine.core.staffed import Staffed
from engine.core.times import to_text
from engine.cycle_cases import Candidate, new_case, placed, start
from engine.requests import Once
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store import apply
from engine.store.queries import calendars, definitions, people
from engine.store.queries import cycles as queries
from engine.store.refs import new_ref

FIRST_YEAR, LAST_YEAR = 2000, 2100  # of a period: due dates are reckoned from it, and calendars end
ABOUT_A_PERSON = Record(
    {
        "unit": TEXT,  # key of the unit of his post
        "units": ListOf(TEXT),  # that unit and every unit above it
        "kind": TEXT,  # pns, pppk …
        "grade": TEXT,
        "post": TEXT,  # key of the post
        "post_kind": TEXT,
    }
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What opening would do: the people, and whether any case would lack somebody."""

    candidates: tuple[Candidate, ...]

    @property
    def incomplete(self) -> tuple[Candidate, ...]:
        return tuple(candidate for candidate in self.candidates if candidate.unfilled)


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened cycle: its ref, how many cases were opened now and how many it had before."""

    ref: str
    opened: int
    already: int


def compile_population(source: str) -> Expression:
    """The population expression, checked; BadRequest-like InvalidExpression names the column."""
    return compile_expression(source.strip() or "true", ABOUT_A_PERSON, expects=BOOLEAN)


def preview(rt: Runtime, *, actor: Actor, version_ref: str, population: str) -> Plan:
    """Who would get a case now, by name, and which roles would stay empty. Reads only."""
    with rt.db.read() as db:
        return planned(rt, db, actor=actor, version_ref=version_ref, population=population)[1]


def planned(rt: Runtime, db: Connection, *, actor: Actor, version_ref: str, population: str) -> tuple[Workflow, Plan]:
    """The same inside of a transaction, with the workflow that the cases would run."""
    _require_admin(actor)
    expression = compile_population(population)
    workflow = _about_people(rt.library.workflow(db, _published(db, version_ref).digest))
    return workflow, _plan(db, workflow, expression, actor, rt.clock())


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
) -> Opened:
    """Open a cycle and a case for each person of its population, in one transaction.

    `key` is the idempotency key. Raises Refused, with their names, when a case would lack the holder of a role.
    past: why somebody goes past what else the staffing check found, which the trail keeps; InvalidSubmission where it
    is empty and there is something. None for who was not shown the check (the command line, the demo).
    """
    _require_admin(actor)
    wanted = _wanted(name, version_ref, period_start, period_end, population)
    at = rt.clock()
    once = Once(actor, key, "cycles.open", wanted if past is None else {**wanted, "past": past})
    with rt.db.begin() as db:
        if (earlier := once.answered(db)) is not None:
            return Opened(**earlier)
        opened = _fill(rt, db, _add(rt, db, wanted, actor, at, key), actor, at, past)
        once.remember(db, asdict(opened), at)
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


def _add(rt: Runtime, db: Connection, wanted: Mapping[str, str], actor: Actor, at: datetime, key: str) -> Row[Any]:
    """The cycle's row and its first event."""
    columns = {name: value for name, value in wanted.items() if name != "version"}
    digest = _published(db, wanted["version"]).digest
    who = {"opened_by": actor.person_id, "opened_at": to_text(at)}
    cycle = queries.add(db, ref=new_ref(), definition_digest=digest, **columns, **who)
    apply.append_event(
        db,
        stream=f"cycle:{cycle.ref}",
        kind="cycle.opened",
        at=at,
        actor=actor,
        public={"cycle": cycle.ref, "definition": digest},
        private={"name": cycle.name, "population": cycle.population},
        key=key,
        product=rt.version,
    )
    return cycle


def extend(rt: Runtime, cycle_ref: str, *, actor: Actor) -> Opened:
    """Open the cases that an open cycle's population has gained since; those that exist stay as they are."""
    _require_admin(actor)
    at = rt.clock()
    with rt.db.begin() as db:
        cycle = queries.by_ref(db, cycle_ref)
        if cycle is None:
            raise NotFound(Message("cycle.not_found"))
        if cycle.status != "open":
            raise Refused(Message("cycle.closed"))
        return _fill(rt, db, cycle, actor, at)


def _fill(rt: Runtime, db: Connection, cycle: Row[Any], actor: Actor, at: datetime, past: str | None = None) -> Opened:
    workflow = _about_people(rt.library.workflow(db, cycle.definition_digest))
    plan = _plan(db, workflow, compile_population(cycle.population), actor, at)
    if not plan.candidates:
        raise Refused(Message("cycle.nobody"))
    if plan.incomplete:
        names = ", ".join(candidate.person.name for candidate in plan.incomplete)
        raise Refused(Message("cycle.unfilled", count=len(plan.incomplete), names=names), _unfilled(plan))
    if past is not None:
        _go_past(Act(rt, db, actor, at), cycle, looked_at(db, workflow, plan, office_day(db, actor, at)), past)
    have = queries.subjects(db, cycle.id)
    new = [candidate for candidate in plan.candidates if candidate.person.person_id not in have]
    days = rt.days.of_each(db, {candidate.unit_id for candidate in new}, calendars.stamp(db))
    for candidate, zone, roles in placed(db, workflow, new, at):
        view = new_case(cycle, candidate, zone, days[candidate.unit_id], roles, at)
        start(rt, db, cycle, workflow, view, actor, at)
    return Opened(cycle.ref, len(new), len(plan.candidates) - len(new))


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


def _plan(db: Connection, workflow: Workflow, expression: Expression, actor: Actor, at: datetime) -> Plan:
    """The people in the actor's scope whom the expression matches, each with the roles that would stay empty."""
    on = office_day(db, actor, at)
    rows = [row for row, about in people.posted(db, actor, on) if expression.evaluate(about) is True]
    subjects = [Holder(row.person_id, row.ref, row.name, "subject") for row in rows]
    everybody = [(person, row.unit_id) for person, row in zip(subjects, rows, strict=True)]
    found = []
    for row, person, held in zip(rows, subjects, holders.resolve_each(db, workflow, everybody, on), strict=True):
        unfilled = tuple(
            spec.key for spec in workflow.definition.roles if not (held.get(spec.key) or is_found_later(spec))
        )
        found.append(Candidate(person, row.unit_id, row.unit_name, row.post_name, held, unfilled))
    return Plan(tuple(found))


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
