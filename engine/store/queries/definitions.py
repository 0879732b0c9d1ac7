"""Questions about definitions: bodies by digest, versions by ref, status and key. And their few small writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from engine.store.tables.definitions import Definition, DefinitionVersion

BODY = Definition.__table__
VERSION = DefinitionVersion.__table__


def body(db: Connection, wanted: str) -> str | None:
    """The canonical JSON of a digest."""
    return db.execute(select(BODY.c.body).where(BODY.c.digest == wanted)).scalar_one_or_none()


def published(db: Connection, kind: str) -> list[Row[Any]]:
    """Key and digest of each published definition of a kind."""
    query = select(VERSION.c.key, VERSION.c.digest, VERSION.c.ref, VERSION.c.number)
    return list(
        db.execute(query.where(VERSION.c.kind == kind, VERSION.c.status == "published").order_by(VERSION.c.key))
    )


def published_of_each(db: Connection, kinds: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The same for several kinds in one question, by kind."""
    query = select(VERSION.c.kind, VERSION.c.key, VERSION.c.digest, VERSION.c.ref, VERSION.c.number)
    query = query.where(VERSION.c.kind.in_(kinds), VERSION.c.status == "published").order_by(VERSION.c.key)
    found: dict[str, list[Row[Any]]] = {kind: [] for kind in kinds}
    for row in db.execute(query):
        found[row.kind].append(row)
    return found


def published_versions(db: Connection, kind: str, key: str) -> list[Row[Any]]:
    """The published versions of one definition: one at most, but for a moment inside publishing."""
    query = select(VERSION).where(VERSION.c.kind == kind, VERSION.c.key == key, VERSION.c.status == "published")
    return list(db.execute(query))


def ever_published(db: Connection, kind: str) -> list[Row[Any]]:
    """Key, digest and status of each version of a kind that is or was in force."""
    query = select(VERSION.c.key, VERSION.c.digest, VERSION.c.status).where(VERSION.c.kind == kind)
    return list(db.execute(query.where(VERSION.c.published_at.is_not(None)).order_by(VERSION.c.key, VERSION.c.number)))


def version(db: Connection, ref: str, *, lock: bool = False) -> Row[Any] | None:
    """One version by its ref."""
    query = select(VERSION).where(VERSION.c.ref == ref)
    return db.execute(query.with_for_update() if lock else query).one_or_none()


def versions_of(db: Connection, kind: str, key: str) -> list[Row[Any]]:
    """The versions of one definition with their bodies, newest first."""
    query = select(VERSION, BODY.c.body).join(BODY, BODY.c.digest == VERSION.c.digest)
    return list(db.execute(query.where(VERSION.c.kind == kind, VERSION.c.key == key).order_by(VERSION.c.number.desc())))


def versions(db: Connection, kind: str | None = None) -> list[Row[Any]]:
    """Every version, newest first within its definition."""
    query = select(VERSION).order_by(VERSION.c.kind.desc(), VERSION.c.key, VERSION.c.number.desc())
    return list(db.execute(query.where(VERSION.c.kind == kind) if kind else query))


def keep_body(db: Connection, name: str, kind: str, key: str, text: str) -> None:
    """Store a body under its digest, once."""
    if body(db, name) is None:
        db.execute(insert(BODY).values(digest=name, kind=kind, key=key, body=text))


def add_version(db: Connection, **values: Any) -> None:
    """A new draft with the next number of its definition."""
    last = select(func.coalesce(func.max(VERSION.c.number), 0)).where(
        VERSION.c.kind == values["kind"], VERSION.c.key == values["key"]
    )
    number = db.execute(last).scalar_one() + 1
    db.execute(insert(VERSION).values(number=number, status="draft", **values))


def set_status(db: Connection, version_id: int, status: str, at: str) -> None:
    """Move a version along: draft → in_review → published → retired, or back to draft."""
    changes: dict[str, Any] = {"status": status}
    if status == "in_review":
        changes["submitted_at"] = at
    db.execute(update(VERSION).where(VERSION.c.id == version_id).values(**changes))


def publish(db: Connection, version_id: int, final: str, reviewer_id: int | None, at: str) -> None:
    """In review → published, under the digest with its references pinned."""
    values = {"status": "published", "digest": final, "reviewer_id": reviewer_id, "published_at": at}
    db.execute(update(VERSION).where(VERSION.c.id == version_id).values(**values))


def bodies(db: Connection, digests: Sequence[str]) -> list[Row[Any]]:
    """The canonical JSON of several digests: digest, body."""
    return list(db.execute(select(BODY.c.digest, BODY.c.body).where(BODY.c.digest.in_(digests))))
