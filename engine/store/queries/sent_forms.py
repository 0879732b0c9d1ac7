"""In which cases a form has been sent, for whoever wants to see it with real answers. Scoped; reads no answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, exists, select

from engine.core.case import Actor
from engine.store.queries.case_lists import about_whom, cases_in_scope
from engine.store.tables.cases import Case, Cycle, Submission
from engine.store.tables.definitions import Definition
from engine.store.tables.people import Person

MOST = 20


def cases_with(db: Connection, actor: Actor, workflow: str, form: str, words: str = "") -> list[Row[Any]]:
    """The newest cases of any version of a workflow, by its key, in which the form has been sent: ref, name, cycle.

    Only those that the actor oversees; his own evaluation is not among them. `words`: about whom.
    """
    sent = exists().where(Submission.case_id == Case.id, Submission.form == form)
    versions = select(Definition.digest).where(Definition.kind == "workflow", Definition.key == workflow)
    query = (
        select(Case.ref, Person.name, Cycle.name.label("cycle"))
        .join(Cycle, Cycle.id == Case.cycle_id)
        .outerjoin(Person, Person.id == Case.subject_id)
        .where(cases_in_scope(db, actor), Case.definition_digest.in_(versions), sent)
        .where(Case.subject_id.is_distinct_from(actor.person_id))
    )
    query = query.where(about_whom(words)) if words else query
    return list(db.execute(query.order_by(Case.id.desc()).limit(MOST)))
