"""The entries of registers that a form begins with: those about whom a case is about, of its period, that may be read.

Reads only. Each entry is read by the rules of its own day, as on the pages of registers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row

from engine import entry_lists, entry_rights
from engine.core.case import Actor
from engine.core.entriesspec import EntriesSpec
from engine.core.errors import NotFound
from engine.core.filling import forms
from engine.core.reading.entries import COUNT, DAY
from engine.core.times import to_date
from engine.runtime import Runtime
from engine.snapshot import Snapshot
from engine.store.queries import entries as queries


def of_case(rt: Runtime, db: Connection, found: Snapshot, wanted: Iterable[str], actor: Actor) -> dict[str, Any]:
    """Name → rows, as `entries.<name>` holds them, of those that the workflow declares and `wanted` names."""
    asked = set(wanted)
    specs = (each for each in found.workflow.definition.entries if each.key in asked)
    return {each.key: _rows(rt, db, found, each, actor) for each in specs}


def _rows(rt: Runtime, db: Connection, found: Snapshot, spec: EntriesSpec, actor: Actor) -> list[dict[str, Any]]:
    view = found.view
    try:
        register = entry_rights.published(rt, db, spec.book).register
    except NotFound:  # no version of the register is in force any more
        return []
    about = entry_rights.subject(db, register, view.subject_ref or "", view.today)
    days = (view.period_start.isoformat(), view.period_end.isoformat())
    rows = queries.told_of_person(db, spec.book, about.person_id or 0, *days, verified=spec.verified)
    told = [_told(rt, db, row) for row in entry_lists.opened(rt, db, [(about, row) for row in rows], actor)]
    return together(told, spec.together) if spec.together else told


def _told(rt: Runtime, db: Connection, row: Row[Any]) -> dict[str, Any]:
    form = rt.library.register(db, row.definition_digest).form
    return {**forms.load(form, json.loads(row.body)), DAY: to_date(row.day), COUNT: Decimal(1)}


def together(rows: Sequence[Mapping[str, Any]], field: str) -> list[dict[str, Any]]:
    """Rows that say the same in a field as one, in the order of the first of each: numbers added, else the last."""
    found: dict[Any, dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault(str(row.get(field)).casefold().strip(), {})
        for key, value in row.items():
            added = isinstance(value, Decimal) and isinstance(one.get(key), Decimal) and key != field
            one[key] = one[key] + value if added else one.get(key) if value is None else value
    return list(found.values())
