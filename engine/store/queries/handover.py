"""What somebody would leave behind: running cases in which he holds a role, by task, by post or put in its place.

Scoped to what the actor administers. Grants, orders and appointments of a person are asked elsewhere.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from engine.core.case import Actor
from engine.store.queries.scope import scope_condition
from engine.store.tables.cases import Case, CaseRole, Cycle, Task, TaskHolder
from engine.store.tables.people import Appointment, Person, Post, Unit

ADMIN = ("admin",)
BELOW, CHAIR, LATER = aliased(Appointment), aliased(Post), aliased(CaseRole)


def cases_of(db: Connection, actor: Actor, person_id: int, day: str) -> list[Row[Any]]:
    """Running cases that he would leave behind: ref, subject, cycle, and how many open tasks he has in each.

    Not that about the actor himself: nobody chooses who judges him.
    """
    apart = [person_id, *([] if actor.person_id is None else [actor.person_id])]
    mine = and_(TaskHolder.task_id == Task.id, TaskHolder.person_id == person_id)
    tasks = (
        select(func.count()).select_from(Task).join(TaskHolder, mine).where(Task.case_id == Case.id)
        .where(Task.state == "open").correlate(Case).scalar_subquery()
    )  # fmt: skip
    superior = (
        exists()
        .where(BELOW.person_id == Case.subject_id, BELOW.kind == "definitive", BELOW.superseded_by.is_(None))
        .where(_runs(BELOW, day), CHAIR.id == BELOW.post_id, Appointment.post_id == CHAIR.superior_id)
        .where(Appointment.person_id == person_id, Appointment.superseded_by.is_(None), _runs(Appointment, day))
    )
    last = ~exists().where(LATER.case_id == CaseRole.case_id, LATER.role == CaseRole.role, LATER.id > CaseRole.id)
    put = exists().where(CaseRole.case_id == Case.id, CaseRole.person_id == person_id, ~CaseRole.given_back, last)
    query = (
        select(Case.ref, Case.subject_id, Case.state, Case.definition_digest, Person.name.label("subject_name"),
               Cycle.name.label("cycle_name"), tasks.label("tasks"))
        .join(Cycle, Cycle.id == Case.cycle_id)
        .outerjoin(Person, Person.id == Case.subject_id)
        .where(scope_condition(actor, Case.unit_id, ADMIN))
        .where(exists().where(Task.case_id == Case.id, Task.state == "open"))
        .where(or_(tasks > 0, superior, put), or_(Case.subject_id.is_(None), Case.subject_id.not_in(apart)))
    )  # fmt: skip
    return list(db.execute(query.order_by(Person.name_lower, Case.id)))


def new_holders(db: Connection, person_id: int, day: str) -> list[Row[Any]]:
    """Others who hold, or will hold, a post that he holds or held definitively: the latest of them first."""
    own = select(Appointment.post_id).where(
        Appointment.person_id == person_id, Appointment.kind == "definitive", Appointment.superseded_by.is_(None)
    )
    query = (
        select(Person.id, Person.ref, Person.name, Post.name.label("post"), Unit.name.label("unit"),
               Appointment.kind.label("how"), Appointment.starts_on)
        .join(Appointment, Appointment.person_id == Person.id)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Appointment.post_id.in_(own), Appointment.superseded_by.is_(None), Person.id != person_id)
        .where(Person.active.is_(True), or_(Appointment.ends_on.is_(None), Appointment.ends_on > day))
    )  # fmt: skip
    return list(db.execute(query.order_by(Appointment.starts_on.desc(), Appointment.id)))


def _runs(appointment: Any, day: str) -> Any:
    return and_(appointment.starts_on <= day, or_(appointment.ends_on.is_(None), appointment.ends_on > day))
