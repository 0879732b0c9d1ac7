"""Cases that nobody can move on, by cause: their keys, found once for a page that counts them and lists some.

Only what rows say for certain is here. Whether the guards of a transition could ever pass is not asked: that takes the
answers of every case, and an answer may still change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    exists,
    false,
    literal,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy import union as either
from sqlalchemy.orm import aliased

from engine.core.case import CANCELLED, Actor
from engine.core.times import to_text
from engine.store.queries.scope import scope_condition
from engine.store.tables.cases import Case, Cycle, Task, TaskHolder
from engine.store.tables.deadlines import Clock, DueAct, Suspension
from engine.store.tables.ledger import Event
from engine.store.tables.linked import CaseLink
from engine.store.tables.people import Account, Person
from engine.store.tables.work import Outbox

RESTS = timedelta(days=7)  # so long a case may stand without a task before somebody should look
STANDS_STILL = timedelta(days=60)
MOST = 5_000  # cases of one cause that are looked for: whoever has more has another trouble than each of them
CAUSES = ("nobody", "left", "no_account", "deadline", "dead", "waits", "suspended")

HELD, ABLE, LATER = aliased(TaskHolder), aliased(TaskHolder), aliased(Suspension)
CHILD, BELOW = aliased(Case), aliased(Task)
States = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What causes depend on: the time; and of definitions (digest, state), where a case is over, where it may rest."""

    now: datetime
    over: States
    resting: States
    unable: Sequence[int]  # people who are here and cannot sign in, by key


def of_cause(cause: str, asked: Asked) -> Select[Any]:
    """The keys of the cases stuck for one cause; some twice. Of cases that are over none."""
    return {
        "nobody": _nobody,
        "left": _left,
        "no_account": _no_account,
        "deadline": _deadline,
        "dead": _dead,
        "waits": _waits,
        "suspended": _suspended,
    }[cause](asked)


def _nobody(asked: Asked) -> Select[Any]:
    # One look into an index for each open task: NOT EXISTS is planned as a join with the holders of all tasks ever.
    held = select(HELD.task_id).where(HELD.task_id == Task.id).correlate(Task).limit(1).scalar_subquery()
    return select(Task.case_id.label("case_id")).where(Task.state == "open", held.is_(None))


def _left(asked: Asked) -> Select[Any]:
    """Whoever holds an open task has left, and nobody holds it beside him."""
    other = aliased(Person)
    beside = exists().where(ABLE.task_id == Task.id, other.id == ABLE.person_id, other.active.is_(True))
    return _held_by_some().where(Person.active.is_(False), ~beside)


def _no_account(asked: Asked) -> Select[Any]:
    """Whoever holds an open task cannot sign in, and nobody beside him can."""
    other, account = aliased(Person), aliased(Account)
    beside = exists().where(ABLE.task_id == Task.id, other.id == ABLE.person_id, other.active.is_(True))
    beside = beside.where(account.person_id == other.id, account.disabled_at.is_(None))
    return _held_by_some().where(HELD.person_id.in_(asked.unable), ~beside)


def _held_by_some() -> Select[Any]:
    query = select(Task.case_id.label("case_id")).join(HELD, HELD.task_id == Task.id)
    return query.join(Person, Person.id == HELD.person_id).where(Task.state == "open")


def _deadline(asked: Asked) -> Select[Any]:
    """A deadline that was to fire a transition was refused, and is still the one that runs."""
    refused = DueAct.act == "refused"
    task = select(DueAct.case_id.label("case_id")).join(Task, Task.ref == DueAct.of_ref)
    task = task.where(refused, Task.state == "open", Task.due == DueAct.due)
    clock = select(DueAct.case_id).join(Clock, Clock.ref == DueAct.of_ref).join(Case, Case.id == Clock.case_id)
    counts = or_(Clock.opened_n == Case.version, Clock.whole.is_(True))
    clock = clock.where(refused, Clock.due == DueAct.due, counts, runs(asked))
    return select(either(task, clock).subquery().c.case_id)


def _dead(asked: Asked) -> Select[Any]:
    query = select(Event.case_id.label("case_id")).join(Outbox, Outbox.event_ref == Event.ref)
    query = query.join(Case, Case.id == Event.case_id).where(Outbox.state == "dead")
    return query.where(runs(asked))


def _waits(asked: Asked) -> Select[Any]:
    """No task is open, and what the case waits for has not come for long: nor a deadline to come, nor a case below."""
    entered = exists().where(Event.case_id == Case.id, Event.n == Case.version, Event.at <= to_text(asked.now - RESTS))
    open_ = exists().where(Task.case_id == Case.id, Task.state == "open")
    due = exists().where(Clock.case_id == Case.id, Clock.due > to_text(asked.now))
    below = (
        exists()
        .where(CaseLink.parent_id == Case.id, CHILD.id == CaseLink.child_id, BELOW.case_id == CHILD.id)
        .where(BELOW.state == "open")
    )
    return select(Case.id.label("case_id")).where(_in(asked.resting), ~open_, entered, ~due, ~below)


def _suspended(asked: Asked) -> Select[Any]:
    ended = exists().where(LATER.ends == Suspension.event_ref)
    long_ago = Suspension.at <= to_text(asked.now - STANDS_STILL)
    query = select(Suspension.case_id.label("case_id")).join(Case, Case.id == Suspension.case_id)
    query = query.where(Suspension.ends.is_(None), ~ended, long_ago)
    return query.where(runs(asked))


def runs(asked: Asked) -> ColumnElement[bool]:
    """Whether a case goes on: neither at the end of its definition nor cancelled."""
    return ~_in(asked.over) & (Case.state != CANCELLED)


def _in(states: States) -> ColumnElement[bool]:
    """Whether a case stands in one of these states."""
    by_digest: dict[str, list[str]] = {}
    for digest, state in states:
        by_digest.setdefault(digest, []).append(state)
    return or_(false(), *((Case.definition_digest == key) & Case.state.in_(some) for key, some in by_digest.items()))


def found(db: Connection, actor: Actor, asked: Asked, *, everything: bool) -> dict[str, list[int]]:
    """Cause → the keys of the cases in scope, at most MOST of each, in one question.

    everything: whether the actor sees every case (cycle_lists.sees_everything).
    """
    parts: list[Select[Any]] = []
    for cause in CAUSES:
        some = of_cause(cause, asked).subquery()
        query = select(some.c.case_id).distinct().limit(MOST + 1)
        if not everything:
            query = query.join(Case, Case.id == some.c.case_id).where(scope_condition(actor, Case.unit_id))
        kept = query.subquery()
        parts.append(select(literal(cause).label("cause"), kept.c.case_id))
    causes: dict[str, list[int]] = {}
    for row in db.execute(union_all(*parts)):
        causes.setdefault(row.cause, []).append(row.case_id)
    return causes


def unable(db: Connection) -> list[int]:
    """The people who are here, hold tasks and have no account that is open. Asked first: few of many, as a rule."""
    mine = exists().where(Account.person_id == Person.id, Account.disabled_at.is_(None))
    holds = exists().where(HELD.person_id == Person.id, Task.id == HELD.task_id, Task.state == "open")
    query = select(Person.id).where(Person.active.is_(True), ~mine, holds)
    return list(db.execute(query.limit(MOST + 1)).scalars())


def digests(db: Connection) -> list[str]:
    """The definitions by which cases run."""
    return list(db.execute(select(Cycle.definition_digest).distinct()).scalars())


def holders(db: Connection, case_ids: Sequence[int]) -> list[Row[Any]]:
    """The open tasks of these cases with each holder: whether he is here, and has an account that is open."""
    account = and_(Account.person_id == Person.id, Account.disabled_at.is_(None))
    query = (
        select(Task.case_id, Task.ref, Task.key, Task.opened_at, Person.ref.label("person_ref"), Person.name,
               Person.active, not_(Account.person_id.is_(None)).label("may_sign_in"))
        .outerjoin(TaskHolder, TaskHolder.task_id == Task.id)
        .outerjoin(Person, Person.id == TaskHolder.person_id)
        .outerjoin(Account, account)
        .where(Task.state == "open", Task.case_id.in_(case_ids))
    )  # fmt: skip
    return list(db.execute(query.order_by(Task.case_id, Task.id, Person.name_lower)))
