"""That a deadline made the result of a case final by rule: recorded once, by the midnight or by the act before it.

Between the end of a deadline and the job of that midnight somebody may act already; his act then records it first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from engine.core.case import CaseView
from engine.core.expiring import Running, running
from engine.core.times import to_text
from engine.core.workflow import Workflow
from engine.runtime import Runtime
from engine.snapshot import Snapshot
from engine.store import apply_dues
from engine.store.queries import clocks


def known_first(rt: Runtime, db: Connection, found: Snapshot, at: datetime, lock: bool) -> Snapshot | None:
    """The case once all that is final is recorded; None where that has to be written and the case is not locked."""
    over = list(_unrecorded(db, found.id, found.workflow, found.view)) if found.workflow.finals else []
    if not over:
        return found
    return record(rt, db, found, over, at) if lock else None


def record(rt: Runtime, db: Connection, found: Snapshot, over: Iterable[Running], at: datetime) -> Snapshot:
    """Keep that these deadlines made the result of a locked case final: one event each."""
    ground = apply_dues.Ground(found.id, found.ref, at, rt.version)
    for deadline in over:
        public = {"state": found.view.state, "task": deadline.key}
        event = apply_dues.write_act(db, ground, "case.final", deadline.ref, deadline.due, public)
        found = replace(found, place=event.next_place, view=replace(found.view, final_by_rule=True))
    return found


def _unrecorded(db: Connection, case_id: int, workflow: Workflow, view: CaseView) -> Iterable[Running]:
    over = [each for each in running(workflow, view) if each.spec.final and each.due <= view.clock]
    known = {(row.of_ref, row.due) for row in clocks.made_final(db, case_id)} if over else set()
    return [each for each in over if (each.ref, to_text(each.due)) not in known]
