"""Questions and writes of acts on many cases: sets, their cases, what came of each; and who may see which set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    delete,
    false,
    func,
    insert,
    not_,
    or_,
    select,
    true,
    update,
)

from engine.core.case import Actor
from engine.store.queries.case_lists import cases_in_scope
from engine.store.queries.scope import over_everything, units_of
from engine.store.tables.bulk import BulkItem, BulkSet
from engine.store.tables.cases import Case
from engine.store.tables.ledger import Event
from engine.store.tables.people import Person

SET, ITEM, CASE, PERSON = BulkSet.__table__, BulkItem.__table__, Case.__table__, Person.__table__
ADMIN = ("admin",)
AT_ONCE = 500  # refs in one statement


def sets_in_scope(actor: Actor) -> ColumnElement[bool]:
    """The sets that an administrator may see: his own, and every one for a right over everything."""
    if actor.is_system:
        return true()
    if not units_of(actor, ADMIN):
        return false()
    return or_(SET.c.by_id == actor.person_id, over_everything(actor, ADMIN))


def seen_cases(db: Connection, actor: Actor, refs: Sequence[str]) -> list[Row[Any]]:
    """Of these cases those that the actor oversees, oldest first: id, ref, version."""
    found: list[Row[Any]] = []
    for at in range(0, len(refs), AT_ONCE):
        query = select(CASE.c.id, CASE.c.ref, CASE.c.version).where(CASE.c.ref.in_(refs[at : at + AT_ONCE]))
        query = query.where(cases_in_scope(db, actor))
        found.extend(db.execute(query))
    return sorted(found, key=lambda row: row.id)


def add(db: Connection, cases: Sequence[Any], **values: Any) -> Row[Any]:
    """A set with its cases (id, version), each waiting for its preview."""
    made = db.execute(insert(SET).values(total=len(cases), **values).returning(*SET.c)).one()
    rows = [
        {"set_id": made.id, "number": at, "case_id": case.id, "version": case.version, "outcome": "waiting"}
        for at, case in enumerate(cases, 1)
    ]
    db.execute(insert(ITEM), rows)
    return made


def seen(db: Connection, actor: Actor, ref: str, *, lock: bool = False) -> Row[Any] | None:
    """One set in the actor's scope, with the name of who made it."""
    query = select(SET, PERSON.c.name.label("by_name")).join(PERSON, PERSON.c.id == SET.c.by_id)
    query = query.where(SET.c.ref == ref, sets_in_scope(actor))
    return db.execute(query.with_for_update(of=SET) if lock else query).one_or_none()


def by_id(db: Connection, set_id: int) -> Row[Any] | None:
    """One set; None once it is forgotten."""
    return db.execute(select(SET).where(SET.c.id == set_id)).one_or_none()


def put(db: Connection, set_id: int, **values: Any) -> None:
    """Change what became of a set."""
    db.execute(update(SET).where(SET.c.id == set_id).values(**values))


def some(db: Connection, set_id: int, outcome: str, limit: int, after: int = 0) -> list[Row[Any]]:
    """The next cases of a set of one outcome, with the case's ref and its version today (`now`)."""
    query = _items().where(ITEM.c.set_id == set_id, ITEM.c.outcome == outcome, ITEM.c.number > after)
    return list(db.execute(query.order_by(ITEM.c.number).limit(limit)))


def take(db: Connection, set_id: int, number: int) -> Row[Any] | None:
    """One case of a set that would be done, locked until the commit; None where that was done or decided meanwhile."""
    query = _items().where(ITEM.c.set_id == set_id, ITEM.c.number == number, ITEM.c.outcome == "would")
    return db.execute(query.with_for_update(of=ITEM)).one_or_none()


def _items() -> Any:
    query = select(ITEM, CASE.c.ref, CASE.c.version.label("now"), CASE.c.definition_digest, CASE.c.state)
    return query.join(CASE, CASE.c.id == ITEM.c.case_id)


def settle(db: Connection, set_id: int, number: int, **values: Any) -> None:
    """Say what became of a case of a set."""
    db.execute(update(ITEM).where(ITEM.c.set_id == set_id, ITEM.c.number == number).values(**values))


def settle_rest(db: Connection, set_id: int, **values: Any) -> None:
    """Say the same of all that would still be done."""
    db.execute(update(ITEM).where(ITEM.c.set_id == set_id, ITEM.c.outcome == "would").values(**values))


def undone(db: Connection, set_id: int, case_id: int) -> None:
    """What a set did to a case was undone."""
    done = (ITEM.c.set_id == set_id, ITEM.c.case_id == case_id, ITEM.c.outcome == "done")
    db.execute(update(ITEM).where(*done).values(outcome="undone"))


def done_in(db: Connection, set_id: int, case_id: int) -> Row[Any] | None:
    """What a set did to a case, where it still stands: effect, event_ref."""
    query = select(ITEM.c.effect, ITEM.c.event_ref)
    done = (ITEM.c.set_id == set_id, ITEM.c.case_id == case_id, ITEM.c.outcome == "done")
    return db.execute(query.where(*done)).one_or_none()


def done_cases(db: Connection, set_id: int) -> list[Row[Any]]:
    """The cases to which a set did something that stands, with their version today: id, ref, version."""
    query = select(CASE.c.id, CASE.c.ref, CASE.c.version).join(ITEM, ITEM.c.case_id == CASE.c.id)
    return list(db.execute(query.where(ITEM.c.set_id == set_id, ITEM.c.outcome == "done").order_by(ITEM.c.number)))


def undoing(db: Connection, set_id: int) -> list[Row[Any]]:
    """The sets that undo a set, newest first; those that were dropped are not among them."""
    query = select(SET.c.ref, SET.c.state, SET.c.made_at).where(SET.c.undoes_id == set_id, SET.c.state != "dropped")
    return list(db.execute(query.order_by(SET.c.id.desc())))


def counts(db: Connection, set_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many cases of each set have which outcome."""
    query = select(ITEM.c.set_id, ITEM.c.outcome, func.count()).where(ITEM.c.set_id.in_(set_ids))
    found: dict[int, dict[str, int]] = {set_id: {} for set_id in set_ids}
    for set_id, outcome, count in db.execute(query.group_by(ITEM.c.set_id, ITEM.c.outcome)):
        found[set_id][outcome] = count
    return found


def outside(db: Connection, set_id: int, within: ColumnElement[bool]) -> int:
    """How many cases of a set whoever reads it does not oversee (any more). within: those that he does."""
    query = select(func.count()).select_from(ITEM).join(CASE, CASE.c.id == ITEM.c.case_id)
    return int(db.execute(query.where(ITEM.c.set_id == set_id, not_(within))).scalar_one())


def causes(db: Connection, set_id: int, within: ColumnElement[bool]) -> list[Row[Any]]:
    """What is the same for many cases: outcome, cause, how many, one wording, and whether all say the same.

    within: the cases that the reader oversees (cases_in_scope); nothing is said of others.
    """
    first, last = func.min(ITEM.c.words), func.max(ITEM.c.words)
    query = select(ITEM.c.outcome, ITEM.c.cause, func.count().label("cases"), first.label("words"),
                   (first == last).label("same"))  # fmt: skip
    query = query.join(CASE, CASE.c.id == ITEM.c.case_id).where(within)
    query = query.where(ITEM.c.set_id == set_id, ITEM.c.cause.is_not(None)).group_by(ITEM.c.outcome, ITEM.c.cause)
    return list(db.execute(query.order_by(func.count().desc(), ITEM.c.cause)))


def page(
    db: Connection,
    set_id: int,
    within: ColumnElement[bool],
    *,
    outcome: str = "",
    cause: str = "",
    after: int = 0,
    backwards: bool = False,
    limit: int = 51,
) -> list[Row[Any]]:
    """Cases of a set by number, from one on, with the subject's name; reversed when read backwards.

    within: the cases that the reader oversees (cases_in_scope): a set outlives the right by which it was made.
    """
    query = _items().add_columns(PERSON.c.name.label("subject"))
    query = query.outerjoin(PERSON, PERSON.c.id == CASE.c.subject_id).where(ITEM.c.set_id == set_id, within)
    for column, wanted in ((ITEM.c.outcome, outcome), (ITEM.c.cause, cause)):
        query = query.where(column == wanted) if wanted else query
    if after:
        query = query.where(ITEM.c.number < after if backwards else ITEM.c.number > after)
    return list(db.execute(query.order_by(ITEM.c.number.desc() if backwards else ITEM.c.number).limit(limit)))


def forget(db: Connection, before: str) -> None:
    """Sets of before a moment that nobody confirmed."""
    old = select(SET.c.id).where(SET.c.made_at < before, SET.c.event_ref.is_(None))
    db.execute(delete(ITEM).where(ITEM.c.set_id.in_(old)))
    db.execute(delete(SET).where(SET.c.id.in_(old)))


def digests(db: Connection, set_id: int) -> list[str]:
    """The definitions of the cases of a set."""
    query = select(CASE.c.definition_digest).join(ITEM, ITEM.c.case_id == CASE.c.id).where(ITEM.c.set_id == set_id)
    return list(db.execute(query.distinct().order_by(CASE.c.definition_digest)).scalars())


def last_event(db: Connection, case_id: int) -> str:
    """The newest event about a case, which is locked."""
    query = select(Event.ref).where(Event.case_id == case_id).order_by(Event.seq.desc()).limit(1)
    return str(db.execute(query).scalar_one())


def of_event(db: Connection, actor: Actor, event_ref: str) -> Row[Any] | None:
    """The set by which an event about a case came, where the reader may see it: ref, act, made_at."""
    query = select(SET.c.ref, SET.c.act, SET.c.made_at).join(ITEM, ITEM.c.set_id == SET.c.id)
    return db.execute(query.where(ITEM.c.event_ref == event_ref, sets_in_scope(actor))).one_or_none()
