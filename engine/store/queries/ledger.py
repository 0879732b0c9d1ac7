"""What the audit reads: every event with all that it speaks of, stream by stream; and rows that no event explains.

Rows come in a stream, so that memory does not grow with the ledger. No scope: whoever may verify sees only whether
everything is as it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from engine.store.statement import Statement
from engine.store.tables.calendars import CalendarBook, CalendarDay, CalendarRule, CalendarUse
from engine.store.tables.cases import Answers, Case, CaseRole, Note, Outcome, Submission, Task
from engine.store.tables.definitions import Definition, DefinitionVersion
from engine.store.tables.designs import DesignEdit
from engine.store.tables.ledger import Erasure, Event, StreamHead
from engine.store.tables.linked import CaseLink, CaseSubject
from engine.store.tables.people import AccessGrant, Appointment, Person, Post, Unit

REASSIGNED = ("case.reassigned", "case.handed_over", "case.given_back")
CHUNK = 500  # rows in memory at once

SUBJECT, NAMED, SENDER = aliased(Person), aliased(Person), aliased(Person)
ASKED, BY, LEFT = aliased(Person), aliased(Person), aliased(Person)
SUCCESSOR = aliased(Appointment)
BELOW = aliased(CalendarBook)
OPENED, OPENED_BY, CHILD, OPENER = aliased(CaseLink), aliased(CaseLink), aliased(Case), aliased(Case)
NOTE_ERASURE, ANSWERS_ERASURE = aliased(Erasure), aliased(Erasure)


def events(db: Connection) -> Iterator[Row[Any]]:
    """Every event, by stream and number, with its case, head, note, submission, answers and erasures."""
    return streamed(db, EVENTS)


EVENTS = (
    select(
        *Event.__table__.c,
        Person.ref.label("actor_of_id"),
        Case.ref.label("case_ref"),
        Case.version.label("case_version"),
        Case.state.label("case_state"),
        Case.definition_digest.label("case_definition"),
        func.coalesce(SUBJECT.ref, CaseSubject.ref, "").label("subject_ref"),
        CaseSubject.title.label("subject_title"),
        Unit.ref.label("unit_ref"),
        StreamHead.seq.label("head_seq"),
        StreamHead.leaf_hash.label("head_hash"),
        Note.seed.label("note_seed"),
        Note.body.label("note_body"),
        NOTE_ERASURE.id.label("note_erasure"),
        Submission.ref.label("submission_ref"),
        Submission.case_id.label("submission_case"),
        Submission.form.label("submission_form"),
        Submission.number.label("submission_number"),
        Submission.definition_digest.label("submission_definition"),
        Submission.commitment_root.label("submission_root"),
        Submission.sent_at.label("submission_at"),
        SENDER.ref.label("submission_by"),
        Task.ref.label("submission_task"),
        Answers.seed.label("answers_seed"),
        Answers.body.label("answers_body"),
        ANSWERS_ERASURE.id.label("answers_erasure"),
        CaseRole.role.label("named_role"),
        CaseRole.case_id.label("named_case"),
        CaseRole.given_back.label("named_back"),
        NAMED.ref.label("named_person"),
        LEFT.ref.label("named_from"),
        OPENED.link.label("link_key"),
        OPENED.part.label("link_part"),
        OPENED.about.label("link_about"),
        OPENED.parent_id.label("link_parent"),
        OPENED.started_ref.label("link_started"),
        CHILD.ref.label("link_child"),
        OPENER.ref.label("parent_ref"),
        OPENED_BY.event_ref.label("parent_event"),
        OPENED_BY.link.label("parent_link"),
    )
    .outerjoin(Person, Person.id == Event.actor_id)
    .outerjoin(Case, Case.id == Event.case_id)
    .outerjoin(SUBJECT, SUBJECT.id == Case.subject_id)
    .outerjoin(Unit, Unit.id == Case.unit_id)
    .outerjoin(StreamHead, StreamHead.stream == Event.stream)
    .outerjoin(Note, Note.event_ref == Event.ref)
    .outerjoin(NOTE_ERASURE, NOTE_ERASURE.record == "note:" + Event.ref)
    .outerjoin(Submission, Submission.ref == Event.ref)
    .outerjoin(SENDER, SENDER.id == Submission.by_id)
    .outerjoin(Task, Task.id == Submission.task_id)
    .outerjoin(Answers, Answers.submission_id == Submission.id)
    .outerjoin(ANSWERS_ERASURE, ANSWERS_ERASURE.record == "answers:" + Submission.id.cast(Event.ref.type))
    .outerjoin(CaseRole, CaseRole.event_ref == Event.ref)
    .outerjoin(NAMED, NAMED.id == CaseRole.person_id)
    .outerjoin(LEFT, LEFT.id == CaseRole.from_id)
    .outerjoin(CaseSubject, CaseSubject.case_id == Case.id)
    .outerjoin(OPENED, OPENED.event_ref == Event.ref)
    .outerjoin(CHILD, CHILD.id == OPENED.child_id)
    .outerjoin(OPENED_BY, OPENED_BY.started_ref == Event.ref)
    .outerjoin(OPENER, OPENER.id == OPENED_BY.parent_id)
    .order_by(Event.stream, Event.seq)
)


def outcomes(db: Connection, case_id: int | None) -> dict[str, dict[str, Any]]:
    """The results of a case: ref of the event that set them → key → value and body."""
    found: dict[str, dict[str, Any]] = {}
    for row in OUTCOMES.rows(db, case_id=case_id) if case_id is not None else ():
        found.setdefault(row.event_ref, {})[row.key] = row
    return found


OUTCOMES = Statement(
    select(Outcome.event_ref, Outcome.key, Outcome.value, Outcome.body).where(Outcome.case_id == bindparam("case_id"))
)


def about_person(db: Connection, ref: str) -> tuple[Any | None, list[Any], list[Any]]:
    """A person, his appointments and his grants, with refs in place of integer keys."""
    return PERSON.one(db, ref=ref), APPOINTMENTS.rows(db, ref=ref), GRANTS.rows(db, ref=ref)


PERSON = Statement(select(*Person.__table__.c).where(Person.ref == bindparam("ref")))
APPOINTMENTS = Statement(
    select(*Appointment.__table__.c, Post.ref.label("post"), SUCCESSOR.ref.label("superseded"))
    .join(Person, Person.id == Appointment.person_id)
    .outerjoin(Post, Post.id == Appointment.post_id)
    .outerjoin(SUCCESSOR, SUCCESSOR.id == Appointment.superseded_by)
    .where(Person.ref == bindparam("ref"))
)
GRANTS = Statement(
    select(*AccessGrant.__table__.c, Unit.ref.label("unit"), BY.ref.label("granted"))
    .join(Person, Person.id == AccessGrant.person_id)
    .outerjoin(Unit, Unit.id == AccessGrant.unit_id)
    .outerjoin(BY, BY.id == AccessGrant.granted_by)
    .where(Person.ref == bindparam("ref"))
)


def about_calendars(db: Connection, event_ref: str) -> dict[str, list[Any]]:
    """The rows of calendars that an event added, by table, with refs in place of integer keys."""
    return {table: statement.rows(db, event_ref=event_ref) for table, statement in OF_CALENDARS.items()}


OF_BOOK = aliased(CalendarBook)
OF_CALENDARS = {
    table.__tablename__: Statement(query.where(table.event_ref == bindparam("event_ref")).order_by(table.id))
    for table, query in (
        (
            CalendarBook,
            select(CalendarBook.ref, Unit.ref.label("unit"), BELOW.ref.label("parent"))
            .select_from(CalendarBook)
            .outerjoin(Unit, Unit.id == CalendarBook.unit_id)
            .outerjoin(BELOW, BELOW.id == CalendarBook.parent_id),
        ),
        *(
            (
                table,
                select(*table.__table__.c, OF_BOOK.ref.label("calendar"))
                .select_from(table)
                .outerjoin(OF_BOOK, OF_BOOK.id == table.calendar_id),
            )
            for table in (CalendarRule, CalendarDay)
        ),
        (
            CalendarUse,
            select(Unit.ref.label("unit"), OF_BOOK.ref.label("calendar"))
            .select_from(CalendarUse)
            .join(Unit, Unit.id == CalendarUse.unit_id)
            .outerjoin(OF_BOOK, OF_BOOK.id == CalendarUse.calendar_id),
        ),
    )
}


def erasures(db: Connection) -> Iterator[Row[Any]]:
    """Every leave to erase, with who asked, who approved, and its event's kind, time and leaf."""
    return streamed(
        db,
        select(Erasure.record, Erasure.at, ASKED.ref.label("requested"), BY.ref.label("approved"), Event.kind,
               Event.at.label("event_at"), Event.leaf)
        .outerjoin(ASKED, ASKED.id == Erasure.requested_by)
        .outerjoin(BY, BY.id == Erasure.approved_by)
        .outerjoin(Event, Event.ref == Erasure.event_ref)
        .order_by(Erasure.id),
    )  # fmt: skip


def is_erased(db: Connection, record: str) -> bool:
    """Whether an erasure names a record."""
    return db.execute(select(Erasure.id).where(Erasure.record == record)).first() is not None


def bodies(db: Connection) -> Iterator[Row[Any]]:
    """Every definition's body with its digest, kind and key."""
    return streamed(db, select(*Definition.__table__.c).order_by(Definition.digest))


def versions(db: Connection) -> Iterator[Row[Any]]:
    """Every version with its author, reviewer, and the kind and key of the body that its digest names."""
    body = (Definition.kind.label("body_kind"), Definition.key.label("body_key"))
    query = select(*DefinitionVersion.__table__.c, *body, ASKED.ref.label("author"), BY.ref.label("reviewer"))
    query = query.outerjoin(Definition, Definition.digest == DefinitionVersion.digest)
    query = query.outerjoin(ASKED, ASKED.id == DefinitionVersion.author_id)
    query = query.outerjoin(BY, BY.id == DefinitionVersion.reviewer_id)
    return streamed(db, query.order_by(DefinitionVersion.id))


def unexplained(db: Connection) -> Iterator[tuple[str, str]]:
    """(kind, name) of each row that no event explains, of every table in UNEXPLAINED."""
    for kind, query in UNEXPLAINED.items():
        yield from ((kind, str(row[0])) for row in streamed(db, query))


SENT = select(Submission.id).where(Submission.case_id == Task.case_id, Submission.task_id == Task.id).exists()
UNEXPLAINED: dict[str, Select[Any]] = {
    "head": select(StreamHead.stream).where(
        ~select(Event.ref).where(Event.stream == StreamHead.stream, Event.seq == StreamHead.seq).exists()
    ),
    "case": select(Case.ref).where(
        ~select(Event.ref)
        .where(and_(Event.case_id == Case.id, Event.n == Case.version, Event.to_state == Case.state))
        .exists()
    ),
    "submission": select(Submission.ref).where(
        ~select(Event.ref).where(Event.ref == Submission.ref, Event.kind == "form.submitted").exists()
    ),
    "note": select(Note.event_ref).where(~select(Event.ref).where(Event.ref == Note.event_ref).exists()),
    "result": select(Outcome.event_ref + ":" + Outcome.key).where(
        ~select(Note.event_ref)
        .join(Event, Event.ref == Note.event_ref)
        .where(Note.event_ref == Outcome.event_ref, Event.case_id == Outcome.case_id)
        .exists()
    ),
    "person": select(Person.ref).where(~select(Event.ref).where(Event.stream == "person:" + Person.ref).exists()),
    # Every task of a state is open from the move that entered it until its form is sent or the case moves on.
    "task": select(Task.ref)
    .join(Case, Case.id == Task.case_id)
    .where(
        or_(
            and_(Task.state == "open", or_(Task.opened_n != Case.version, SENT)),
            and_(Task.state != "open", Task.opened_n == Case.version, ~SENT),
            and_(Task.state == "done", Task.form.is_not(None), ~SENT),
            ~select(Event.ref).where(Event.case_id == Task.case_id, Event.n == Task.opened_n).exists(),
        )
    ),
    **{
        table.__tablename__: select(table.event_ref).where(
            ~select(Event.ref).where(Event.ref == table.event_ref, Event.stream.startswith("calendar:")).exists()
        )
        for table in (CalendarBook, CalendarRule, CalendarDay, CalendarUse)
    },
    # A link is told of in the streams of both cases.
    "linked": select(CaseLink.event_ref).where(
        or_(
            ~select(Event.ref)
            .where(Event.ref == CaseLink.event_ref, Event.kind == "case.linked", Event.case_id == CaseLink.parent_id)
            .exists(),
            ~select(Event.ref).where(Event.ref == CaseLink.started_ref, Event.case_id == CaseLink.child_id).exists(),
        )
    ),
    "design_edit": select(DesignEdit.event_ref).where(
        ~select(Event.ref).where(Event.ref == DesignEdit.event_ref, Event.stream.startswith("definition:")).exists()
    ),
    "reassignment": select(CaseRole.event_ref).where(
        ~select(Event.ref).where(Event.ref == CaseRole.event_ref, Event.kind.in_(REASSIGNED)).exists()
    ),
}


@contextmanager
def lenient(db: Connection) -> Iterator[None]:
    """Let text that a flipped byte made unreadable arrive as something to compare, instead of stopping the driver."""
    driver: Any = db.connection.driver_connection
    if db.dialect.name != "sqlite":
        yield
        return
    usual, driver.text_factory = driver.text_factory, lambda data: data.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = usual


def streamed(db: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    """The rows of a question, some at a time: it may be as large as the database."""
    with db.execute(query, execution_options={"stream_results": True, "yield_per": CHUNK}) as rows:
        yield from rows
