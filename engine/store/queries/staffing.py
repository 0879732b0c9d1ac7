"""Questions and small writes about appointments and grants: what stands in the way, and the new rows.

An appointment is never edited; a new row takes its place. A grant keeps its row and gets an end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, literal, or_, select, update

from engine.store.queries.people import APPOINTMENT, GRANT, PERSON, POST, UNIT

LEVELS = 3


def appointment(db: Connection, ref: str) -> Row[Any] | None:
    """One appointment with the refs of its person and post, and the post's unit."""
    query = (
        select(
            APPOINTMENT,
            PERSON.c.ref.label("person_ref"),
            POST.c.ref.label("post_ref"),
            POST.c.name.label("post_name"),
            POST.c.unit_id,
        )
        .join(PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
        .join(POST, POST.c.id == APPOINTMENT.c.post_id)
    )
    return db.execute(query.where(APPOINTMENT.c.ref == ref)).one_or_none()


def overlapping(
    db: Connection, person_id: int, post_id: int, starts_on: str, ends_on: str | None, but: int | None = None
) -> Row[Any] | None:
    """A definitive appointment of this person, or to this post, that shares a day with the period."""
    query = (
        select(APPOINTMENT.c.person_id, PERSON.c.name, POST.c.name.label("post_name"), APPOINTMENT.c.starts_on)
        .join(PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
        .join(POST, POST.c.id == APPOINTMENT.c.post_id)
        .where(or_(APPOINTMENT.c.person_id == person_id, APPOINTMENT.c.post_id == post_id))
        .where(APPOINTMENT.c.kind == "definitive", APPOINTMENT.c.superseded_by.is_(None))
        .where(_share_a_day(APPOINTMENT, starts_on, ends_on), APPOINTMENT.c.id != (but or 0))
    )
    return db.execute(query.limit(1)).one_or_none()


def seat_taken(
    db: Connection, person_id: int, post_id: int, starts_on: str, ends_on: str | None, but: int | None = None
) -> Row[Any] | None:
    """An appointment of this person to this very post, of any kind, that shares a day with the period."""
    query = select(APPOINTMENT.c.ref, APPOINTMENT.c.kind, APPOINTMENT.c.starts_on, APPOINTMENT.c.ends_on).where(
        APPOINTMENT.c.person_id == person_id, APPOINTMENT.c.post_id == post_id, APPOINTMENT.c.superseded_by.is_(None)
    )
    shares = _share_a_day(APPOINTMENT, starts_on, ends_on)
    return db.execute(query.where(shares, APPOINTMENT.c.id != (but or 0)).limit(1)).one_or_none()


def sitting_from(db: Connection, post_id: int, day: str) -> list[Row[Any]]:
    """Who sits on a post on a day or later: name and last day but one, by name."""
    query = select(PERSON.c.name, APPOINTMENT.c.starts_on, APPOINTMENT.c.ends_on)
    query = query.join(PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
    live = and_(APPOINTMENT.c.superseded_by.is_(None), _share_a_day(APPOINTMENT, day, None))
    return list(db.execute(query.where(APPOINTMENT.c.post_id == post_id, live).order_by(PERSON.c.name_lower)))


def live_holders(db: Connection, post_id: int, day: str) -> frozenset[int]:
    """The people who sit on a post on a day, or will."""
    query = select(APPOINTMENT.c.person_id).where(APPOINTMENT.c.post_id == post_id)
    live = and_(APPOINTMENT.c.superseded_by.is_(None), _share_a_day(APPOINTMENT, day, None))
    return frozenset(db.execute(query.where(live)).scalars())


def lock(db: Connection, person_id: int, post_id: int | None = None) -> None:
    """Let nobody else give this person, or this post, anything until the transaction ends. Persons before posts.

    KEY SHARE stays possible: events and cases that only refer to them do not wait.
    """
    db.execute(select(PERSON.c.id).where(PERSON.c.id == person_id).with_for_update(key_share=True))
    if post_id is not None:
        db.execute(select(POST.c.id).where(POST.c.id == post_id).with_for_update(key_share=True))


def affected(db: Connection, person_id: int, post_ids: Sequence[int]) -> frozenset[int]:
    """Whose cases may get other holders when a person takes or leaves posts: his own, and those of people below.

    `LEVELS` posts down: no role that ships looks further up than two.
    """
    first = select(POST.c.id, literal(1).label("level")).where(POST.c.superior_id.in_(post_ids))
    below = first.cte("below", recursive=True)
    deeper = select(POST.c.id, below.c.level + 1).join(below, POST.c.superior_id == below.c.id)
    below = below.union_all(deeper.where(below.c.level < LEVELS))
    seated = select(APPOINTMENT.c.person_id).join(below, below.c.id == APPOINTMENT.c.post_id)
    return frozenset({person_id, *db.execute(seated.where(APPOINTMENT.c.superseded_by.is_(None))).scalars()})


def seated_below(db: Connection, post_id: int) -> frozenset[int]:
    """The people who sit, sat or will sit on a post, or on one of those below it."""
    on_it = select(APPOINTMENT.c.person_id).where(
        APPOINTMENT.c.post_id == post_id, APPOINTMENT.c.superseded_by.is_(None)
    )
    return frozenset(db.execute(on_it).scalars()) | affected(db, 0, [post_id]) - {0}


def posts_of(db: Connection, person_id: int) -> list[int]:
    """Every post that a person holds, held or will hold."""
    held = select(APPOINTMENT.c.post_id).where(APPOINTMENT.c.person_id == person_id)
    return list(db.execute(held.where(APPOINTMENT.c.superseded_by.is_(None))).scalars())


def units_of_posts(db: Connection, person_id: int, day: str) -> list[int]:
    """The units of the posts that a person holds on a day or will hold, in any way."""
    query = select(POST.c.unit_id).join(APPOINTMENT, APPOINTMENT.c.post_id == POST.c.id).distinct()
    live = and_(
        APPOINTMENT.c.superseded_by.is_(None), or_(APPOINTMENT.c.ends_on.is_(None), APPOINTMENT.c.ends_on > day)
    )
    return list(db.execute(query.where(APPOINTMENT.c.person_id == person_id, live)).scalars())


def add_appointment(db: Connection, **values: Any) -> int:
    """A new row. Answers its id."""
    return int(db.execute(insert(APPOINTMENT).values(**values).returning(APPOINTMENT.c.id)).scalar_one())


def successor(db: Connection, old: int) -> str:
    """The ref of the row that took the place of an appointment."""
    new = select(APPOINTMENT.c.superseded_by).where(APPOINTMENT.c.id == old).scalar_subquery()
    return str(db.execute(select(APPOINTMENT.c.ref).where(APPOINTMENT.c.id == new)).scalar_one())


def supersede(db: Connection, old: int, new: int) -> bool:
    """Put a new row in the place of an old one; False when another one has taken it already."""
    free = update(APPOINTMENT).where(APPOINTMENT.c.id == old, APPOINTMENT.c.superseded_by.is_(None))
    return db.execute(free.values(superseded_by=new)).rowcount == 1


def grant(db: Connection, ref: str) -> Row[Any] | None:
    """One grant with the refs of its person and unit, locked until the end of the transaction."""
    query = select(GRANT, PERSON.c.ref.label("person_ref"), UNIT.c.ref.label("unit_ref"))
    query = query.join(PERSON, PERSON.c.id == GRANT.c.person_id).join(UNIT, UNIT.c.id == GRANT.c.unit_id)
    return db.execute(query.where(GRANT.c.ref == ref).with_for_update(of=GRANT)).one_or_none()


def same_grant(
    db: Connection, person_id: int, role: str, unit_id: int, starts_on: str, ends_on: str | None
) -> Row[Any] | None:
    """A grant of the same right to the same person that shares a day with the period."""
    query = select(GRANT.c.ref, GRANT.c.starts_on).where(
        GRANT.c.person_id == person_id, GRANT.c.role == role, GRANT.c.unit_id == unit_id
    )
    return db.execute(query.where(_share_a_day(GRANT, starts_on, ends_on)).limit(1)).one_or_none()


def live_grants(db: Connection, person_id: int, day: str) -> list[Row[Any]]:
    """The grants of a person that have not ended on a day, those to come too."""
    query = select(GRANT.c.ref, GRANT.c.role, GRANT.c.unit_id, GRANT.c.granted_by, GRANT.c.starts_on, UNIT.c.name)
    query = query.join(UNIT, UNIT.c.id == GRANT.c.unit_id).where(GRANT.c.person_id == person_id)
    return list(db.execute(query.where(or_(GRANT.c.ends_on.is_(None), GRANT.c.ends_on > day))))


def known_posts(db: Connection, keys: Iterable[str]) -> frozenset[str]:
    """Those of the keys that a post has."""
    return frozenset(db.execute(select(POST.c.key).where(POST.c.key.in_(sorted(keys)))).scalars())


def seat(db: Connection, person_id: int, day: str) -> Row[Any] | None:
    """The post that a person holds definitively on a day."""
    query = select(POST).join(APPOINTMENT, APPOINTMENT.c.post_id == POST.c.id)
    mine = and_(APPOINTMENT.c.person_id == person_id, APPOINTMENT.c.kind == "definitive")
    runs = and_(APPOINTMENT.c.starts_on <= day, or_(APPOINTMENT.c.ends_on.is_(None), APPOINTMENT.c.ends_on > day))
    return db.execute(query.where(mine, runs, APPOINTMENT.c.superseded_by.is_(None)).limit(1)).one_or_none()


def live_appointments(db: Connection, person_id: int, day: str) -> list[Row[Any]]:
    """The appointments of a person that have not ended on a day, those to come too, with post and unit."""
    query = select(APPOINTMENT.c.ref, APPOINTMENT.c.kind, APPOINTMENT.c.starts_on, APPOINTMENT.c.ends_on,
                   POST.c.name.label("post"), UNIT.c.name.label("unit"))  # fmt: skip
    query = query.join(POST, POST.c.id == APPOINTMENT.c.post_id).join(UNIT, UNIT.c.id == POST.c.unit_id)
    query = query.where(APPOINTMENT.c.person_id == person_id, APPOINTMENT.c.superseded_by.is_(None))
    live = or_(APPOINTMENT.c.ends_on.is_(None), APPOINTMENT.c.ends_on > day)
    return list(db.execute(query.where(live).order_by(APPOINTMENT.c.starts_on, APPOINTMENT.c.id)))


def add_grant(db: Connection, **values: Any) -> int:
    """A new right. Answers its id."""
    return int(db.execute(insert(GRANT).values(**values).returning(GRANT.c.id)).scalar_one())


def end_grant(db: Connection, grant_id: int, ends_on: str) -> None:
    """Give a right its last day but one: it holds before `ends_on`."""
    db.execute(update(GRANT).where(GRANT.c.id == grant_id).values(ends_on=ends_on))


def _share_a_day(period: Any, starts_on: str, ends_on: str | None) -> ColumnElement[bool]:
    begins = period.c.starts_on < ends_on if ends_on is not None else True
    not_over = or_(period.c.ends_on.is_(None), period.c.ends_on > starts_on)
    return and_(begins, not_over, or_(period.c.ends_on.is_(None), period.c.ends_on > period.c.starts_on))
