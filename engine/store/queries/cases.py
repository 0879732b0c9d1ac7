"""Questions about one case, each one prebuilt statement. What is read first stands in case_head.py, lists elsewhere.

`engine.snapshot` decides who may see what these find.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select
from sqlalchemy.orm import aliased

from engine.core.case import ActingOrder, Holder
from engine.store.queries.role_people import ORDER_COLUMNS, order_of, with_orders
from engine.store.statement import Statement
from engine.store.tables.cases import Answers, CaseRole, Draft, Outcome, Submission, Task, TaskHolder
from engine.store.tables.ledger import Event
from engine.store.tables.people import Person
from engine.store.tables.roles import Nomination

LATER = aliased(Submission)


def last_answer_rows(case_id: ColumnElement[Any]) -> Select[Any]:
    """The last submission of each form of a case: form, by_id, sent_at, body."""
    later = select(LATER.id).where(
        LATER.case_id == Submission.case_id, LATER.form == Submission.form, LATER.number > Submission.number
    )
    return (
        select(Submission.form, Submission.by_id, Submission.sent_at, Answers.body)
        .join(Answers, Answers.submission_id == Submission.id)
        .where(Submission.case_id == case_id, ~later.exists())
    )


ANSWERS = Statement(last_answer_rows(bindparam("case_id")))

OUTCOMES = Statement(
    select(Outcome.key, Outcome.value, Outcome.body, Event.seq)
    .join(Event, Event.ref == Outcome.event_ref)
    .where(Outcome.case_id == bindparam("case_id"))
    .order_by(Event.seq)
)

PERSON, ROLE, FROM = Person.__table__, CaseRole.__table__, Person.__table__.alias("from_person")
OVERRIDES = Statement(
    select(ROLE.c.id, ROLE.c.role, ROLE.c.event_ref, ROLE.c.at, PERSON.c.id.label("person_id"), PERSON.c.ref,
           PERSON.c.name, FROM.c.id.label("from_id"), FROM.c.ref.label("from_ref"), FROM.c.name.label("from_name"),
           *ORDER_COLUMNS)
    .select_from(with_orders(ROLE.join(PERSON, PERSON.c.id == ROLE.c.person_id), PERSON)
                 .outerjoin(FROM, FROM.c.id == ROLE.c.from_id))
    .where(ROLE.c.case_id == bindparam("case_id"))
    .order_by(ROLE.c.id)
)  # fmt: skip
FIRST_ORDER = 10  # where the columns of an order begin
PROPOSED = Nomination.__table__
NOMINATED = Statement(
    select(PROPOSED.c.role, PROPOSED.c.ref.label("event_ref"), PERSON.c.id.label("person_id"), PERSON.c.ref,
           PERSON.c.name, *ORDER_COLUMNS)
    .select_from(with_orders(PROPOSED.join(PERSON, PERSON.c.id == PROPOSED.c.person_id), PERSON))
    .where(PROPOSED.c.case_id == bindparam("case_id"), PROPOSED.c.decision == "approved", PERSON.c.active.is_(True))
    .order_by(PROPOSED.c.id)
)  # fmt: skip

EVER_HELD = Statement(
    select(TaskHolder.task_id)
    .join(Task, Task.id == TaskHolder.task_id)
    .where(Task.case_id == bindparam("case_id"), TaskHolder.person_id == bindparam("person_id"))
    .limit(1)
)

DRAFT = Statement(
    select(Draft.body, Draft.version, Draft.saved_at, Draft.saved_by).where(Draft.task_id == bindparam("task_id"))
)


def last_answers(db: Connection, case_id: int) -> list[Any]:
    """The answers of the last submission of each form, as JSON text."""
    return ANSWERS.rows(db, case_id=case_id)


def outcomes(db: Connection, case_id: int) -> list[Any]:
    """Every result ever set, oldest first: the last of a key counts."""
    return OUTCOMES.rows(db, case_id=case_id)


def overrides(db: Connection, case_id: int, day: str, until: str = "~") -> dict[str, tuple[Holder, ...]]:
    """Role → who was put in its place for a case: the last reassignment counts; with the orders of a day.

    until: a moment; what was put there later does not count.
    """
    found: dict[str, tuple[int, Holder]] = {}
    for row in (row for row in OVERRIDES.rows(db, case_id=case_id, earliest=day, latest=day) if row.at <= until):
        known = found.get(row.role)
        orders = (*(known[1].orders if known and known[0] == row.id else ()), *order_of(row[FIRST_ORDER:], day))
        found[row.role] = row.id, _put(row, orders)
    return {role: (holder,) for role, (_, holder) in found.items()}


def _put(row: Any, orders: tuple[ActingOrder, ...]) -> Holder:
    """Whoever was put in the place of a rule, and of a person whose work was handed over to him."""
    left = None if row.from_id is None else Holder(row.from_id, row.from_ref, row.from_name, "handed_over")
    return Holder(row.person_id, row.ref, row.name, "reassigned", row.event_ref, orders=orders, instead_of=left)


def nominated(db: Connection, case_id: int, day: str) -> dict[str, tuple[Holder, ...]]:
    """Role → the people whose nomination was approved, in that order; with the orders of a day."""
    found: dict[str, dict[int, Holder]] = {}
    for row in NOMINATED.rows(db, case_id=case_id, earliest=day, latest=day):
        role = found.setdefault(row.role, {})
        orders = (*(role[row.person_id].orders if row.person_id in role else ()), *order_of(row[5:], day))
        role[row.person_id] = Holder(row.person_id, row.ref, row.name, "nominated", row.event_ref, orders=orders)
    return {role: tuple(people.values()) for role, people in found.items()}


def ever_held(db: Connection, case_id: int, person_id: int | None) -> bool:
    """Whether a person held any task of the case at any time."""
    return EVER_HELD.one(db, case_id=case_id, person_id=person_id) is not None


def draft(db: Connection, task_id: int) -> Any | None:
    """What is being written for a task."""
    return DRAFT.one(db, task_id=task_id)
