"""The reports that come by themselves: somebody's own, those that are due, and to whom one may send them.

Whoever changes one locks its row first: its readers change only under that lock. Who needs many locks them by key.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from engine.core.case import Actor
from engine.store.queries.scope import scope_condition
from engine.store.tables.people import AccessGrant, Person, Unit
from engine.store.tables.reports import ReportReader, ReportSchedule

SCHEDULE, READER = ReportSchedule.__table__, ReportReader.__table__
GRANT, PERSON, UNIT = AccessGrant.__table__, Person.__table__, Unit.__table__
MOST = 200


def of(db: Connection, actor: Actor, report: str | None = None) -> list[Row[Any]]:
    """His own by name, of one report or all; `readers`: how many get each."""
    readers = select(func.count()).where(READER.c.schedule_id == SCHEDULE.c.id).scalar_subquery()
    query = select(SCHEDULE, readers.label("readers")).where(SCHEDULE.c.person_id == actor.person_id)
    if report is not None:
        query = query.where(SCHEDULE.c.report == report)
    return list(db.execute(query.order_by(func.lower(SCHEDULE.c.name), SCHEDULE.c.id)))


def sent_to(db: Connection, actor: Actor) -> list[Row[Any]]:
    """Those of others that are made for him too, by name; `owner`: the name of whose each is."""
    query = (
        select(SCHEDULE, PERSON.c.name.label("owner"))
        .join_from(READER, SCHEDULE)
        .join(PERSON, PERSON.c.id == SCHEDULE.c.person_id)
    )
    query = query.where(READER.c.person_id == actor.person_id, SCHEDULE.c.person_id != actor.person_id)
    return list(db.execute(query.order_by(func.lower(SCHEDULE.c.name), SCHEDULE.c.id)))


def due(db: Connection, zone: str, day: date, limit: int, *, lost: bool = False) -> list[Row[Any]]:
    """Those of a zone whose day has come, the oldest of them, locked; lost: and those of zones that no unit has."""
    come, ours = SCHEDULE.c.next_on <= day.isoformat(), SCHEDULE.c.zone == zone
    if lost:
        ours = or_(ours, SCHEDULE.c.zone.not_in(select(UNIT.c.timezone).where(UNIT.c.timezone.is_not(None))))
    oldest = select(SCHEDULE.c.id).where(come, ours).order_by(SCHEDULE.c.next_on, SCHEDULE.c.id).limit(limit)
    keys = list(db.execute(oldest).scalars())
    locked = select(SCHEDULE).where(SCHEDULE.c.id.in_(keys), come).order_by(SCHEDULE.c.id).with_for_update()
    return list(db.execute(locked))


def readers(db: Connection, schedule_id: int) -> list[int]:
    """The keys of the people for whom one is made."""
    query = select(READER.c.person_id).where(READER.c.schedule_id == schedule_id)
    return list(db.execute(query.order_by(READER.c.person_id)).scalars())


def offered(db: Connection, actor: Actor, on: date) -> list[Row[Any]]:
    """Whom he may send one to: who administers a unit in his scope today, himself among them."""
    held = select(GRANT.c.person_id).where(
        GRANT.c.role == "admin",
        GRANT.c.starts_on <= on.isoformat(),
        or_(GRANT.c.ends_on.is_(None), GRANT.c.ends_on > on.isoformat()),
        scope_condition(actor, GRANT.c.unit_id, ("admin",)),
    )
    query = select(PERSON.c.id, PERSON.c.ref, PERSON.c.name).where(PERSON.c.id.in_(held), PERSON.c.active.is_(True))
    return list(db.execute(query.order_by(PERSON.c.name_lower, PERSON.c.id).limit(MOST)))


def put(db: Connection, to: Collection[int], **values: Any) -> None:
    """One under a name that is new, or in the place of the one of that name; `to`: the keys of its people."""
    same = [SCHEDULE.c[name] == values[name] for name in ("person_id", "report", "name")]
    known = db.execute(select(SCHEDULE.c.id).where(*same).with_for_update()).scalar_one_or_none()
    if known is None:
        known = int(db.execute(insert(SCHEDULE).values(**values).returning(SCHEDULE.c.id)).scalar_one())
    else:
        kept = {name: value for name, value in values.items() if name != "ref"}
        db.execute(update(SCHEDULE).where(SCHEDULE.c.id == known).values(**kept))
        db.execute(delete(READER).where(READER.c.schedule_id == known))
    db.execute(insert(READER), [{"schedule_id": known, "person_id": person} for person in sorted(set(to))])


def move_on(db: Connection, schedule_id: int, day: date, zone: str) -> None:
    """The next time is on this day of this zone."""
    db.execute(update(SCHEDULE).where(SCHEDULE.c.id == schedule_id).values(next_on=day.isoformat(), zone=zone))


def drop(db: Connection, actor: Actor, ref: str) -> bool:
    """End one of his; whether there was one."""
    found = select(SCHEDULE.c.id).where(SCHEDULE.c.ref == ref, SCHEDULE.c.person_id == actor.person_id)
    key = db.execute(found.with_for_update()).scalar_one_or_none()
    if key is None:
        return False
    remove(db, key)
    return True


def drop_reader(db: Connection, actor: Actor, ref: str) -> bool:
    """Take him out of one; the one without readers ends. Whether he was among its readers."""
    key = db.execute(select(SCHEDULE.c.id).where(SCHEDULE.c.ref == ref).with_for_update()).scalar_one_or_none()
    mine = delete(READER).where(READER.c.schedule_id == key, READER.c.person_id == actor.person_id)
    if key is None or not db.execute(mine).rowcount:
        return False
    if not readers(db, key):
        remove(db, key)
    return True


def remove(db: Connection, schedule_id: int) -> None:
    """End one, which is locked."""
    db.execute(delete(READER).where(READER.c.schedule_id == schedule_id))
    db.execute(delete(SCHEDULE).where(SCHEDULE.c.id == schedule_id))
