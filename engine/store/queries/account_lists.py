"""Pages about accounts: how each of some people can sign in, and whose name was tried too often lately."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from engine.core.attempts import FREE, LONGEST
from engine.core.times import to_text
from engine.store.queries.accounts import ACCOUNT, PERSON, SESSION
from engine.store.queries.attempts import ATTEMPT
from engine.store.queries.codes import CODE


def standings(db: Connection, people: Sequence[int], at: str) -> list[Row[Any]]:
    """Of each person: his account, the end of a live code of his, and when he was last seen."""
    code = select(func.max(CODE.c.expires_at)).where(
        CODE.c.person_id == PERSON.c.id, CODE.c.ended_at.is_(None), CODE.c.expires_at > at
    )
    seen = select(func.max(SESSION.c.seen_at)).where(SESSION.c.person_id == PERSON.c.id)
    account = (ACCOUNT.c.password_hash, ACCOUNT.c.disabled_at, ACCOUNT.c.factor_since)
    query = select(
        PERSON.c.id, *account, code.scalar_subquery().label("expires_at"), seen.scalar_subquery().label("seen_at")
    ).select_from(PERSON.outerjoin(ACCOUNT, ACCOUNT.c.person_id == PERSON.c.id))
    return list(db.execute(query.where(PERSON.c.id.in_(people))))


def failing(db: Connection, now: datetime) -> frozenset[str]:
    """The hashes of names that were tried so often from one address that somebody waits now."""
    since = to_text(now - timedelta(seconds=LONGEST))
    failed = and_(ATTEMPT.c.at > since, ATTEMPT.c.succeeded.is_(False))
    query = select(ATTEMPT.c.name_hash).where(failed).group_by(ATTEMPT.c.name_hash, ATTEMPT.c.address)
    return frozenset(db.execute(query.having(func.count() >= FREE)).scalars())


def account_refs(db: Connection) -> list[Row[Any]]:
    """Everybody who has an account: id and ref."""
    return list(db.execute(select(PERSON.c.id, PERSON.c.ref).join(ACCOUNT, ACCOUNT.c.person_id == PERSON.c.id)))
