"""Links, tickets, counts and sources of public answers: questions and small writes, unscoped: the verbs judge.

What answers come to is public_totals.py, answers in words are public_comments.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.statement import Statement, together
from engine.store.tables.ledger import Event
from engine.store.tables.people import Person, Unit
from engine.store.tables.public import EntrySource, PaperBatch, PublicCount, PublicLink, PublicTicket

LINK, SOURCE, BATCH = PublicLink.__table__, EntrySource.__table__, PaperBatch.__table__
TICKET, COUNT, EVENT = PublicTicket.__table__, PublicCount.__table__, Event.__table__
PERSON, UNIT = Person.__table__, Unit.__table__
END = Statement(
    update(LINK)
    .where(LINK.c.id == bindparam("link_id"), LINK.c.ended_ref.is_(None))
    .values(ended_ref=bindparam("event_ref")),
    must_write=True,
)


def add_link(db: Connection, **values: Any) -> int:
    """A link that was made; its key."""
    return int(db.execute(insert(LINK).values(**values).returning(LINK.c.id)).scalar_one())


def end_link(db: Connection, link_id: int, event_ref: str) -> None:
    """It opens nothing any more; StaleCase where it had ended already."""
    together(db, [(END, {"link_id": link_id, "event_ref": event_ref})])


def link_by_code(db: Connection, code: str) -> Row[Any] | None:
    """A link by the end of its address, with whom or what it is about."""
    return db.execute(_links().where(LINK.c.code == code)).one_or_none()


def link_by_ref(db: Connection, ref: str, *, lock: bool = False) -> Row[Any] | None:
    """A link by its name, the same way."""
    query = _links().where(LINK.c.ref == ref)
    return db.execute(query.with_for_update(of=LINK) if lock else query).one_or_none()


def _links() -> Any:
    names = (
        PERSON.c.ref.label("person_ref"), PERSON.c.name.label("person_name"), UNIT.c.ref.label("unit_ref"),
        UNIT.c.name.label("unit_name"), EVENT.c.at.label("ended_at"),
    )  # fmt: skip
    found = select(LINK, *names).outerjoin(PERSON, PERSON.c.id == LINK.c.person_id)
    return found.outerjoin(UNIT, UNIT.c.id == LINK.c.unit_id).outerjoin(EVENT, EVENT.c.ref == LINK.c.ended_ref)


def named(db: Connection, links: Sequence[Any]) -> tuple[dict[int, str], dict[int, str]]:
    """The names of the people and of the units that links are about, by key."""
    found = []
    for table, ids in ((PERSON, [row.person_id for row in links]), (UNIT, [row.unit_id for row in links])):
        wanted = sorted({each for each in ids if each is not None})
        rows = db.execute(select(table.c.id, table.c.name).where(table.c.id.in_(wanted))) if wanted else ()
        found.append({row.id: row.name for row in rows})
    return found[0], found[1]


def labels_of(db: Connection, link_ids: Sequence[int]) -> dict[int, str]:
    """Link → its label."""
    return {row.id: row.label for row in db.execute(select(LINK.c.id, LINK.c.label).where(LINK.c.id.in_(link_ids)))}


def add_source(db: Connection, **values: Any) -> None:
    """Where an entry came from."""
    db.execute(insert(SOURCE).values(**values))


def add_batch(db: Connection, **values: Any) -> int:
    """A batch of sheets; its key."""
    return int(db.execute(insert(BATCH).values(**values).returning(BATCH.c.id)).scalar_one())


def batches(db: Connection, register: str, by_id: int, limit: int) -> list[Row[Any]]:
    """The last batches that somebody entered, the newest first."""
    query = select(BATCH).where(BATCH.c.register == register, BATCH.c.by_id == by_id)
    return list(db.execute(query.order_by(BATCH.c.id.desc()).limit(limit)))


def spend(db: Connection, mark: str, day: str) -> bool:
    """Use up a ticket; False when it has been used before."""
    adding = _insert(db)(TICKET).values(mark=mark, day=day).on_conflict_do_nothing(index_elements=["mark"])
    return db.execute(adding.returning(TICKET.c.mark)).first() is not None


def is_spent(db: Connection, mark: str) -> bool:
    """Whether a ticket has been used."""
    return db.execute(select(TICKET.c.mark).where(TICKET.c.mark == mark)).first() is not None


def counts_under(db: Connection, day: str, link_id: int, marks: Sequence[str]) -> dict[str, int]:
    """How many answers stand under each of these marks; a mark without any is left out."""
    query = select(COUNT.c.mark, COUNT.c["count"]).where(COUNT.c.day == day, COUNT.c.link_id == link_id)
    return {row.mark: row.count for row in db.execute(query.where(COUNT.c.mark.in_(marks)))}


def count_up(db: Connection, day: str, link_id: int, marks: Sequence[str]) -> dict[str, int]:
    """Count an answer under each of these marks; answers how many there were before, by mark.

    Whoever answers by the same link at the same time waits, so that none is counted twice or not at all.
    """
    rows = [{"day": day, "link_id": link_id, "mark": mark, "count": 1} for mark in sorted(marks)]
    adding = _insert(db)(COUNT).values(rows)
    moved = {"count": COUNT.c["count"] + literal_column("1")}
    adding = adding.on_conflict_do_update(index_elements=["day", "link_id", "mark"], set_=moved)
    return {row.mark: row.count - 1 for row in db.execute(adding.returning(COUNT.c.mark, COUNT.c["count"]))}


def counted(db: Connection, day: str, link_id: int, marks: Sequence[str]) -> int:
    """How many answers stand under these marks together."""
    query = select(func.coalesce(func.sum(COUNT.c["count"]), 0)).where(COUNT.c.day == day, COUNT.c.link_id == link_id)
    return int(db.execute(query.where(COUNT.c.mark.in_(marks))).scalar_one())


def forget_before(db: Connection, day: str) -> None:
    """Drop tickets and counts of days before."""
    for table in (TICKET, COUNT):
        db.execute(delete(table).where(table.c.day < day))


def _insert(db: Connection) -> Any:
    return (sqlite if db.dialect.name == "sqlite" else postgresql).insert
