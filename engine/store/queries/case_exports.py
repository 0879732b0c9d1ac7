"""The rows of a list of cases for a file of it: scoped, narrowed as on the page, some at a time by their keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from engine.core.case import Actor
from engine.store.queries.case_filters import CONDITIONS, Moments
from engine.store.queries.case_lists import about_whom, cases_in_scope
from engine.store.tables.cases import Case, Cycle
from engine.store.tables.people import Person, Unit


def count(db: Connection, actor: Actor, asked: Mapping[str, str], moments: Moments) -> int:
    """How many cases in scope these filters mean."""
    return int(db.execute(_narrowed(select(func.count(Case.id)), db, actor, asked, moments)).scalar_one())


def rows(
    db: Connection, actor: Actor, asked: Mapping[str, str], moments: Moments, before: int | None, limit: int
) -> list[Row[Any]]:
    """The newest of them below a key: with the names of subject, unit and cycle."""
    query = select(
        Case.id, Case.ref, Case.state, Case.definition_digest, Case.opened_at, Case.subject_id,
        Person.name.label("subject"), Person.nip, Unit.name.label("unit"), Cycle.name.label("cycle"),
    )  # fmt: skip
    query = query.outerjoin(Person, Person.id == Case.subject_id).join(Unit, Unit.id == Case.unit_id)
    query = _narrowed(query.join(Cycle, Cycle.id == Case.cycle_id), db, actor, asked, moments)
    if before is not None:
        query = query.where(Case.id < before)
    return list(db.execute(query.order_by(Case.id.desc()).limit(limit)))


def _narrowed(
    query: Select[Any], db: Connection, actor: Actor, asked: Mapping[str, str], moments: Moments
) -> Select[Any]:
    query = query.where(cases_in_scope(db, actor))
    if asked.get("q"):
        query = query.where(about_whom(asked["q"]))
    return query.where(*(CONDITIONS[name](value, moments) for name, value in asked.items() if name in CONDITIONS))
