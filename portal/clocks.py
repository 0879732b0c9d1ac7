"""The clocks of many tasks at once, for lists: by whose days a deadline counts, and how that is told. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from engine.core import counting
from engine.core.calendar import Calendar
from engine.core.extending import Shift
from engine.core.messages import Message
from engine.runtime import Runtime
from engine.store.queries import clocks as stored
from engine.store.queries import deadlines as queries
from engine.web import labels
from engine.web.language import zone
from portal.words import last_day, moment

if TYPE_CHECKING:
    from engine.core.definition import TaskSpec, WorkflowDefinition


@dataclass(frozen=True, slots=True)
class Clocks:
    """Unit → its time zone and its calendar, of those units whose working days somebody waits for."""

    now: datetime
    of_unit: Mapping[int, tuple[ZoneInfo, Calendar]] = field(default_factory=dict)
    shifts: Mapping[str, Sequence[Shift]] = field(default_factory=dict)  # of tasks, by ref

    def last_day(self, row: Any) -> date | None:
        """The last day of a task's deadline, where its case is as far as that was read."""
        known = self.of_unit.get(row.unit_id)
        return last_day(moment(row.due) if row.due else None, known[0] if known else None)

    def day(self, row: Any, at: str) -> date:
        """The day of a stored moment, where its case is as far as that was read."""
        known = self.of_unit.get(row.unit_id)
        return moment(at).astimezone(known[0] if known else ZoneInfo(zone())).date()

    def counted(self, row: Any, spec: TaskSpec, beside: Mapping[str, list[Any]]) -> Message | None:
        """How its deadline was counted. `beside`: the tasks of the same case by key, a row a holder."""
        known = self.of_unit.get(row.unit_id)
        if row.due is None or known is None:
            return None
        started = counting.clock_started(spec, row, [other for rows in beside.values() for other in rows])
        return counting.explained(
            spec, moment(row.due), moment(started), self._clock(row), *known, self.shifts.get(row.ref, ())
        )

    def _clock(self, row: Any) -> datetime:
        return moment(row.suspended_at) if row.suspended_at else self.now


def read_clocks(
    rt: Runtime, db: Any, rows: Collection[Any], definitions: Mapping[str, WorkflowDefinition], now: datetime
) -> Clocks:
    """The clocks of those rows whose deadline is one in working days; asks nothing where none is."""
    wanted = {row.unit_id for row in rows if row.due is not None and _counts(row, definitions)}
    if not wanted:
        return Clocks(now)
    found = queries.clocks(db, wanted)
    days = rt.days.of_each(db, wanted, found[0].calendar_stamp)
    put_off = {row.ref for row in rows if row.put_off}
    known = {row.id: (ZoneInfo(row.timezone), days[row.id]) for row in found}
    return Clocks(now, known, stored.shifts(db, put_off) if put_off else {})


def _counts(row: Any, definitions: Mapping[str, WorkflowDefinition]) -> bool:
    spec = labels.task_of(definitions[row.definition_digest], row.case_state, row.key)
    return spec is not None and spec.due is not None and spec.due.working_days is not None
