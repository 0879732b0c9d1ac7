"""Which cases of a cycle an admin may put deadlines off in: below a unit, about some people. Scoped by his rights."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, exists, or_, select

from engine.core.case import Actor
from engine.store.queries.case_lists import about_whom, below
from engine.store.queries.clocks import COUNTS
from engine.store.queries.scope import scope_condition
from engine.store.tables.cases import Case, Cycle, Task
from engine.store.tables.deadlines import Clock
from engine.store.tables.people import Person

RUNS = or_(
    exists().where(Task.case_id == Case.id, Task.state == "open", Task.due.is_not(None)).correlate(Case),
    exists().where(and_(Clock.case_id == Case.id, COUNTS)).correlate(Case),
)


MOST = 10_000  # cases at once, as of a set


def cases(db: Connection, actor: Actor, cycle_ref: str, unit_ref: str, person: str) -> list[Any]:
    """The cases of a cycle in which a deadline runs and that the actor administers but for his own: ref and subject.

    One more than MOST where there are more.
    """
    query = (
        select(Case.ref, Person.name)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .outerjoin(Person, Person.id == Case.subject_id)
        .where(Cycle.ref == cycle_ref, RUNS, scope_condition(actor, Case.unit_id, ("admin",)))
        .where(or_(Case.subject_id.is_(None), Case.subject_id != actor.person_id))
    )
    if unit_ref:
        query = query.where(below(unit_ref))
    if person:
        query = query.where(about_whom(person))
    return list(db.execute(query.order_by(Person.name_lower, Case.id).limit(MOST + 1)))
