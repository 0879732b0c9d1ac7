"""Questions about cases beside a case, and the small writes of opening one. A handful of statements however many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, func, insert, or_, select
from sqlalchemy.orm import aliased

from engine.core.case import Holder
from engine.store.queries.cases import COUNTS, LATER
from engine.store.statement import Statement
from engine.store.tables.cases import Answers, Case, Cycle, Outcome, Submission, Task, TaskHolder
from engine.store.tables.definitions import DefinitionVersion
from engine.store.tables.designs import DesignEdit
from engine.store.tables.ledger import Event
from engine.store.tables.linked import CaseLink, CaseSubject
from engine.store.tables.people import Person

LINK, CYCLE = CaseLink.__table__, Cycle.__table__
BESIDE = (
    Case.id, Case.ref, Case.state, Case.definition_digest, CaseLink.link, CaseLink.about, Cycle.period_start,
    Cycle.period_end,
)  # fmt: skip
CHILDREN = Statement(
    select(*BESIDE)
    .join(CaseLink, CaseLink.child_id == Case.id)
    .join(Cycle, Cycle.id == Case.cycle_id)
    .where(CaseLink.parent_id == bindparam("case_id"))
    .order_by(Case.id)
)
PARENT = Statement(
    select(*BESIDE)
    .join(CaseLink, CaseLink.parent_id == Case.id)
    .join(Cycle, Cycle.id == Case.cycle_id)
    .where(CaseLink.child_id == bindparam("case_id"))
)
NO_LATER = ~(
    select(LATER.id)
    .where(LATER.case_id == Submission.case_id, LATER.form == Submission.form, LATER.number > Submission.number)
    .exists()
)
ANSWERS = Statement(
    select(Submission.case_id, Submission.form, Answers.body)
    .join(Answers, Answers.submission_id == Submission.id)
    .join(CaseLink, CaseLink.child_id == Submission.case_id)
    .where(CaseLink.parent_id == bindparam("case_id"), NO_LATER)
)
OUTCOMES = Statement(
    select(Outcome.case_id, Outcome.key, Outcome.value, Outcome.body)
    .join(Event, Event.ref == Outcome.event_ref)
    .join(CaseLink, CaseLink.child_id == Outcome.case_id)
    .where(CaseLink.parent_id == bindparam("case_id"), COUNTS)
    .order_by(Event.seq)
)


HANDED_IN = aliased(DesignEdit)
WORKED = (
    select(DesignEdit.person_id)
    .join(HANDED_IN, and_(HANDED_IN.design_id == DesignEdit.design_id, HANDED_IN.number >= DesignEdit.number))
    .where(HANDED_IN.version_id == DefinitionVersion.id, DesignEdit.person_id.is_not(None))
    .correlate(DefinitionVersion)
)
IS_AUTHOR = Person.id == DefinitionVersion.author_id
WHO = (
    select(Person.id, Person.ref, Person.name)
    .join(DefinitionVersion, or_(IS_AUTHOR, Person.id.in_(WORKED)))
    .order_by(case((IS_AUTHOR, 0), else_=1), Person.id)
)
AUTHORS = Statement(WHO.where(DefinitionVersion.ref == bindparam("version_ref")))
AUTHORS_OF_CASE = Statement(
    WHO.join(CaseSubject, CaseSubject.ref == DefinitionVersion.ref).where(CaseSubject.case_id == bindparam("case_id"))
)


def children(db: Connection, case_id: int) -> list[Any]:
    """The cases that a case opened, in that order."""
    return CHILDREN.rows(db, case_id=case_id)


def parent(db: Connection, case_id: int) -> Any | None:
    """The case that opened a case."""
    return PARENT.one(db, case_id=case_id)


def answers(db: Connection, case_id: int) -> list[Any]:
    """The last answers of each form of every case that a case opened: case_id, form, body."""
    return ANSWERS.rows(db, case_id=case_id)


def outcomes(db: Connection, case_id: int) -> list[Any]:
    """Every result that those cases were ever given and still have, oldest first."""
    return OUTCOMES.rows(db, case_id=case_id)


def add(db: Connection, **values: Any) -> None:
    """A case was opened by another."""
    db.execute(insert(LINK).values(**values))


def say_subject(db: Connection, case_id: int, ref: str, title: str) -> None:
    """A case is about something that is no person."""
    db.execute(insert(CaseSubject.__table__).values(case_id=case_id, ref=ref, title=title))


def id_of(db: Connection, case_ref: str) -> int:
    """The integer key of a case that exists."""
    return int(db.execute(select(Case.id).where(Case.ref == case_ref)).scalar_one())


def cycle(db: Connection, ref: str) -> Row[Any]:
    """A cycle that exists."""
    return db.execute(select(CYCLE).where(CYCLE.c.ref == ref)).one()


def free_cycle(
    db: Connection, parent_id: int, link: str, digest: str, first: str, last: str, person_id: int | None
) -> Row[Any] | None:
    """A cycle of the cases of one link, for one part of a period, in which a person has no case yet."""
    query = select(CYCLE).where(
        CYCLE.c.parent_id == parent_id, CYCLE.c.link == link, CYCLE.c.definition_digest == digest,
        CYCLE.c.period_start == first, CYCLE.c.period_end == last,
    )  # fmt: skip
    if person_id is not None:
        query = query.where(~select(Case.id).where(Case.cycle_id == CYCLE.c.id, Case.subject_id == person_id).exists())
    return db.execute(query.order_by(CYCLE.c.id).limit(1)).one_or_none()


def authors_of_version(db: Connection, version_ref: str) -> tuple[Holder, ...]:
    """Who wrote a version of a definition, and whoever took a step in its design, as subjects of a case about it."""
    return tuple(Holder(*row, "subject") for row in AUTHORS.rows(db, version_ref=version_ref))


def authors_of_case(db: Connection, case_id: int) -> tuple[Holder, ...]:
    """The same of the version that a case is about."""
    return tuple(Holder(*row, "subject") for row in AUTHORS_OF_CASE.rows(db, case_id=case_id))


def cases_about(db: Connection, ref: str) -> list[str]:
    """The cases about something that is no person, the newest first."""
    query = select(Case.ref).join(CaseSubject, CaseSubject.case_id == Case.id).where(CaseSubject.ref == ref)
    return list(db.execute(query.order_by(Case.id.desc())).scalars())


def lock_cases_about(db: Connection, ref: str) -> None:
    """Wait for whoever works on a case about something, before its own row is locked: both ways lock in this order."""
    about = select(CaseSubject.case_id).where(CaseSubject.ref == ref)
    db.execute(select(Case.id).where(Case.id.in_(about)).order_by(Case.id).with_for_update(key_share=True)).all()


def ended(db: Connection, child_ref: str) -> Row[Any] | None:
    """A case with the one that opened it (id, ref), its link and its last move."""
    mother = aliased(Case)
    query = (
        select(Case.ref, Case.state, Case.definition_digest, CaseLink.link, mother.id.label("parent_id"),
               mother.ref.label("parent_ref"), Event.ref.label("event_ref"))
        .join(CaseLink, CaseLink.child_id == Case.id)
        .join(mother, mother.id == CaseLink.parent_id)
        .join(Event, (Event.case_id == Case.id) & (Event.n == Case.version))
        .where(Case.ref == child_ref)
    )  # fmt: skip
    return db.execute(query).one_or_none()


def digests(db: Connection, unit_ids: Sequence[int]) -> list[str]:
    """The definitions by which cases of these units run."""
    return list(db.execute(select(Case.definition_digest).where(Case.unit_id.in_(unit_ids)).distinct()).scalars())


def count_standing(db: Connection, unit_ids: Sequence[int], states: Iterable[tuple[str, str]]) -> int:
    """How many cases of these units stand in one of these states (digest, state)."""
    return int(db.execute(select(func.count()).select_from(Case).where(*_standing(unit_ids, states))).scalar_one())


def standing(
    db: Connection, unit_ids: Sequence[int], states: Iterable[tuple[str, str]], after: int, limit: int
) -> list[Row[Any]]:
    """The next of them after a key, with their periods."""
    columns = (Case.id, Case.ref, Case.state, Case.definition_digest, Cycle.period_start, Cycle.period_end)
    query = select(*columns).join(Cycle, Cycle.id == Case.cycle_id)
    query = query.where(*_standing(unit_ids, states), Case.id > after)
    return list(db.execute(query.order_by(Case.id).limit(limit)))


def _standing(unit_ids: Sequence[int], states: Iterable[tuple[str, str]]) -> tuple[Any, ...]:
    by_digest: dict[str, list[str]] = {}
    for digest, state in states:
        by_digest.setdefault(digest, []).append(state)
    either = [(Case.definition_digest == digest) & Case.state.in_(some) for digest, some in by_digest.items()]
    found = either[0]
    for more in either[1:]:
        found = found | more
    return Case.unit_id.in_(unit_ids), found


def opened(db: Connection, case_ids: Sequence[int]) -> dict[int, set[tuple[str, str]]]:
    """Case → link and first day of each case that it has opened."""
    found: dict[int, set[tuple[str, str]]] = {}
    for row in db.execute(select(LINK.c.parent_id, LINK.c.link, LINK.c.part).where(LINK.c.parent_id.in_(case_ids))):
        found.setdefault(row.parent_id, set()).add((row.link, row.part))
    return found


def shown(db: Connection, case_id: int, person_id: int | None) -> list[Any]:
    """The cases beside a case, the one that opened it among them: one row for each open task and its holder.

    `mine`: it is about this person, or he held a task of it at any time.
    """
    return SHOWN.rows(db, case_id=case_id, person_id=person_id or 0)


OPEN, HELD, WITH, ABOUT = aliased(Task), aliased(TaskHolder), aliased(Person), aliased(Person)
EVER, OWN = aliased(TaskHolder), aliased(Task)
BELOW = CaseLink.parent_id == bindparam("case_id")
SHOWN = Statement(
    select(
        Case.id, Case.ref, Case.state, Case.definition_digest, Case.unit_id, CaseLink.link, BELOW.label("is_child"),
        Cycle.name.label("cycle_name"), Cycle.period_start, Cycle.period_end, Case.subject_id,
        func.coalesce(ABOUT.name, CaseSubject.title, "").label("subject_name"), OPEN.key.label("task_key"),
        WITH.name.label("holder_name"),
        or_(
            Case.subject_id == bindparam("person_id"),
            select(EVER.task_id).join(OWN, OWN.id == EVER.task_id)
            .where(OWN.case_id == Case.id, EVER.person_id == bindparam("person_id")).correlate(Case).exists(),
        ).label("mine"),
    )
    .join(CaseLink, or_(and_(BELOW, CaseLink.child_id == Case.id),
                        and_(CaseLink.child_id == bindparam("case_id"), CaseLink.parent_id == Case.id)))
    .join(Cycle, Cycle.id == Case.cycle_id)
    .outerjoin(ABOUT, ABOUT.id == Case.subject_id)
    .outerjoin(CaseSubject, CaseSubject.case_id == Case.id)
    .outerjoin(OPEN, and_(OPEN.case_id == Case.id, OPEN.opened_n == Case.version, OPEN.state == "open"))
    .outerjoin(HELD, HELD.task_id == OPEN.id)
    .outerjoin(WITH, WITH.id == HELD.person_id)
    .order_by(Case.id, OPEN.id, WITH.name)
)  # fmt: skip


def titles(db: Connection, case_ids: Sequence[int]) -> dict[int, str]:
    """What cases are about that are about no person, by their keys."""
    query = select(CaseSubject.case_id, CaseSubject.title).where(CaseSubject.case_id.in_(case_ids))
    return {row.case_id: row.title for row in db.execute(query)}
