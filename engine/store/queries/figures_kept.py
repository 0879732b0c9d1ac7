"""Questions about figures that are kept: of a person, of a unit, one, and those that are frozen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, func, literal, or_, select

from engine.store.queries.ledger import streamed
from engine.store.tables.figures import KeptFigure
from engine.store.tables.ledger import Erasure, Event
from engine.store.tables.people import Person, Unit, UnitClosure

FIGURE, PERSON, UNIT, EVENT = KeptFigure.__table__, Person.__table__, Unit.__table__, Event.__table__
CLOSURE = UnitClosure.__table__
ERASURE = Erasure.__table__
MOST = 40  # windows of one indicator: more than a trend shows, and than can end on one day


def by_ref(db: Connection, ref: str) -> Row[Any] | None:
    """One figure, with the ref and name of whom it is about, and the stream of the event that froze it."""
    query = (
        select(
            FIGURE,
            PERSON.c.ref.label("person_ref"),
            PERSON.c.name.label("person_name"),
            UNIT.c.ref.label("unit_ref"),
            UNIT.c.name.label("unit_name"),
            EVENT.c.at.label("frozen_at"),
        )
        .outerjoin(PERSON, PERSON.c.id == FIGURE.c.person_id)
        .outerjoin(UNIT, UNIT.c.id == FIGURE.c.unit_id)
        .outerjoin(EVENT, EVENT.c.ref == FIGURE.c.frozen_ref)
    )
    return db.execute(query.where(FIGURE.c.ref == ref)).one_or_none()


def upto(
    db: Connection, indicator: str, last: str, *, person_id: int | None = None, unit_id: int | None = None
) -> list[Row[Any]]:
    """The figures of one indicator, of a person or a unit, whose days end on `last` or before; the latest first."""
    about = FIGURE.c.person_id == person_id if person_id is not None else FIGURE.c.unit_id == unit_id
    query = select(FIGURE).where(about, FIGURE.c.indicator == indicator, FIGURE.c.last <= last)
    return list(db.execute(query.order_by(FIGURE.c.last.desc(), FIGURE.c.first).limit(MOST)))


def ending(
    db: Connection,
    lasts: Mapping[str, str],
    going_on: Collection[str] = (),
    *,
    person_id: int | None = None,
    unit_id: int | None = None,
) -> list[Row[Any]]:
    """The figures of a person or a unit by indicator: those whose days end when `lasts` says, of `going_on` all.

    Somebody's figures of all his years are thousands: never all of them. The latest first.
    """
    about = FIGURE.c.person_id == person_id if person_id is not None else FIGURE.c.unit_id == unit_id
    days = FIGURE.c.last.in_(sorted(set(lasts.values())))
    query = select(FIGURE).where(about, FIGURE.c.indicator.in_(sorted(lasts)))
    query = query.where(or_(days, FIGURE.c.indicator.in_(sorted(going_on))))
    return list(db.execute(query.order_by(FIGURE.c.indicator, FIGURE.c.last.desc(), FIGURE.c.first)))


def over(
    db: Connection, indicator: str, first: str, last: str, *, person_id: int | None = None, unit_id: int | None = None
) -> Row[Any] | None:
    """The figure of an indicator over exactly these days, of a person or a unit."""
    about = FIGURE.c.person_id == person_id if person_id is not None else FIGURE.c.unit_id == unit_id
    days = (FIGURE.c.first == first, FIGURE.c.last == last)
    return db.execute(select(FIGURE).where(about, FIGURE.c.indicator == indicator, *days)).one_or_none()


def among(db: Connection, indicators: Collection[str], person_id: int) -> list[Row[Any]]:
    """The figures of a person of these indicators, over whatever days."""
    query = select(FIGURE).where(FIGURE.c.person_id == person_id, FIGURE.c.indicator.in_(sorted(indicators)))
    return list(db.execute(query)) if indicators else []


def open_of(db: Connection, indicator: str, first: str, last: str, who: str, ids: Sequence[int]) -> list[Row[Any]]:
    """The figures that are not frozen, of these persons or units over these days, by key; with the ref of each."""
    owner = PERSON if who == "person" else UNIT
    about = FIGURE.c.person_id if who == "person" else FIGURE.c.unit_id
    days = (FIGURE.c.first == first, FIGURE.c.last == last, FIGURE.c.frozen_ref.is_(None))
    query = select(FIGURE, owner.c.ref.label("about")).join(owner, owner.c.id == about)
    query = query.where(FIGURE.c.indicator == indicator, *days, about.in_(ids))
    return list(db.execute(query.order_by(FIGURE.c.id)))


def known(db: Connection, indicator: str, first: str, last: str, who: str, ids: Sequence[int]) -> dict[int, bool]:
    """Of these persons or units, those who have a figure over these days already, and whether it is frozen."""
    about = FIGURE.c.person_id if who == "person" else FIGURE.c.unit_id
    days = (FIGURE.c.first == first, FIGURE.c.last == last)
    query = select(about, FIGURE.c.frozen_ref).where(FIGURE.c.indicator == indicator, *days, about.in_(ids))
    return {key: event is not None for key, event in db.execute(query)}


def around(db: Connection, unit_id: int, indicators: Iterable[str], lasts: Iterable[str]) -> list[Row[Any]]:
    """A unit, those above it and whatever lies right in one of these, by key, each with its figures over these days.

    The figures are those of these indicators whose days end on one of `lasts`; a unit without any stands there once.
    """
    higher = select(CLOSURE.c.ancestor_id).where(CLOSURE.c.descendant_id == unit_id)
    kept = and_(FIGURE.c.unit_id == UNIT.c.id, FIGURE.c.indicator.in_(list(indicators)), FIGURE.c.last.in_(list(lasts)))
    columns = (UNIT.c.id, UNIT.c.parent_id, FIGURE.c.indicator, FIGURE.c.first, FIGURE.c.last, FIGURE.c.people)
    query = select(*columns).select_from(UNIT).outerjoin(FIGURE, kept)
    near = or_(UNIT.c.id.in_(higher), UNIT.c.parent_id.in_(higher))
    return list(db.execute(query.where(near).order_by(UNIT.c.id)))


def next_of(db: Connection, who: str, after: int, most: int, indicator: str, lasts: Collection[str]) -> dict[int, bool]:
    """The keys of people or units after one, in order, and whether they are active.

    Of those who left and of units that were closed, only whoever has a figure of the indicator that is not frozen over
    days which end on one of `lasts`.
    """
    owner = PERSON if who == "person" else UNIT
    about = FIGURE.c.person_id if who == "person" else FIGURE.c.unit_id
    open_still = (FIGURE.c.indicator == indicator, FIGURE.c.last.in_(lasts), FIGURE.c.frozen_ref.is_(None))
    waits = select(FIGURE.c.id).where(about == owner.c.id, *open_still).exists()
    query = select(owner.c.id, owner.c.active).where(owner.c.id > after, or_(owner.c.active.is_(True), waits))
    return {key: bool(active) for key, active in db.execute(query.order_by(owner.c.id).limit(most))}


def latest(db: Connection) -> str | None:
    """When figures were last worked out."""
    found: str | None = db.execute(select(func.max(FIGURE.c.as_of))).scalar_one()
    return found


def frozen(db: Connection) -> Iterator[Any]:
    """Each frozen figure with its event, by event and key; about: the ref of whom it is about; erasure: its leave."""
    query = (
        select(
            FIGURE,
            func.coalesce(PERSON.c.ref, UNIT.c.ref).label("about"),
            EVENT.c.leaf,
            EVENT.c.kind,
            ERASURE.c.record.label("erasure"),
        )
        .outerjoin(ERASURE, ERASURE.c.record == literal("figure:").concat(FIGURE.c.ref))
        .outerjoin(EVENT, EVENT.c.ref == FIGURE.c.frozen_ref)
        .outerjoin(PERSON, PERSON.c.id == FIGURE.c.person_id)
        .outerjoin(UNIT, UNIT.c.id == FIGURE.c.unit_id)
        .where(FIGURE.c.frozen_ref.is_not(None))
    )
    return streamed(db, query.order_by(FIGURE.c.frozen_ref, FIGURE.c.id))


def unwritten(db: Connection) -> list[str]:
    """The refs of events that froze figures of which there is none."""
    there = select(FIGURE.c.id).where(FIGURE.c.frozen_ref == EVENT.c.ref)
    return list(db.execute(select(EVENT.c.ref).where(EVENT.c.kind == "figures.frozen", ~there.exists())).scalars())
