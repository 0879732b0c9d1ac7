"""Questions and writes of jobs: add, the row for its next chunk, how far it has come, its parts; who may see which."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, update

from engine.core.case import Actor
from engine.store.queries.scope import over_everything, scope_condition
from engine.store.queries.units import ZONE
from engine.store.tables.jobs import Job, JobPart
from engine.store.tables.people import AccessGrant, Person, Unit

JOB, PART = Job.__table__, JobPart.__table__
ADMIN = ("admin",)
PIECE = 1_000_000  # bytes of a part that was given


def add(db: Connection, **values: Any) -> int:
    """One job, queued; its key."""
    return int(db.execute(insert(JOB).values(state="queued", **values).returning(JOB.c.id)).scalar_one())


def of_round(db: Connection, job_id: int, number: int) -> Row[Any] | None:
    """The job for its next chunk, locked until the transaction ends; None when it is over or tried again since."""
    live = JOB.c.state.in_(("queued", "running"))
    query = select(JOB, _parts()).where(JOB.c.id == job_id, JOB.c.round == number, live)
    return db.execute(query.with_for_update(of=JOB)).one_or_none()


def _parts() -> ColumnElement[int]:
    made = select(func.count()).where(PART.c.job_id == JOB.c.id, PART.c.side == "made")
    return made.scalar_subquery().label("parts")


def change(db: Connection, job_id: int, **values: Any) -> None:
    """Write what became of a job."""
    db.execute(update(JOB).where(JOB.c.id == job_id).values(**values))


def add_part(db: Connection, job_id: int, number: int, body: bytes) -> None:
    """The next piece of the file that the job makes."""
    db.execute(insert(PART).values(job_id=job_id, side="made", number=number, body=body))


def give(db: Connection, job_id: int, given: bytes) -> None:
    """Keep what the job was given, in pieces."""
    pieces = [given[at : at + PIECE] for at in range(0, len(given), PIECE)]
    rows = [{"job_id": job_id, "side": "given", "number": at, "body": piece} for at, piece in enumerate(pieces)]
    if rows:
        db.execute(insert(PART), rows)


def bytes_of(db: Connection, job_id: int, side: str) -> bytes:
    """All bytes of one side: what it was `given` or has `made`."""
    query = select(PART.c.body).where(PART.c.job_id == job_id, PART.c.side == side).order_by(PART.c.number)
    return b"".join(bytes(body) for body in db.execute(query).scalars())


def drop_parts(db: Connection, job_id: int) -> None:
    """Forget what a job was given and has made."""
    db.execute(delete(PART).where(PART.c.job_id == job_id))


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """The jobs that an administrator may see: his own, those of his units; the system's with rights over everything."""
    if actor.is_system:
        return scope_condition(actor, JOB.c.unit_id)
    ours = and_(JOB.c.unit_id.is_not(None), scope_condition(actor, JOB.c.unit_id, ADMIN))
    nobodys = and_(JOB.c.unit_id.is_(None), JOB.c.asked_by.is_(None), over_everything(actor, ADMIN))
    return or_(JOB.c.asked_by == actor.person_id, ours, nobodys)


def seen(db: Connection, actor: Actor, ref: str, *, lock: bool = False) -> Row[Any] | None:
    """A job by its name outside, when the actor may see it."""
    query = select(JOB).where(JOB.c.ref == ref, in_scope(actor))
    return db.execute(query.with_for_update() if lock else query).one_or_none()


def asker(db: Connection, person_id: int) -> list[Row[Any]]:
    """The person with the grants that he has or had, a row each, or one row without; none when he has left."""
    grants = select(
        Person.ref.label("person_ref"), Person.name, AccessGrant.ref, AccessGrant.role, AccessGrant.unit_id,
        AccessGrant.starts_on, AccessGrant.ends_on, ZONE.label("timezone"),
    )  # fmt: skip
    joined = grants.outerjoin(AccessGrant, AccessGrant.person_id == Person.id)
    joined = joined.outerjoin(Unit, Unit.id == AccessGrant.unit_id)
    return list(db.execute(joined.where(Person.id == person_id, Person.active.is_(True)).order_by(AccessGrant.id)))


def with_parts_before(db: Connection, moment: str, limit: int) -> list[int]:
    """Jobs that ended before a moment and still keep bytes."""
    has = select(PART.c.job_id).where(PART.c.job_id == JOB.c.id).exists()
    query = select(JOB.c.id).where(JOB.c.ended_at < moment, has).order_by(JOB.c.id).limit(limit)
    return list(db.execute(query).scalars())
