"""Questions and small writes of notices: what one person was told, what is to be posted, what he chose.

Every list is one person's. Whether he may still see a case is asked with each notice about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, exists, func, insert, or_, select, text
from sqlalchemy import update as change
from sqlalchemy.orm import aliased

from engine.core.case import Actor
from engine.store.apply_notices import COLUMNS
from engine.store.queries.scope import scope_condition
from engine.store.queries.units import ZONE
from engine.store.tables.cases import Case, Cycle, Note, Task, TaskHolder
from engine.store.tables.ledger import Event
from engine.store.tables.linked import CaseSubject
from engine.store.tables.notices import CalendarFeed, Notice, NoticeChoice
from engine.store.tables.people import Account, Person, Unit

MOST_UNREAD = 100  # counted at most: the bell says 99+
NOTICE, CHOICE, FEED = Notice.__table__, NoticeChoice.__table__, CalendarFeed.__table__
PERSON = Person.__table__
OPENED, EARLIER, HIS_TASK, SUBJECT = aliased(Event), aliased(Event), aliased(Task), aliased(Person)
# Each dialect has an insert of its own for this, and both understand the same words.
ADD_ONCE = text(
    f"INSERT INTO notice ({', '.join(COLUMNS)}) VALUES ({', '.join(f':{name}' for name in COLUMNS)}) "
    "ON CONFLICT (effect_key) DO NOTHING RETURNING id"
)
TITLE = select(CaseSubject.title).where(CaseSubject.case_id == Case.id).correlate(Case).scalar_subquery()
# Entered once before: then the move that opened the task has sent the case back.
RETURNED = exists().where(
    EARLIER.case_id == OPENED.case_id, EARLIER.to_state == OPENED.to_state, EARLIER.n < OPENED.n
).correlate(OPENED)  # fmt: skip


def add_once(db: Connection, row: Mapping[str, Any]) -> bool:
    """Tell somebody something, unless he was told already; True when he is told now."""
    return db.execute(ADD_ONCE, row).first() is not None


def listed(
    db: Connection,
    actor: Actor,
    *,
    before: int | None = None,
    after: int | None = None,
    unread: bool = False,
    limit: int,
) -> list[Row[Any]]:
    """Notices of a person, the newest first: those before a key; or those after it, the oldest first."""
    query = _told(actor).where(NOTICE.c.person_id == actor.person_id)
    if unread:
        query = query.where(NOTICE.c.read_at.is_(None))
    if before is not None:
        query = query.where(NOTICE.c.id < before)
    if after is not None:
        return list(db.execute(query.where(NOTICE.c.id > after).order_by(NOTICE.c.id).limit(limit)))
    return list(db.execute(query.order_by(NOTICE.c.id.desc()).limit(limit)))


def one(db: Connection, actor: Actor, ref: str) -> Row[Any] | None:
    """One notice of a person; None for another's."""
    mine = (NOTICE.c.ref == ref, NOTICE.c.person_id == actor.person_id)
    return db.execute(_told(actor).where(*mine)).one_or_none()


def since(db: Connection, actor: Actor, at: str, limit: int) -> list[Row[Any]]:
    """What a person was told since a moment and has not read, the newest first."""
    new = (NOTICE.c.person_id == actor.person_id, NOTICE.c.at >= at, NOTICE.c.read_at.is_(None))
    return list(db.execute(_told(actor).where(*new).order_by(NOTICE.c.id.desc()).limit(limit)))


def _told(actor: Actor) -> Select[Any]:
    """A notice with what its words are made of; `visible`: whether he may see its case now."""
    me = actor.person_id
    return (
        select(
            NOTICE.c.id, NOTICE.c.ref, NOTICE.c.kind, NOTICE.c.body, NOTICE.c.at, NOTICE.c.read_at, NOTICE.c.case_id,
            Case.ref.label("case_ref"), Case.state.label("case_state"), Case.definition_digest, Case.subject_id,
            func.coalesce(SUBJECT.name, TITLE).label("subject_name"), Cycle.name.label("cycle_name"),
            ZONE.label("timezone"), Task.ref.label("task_ref"), Task.key.label("task_key"), Task.form.label("form"),
            Task.state.label("task_state"), Task.due, OPENED.to_state.label("opened_in"), Note.body.label("note"),
            RETURNED.label("returned"), _holds(Task.id, me).label("mine"), _sees(actor).label("visible"),
        )
        .select_from(NOTICE)
        .outerjoin(Case, Case.id == NOTICE.c.case_id)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .outerjoin(Cycle, Cycle.id == Case.cycle_id)
        .outerjoin(SUBJECT, SUBJECT.id == Case.subject_id)
        .outerjoin(Task, Task.ref == NOTICE.c.task_ref)
        .outerjoin(OPENED, and_(OPENED.case_id == Task.case_id, OPENED.n == Task.opened_n))
        .outerjoin(Note, Note.event_ref == OPENED.ref)
    )  # fmt: skip


def _holds(task_id: ColumnElement[Any], person_id: int | None) -> ColumnElement[bool]:
    return exists().where(TaskHolder.task_id == task_id, TaskHolder.person_id == person_id)


def _sees(actor: Actor) -> ColumnElement[bool]:
    """The cases about him, of which he holds or held a task, of units that he oversees: as engine.snapshot judges."""
    held = exists().where(
        HIS_TASK.case_id == Case.id, TaskHolder.task_id == HIS_TASK.id, TaskHolder.person_id == actor.person_id
    )
    return or_(Case.subject_id == actor.person_id, held.correlate(Case), scope_condition(actor, Case.unit_id))


def mark_read(db: Connection, person_id: int, at: str, ref: str | None = None) -> int:
    """Mark one notice of a person as read, or all; answers how many were not."""
    mine = (NOTICE.c.person_id == person_id, NOTICE.c.read_at.is_(None))
    which = mine if ref is None else (*mine, NOTICE.c.ref == ref)
    return db.execute(change(NOTICE).where(*which).values(read_at=at)).rowcount


def unread(db: Connection, person_id: int) -> int:
    """How many notices a person has not read, MOST_UNREAD at most."""
    mine = (NOTICE.c.person_id == person_id, NOTICE.c.read_at.is_(None))
    some = select(NOTICE.c.id).where(*mine).limit(MOST_UNREAD).subquery()
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def newest(db: Connection) -> int:
    """The key of the newest notice of all; 0 where there is none."""
    return int(db.execute(select(func.max(NOTICE.c.id))).scalar_one() or 0)


def after(db: Connection, key: int, limit: int) -> list[Row[Any]]:
    """Whose the notices after a key are: id, person_id; the oldest first."""
    query = select(NOTICE.c.id, NOTICE.c.person_id).where(NOTICE.c.id > key)
    return list(db.execute(query.order_by(NOTICE.c.id).limit(limit)))


def exists_for(db: Connection, person_id: int, ref: str) -> bool:
    """Whether a person has a notice of this name."""
    found = select(NOTICE.c.id).where(NOTICE.c.ref == ref, NOTICE.c.person_id == person_id)
    return db.execute(found).first() is not None


def choices(db: Connection, people: Sequence[int]) -> dict[int, dict[str, str]]:
    """Person → topic → how he wants to hear of it; whoever chose nothing is not in it."""
    found: dict[int, dict[str, str]] = {}
    for row in db.execute(select(CHOICE).where(CHOICE.c.person_id.in_(people))):
        found.setdefault(row.person_id, {})[row.topic] = row.how
    return found


def choose(db: Connection, person_id: int, chosen: Mapping[str, str]) -> None:
    """Put choices in the place of what a person chose before."""
    db.execute(delete(CHOICE).where(CHOICE.c.person_id == person_id))
    db.execute(insert(CHOICE), [{"person_id": person_id, "topic": topic, "how": how} for topic, how in chosen.items()])


def unposted(db: Connection, limit: int) -> list[Row[Any]]:
    """Notices of which nobody has looked yet whether they go out by mail, the oldest first."""
    query = select(NOTICE.c.id, NOTICE.c.ref, NOTICE.c.kind, NOTICE.c.person_id, PERSON.c.email, PERSON.c.active)
    query = query.join(PERSON, PERSON.c.id == NOTICE.c.person_id).where(NOTICE.c.posted == 0)
    return list(db.execute(query.order_by(NOTICE.c.id).limit(limit)))


def posted(db: Connection, ids: Sequence[int]) -> set[int]:
    """Mark notices as looked at; answers those that nobody else was faster with."""
    mark = change(NOTICE).where(NOTICE.c.id.in_(ids), NOTICE.c.posted == 0).values(posted=1).returning(NOTICE.c.id)
    return set(db.execute(mark).scalars())


def forget(db: Connection, before: str, limit: int) -> None:
    """Drop notices that are older."""
    old = select(NOTICE.c.id).where(NOTICE.c.at < before).order_by(NOTICE.c.id).limit(limit)
    db.execute(delete(NOTICE).where(NOTICE.c.id.in_(old.scalar_subquery())))


def open_task(db: Connection, case_ref: str, task_ref: str) -> Row[Any] | None:
    """An open task of a case by its ref: id, case_id, due."""
    query = select(Task.id, Task.case_id, Task.due).join(
        Case, and_(Case.id == Task.case_id, Case.version == Task.opened_n)
    )
    return db.execute(query.where(Task.ref == task_ref, Task.state == "open", Case.ref == case_ref)).one_or_none()


def holders(db: Connection, task_id: int) -> list[int]:
    """The people who hold a task, by key."""
    held = select(TaskHolder.person_id).where(TaskHolder.task_id == task_id).order_by(TaskHolder.person_id)
    return list(db.execute(held).scalars())


def address(db: Connection, person_id: int) -> str | None:
    """The e-mail address of a person."""
    found: str | None = db.execute(select(PERSON.c.email).where(PERSON.c.id == person_id)).scalar_one_or_none()
    return found


def told_since(db: Connection, people: Sequence[int], at: str) -> list[Row[Any]]:
    """Who of these was told what kind of thing since a moment, and has not read it: pairs."""
    new = (NOTICE.c.person_id.in_(people), NOTICE.c.at >= at, NOTICE.c.read_at.is_(None))
    return list(db.execute(select(NOTICE.c.person_id, NOTICE.c.kind).where(*new).distinct()))


def put_feed(db: Connection, person_id: int, hashed: bytes, at: str) -> None:
    """Put the address of a person's calendar in the place of the one he had."""
    drop_feed(db, person_id)
    db.execute(insert(FEED).values(person_id=person_id, token_hash=hashed, at=at))


def drop_feed(db: Connection, person_id: int) -> bool:
    """Take it away; False where he had none."""
    return db.execute(delete(FEED).where(FEED.c.person_id == person_id)).rowcount > 0


def feed_since(db: Connection, person_id: int) -> str | None:
    """Since when a person has had the address of his calendar; None where he has none."""
    found: str | None = db.execute(select(FEED.c.at).where(FEED.c.person_id == person_id)).scalar_one_or_none()
    return found


def feed_owner(db: Connection, hashed: bytes) -> Row[Any] | None:
    """Whose calendar has this address, with his language, while he works here and may sign in."""
    query = select(PERSON.c.id, PERSON.c.language).join(FEED, FEED.c.person_id == PERSON.c.id)
    query = query.join(Account, Account.person_id == PERSON.c.id)
    live = (FEED.c.token_hash == hashed, PERSON.c.active.is_(True), Account.disabled_at.is_(None))
    return db.execute(query.where(*live)).one_or_none()
