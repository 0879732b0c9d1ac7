"""Questions and small writes of accounts: who has this name, which sessions live. Tries are attempts.py's."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    update,
)

from engine.store.queries.notices import MOST_UNREAD
from engine.store.queries.units import ROOT_ZONE, ZONE
from engine.store.statement import Statement
from engine.store.tables.definitions import DefinitionVersion
from engine.store.tables.ledger import Event
from engine.store.tables.notices import Notice
from engine.store.tables.people import (
    AccessGrant,
    Account,
    Appointment,
    Person,
    Post,
    Unit,
    UnitClosure,
    WebSession,
)

ACCOUNT = Account.__table__
GRANT = AccessGrant.__table__
NOTICE = Notice.__table__
VERSION = DefinitionVersion.__table__
PERSON = Person.__table__
SESSION = WebSession.__table__

WHO = (
    PERSON.c.id,
    PERSON.c.ref,
    PERSON.c.name,
    PERSON.c.nip,
    PERSON.c.email,
    PERSON.c.active,
    ACCOUNT.c.password_hash,
    ACCOUNT.c.must_change,
    ACCOUNT.c.factor_since,
    ACCOUNT.c.disabled_at,
)
LIVE = and_(
    SESSION.c.revoked_at.is_(None), SESSION.c.expires_at > bindparam("now"), SESSION.c.seen_at > bindparam("idle")
)
OF_HIS_POST = (
    select(ZONE)
    .select_from(Appointment)
    .join(Post, Post.id == Appointment.post_id)
    .join(Unit, Unit.id == Post.unit_id)
    .where(Appointment.person_id == Person.id, Appointment.superseded_by.is_(None))
    .where(Appointment.starts_on <= bindparam("day"))
    .where(or_(Appointment.ends_on.is_(None), Appointment.ends_on > bindparam("day")))
    .order_by(Appointment.kind, Appointment.id)  # definitive comes before delegated, plh and plt
    .limit(1)
    .scalar_subquery()
)
# The IANA zone in which his days begin: that of his post's unit, without a post of the first root unit.
HIS_ZONE = func.coalesce(OF_HIS_POST, ROOT_ZONE.scalar_subquery())
# Whether he decides on others: a post of his is the superior of another. Asked where that calls for a second factor.
BELOW = Post.__table__.alias("below")
LEADS = case(
    (
        and_(bindparam("leads", type_=Integer) == 1, ACCOUNT.c.factor_since.is_(None)),
        exists()
        .select_from(Appointment.__table__.join(BELOW, BELOW.c.superior_id == Appointment.post_id))
        .where(Appointment.person_id == PERSON.c.id, Appointment.superseded_by.is_(None))
        .where(Appointment.starts_on <= bindparam("day"))
        .where(or_(Appointment.ends_on.is_(None), Appointment.ends_on > bindparam("day")))
        .correlate(PERSON),
    ),
    else_=false(),
)
# What he was told and has not read: with what every page asks anyway, so that none asks once more. The bell says 99+.
UNREAD = (
    select(func.count())
    .select_from(
        select(NOTICE.c.id)
        .where(NOTICE.c.person_id == PERSON.c.id, NOTICE.c.read_at.is_(None))
        .correlate(PERSON)
        .limit(MOST_UNREAD)
        .subquery()
    )
    .correlate(PERSON)
    .scalar_subquery()
)
BOOKS = select(func.count()).where(VERSION.c.kind == "register", VERSION.c.status == "published").scalar_subquery()
# A row a grant, or one row without: session, person and rights in one go, since every page asks.
SIGNED_IN = Statement(
    select(
        SESSION.c.id,
        SESSION.c.person_id,
        SESSION.c.seen_at,
        PERSON.c.ref,
        PERSON.c.name,
        PERSON.c.language,
        HIS_ZONE.label("zone"),
        SESSION.c.factor_at,
        SESSION.c.confirmed_at,
        SESSION.c.way,
        LEADS.label("leads"),
        UNREAD.label("unread"),
        BOOKS.label("registers"),
        ACCOUNT.c.must_change,
        ACCOUNT.c.factor_since,
        GRANT.c.ref.label("grant_ref"),
        GRANT.c.role,
        GRANT.c.unit_id,
        GRANT.c.starts_on,
        GRANT.c.ends_on,
    )
    .select_from(
        SESSION.join(PERSON, PERSON.c.id == SESSION.c.person_id)
        .join(ACCOUNT, ACCOUNT.c.person_id == PERSON.c.id)
        .outerjoin(GRANT, GRANT.c.person_id == PERSON.c.id)
    )
    .where(SESSION.c.token_hash == bindparam("token"), LIVE)
    .where(PERSON.c.active.is_(True), ACCOUNT.c.disabled_at.is_(None))
    .order_by(GRANT.c.id)
)


def by_name(db: Connection, name: str) -> Row[Any] | None:
    """The account of a NIP (digits only) or an e-mail address (lower case)."""
    column = PERSON.c.email if "@" in name else PERSON.c.nip
    return _one(db, column == name)


def by_person(db: Connection, person_id: int) -> Row[Any] | None:
    """The account of a person."""
    return _one(db, PERSON.c.id == person_id)


def _one(db: Connection, condition: ColumnElement[bool]) -> Row[Any] | None:
    query = select(*WHO).join(ACCOUNT, ACCOUNT.c.person_id == PERSON.c.id).where(condition)
    return db.execute(query).one_or_none()


def office_names(db: Connection, person_id: int) -> list[str]:
    """The names of the units where somebody has a post or has had one, and of those above."""
    above = (
        select(Unit.name)
        .join(UnitClosure, UnitClosure.ancestor_id == Unit.id)
        .join(Post, Post.unit_id == UnitClosure.descendant_id)
        .join(Appointment, Appointment.post_id == Post.id)
    )
    return list(db.execute(above.where(Appointment.person_id == person_id).distinct()).scalars())


def was_given_by(db: Connection, person_ref: str, giver_id: int, since: str, made_since: str = "") -> bool:
    """Whether somebody made this person's account (ever, or since `made_since`), or lately gave it a password, a code
    or where codes are sent to."""
    lately = and_(Event.kind.in_(("account.password_set", "account.code_issued")), Event.at >= since)
    made = and_(Event.kind.in_(("account.created", "account.invited")), Event.at >= made_since)
    gave = or_(made, lately)
    his = and_(Event.stream == f"person:{person_ref}", Event.actor_id == giver_id)
    if db.execute(select(Event.seq).where(his, gave).limit(1)).first() is not None:
        return True
    changes = db.execute(select(Event.at, Event.leaf).where(his, Event.kind == "person.changed"))
    return any(_moves_codes(row, since) for row in changes)


def _moves_codes(row: Row[Any], since: str) -> bool:
    """Whether a change of a person, since a moment or for a day since then, is of the address that codes go to."""
    said = json.loads(row.leaf)["public"]
    return "email" in said["fields"] and (row.at >= since or said["starts_on"] >= since[:10])


def sign_in_name(db: Connection, post_key: str) -> Row[Any] | None:
    """The account of the person who holds a post now, for showing the demo's accounts: name, nip, email."""
    query = (
        select(*WHO)
        .join(ACCOUNT, ACCOUNT.c.person_id == PERSON.c.id)
        .join(Appointment, Appointment.person_id == PERSON.c.id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.key == post_key, Appointment.superseded_by.is_(None), Appointment.ends_on.is_(None))
    )
    return db.execute(query.order_by(Appointment.id).limit(1)).one_or_none()


def add(db: Connection, person_id: int, password_hash: str, at: str, *, must_change: bool) -> None:
    """Let a person sign in."""
    values = {"person_id": person_id, "password_hash": password_hash, "changed_at": at, "must_change": must_change}
    db.execute(insert(ACCOUNT).values(**values))


def set_password(db: Connection, person_id: int, password_hash: str, at: str, *, must_change: bool) -> None:
    """Replace a password."""
    values = {"password_hash": password_hash, "changed_at": at, "must_change": must_change}
    db.execute(update(ACCOUNT).where(ACCOUNT.c.person_id == person_id).values(**values))


def renew_hash(db: Connection, person_id: int, old: str, new: str) -> bool:
    """Replace the hash of the same password; False when the account was shut or its password changed meanwhile."""
    same = and_(ACCOUNT.c.person_id == person_id, ACCOUNT.c.password_hash == old, ACCOUNT.c.disabled_at.is_(None))
    return db.execute(update(ACCOUNT).where(same).values(password_hash=new)).rowcount == 1


def set_disabled(db: Connection, person_id: int, at: str | None) -> None:
    """Shut an account from a moment on, or open it again with None."""
    db.execute(update(ACCOUNT).where(ACCOUNT.c.person_id == person_id).values(disabled_at=at))


def signed_in(db: Connection, token_hash: bytes, *, now: str, idle: str, day: str, leads: bool) -> list[Any]:
    """The live session of a token with person, zone and every grant, past ones too: one row a grant.

    `leads`: say of whoever has no second factor also whether he is somebody's superior.
    """
    return SIGNED_IN.rows(db, token=token_hash, now=now, idle=idle, day=day, leads=int(leads))


def add_session(db: Connection, **values: Any) -> None:
    """A signed-in browser."""
    db.execute(insert(SESSION).values(**values))


def live_session(db: Connection, token_hash: bytes, *, now: str, idle: str) -> Row[Any] | None:
    """The row of a session that still lets in, with the ref of its person; locked."""
    query = select(SESSION, PERSON.c.ref.label("person_ref")).join(PERSON, PERSON.c.id == SESSION.c.person_id)
    live = query.where(SESSION.c.token_hash == token_hash, LIVE).with_for_update(of=SESSION)
    return db.execute(live, {"now": now, "idle": idle}).one_or_none()


def touch_session(db: Connection, session_id: int, at: str) -> None:
    """Remember when a session was last seen; a revoked one stays as it is."""
    db.execute(update(SESSION).where(SESSION.c.id == session_id, SESSION.c.revoked_at.is_(None)).values(seen_at=at))


def live_sessions(db: Connection, person_id: int, *, now: str, idle: str) -> list[Row[Any]]:
    """The sessions of a person that still let in, the one seen last first."""
    query = select(SESSION).where(SESSION.c.person_id == person_id, LIVE).order_by(SESSION.c.seen_at.desc())
    return list(db.execute(query, {"now": now, "idle": idle}))


def revoke(db: Connection, at: str, *conditions: ColumnElement[bool]) -> int:
    """End the sessions that meet the conditions and have not ended. Answers how many."""
    ended = update(SESSION).where(SESSION.c.revoked_at.is_(None), *conditions).values(revoked_at=at)
    return db.execute(ended).rowcount


def revoke_token(db: Connection, token_hash: bytes, at: str) -> int:
    """End one session."""
    return revoke(db, at, SESSION.c.token_hash == token_hash)


def revoke_sessions(db: Connection, person_id: int, at: str, *, but: bytes | None = None) -> int:
    """End all sessions of a person, but one perhaps."""
    return revoke(db, at, SESSION.c.person_id == person_id, SESSION.c.token_hash != (but or b""))
