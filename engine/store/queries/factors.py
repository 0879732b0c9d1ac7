"""Questions and small writes of second factors: what somebody has, what was used, what is spent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Table, and_, delete, func, insert, select, update

from engine.store.queries.locks import wait_for_turn
from engine.store.tables.factors import Authenticator, Passkey, RecoveryCode, Spent
from engine.store.tables.people import Account, Person

ACCOUNT: Table = Account.__table__
AUTHENTICATOR: Table = Authenticator.__table__
CODE: Table = RecoveryCode.__table__
PASSKEY: Table = Passkey.__table__
SPENT: Table = Spent.__table__


def authenticator(db: Connection, person_id: int) -> Row[Any] | None:
    """The app of a person."""
    return db.execute(select(AUTHENTICATOR).where(AUTHENTICATOR.c.person_id == person_id)).one_or_none()


def add_authenticator(db: Connection, person_id: int, sealed: bytes, at: str, step: int) -> None:
    """Give a person his app; `step` is that of the code which proved it."""
    db.execute(insert(AUTHENTICATOR).values(person_id=person_id, sealed=sealed, made_at=at, last_step=step))


def use_step(db: Connection, person_id: int, step: int) -> bool:
    """Spend the code of a step; False when it, or a later one, was spent meanwhile."""
    mine = and_(AUTHENTICATOR.c.person_id == person_id, AUTHENTICATOR.c.last_step < step)
    return db.execute(update(AUTHENTICATOR).where(mine).values(last_step=step)).rowcount == 1


def passkeys(db: Connection, person_id: int) -> list[Row[Any]]:
    """The passkeys of a person, the oldest first."""
    return list(db.execute(select(PASSKEY).where(PASSKEY.c.person_id == person_id).order_by(PASSKEY.c.id)))


def passkey(db: Connection, credential: bytes) -> Row[Any] | None:
    """The passkey of a credential id."""
    return db.execute(select(PASSKEY).where(PASSKEY.c.credential == credential)).one_or_none()


def add_passkey(db: Connection, **values: Any) -> None:
    """A registered key."""
    db.execute(insert(PASSKEY).values(**values))


def use_passkey(db: Connection, found: Row[Any], count: int, at: str) -> bool:
    """Remember a use; False when the same key was used, or removed, meanwhile."""
    same = and_(PASSKEY.c.id == found.id, PASSKEY.c.sign_count == found.sign_count)
    return db.execute(update(PASSKEY).where(same).values(sign_count=count, used_at=at)).rowcount == 1


def remove_authenticator(db: Connection, person_id: int) -> bool:
    """Take the app away; False when there was none."""
    return db.execute(delete(AUTHENTICATOR).where(AUTHENTICATOR.c.person_id == person_id)).rowcount == 1


def remove_passkey(db: Connection, person_id: int, ref: str) -> bool:
    """Take one of a person's own keys away; False when there was none."""
    return db.execute(delete(PASSKEY).where(PASSKEY.c.person_id == person_id, PASSKEY.c.ref == ref)).rowcount == 1


def remove_all(db: Connection, person_id: int) -> None:
    """Take every factor of a person away, and the codes that stood in for them."""
    for table in (AUTHENTICATOR, PASSKEY, CODE):
        db.execute(delete(table).where(table.c.person_id == person_id))


def replace_codes(db: Connection, person_id: int, hashes: list[bytes], at: str) -> None:
    """New recovery codes in the place of all former ones."""
    db.execute(delete(CODE).where(CODE.c.person_id == person_id))
    if hashes:
        db.execute(insert(CODE), [{"person_id": person_id, "code_hash": each, "made_at": at} for each in hashes])


def use_code(db: Connection, person_id: int, code_hash: bytes, at: str) -> bool:
    """Spend a recovery code; False when it is none of his, or was used."""
    unused = and_(CODE.c.person_id == person_id, CODE.c.code_hash == code_hash, CODE.c.used_at.is_(None))
    return db.execute(update(CODE).where(unused).values(used_at=at)).rowcount == 1


def codes(db: Connection, person_id: int) -> tuple[int, str | None]:
    """How many recovery codes are left, and when they were made."""
    query = select(func.count().filter(CODE.c.used_at.is_(None)), func.max(CODE.c.made_at))
    left, made_at = db.execute(query.where(CODE.c.person_id == person_id)).one()
    return int(left), made_at


def mark(db: Connection, person_id: int, at: str) -> bool:
    """Write on the account whether it has a factor; what stands in for one goes with the last. Answers whether it has.

    `factor_since` stays what it is while there is one.
    """
    has = bool(passkeys(db, person_id)) or authenticator(db, person_id) is not None
    if has:
        first = and_(ACCOUNT.c.person_id == person_id, ACCOUNT.c.factor_since.is_(None))
        db.execute(update(ACCOUNT).where(first).values(factor_since=at))
    else:
        remove_all(db, person_id)
        db.execute(update(ACCOUNT).where(ACCOUNT.c.person_id == person_id).values(factor_since=None))
    return has


def spend(db: Connection, hashed: bytes, *, now: str, until: str) -> bool:
    """Note that something was shown; False when it was shown before. What cannot be shown any more is forgotten."""
    wait_for_turn(db, f"spent:{hashed.hex()}")
    if db.execute(select(SPENT.c.until).where(SPENT.c.hash == hashed)).first() is not None:
        return False
    db.execute(delete(SPENT).where(SPENT.c.until < now))
    db.execute(insert(SPENT).values(hash=hashed, until=until))
    return True


def held_by(db: Connection, person_ref: str) -> Row[Any] | None:
    """Since when a person signs in with a second factor; None when he cannot sign in at all."""
    query = select(ACCOUNT.c.factor_since, Person.id, Person.name).join(Person, Person.id == ACCOUNT.c.person_id)
    return db.execute(query.where(Person.ref == person_ref)).one_or_none()
