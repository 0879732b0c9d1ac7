"""With which cycle a report opens where its reader names none. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from engine.core.catalog import Entry
from engine.core.listed import listed
from engine.store.queries import report_results
from engine.store.queries.reporting import Desk


def usual(desk: Desk, report: Entry, rows: Sequence[Row[Any]]) -> Row[Any]:
    """Of these cycles, newest first: the newest that somebody opened and that is open.

    A report that cannot do without a result takes the newest with cases that are over, where there is one.
    """
    opened = [row for row in rows if row.opened_by is not None]
    if any(ref.to == "result" and report.options.model_fields[name].is_required() for name, ref in report.refs.items()):
        told = [row for row in opened if listed(desk.workflow(row.definition_digest))]
        newest = report_results.newest_over(desk, told)
        if newest is not None:
            return next(row for row in told if row.id == newest)
    return next((row for row in opened if row.status == "open"), rows[0])
