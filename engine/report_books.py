"""Who reads the entries that a report tells of. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from engine.core.case import Actor
from engine.core.catalog import Entry
from engine.core.register import Register
from engine.store.queries import scope


def readers(book: Register) -> list[str]:
    """The rights over a unit that let their holders read each entry about its people."""
    roles = [role for role in book.roles if role.key in book.definition.rights.read]
    return sorted({role.grant for role in roles if role.rule == "holders_of_grant" and role.grant})


def reads(db: Connection, actor: Actor, report: Entry, given: Mapping[str, Any]) -> bool:
    """Whether he reads each entry of the register that is asked about, in all units that are."""
    books = [given[name] for name, ref in report.refs.items() if ref.to == "register"]
    levels = [given[name] for name, ref in report.refs.items() if ref.to == "unit"]
    asked = {each.id for level in levels for each in ([level.unit] if level.unit is not None else level.units)}
    return all(scope.covers(db, actor, unit, readers(book)) for book in books for unit in asked)
