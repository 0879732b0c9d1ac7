"""Answers in words to public forms: those that wait for somebody to release them, those that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from engine.core.case import Actor
from engine.store.queries.scope import person_condition, scope_condition
from engine.store.tables.people import Person, Unit
from engine.store.tables.public import CommentVerdict, EntrySource
from engine.store.tables.registers import Entry, EntryAnswers

ENTRY, ANSWERS, SOURCE = Entry.__table__, EntryAnswers.__table__, EntrySource.__table__
VERDICT, PERSON, UNIT = CommentVerdict.__table__, Person.__table__, Unit.__table__
ADMIN = ("admin",)
SAID = (
    ENTRY.c.id, ENTRY.c.ref, ENTRY.c.register, ENTRY.c.definition_digest, ENTRY.c.day, ENTRY.c.person_id,
    ENTRY.c.unit_id, SOURCE.c.comments, ANSWERS.c.body, PERSON.c.ref.label("person_ref"),
    PERSON.c.name.label("person_name"), UNIT.c.ref.label("unit_ref"), UNIT.c.name.label("unit_name"),
)  # fmt: skip


def add_verdict(db: Connection, **values: Any) -> None:
    """What somebody said of a comment."""
    db.execute(insert(VERDICT).values(**values))


def verdicts(db: Connection, entry_ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """(entry, field) → what was said last."""
    query = select(VERDICT).where(VERDICT.c.entry_id.in_(entry_ids)).order_by(VERDICT.c.id)
    return {(row.entry_id, row.field): row.verdict for row in db.execute(query)}


def by_ref(db: Connection, ref: str) -> Row[Any] | None:
    """One entry with its answers and whom it is about."""
    return db.execute(_said().where(ENTRY.c.ref == ref)).one_or_none()


def waiting(db: Connection, actor: Actor, on: date, before: date, limit: int) -> list[Row[Any]]:
    """Entries of days before `before`, below the actor's administration, with comments not all of which are judged.

    Not about himself. In the order of their random names: not of their coming.
    """
    judged = select(func.count(VERDICT.c.field.distinct())).where(VERDICT.c.entry_id == ENTRY.c.id).scalar_subquery()
    query = _said().where(SOURCE.c.comments > judged, ENTRY.c.ended_ref.is_(None), _administered(actor, on))
    return list(db.execute(query.where(ENTRY.c.day < str(before)).order_by(ENTRY.c.ref).limit(limit)))


def of_months(
    db: Connection, register: str, person_id: int | None, unit_id: int | None, first: str, last: str, limit: int
) -> list[Row[Any]]:
    """The entries with comments about somebody from day to day, in the order of their random names."""
    about = [ENTRY.c.person_id == person_id] if person_id is not None else [ENTRY.c.unit_id == unit_id]
    query = _said().where(ENTRY.c.register == register, *about, ENTRY.c.day.between(first, last))
    query = query.where(SOURCE.c.comments > 0, ENTRY.c.ended_ref.is_(None))
    released = select(VERDICT.c.id).where(VERDICT.c.entry_id == ENTRY.c.id, VERDICT.c.verdict == "released").exists()
    return list(db.execute(query.where(released).order_by(ENTRY.c.ref).limit(limit)))


def _said() -> Any:
    found = select(*SAID).join(SOURCE, SOURCE.c.entry_id == ENTRY.c.id).join(ANSWERS, ANSWERS.c.entry_id == ENTRY.c.id)
    return found.outerjoin(PERSON, PERSON.c.id == ENTRY.c.person_id).outerjoin(UNIT, UNIT.c.id == ENTRY.c.unit_id)


def _administered(actor: Actor, on: Any) -> ColumnElement[bool]:
    unit = scope_condition(actor, ENTRY.c.unit_id, ADMIN)
    person = person_condition(actor, ENTRY.c.person_id, on, ADMIN) & (ENTRY.c.person_id != actor.person_id)
    return (ENTRY.c.person_id.is_(None) & unit) | (ENTRY.c.person_id.is_not(None) & person)
