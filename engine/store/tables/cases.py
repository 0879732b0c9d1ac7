"""Cases: cycles, cases with their tasks, what people sent, and who holds a role by an act rather than by a rule.

`cas` is the case (`case` is an SQL keyword). Its version and state move only together with an event; the database
holds that by a deferred foreign key and a trigger (migrations).
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.tables.columns import BIG, SMALL, Count, Day, Hash, Json, Key, Moment, Ref, Stored, Words
from engine.store.tables.people import Person, Unit


class Cycle(Stored):
    """A campaign that opens cases for a population (an expression) and a period.

    status: opening until the first cases of many people are there. job_ref: of the job that opens or last opened some.
    """

    __tablename__ = "cycle"
    __table_args__ = (CheckConstraint("status IN ('opening', 'open', 'closed')", name="status"),)

    id: Mapped[Key]
    ref: Mapped[Ref]
    name: Mapped[Words]
    definition_digest: Mapped[str] = mapped_column(Text, ForeignKey("definition.digest"))
    period_start: Mapped[Day]
    period_end: Mapped[Day]
    population: Mapped[Words]
    status: Mapped[Words]
    opened_by: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    opened_at: Mapped[Moment]
    # Of the cases that cases of another cycle opened: that cycle, and by which link.
    parent_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("cycle.id"), index=True)
    link: Mapped[str | None] = mapped_column(Text)
    job_ref: Mapped[str | None] = mapped_column(Text)


class CycleLeft(Stored):
    """Somebody for whom a job could not open a case, and why (a message), until he has one. Mutable; no fact."""

    __tablename__ = "cycle_left"
    __table_args__ = SMALL

    cycle_id: Mapped[int] = mapped_column(BIG, ForeignKey("cycle.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"), primary_key=True, autoincrement=False)
    reason: Mapped[Json]
    at: Mapped[Moment]


class Case(Stored):
    """One run of one definition about one person (or see CaseSubject) in one cycle. When it moved its event tells."""

    __tablename__ = "cas"
    __table_args__ = (
        UniqueConstraint("cycle_id", "subject_id"),
        ForeignKeyConstraint(
            ["id", "version", "state"],
            ["event.case_id", "event.n", "event.to_state"],
            name="fk_cas_event",
            deferrable=True,
            initially="DEFERRED",
        ),
        Index(None, "unit_id", "id"),
        Index(None, "cycle_id", "state", "id"),
        Index(None, "subject_id"),
    )

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement="ignore_fk")
    ref: Mapped[Ref]
    cycle_id: Mapped[int] = mapped_column(BIG, ForeignKey("cycle.id"))
    definition_digest: Mapped[str] = mapped_column(Text, ForeignKey("definition.digest"))
    subject_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(BIG, ForeignKey("unit.id"))
    version: Mapped[Count]
    state: Mapped[Words]
    opened_at: Mapped[Moment]

    cycle: Mapped[Cycle] = relationship(viewonly=True)
    subject: Mapped[Person | None] = relationship(viewonly=True)
    unit: Mapped[Unit] = relationship(viewonly=True)


class Task(Stored):
    """One thing to do in the current state. `version` counts drafts; `opened_n` is the case's version at opening."""

    __tablename__ = "task"
    __table_args__ = (
        Index(None, "case_id", "opened_n"),
        # What monitoring counts and lists ask for; on PostgreSQL for open ones alone too (migration 0027).
        Index("ix_task_open", "case_id", "due", "opened_at", "id", sqlite_where=text("state = 'open'")),
        CheckConstraint("state IN ('open', 'done', 'closed')", name="state"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"))
    key: Mapped[Words]
    state: Mapped[Words]
    role: Mapped[Words]
    form: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[Moment]
    due: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BIG, server_default="0")
    opened_n: Mapped[Count]

    case: Mapped[Case] = relationship(viewonly=True)


class TaskHolder(Stored):
    """Whose inbox a task is in, and why: the rule, and the appointment, grant or event behind it."""

    __tablename__ = "task_holder"
    __table_args__ = (Index(None, "person_id", "task_id"), SMALL)

    task_id: Mapped[int] = mapped_column(BIG, ForeignKey("task.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"), primary_key=True, autoincrement=False)
    rule: Mapped[Words]
    basis: Mapped[str | None] = mapped_column(Text)


class Draft(Stored):
    """What somebody is writing for a task; replaced at each save, gone when sent.

    `page` names the page that saved it, `turn` which of its savings it was: a saving whose answer was lost on the way
    back is known again, and one that was overtaken comes too late.
    """

    __tablename__ = "draft"

    task_id: Mapped[int] = mapped_column(BIG, ForeignKey("task.id"), primary_key=True, autoincrement=False)
    body: Mapped[Json]
    version: Mapped[Count]
    saved_at: Mapped[Moment]
    saved_by: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    page: Mapped[str | None] = mapped_column(Text)
    turn: Mapped[int] = mapped_column(BIG, server_default="0")


class Submission(Stored):
    """The fact that somebody sent a form: `ref` is that of its event. Its values are in `answers`, so that they can be
    erased and this stay.
    """

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("case_id", "form", "number"),)

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"), unique=True)
    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"))
    task_id: Mapped[int] = mapped_column(BIG, ForeignKey("task.id"))
    form: Mapped[Words]
    number: Mapped[Count]
    definition_digest: Mapped[Words]
    commitment_root: Mapped[Hash]
    by_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    sent_at: Mapped[Moment]


class Answers(Stored):
    """The values of a submission, and the seed of their salts. Erasable, never editable."""

    __tablename__ = "answers"

    submission_id: Mapped[int] = mapped_column(BIG, ForeignKey("submission.id"), primary_key=True, autoincrement=False)
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[Json]


class Note(Stored):
    """The private part of an event: reason, comment, what guards looked at. Erasable, never editable."""

    __tablename__ = "note"
    __table_args__ = SMALL

    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"), primary_key=True)
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[Json]


class Outcome(Stored):
    """A result of a case as an event set it, with its derivation; the latest event's counts."""

    __tablename__ = "outcome"
    __table_args__ = SMALL

    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"), primary_key=True)
    value: Mapped[Words]
    body: Mapped[Json]


class CaseRole(Stored):
    """Somebody made holder of a role of this case by a reassignment; the latest row of a role counts.

    `from_id`: in whose place, where the work of one person was handed over to another. `given_back`: from then on the
    rule of the role counts again, and the row names who had held it.
    """

    __tablename__ = "case_role"
    __table_args__ = (Index(None, "case_id", "role"),)

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"))
    role: Mapped[Words]
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    from_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"))
    at: Mapped[Moment]
    given_back: Mapped[bool] = mapped_column(server_default=text("false"))
