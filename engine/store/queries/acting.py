"""Questions and small writes about acting orders. Those that count for a role come with its people (role_people)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, insert, or_, select, update

from engine.core.case import Actor
from engine.store.queries.people_search import named as named_person
from engine.store.queries.scope import person_condition
from engine.store.tables.people import Person
from engine.store.tables.roles import ActingOrder

ORDER = ActingOrder.__table__
PERSON, DEPUTY = Person.__table__.alias("absent"), Person.__table__.alias("deputy")
LIVE = ORDER.c.superseded_by.is_(None)
ALONE = b'"for":null'  # in the leaf of an act that somebody did for himself


def _orders() -> Select[Any]:
    return (
        select(
            ORDER,
            PERSON.c.ref.label("person_ref"),
            PERSON.c.name.label("person_name"),
            DEPUTY.c.ref.label("deputy_ref"),
            DEPUTY.c.name.label("deputy_name"),
        )
        .join(PERSON, PERSON.c.id == ORDER.c.person_id)
        .join(DEPUTY, DEPUTY.c.id == ORDER.c.deputy_id)
    )


def order(db: Connection, ref: str) -> Row[Any] | None:
    """One order with the refs and names of both people."""
    return db.execute(_orders().where(ORDER.c.ref == ref)).one_or_none()


def in_scope(db: Connection, actor: Actor, ref: str, day: Any) -> Row[Any] | None:
    """The same for whoever oversees the absent one."""
    return db.execute(
        _orders().where(ORDER.c.ref == ref, LIVE, person_condition(actor, ORDER.c.person_id, day))
    ).one_or_none()


def named(db: Connection, refs: Iterable[str]) -> dict[str, Row[Any]]:
    """Orders by ref, replaced ones too: under which number somebody acted, and for whom."""
    wanted = sorted(set(refs))
    rows = db.execute(_orders().where(ORDER.c.ref.in_(wanted))) if wanted else ()
    return {row.ref: row for row in rows}


def of_named(text: str) -> ColumnElement[bool]:
    """The orders in which somebody of that name or NIP is absent or acts, or of that number."""
    people = select(Person.id).where(named_person(text))
    number = ActingOrder.number.contains(text.strip(), autoescape=True)
    return or_(ActingOrder.person_id.in_(people), ActingOrder.deputy_id.in_(people), number)


class Shared(NamedTuple):
    """Somebody in whose place another acted, and under which order, where there was one."""

    name: str
    kind: str | None
    number: str | None


def shared_acts(db: Connection, rows: Iterable[Any]) -> dict[str, Shared]:
    """Of these events (ref, leaf), those in which somebody acted for another, by ref. At most two statements."""
    leaves = {row.ref: json.loads(row.leaf) for row in rows if ALONE not in bytes(row.leaf)}
    acts = {ref: leaf for ref, leaf in leaves.items() if leaf.get("for")}
    if not acts:
        return {}
    orders = named(db, (str(leaf["right"]["basis"]) for leaf in acts.values() if leaf.get("right")))
    people = select(PERSON.c.ref, PERSON.c.name).where(
        PERSON.c.ref.in_(sorted({leaf["for"] for leaf in acts.values()}))
    )
    names = {row.ref: row.name for row in db.execute(people)}
    found = {}
    for ref, leaf in acts.items():
        order = orders.get(str((leaf.get("right") or {}).get("basis")))
        name = names.get(leaf["for"], "")
        found[ref] = Shared(name, order.kind, order.number) if order is not None else Shared(name, None, None)
    return found


def of_person(db: Connection, actor: Actor, person_id: int, on: date) -> list[Row[Any]]:
    """The orders that have not ended on a day, those to come too, in which a person is absent or acts.

    Where he acts, only for whom the actor administers: nobody else's order is the actor's to end.
    """
    about = or_(ORDER.c.person_id == person_id, ORDER.c.deputy_id == person_id)
    mine = person_condition(actor, ORDER.c.person_id, on, ("admin",))
    query = _orders().where(LIVE, about, _not_over(on.isoformat()), mine)
    return list(db.execute(query.order_by(ORDER.c.starts_on, ORDER.c.id)))


def between(db: Connection, person_id: int, starts_on: str, ends_on: str | None) -> list[Row[Any]]:
    """The orders of an absent person that share a day with a period."""
    begins = ORDER.c.starts_on < ends_on if ends_on is not None else True
    empty = and_(ORDER.c.ends_on.is_not(None), ORDER.c.ends_on <= ORDER.c.starts_on)
    query = _orders().where(LIVE, ORDER.c.person_id == person_id, begins, _not_over(starts_on), ~empty)
    return list(db.execute(query.order_by(ORDER.c.starts_on)))


def _not_over(day: str) -> ColumnElement[bool]:
    return or_(ORDER.c.ends_on.is_(None), ORDER.c.ends_on > day)


def reach(scope: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Workflows and roles of a stored scope."""
    found: dict[str, Sequence[str]] = json.loads(scope)
    return tuple(found["workflows"]), tuple(found["roles"])


def add(db: Connection, **values: Any) -> int:
    """A new row. Answers its id."""
    return int(db.execute(insert(ORDER).values(**values).returning(ORDER.c.id)).scalar_one())


def supersede(db: Connection, old: int, new: int) -> bool:
    """Put a new row in the place of an old one; False when another one has taken it already."""
    free = update(ORDER).where(ORDER.c.id == old, LIVE)
    return db.execute(free.values(superseded_by=new)).rowcount == 1
