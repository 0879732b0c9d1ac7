"""Who has lately let somebody in: made his account, gave it a password, a code or where codes go, or a right to lead.

Read from the streams of people, whose events never change. What came from the command line names nobody.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, or_, select
from sqlalchemy.orm import aliased

from engine.store.tables.ledger import Event
from engine.store.tables.people import Person

LETS_IN = ("account.created", "account.invited", "account.password_set", "account.code_issued")
MAKER = aliased(Person)


def makers(db: Connection, refs: Collection[str], since: str) -> dict[str, set[str]]:
    """Of people, by ref: the refs of those who have let each of them in since a moment; nobody is his own maker."""
    seldom = (Event.kind == "person.changed", Event.kind == "grant.given")
    query = (
        select(Event.stream, Event.kind, Event.leaf, MAKER.ref)
        .join(MAKER, MAKER.id == Event.actor_id)
        .where(Event.stream.in_([f"person:{ref}" for ref in refs]), Event.at >= since)
        .where(or_(Event.kind.in_(LETS_IN), *seldom))
    )
    found: dict[str, set[str]] = {ref: set() for ref in refs}
    for row in db.execute(query):
        of = row.stream.removeprefix("person:")
        if of != row.ref and _lets_in(row):
            found[of].add(row.ref)
    return found


def _lets_in(row: Row[Any]) -> bool:
    if row.kind in LETS_IN:
        return True
    said = json.loads(row.leaf)["public"]
    return said.get("role") == "admin" if row.kind == "grant.given" else "email" in said.get("fields", ())
