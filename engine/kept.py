"""Who may see what was read of linked cases and is kept there to some roles. Reads only; called by beside.py.

Asked where a case is over alone, since before that nothing that was read of others is told to anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from engine import holders
from engine.core import results
from engine.runtime import Runtime
from engine.store.queries import kept as queries

People = Mapping[str, frozenset[int]]


def of_cases(rt: Runtime, db: Connection, rows: Iterable[Any], on: date) -> dict[int, People]:
    """Case → path of an answer or result that is kept to some of its people → who they are on a day.

    rows: id, state, definition_digest. A case in which nothing is kept to anybody is absent.
    """
    found: dict[int, People] = {}
    by_digest = sorted(rows, key=lambda row: row.definition_digest)
    for digest, cases in groupby(by_digest, key=lambda row: row.definition_digest):
        workflow = rt.library.workflow(db, digest)
        if results.kept(workflow):
            found |= _of_version(db, workflow, {row.id: row.state for row in cases}, on)
    return found


def _of_version(db: Connection, workflow: Any, states: Mapping[int, str], on: date) -> dict[int, People]:
    rows: Sequence[Any] = queries.for_roles(db, list(states))
    about = holders.about_cases(db, workflow, rows, on)
    held = holders.resolve_all(db, workflow, about, [on] * len(rows))
    return {row.id: results.kept_to(workflow, states[row.id], roles) for row, roles in zip(rows, held, strict=True)}
