"""Which open tasks of one person are alike: the same task of the same version in the same cycle. Scoped by person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, bindparam, select
from sqlalchemy.orm import aliased

from engine.store.statement import Statement
from engine.store.tables.cases import Case, Task, TaskHolder
from engine.store.tables.people import Person

ONE, ITS_CASE = aliased(Task), aliased(Case)
ALIKE = Statement(
    select(Task.ref, Person.name, Person.nip)
    .join(TaskHolder, and_(TaskHolder.task_id == Task.id, TaskHolder.person_id == bindparam("person_id")))
    .join(Case, and_(Case.id == Task.case_id, Case.version == Task.opened_n))
    .join(ONE, and_(ONE.ref == bindparam("ref"), ONE.key == Task.key))
    .join(
        ITS_CASE,
        and_(
            ITS_CASE.id == ONE.case_id,
            ITS_CASE.cycle_id == Case.cycle_id,
            ITS_CASE.definition_digest == Case.definition_digest,
            ITS_CASE.state == Case.state,
        ),
    )
    .outerjoin(Person, Person.id == Case.subject_id)
    .where(Task.state == "open")
    .order_by(Person.name, Task.id)
    .limit(bindparam("limit"))
)


def alike(db: Connection, person_id: int, task_ref: str, limit: int) -> list[Any]:
    """The open tasks of a person that are like this one, it among them: ref, and name and NIP of the subject."""
    return ALIKE.rows(db, person_id=person_id, ref=task_ref, limit=limit)
