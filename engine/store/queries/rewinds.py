"""Questions and small writes about cases taken back: where a case has been, proposals, results that no longer count."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, literal, select, update

from engine.core.case import Actor
from engine.store.queries.scope import scope_condition
from engine.store.tables.cases import Case, Cycle, Draft, Note, Outcome
from engine.store.tables.deadlines import Clock, DueAct
from engine.store.tables.ledger import Event
from engine.store.tables.linked import CaseLink, CaseSubject
from engine.store.tables.people import Person
from engine.store.tables.repairs import CaseRewind, Withdrawn

REWIND, EVENT, WITHDRAWN, OUTCOME = CaseRewind.__table__, Event.__table__, Withdrawn.__table__, Outcome.__table__
PERSON = Person.__table__


def visits(db: Connection, case_id: int) -> list[Row[Any]]:
    """Every move of a case, oldest first: n, to_state, seq, at."""
    query = select(EVENT.c.n, EVENT.c.to_state, EVENT.c.seq, EVENT.c.at)
    return list(db.execute(query.where(EVENT.c.case_id == case_id, EVENT.c.n.is_not(None)).order_by(EVENT.c.n)))


def results_at(db: Connection, case_id: int, n: int) -> list[Row[Any]]:
    """The results that counted once version n of a case was there, the last of a key counts: key, value, body."""
    query = select(OUTCOME.c.key, OUTCOME.c.value, OUTCOME.c.body).join(EVENT, EVENT.c.ref == OUTCOME.c.event_ref)
    query = query.where(OUTCOME.c.case_id == case_id, EVENT.c.n <= n, ~_is_withdrawn())
    return list(db.execute(query.order_by(EVENT.c.n)))


def _is_withdrawn() -> Any:
    return exists().where(WITHDRAWN.c.event_ref == OUTCOME.c.event_ref)


def withdraw(db: Connection, case_id: int, after: int, event_ref: str) -> None:
    """What was found after version `after` of a case no longer counts, by this event."""
    old = select(OUTCOME.c.event_ref, literal(event_ref)).distinct().join(EVENT, EVENT.c.ref == OUTCOME.c.event_ref)
    old = old.where(OUTCOME.c.case_id == case_id, EVENT.c.n > after, EVENT.c.ref != event_ref, ~_is_withdrawn())
    db.execute(insert(WITHDRAWN).from_select(["event_ref", "by_ref"], old))


def add(db: Connection, **values: Any) -> None:
    """A new proposal."""
    db.execute(insert(REWIND).values(**values))


def decide(db: Connection, proposal_id: int, decision: str, event_ref: str) -> None:
    """What became of a proposal; a trigger refuses a second time."""
    db.execute(update(REWIND).where(REWIND.c.id == proposal_id).values(decision=decision, decided_ref=event_ref))


def standing(db: Connection, case_id: int) -> Row[Any] | None:
    """The proposal of a case that nobody has decided, lapsed ones too, with who made it."""
    query = select(REWIND, PERSON.c.ref.label("by_ref"), PERSON.c.name.label("by_name"), EVENT.c.at)
    query = query.join(PERSON, PERSON.c.id == REWIND.c.by_id).join(EVENT, EVENT.c.ref == REWIND.c.ref)
    return db.execute(query.where(REWIND.c.case_id == case_id, REWIND.c.decision.is_(None))).one_or_none()


def reason_of(db: Connection, ref: str) -> str | None:
    """Why somebody proposed it; None where that was erased."""
    body = db.execute(select(Note.body).where(Note.event_ref == ref)).scalar_one_or_none()
    return None if body is None else json.loads(body).get("reason")


def waiting(db: Connection, actor: Actor, now: str, limit: int) -> list[Row[Any]]:
    """The proposals in scope that somebody could still decide, those that lapse first before: case, person, state."""
    about = func.coalesce(PERSON.c.name, CaseSubject.title, Case.ref)
    who = Person.__table__.alias("proposer")
    query = (
        select(REWIND.c.ref, REWIND.c.until, REWIND.c.to_state, REWIND.c.by_id, Case.ref.label("case_ref"), Case.state,
               Case.definition_digest, about.label("subject_name"), who.c.name.label("by_name"),
               Cycle.name.label("cycle_name"))
        .join(Case, Case.id == REWIND.c.case_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(who, who.c.id == REWIND.c.by_id)
        .outerjoin(PERSON, PERSON.c.id == Case.subject_id)
        .outerjoin(CaseSubject, CaseSubject.case_id == Case.id)
        .where(REWIND.c.decision.is_(None), REWIND.c.until > now, REWIND.c.n == Case.version)
        .where(scope_condition(actor, Case.unit_id))
    )  # fmt: skip
    return list(db.execute(query.order_by(REWIND.c.until, REWIND.c.id).limit(limit)))


def begun_drafts(db: Connection, task_ids: list[int]) -> int:
    """How many of these tasks somebody is writing for."""
    return int(db.execute(select(func.count()).select_from(Draft).where(Draft.task_id.in_(task_ids))).scalar_one())


def opened_since(db: Connection, case_id: int, seq: int) -> list[Row[Any]]:
    """The cases that a case opened after a place in its stream: ref, state, digest, link, subject's name."""
    about = func.coalesce(PERSON.c.name, CaseSubject.title, Case.ref)
    query = (
        select(Case.ref, Case.state, Case.definition_digest, CaseLink.link, about.label("subject_name"))
        .join(CaseLink, CaseLink.child_id == Case.id)
        .join(EVENT, EVENT.c.ref == CaseLink.event_ref)
        .outerjoin(PERSON, PERSON.c.id == Case.subject_id)
        .outerjoin(CaseSubject, CaseSubject.case_id == Case.id)
        .where(CaseLink.parent_id == case_id, EVENT.c.seq > seq)
    )
    return list(db.execute(query.order_by(Case.id)))


def counted_since(db: Connection, case_ref: str, seq: int) -> dict[str, int]:
    """How often each kind of event happened in a case after a place in its stream."""
    query = select(EVENT.c.kind, func.count()).where(EVENT.c.stream == f"case:{case_ref}", EVENT.c.seq > seq)
    return {row[0]: row[1] for row in db.execute(query.group_by(EVENT.c.kind))}


def finals_since(db: Connection, case_id: int, seq: int) -> int:
    """How many deadlines made the result of a case final after a place in its stream, but for that of the whole."""
    whole = select(Clock.id).where(Clock.ref == DueAct.of_ref, Clock.whole).exists()
    query = select(func.count()).join(EVENT, EVENT.c.ref == DueAct.event_ref)
    query = query.where(DueAct.case_id == case_id, DueAct.act == "final", EVENT.c.seq > seq, ~whole)
    return int(db.execute(query.select_from(DueAct)).scalar_one())


def opened(db: Connection, case_id: int) -> list[str]:
    """The refs of the cases that a case opened."""
    query = select(Case.ref).join(CaseLink, CaseLink.child_id == Case.id).where(CaseLink.parent_id == case_id)
    return list(db.execute(query.order_by(Case.id)).scalars())


def parent_of(db: Connection, case_id: int) -> str | None:
    """The ref of the case that opened a case."""
    query = select(Case.ref).join(CaseLink, CaseLink.parent_id == Case.id).where(CaseLink.child_id == case_id)
    return db.execute(query).scalar_one_or_none()
