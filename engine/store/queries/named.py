"""People and units that an answer may name: those of the city in which a case lies, and how near they are to it.

One prebuilt shape for looking up refs and for searching, so that what is offered is what is accepted. Who may ask
with a ref or a text from outside is engine/named.py's.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select

from engine.core.nip import plain_nip
from engine.store.queries.people import runs
from engine.store.tables.people import Appointment, Person, Post, Unit, UnitClosure

PERSON, APPOINTMENT, POST, UNIT = Person.__table__, Appointment.__table__, Post.__table__, Unit.__table__
PARENT = UNIT.alias("parent")
ROOT = UNIT.alias("root")
UP, DOWN, NEAR = (UnitClosure.__table__.alias(name) for name in ("up", "down", "near"))


def people(db: Connection, here: int, on: date, refs: Collection[str]) -> list[Any]:
    """The people of these refs who hold a post on a day in the city of unit `here`, a row for each post held."""
    return list(db.execute(_people(here, on).where(PERSON.c.ref.in_(refs))))


def search_people(db: Connection, here: int, on: date, text: str, reach: str, most: int) -> list[Any]:
    """Those whom a text names: the beginning of a word of the name, or the whole NIP; at most `most` rows.

    A part of a NIP finds nobody: it begins with the day of birth, and could be guessed digit by digit.
    """
    digits = plain_nip(text)
    wanted = PERSON.c.nip == digits if digits.isdigit() else _begins(PERSON.c.name_lower, text)
    within = _within(POST.c.unit_id, here, reach)
    return list(db.execute(_people(here, on).where(wanted, within).limit(most)))


def posts_of(db: Connection, here: int, on: date, people_ids: Collection[int]) -> list[Any]:
    """The same for people by their ids, who may sit anywhere."""
    return list(db.execute(_held(here, on).where(PERSON.c.id.in_(people_ids))))


def units(db: Connection, here: int, refs: Collection[str]) -> list[Any]:
    """The units of these refs in the city of unit `here`."""
    return list(db.execute(_units(here).where(UNIT.c.ref.in_(refs))))


def search_units(db: Connection, here: int, text: str, reach: str, most: int) -> list[Any]:
    """The units in a word of whose name the text begins."""
    wanted = _begins(func.lower(UNIT.c.name), text)
    return list(db.execute(_units(here).where(wanted, _within(UNIT.c.id, here, reach)).limit(most)))


def _people(here: int, on: date) -> Select[Any]:
    return _held(here, on).where(_within(POST.c.unit_id, here, "city"))


def _held(here: int, on: date) -> Select[Any]:
    """id, ref, name, nip, post, unit; `in_unit`, `in_subtree`: how near to `here`. The definitive post comes first."""
    return (
        select(
            PERSON.c.id,
            PERSON.c.ref,
            PERSON.c.name,
            PERSON.c.nip,
            POST.c.name.label("post"),
            UNIT.c.name.label("unit"),
            (POST.c.unit_id == here).label("in_unit"),
            _within(POST.c.unit_id, here, "subtree").label("in_subtree"),
        )
        .select_from(APPOINTMENT)
        .join(PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
        .join(POST, POST.c.id == APPOINTMENT.c.post_id)
        .join(UNIT, UNIT.c.id == POST.c.unit_id)
        .where(APPOINTMENT.c.superseded_by.is_(None), runs(APPOINTMENT, on.isoformat()), PERSON.c.active.is_(True))
        .order_by(PERSON.c.name_lower, PERSON.c.id, APPOINTMENT.c.kind != "definitive", POST.c.name)
    )


def _units(here: int) -> Select[Any]:
    """ref, name, parent; `in_subtree`: whether it is `here` or below."""
    return (
        select(
            UNIT.c.ref,
            UNIT.c.name,
            PARENT.c.name.label("parent"),
            _within(UNIT.c.id, here, "subtree").label("in_subtree"),
        )
        .outerjoin(PARENT, PARENT.c.id == UNIT.c.parent_id)
        .where(_within(UNIT.c.id, here, "city"))
        .order_by(UNIT.c.name, UNIT.c.id)
    )


def _within(unit: ColumnElement[int], here: int, reach: str) -> ColumnElement[bool]:
    """Whether a unit is `here`, at or below it (subtree), or below the root above it (city)."""
    if reach == "unit":
        return unit == here
    if reach == "subtree":
        return exists().where(NEAR.c.ancestor_id == here, NEAR.c.descendant_id == unit)
    city = (
        select(DOWN.c.descendant_id)
        .join(UP, UP.c.ancestor_id == DOWN.c.ancestor_id)
        .join(ROOT, ROOT.c.id == UP.c.ancestor_id)
        .where(UP.c.descendant_id == here, ROOT.c.parent_id.is_(None))
    )
    return unit.in_(city)


def _begins(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    wanted = " ".join(text.lower().split())
    return or_(column.startswith(wanted, autoescape=True), column.contains(f" {wanted}", autoescape=True))
