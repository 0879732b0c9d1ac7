"""Questions and small writes of one-time codes: who has one, which were his, who below a unit has no way in yet."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, insert, or_, select, update

from engine.store.queries.people import APPOINTMENT, CLOSURE, PERSON, POST, UNIT, runs
from engine.store.tables.codes import AccessCode
from engine.store.tables.people import Account

ACCOUNT = Account.__table__
CODE = AccessCode.__table__
WHO = (PERSON.c.id, PERSON.c.ref, PERSON.c.name, PERSON.c.nip, PERSON.c.email, PERSON.c.active, PERSON.c.language)


def add(db: Connection, **values: Any) -> None:
    """A code that was issued."""
    db.execute(insert(CODE).values(**values))


def by_ref(db: Connection, ref: str) -> Row[Any] | None:
    """A code with its person: name, nip, email."""
    query = select(CODE, *WHO[2:], PERSON.c.ref.label("person_ref")).join(PERSON, PERSON.c.id == CODE.c.person_id)
    return db.execute(query.where(CODE.c.ref == ref)).one_or_none()


def lately(db: Connection, person_id: int, limit: int) -> list[Row[Any]]:
    """The last codes of a person, ended ones too, the newest first."""
    query = select(CODE).where(CODE.c.person_id == person_id)
    return list(db.execute(query.order_by(CODE.c.id.desc()).limit(limit)))


def count_since(db: Connection, person_id: int, sent_by: str, since: str) -> int:
    """How many codes of a kind a person got since a moment."""
    asked = and_(CODE.c.person_id == person_id, CODE.c.sent_by == sent_by, CODE.c.issued_at > since)
    return int(db.execute(select(func.count()).select_from(CODE).where(asked)).scalar_one())


def end(db: Connection, code_id: int, at: str, how: str) -> bool:
    """End one live code; False when it has ended already."""
    live = and_(CODE.c.id == code_id, CODE.c.ended_at.is_(None), CODE.c.expires_at > at)
    return db.execute(update(CODE).where(live).values(ended_at=at, ended_as=how)).rowcount == 1


def end_all(db: Connection, person_id: int, at: str, how: str) -> None:
    """End the codes of a person that have not ended."""
    his = and_(CODE.c.person_id == person_id, CODE.c.ended_at.is_(None))
    db.execute(update(CODE).where(his).values(ended_at=at, ended_as=how))


def person_by_name(db: Connection, name: str) -> Row[Any] | None:
    """A person by NIP (digits only) or e-mail address (lower case), with his account where there is one."""
    column = PERSON.c.email if "@" in name else PERSON.c.nip
    return db.execute(_with_account().where(column == name)).one_or_none()


def person(db: Connection, ref: str) -> Row[Any] | None:
    """A person by his ref, with his account where there is one."""
    return db.execute(_with_account().where(PERSON.c.ref == ref)).one_or_none()


def _with_account() -> Any:
    account = (ACCOUNT.c.person_id.label("account_id"), ACCOUNT.c.password_hash, ACCOUNT.c.disabled_at)
    joined = PERSON.outerjoin(ACCOUNT, ACCOUNT.c.person_id == PERSON.c.id)
    return select(*WHO, *account, ACCOUNT.c.factor_since).select_from(joined)


def waiting_below(db: Connection, unit_id: int, on: date, at: str, *, with_email: bool, limit: int) -> list[Row[Any]]:
    """The people who sit in a unit or below it on a day and have no way in: no password and no live code.

    Each once, with a unit where he sits, by unit and name. `with_email`: only those who can be written to.
    """
    below = select(CLOSURE.c.descendant_id).where(CLOSURE.c.ancestor_id == unit_id)
    held = and_(APPOINTMENT.c.person_id == PERSON.c.id, APPOINTMENT.c.superseded_by.is_(None))
    query = (
        select(*WHO, func.min(UNIT.c.name).label("unit_name"))
        .select_from(PERSON.join(APPOINTMENT, held).join(POST, POST.c.id == APPOINTMENT.c.post_id))
        .join(UNIT, UNIT.c.id == POST.c.unit_id)
        .where(runs(APPOINTMENT, on.isoformat()), POST.c.unit_id.in_(below), PERSON.c.active.is_(True))
        .where(~has_password(), ~has_live_code(at), or_(PERSON.c.nip.is_not(None), PERSON.c.email.is_not(None)))
        .group_by(*WHO)
    )
    if with_email:
        query = query.where(PERSON.c.email.is_not(None))
    return list(db.execute(query.order_by(func.min(UNIT.c.name), PERSON.c.name, PERSON.c.id).limit(limit)))


def has_password() -> ColumnElement[bool]:
    """Whether a person has an account with a password of his own, shut or not."""
    return exists().where(ACCOUNT.c.person_id == PERSON.c.id, ACCOUNT.c.password_hash != "")


def is_shut() -> ColumnElement[bool]:
    """Whether a person's account is shut."""
    return exists().where(ACCOUNT.c.person_id == PERSON.c.id, ACCOUNT.c.disabled_at.is_not(None))


def has_live_code(at: str) -> ColumnElement[bool]:
    """Whether a person has a code that he has not used and that has not expired."""
    return exists().where(CODE.c.person_id == PERSON.c.id, CODE.c.ended_at.is_(None), CODE.c.expires_at > at)
