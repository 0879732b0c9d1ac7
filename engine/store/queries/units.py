"""Questions about units and posts, and the small writes that add them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select
from sqlalchemy.orm import aliased

from engine.core.case import Actor
from engine.store.queries.scope import OVERSEERS, scope_condition
from engine.store.statement import Statement
from engine.store.tables.changes import Change
from engine.store.tables.people import Post, Unit, UnitClosure

UNIT = Unit.__table__
CLOSURE = UnitClosure.__table__
CHANGE = Change.__table__
POST = Post.__table__
ABOVE = aliased(Unit)
# The IANA zone of a unit: its own, else that of the nearest unit above it.
ZONE = func.coalesce(
    Unit.timezone,
    select(ABOVE.timezone)
    .join(UnitClosure, UnitClosure.ancestor_id == ABOVE.id)
    .where(UnitClosure.descendant_id == Unit.id, ABOVE.timezone.is_not(None))
    .order_by(UnitClosure.depth)
    .limit(1)
    .scalar_subquery(),
)
# Whether it was ever said of a post that it ends; one that only begins on a day to come does not stand either.
ENDED = (
    select(CHANGE.c.id).where(CHANGE.c.post_id == POST.c.id, CHANGE.c.body.contains('"active":{"is":false')).exists()
)
COLUMNS = (Unit.id, Unit.ref, Unit.key, Unit.name, Unit.kind, Unit.parent_id, ZONE.label("timezone"))
ROOT = aliased(Unit)
ROOT_ZONE = select(ROOT.timezone).where(ROOT.parent_id.is_(None)).order_by(ROOT.id).limit(1)
ZONE_OF_ALL = Statement(ROOT_ZONE)
BY_ID = Statement(select(*COLUMNS).where(Unit.id == bindparam("id")))


def unit(db: Connection, unit_id: int) -> Row[Any]:
    """One unit, which exists; `timezone` is the one in force."""
    found: Row[Any] = BY_ID.rows(db, id=unit_id)[0]
    return found


def zone_of_each(db: Connection) -> dict[int, str]:
    """Unit → the IANA zone in force, in one question."""
    return {row.id: row.timezone for row in db.execute(select(Unit.id, ZONE.label("timezone")))}


def by_ref(db: Connection, ref: str) -> Row[Any] | None:
    """One unit by its name outside, or None."""
    return db.execute(select(*COLUMNS).where(Unit.ref == ref)).one_or_none()


def in_scope(db: Connection, actor: Actor, ref: str) -> Row[Any] | None:
    """A unit in the actor's scope."""
    return db.execute(select(*COLUMNS).where(UNIT.c.ref == ref, scope_condition(actor, UNIT.c.id))).one_or_none()


def tree(db: Connection, actor: Actor) -> list[Row[Any]]:
    """The units in the actor's scope that stand today, by name; `parent_id` links them, `posts` counts their posts."""
    posts = select(func.count()).where(POST.c.unit_id == Unit.id, POST.c.active.is_(True)).scalar_subquery()
    query = select(*COLUMNS, posts.label("posts")).where(scope_condition(actor, UNIT.c.id), Unit.active.is_(True))
    return list(db.execute(query.order_by(Unit.name, Unit.id)))


def offered(db: Connection, actor: Actor) -> list[Row[Any]]:
    """The same units for a choice: id, ref, name and parent_id alone."""
    query = select(UNIT.c.id, UNIT.c.ref, UNIT.c.name, UNIT.c.parent_id)
    query = query.where(scope_condition(actor, UNIT.c.id), UNIT.c.active.is_(True))
    return list(db.execute(query.order_by(UNIT.c.name, UNIT.c.id)))


def refs_below(db: Connection, ref: str) -> list[str]:
    """The refs of a unit and of all units below it."""
    above = UNIT.alias("above")
    query = select(UNIT.c.ref).join(CLOSURE, CLOSURE.c.descendant_id == UNIT.c.id)
    query = query.join(above, above.c.id == CLOSURE.c.ancestor_id)
    return list(db.execute(query.where(above.c.ref == ref)).scalars())


def refs_above(db: Connection, ref: str) -> list[str]:
    """The refs of a unit and of all units above it."""
    own = UNIT.alias("own")
    query = select(UNIT.c.ref).join(CLOSURE, CLOSURE.c.ancestor_id == UNIT.c.id)
    return list(db.execute(query.join(own, own.c.id == CLOSURE.c.descendant_id).where(own.c.ref == ref)).scalars())


def keys_in_scope(db: Connection, actor: Actor) -> list[int]:
    """The keys of the units in the actor's scope today, those that ended among them."""
    return list(db.execute(select(UNIT.c.id).where(scope_condition(actor, UNIT.c.id))).scalars())


def is_administered(db: Connection, actor: Actor, unit_id: int) -> bool:
    """Whether a unit lies in the actor's administration."""
    query = select(UNIT.c.id).where(UNIT.c.id == unit_id, scope_condition(actor, UNIT.c.id, ("admin",)))
    return db.execute(query).first() is not None


def post_names(db: Connection, refs: Iterable[str]) -> dict[str, str]:
    """Ref → what a post is called today."""
    return {row.ref: row.name for row in db.execute(select(POST.c.ref, POST.c.name).where(POST.c.ref.in_(list(refs))))}


def unit_names(db: Connection, refs: Iterable[str]) -> dict[str, str]:
    """Ref → what a unit is called today."""
    return {row.ref: row.name for row in db.execute(select(UNIT.c.ref, UNIT.c.name).where(UNIT.c.ref.in_(list(refs))))}


def names_of_keys(db: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Key, as rules write it → what a unit is called, whoever asks; those that ended among them."""
    return {row.key: row.name for row in db.execute(select(UNIT.c.key, UNIT.c.name).where(UNIT.c.key.in_(list(keys))))}


def by_keys(db: Connection, keys: Iterable[int]) -> dict[int, Row[Any]]:
    """Key → ref and name of units."""
    query = select(UNIT.c.id, UNIT.c.ref, UNIT.c.name).where(UNIT.c.id.in_(list(keys)))
    return {row.id: row for row in db.execute(query)}


def kinds(db: Connection, actor: Actor) -> list[str]:
    """The kinds of units in the actor's scope, each once."""
    query = select(UNIT.c.kind).where(scope_condition(actor, UNIT.c.id), UNIT.c.active.is_(True)).distinct()
    return list(db.execute(query.order_by(UNIT.c.kind)).scalars())


def post_kinds(db: Connection, actor: Actor) -> list[str]:
    """The kinds of posts in the actor's scope, each once."""
    query = select(POST.c.kind).where(scope_condition(actor, POST.c.unit_id), POST.c.active.is_(True)).distinct()
    return list(db.execute(query.order_by(POST.c.kind)).scalars())


def paths(db: Connection) -> dict[int, tuple[str, ...]]:
    """Unit → its key and the keys of all units above it, nearest first. One query for all of them."""
    query = (
        select(CLOSURE.c.descendant_id, UNIT.c.key)
        .join(UNIT, UNIT.c.id == CLOSURE.c.ancestor_id)
        .order_by(CLOSURE.c.descendant_id, CLOSURE.c.depth)
    )
    found: dict[int, tuple[str, ...]] = {}
    for below, key in db.execute(query):
        found[below] = (*found.get(below, ()), key)
    return found


def zones(db: Connection) -> list[str]:
    """The IANA zones of all units, each once."""
    query = select(Unit.timezone).where(Unit.timezone.is_not(None)).distinct().order_by(Unit.timezone)
    return list(db.execute(query).scalars())


def zone_of_all(db: Connection) -> str | None:
    """The IANA zone of the first root unit; None where there is no unit."""
    found = ZONE_OF_ALL.one(db)
    return None if found is None else str(found.timezone)


def highest(db: Connection) -> int | None:
    """The key of the first root unit; None where there is no unit."""
    query = select(UNIT.c.id).where(UNIT.c.parent_id.is_(None)).order_by(UNIT.c.id).limit(1)
    found: int | None = db.execute(query).scalar_one_or_none()
    return found


def post_by_ref(db: Connection, ref: str) -> Row[Any] | None:
    """One post by its name outside, or None."""
    return db.execute(select(POST).where(POST.c.ref == ref)).one_or_none()


def posts(db: Connection, actor: Actor) -> list[Row[Any]]:
    """The posts in the actor's scope, and the names of their units: what an appointment chooses from.

    Those that stand today, and those that begin on a day to come.
    """
    query = select(POST, UNIT.c.name.label("unit_name"), UNIT.c.ref.label("unit_ref")).join(
        UNIT, UNIT.c.id == POST.c.unit_id
    )
    query = query.where(scope_condition(actor, POST.c.unit_id, OVERSEERS), or_(POST.c.active.is_(True), ~ENDED))
    return list(db.execute(query.order_by(UNIT.c.name, POST.c.name, POST.c.id)))


def taken_keys(db: Connection, keys: Iterable[str]) -> frozenset[str]:
    """Those of the keys that a unit or a post has already."""
    wanted = list(keys)
    units = select(UNIT.c.key).where(UNIT.c.key.in_(wanted))
    return frozenset(db.execute(units.union(select(POST.c.key).where(POST.c.key.in_(wanted)))).scalars())


def add_unit(db: Connection, **values: Any) -> int:
    """A unit below its parent, and its place in the closure. Answers its id."""
    added = int(db.execute(insert(UNIT).values(**values).returning(UNIT.c.id)).scalar_one())
    above = select(CLOSURE.c.ancestor_id, bindparam("own", added), CLOSURE.c.depth + 1)
    above = above.where(CLOSURE.c.descendant_id == values["parent_id"])
    db.execute(insert(CLOSURE).values(ancestor_id=added, descendant_id=added, depth=0))
    db.execute(insert(CLOSURE).from_select(["ancestor_id", "descendant_id", "depth"], above))
    return added


def add_post(db: Connection, **values: Any) -> int:
    """A chair in a unit. Answers its id."""
    return int(db.execute(insert(POST).values(**values).returning(POST.c.id)).scalar_one())
