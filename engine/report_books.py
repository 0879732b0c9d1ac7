"""Who reads the entries that a report tells of. Reads only.

What an earlier version of a register took is judged by that version, as where single entries are shown
(entry_months.py): a later one gives nobody what was said under it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Connection

from engine.core.case import Actor
from engine.core.catalog import Entry
from engine.core.register import Register
from engine.runtime import Runtime
from engine.store.queries import report_entries, scope
from engine.store.queries.monitoring_units import Level

Span: TypeAlias = tuple[str, str]
ALWAYS: Span = ("0001-01-01", "9999-12-31")


def readers(book: Register) -> list[str]:
    """The rights over a unit that let their holders read each entry about its people."""
    roles = [role for role in book.roles if role.key in book.definition.rights.read]
    return sorted({role.grant for role in roles if role.rule == "holders_of_grant" and role.grant})


def reads(
    rt: Runtime, db: Connection, actor: Actor, report: Entry, given: Mapping[str, Any],
    versions: Mapping[str, Sequence[str]], days: tuple[date | None, date | None],
) -> bool:  # fmt: skip
    """Whether he reads each entry of the register that is asked about, in all units and of all days that are.

    versions: key of a register → the digests of it that are or were in force. days: the first
    and the last as they are asked; without them those of the cycle, without one all.
    """
    books, levels = _given(report, given, "register"), _given(report, given, "unit")
    span = _span(days, _given(report, given, "cycle"))
    asked = ((book, level, versions[book.definition.key]) for book in books for level in levels)
    return all(_reads(rt, db, actor, *each, span) for each in asked)


def _given(report: Entry, given: Mapping[str, Any], kind: str) -> list[Any]:
    return [given[name] for name, ref in report.refs.items() if ref.to == kind]


def _span(days: tuple[date | None, date | None], cycles: Sequence[Any]) -> Span:
    first, last = days
    if first is not None and last is not None:
        return first.isoformat(), last.isoformat()
    return (cycles[0].period_start, cycles[0].period_end) if cycles else ALWAYS


def _reads(
    rt: Runtime, db: Connection, actor: Actor, book: Register, level: Level, digests: Sequence[str], span: Span
) -> bool:
    if not _opens(db, actor, book, level):
        return False
    closed = [each for each in digests if not _opens(db, actor, rt.library.register(db, each), level)]
    return not closed or not report_entries.took(db, book.definition.key, closed, level, span)


def _opens(db: Connection, actor: Actor, version: Register, level: Level) -> bool:
    """Whether a version of a register lets him read what it takes in each unit of a level."""
    units, rights = [level.unit] if level.unit is not None else level.units, readers(version)
    return not version.definition.totals_alone and all(scope.covers(db, actor, unit.id, rights) for unit in units)
