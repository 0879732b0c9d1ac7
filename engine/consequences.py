"""What taking a case back would do, for those who propose and agree: with a digest, so that one agrees to what he saw.

Reads only. What a move back is decides core/rewinding.py; the verbs stand in rewinding.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.core import machine, rewinding
from engine.core.case import Actor, Holder, Outcome
from engine.core.effects import OpenTask
from engine.core.errors import Refused
from engine.core.messages import Message, readable
from engine.core.moving import REPAIR
from engine.core.proof.canonical import digest
from engine.core.rewinding import Taken, Visit
from engine.snapshot import Snapshot
from engine.store.queries import rewinds as queries


@dataclass(frozen=True, slots=True)
class Reopened:
    """A task that closes or would be open again: its key, its holders, by when it is due, whether it fills a form."""

    key: str
    holders: tuple[str, ...]
    due: datetime | None
    fills: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A result that would no longer count: its key, its value now, the value that would count again."""

    key: str
    now: str
    then: str | None


@dataclass(frozen=True, slots=True)
class Consequences:
    """Everything that taking a case back would do and would not do.

    children: rows of cases opened since, which stay. sent, printed: how many forms and papers since, which stay too.
    finals: how many deadlines made the result final since, which then counts no more.
    parent: ref of the case that was told of the end, where this one is over.
    """

    visit: Visit
    taken: Taken
    closes: tuple[Reopened, ...]
    opens: tuple[Reopened, ...]
    withdrawn: tuple[Withdrawal, ...]
    drafts: int
    children: tuple[Any, ...]
    sent: int
    printed: int
    finals: int
    parent: str | None

    @property
    def digest(self) -> str:
        """What one agrees to, as 64 hex digits; days are left out, since those of working days move with the day."""
        tasks = [[[each.key, *each.holders] for each in some] for some in (self.closes, self.opens)]
        results = [[each.key, each.now, each.then] for each in self.withdrawn]
        beside = [each.ref for each in self.children]
        counted = [self.drafts, self.sent, self.printed, self.finals, self.parent]
        return digest([self.visit.n, self.visit.state, tasks, results, beside, counted])


def visits_of(db: Connection, found: Snapshot) -> list[Any]:
    """Every move of a case, oldest first."""
    return queries.visits(db, found.id)


def places(found: Snapshot, rows: Sequence[Any]) -> tuple[Visit, ...]:
    """Where it may be taken back to."""
    return rewinding.places(found.workflow, found.view, [Visit(row.n, row.to_state) for row in rows])


def of(db: Connection, found: Snapshot, back: int, by: Actor, basis: str | None = None) -> Consequences:
    """What taking it back to where its version `back` had brought it would do; basis: of the right by which.

    Raises Refused where it has not been there, and where it would go on by itself at once.
    """
    rows = visits_of(db, found)
    visit = next((each for each in places(found, rows) if each.n == back), None)
    if visit is None:
        raise Refused(Message("rewind.not_there"))
    holder = Holder(by.person_id or 0, by.ref, by.name, REPAIR, basis)
    then = {row.key: Outcome(row.value, json.loads(row.body)) for row in queries.results_at(db, found.id, back)}
    taken = rewinding.take_back(found.workflow, found.view, visit.state, holder, then)
    if (onward := rewinding.goes_on(found.workflow, taken)) is not None:
        raise Refused(Message("rewind.goes_on", state=found.workflow.states[onward].label or readable(onward)))
    return _told(db, found, visit, taken, next(row.seq for row in rows if row.n == back))


def _told(db: Connection, found: Snapshot, visit: Visit, taken: Taken, seq: int) -> Consequences:
    closing = [task for task in found.view.tasks if task.state == "open"]
    counted = queries.counted_since(db, found.ref, seq)
    opening = [effect for effect in taken.decision.effects if isinstance(effect, OpenTask)]
    is_over = machine.is_over(found.workflow, found.view)
    return Consequences(
        visit=visit,
        taken=taken,
        closes=tuple(Reopened(task.key, _names(task.holders), task.due) for task in closing),
        opens=tuple(Reopened(task.key, _names(task.holders), task.due, task.form is not None) for task in opening),
        withdrawn=tuple(_withdrawal(found, taken, key) for key in taken.withdrawn),
        drafts=queries.begun_drafts(db, [found.task_ids[task.ref] for task in closing]),
        children=tuple(queries.opened_since(db, found.id, seq)),
        sent=counted.get("form.submitted", 0),
        printed=counted.get("print.made", 0),
        finals=queries.finals_since(db, found.id, seq) if counted.get("case.final") else 0,
        parent=queries.parent_of(db, found.id) if is_over and found.has_parent else None,
    )


def _names(holders: Sequence[Holder]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(holder.name for holder in holders))


def _withdrawal(found: Snapshot, taken: Taken, key: str) -> Withdrawal:
    then = taken.after.results.get(key)
    return Withdrawal(key, _value(found.view.results[key]) or "", _value(then))


def _value(outcome: Outcome | str | None) -> str | None:
    return outcome.value if isinstance(outcome, Outcome) else outcome
