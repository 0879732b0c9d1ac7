"""Questions and writes of link checks: the last ones of some addresses, and a newer one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from engine.store.tables.cases import Case, Submission
from engine.store.tables.links import LinkCheck

CHECK = LinkCheck.__table__


def of(db: Connection, digests: Iterable[str]) -> dict[str, Row[Any]]:
    """The last check of each address that has one, by the digest of the address."""
    found = db.execute(select(CHECK).where(CHECK.c.digest.in_(sorted(set(digests)))))
    return {row.digest: row for row in found}


def keep(db: Connection, digest: str, outcome: str, status: int | None, at: str) -> None:
    """Replace what is known of an address."""
    db.execute(delete(CHECK).where(CHECK.c.digest == digest))
    db.execute(insert(CHECK).values(digest=digest, outcome=outcome, status=status, at=at))


def submissions_of(db: Connection, case_ref: str) -> list[str]:
    """The refs of what was sent in a case, newest first."""
    query = select(Submission.ref).join(Case, Case.id == Submission.case_id).where(Case.ref == case_ref)
    return list(db.execute(query.order_by(Submission.id.desc())).scalars())
