"""What was ever said about a unit, post or person, and the small writes that follow: a new change, the row of today.

Refs stand in place of integer keys in what a change says (`parent`, `unit`, `superior`), so that it reads by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, delete, func, insert, select, update

from engine.core.history import Change as Said
from engine.store.statement import Statement
from engine.store.tables.cases import Note
from engine.store.tables.changes import Change
from engine.store.tables.ledger import Event
from engine.store.tables.people import Person, Post, Unit, UnitClosure

CHANGE = Change.__table__
UNIT, POST, PERSON, CLOSURE = Unit.__table__, Post.__table__, Person.__table__, UnitClosure.__table__
ABOVE, SUPERIOR = UNIT.alias("above"), POST.alias("superior")
TABLES = {"unit": UNIT, "post": POST, "person": PERSON}
ABOUT = {"unit": CHANGE.c.unit_id, "post": CHANGE.c.post_id, "person": CHANGE.c.person_id}
# Each field of a change, and the columns of today's row that hold it; for a ref, the table that it names.
FIELDS: Mapping[str, Mapping[str, str]] = {
    "unit": {"name": "name", "kind": "kind", "parent": "parent_id", "timezone": "timezone", "active": "active"},
    "post": {
        "name": "name", "kind": "kind", "unit": "unit_id", "superior": "superior_id", "level": "level",
        "position_class": "position_class", "active": "active",
    },
    "person": {"name": "name", "nip": "nip", "email": "email", "kind": "kind", "grade": "grade"},
}  # fmt: skip
NAMED = {"parent": UNIT, "unit": UNIT, "superior": POST}
PRESENT = {
    "unit": select(UNIT, ABOVE.c.ref.label("parent")).outerjoin(ABOVE, ABOVE.c.id == UNIT.c.parent_id),
    "post": select(POST, UNIT.c.ref.label("unit"), SUPERIOR.c.ref.label("superior"))
    .join(UNIT, UNIT.c.id == POST.c.unit_id)
    .outerjoin(SUPERIOR, SUPERIOR.c.id == POST.c.superior_id),
    "person": select(PERSON),
}


# Asked several times at each change: built once.
BY_REF = {kind: Statement(query.where(TABLES[kind].c.ref == bindparam("ref"))) for kind, query in PRESENT.items()}
LOCKED = {
    kind: Statement(
        query.where(TABLES[kind].c.ref == bindparam("ref")).with_for_update(of=TABLES[kind], key_share=True)
    )
    for kind, query in PRESENT.items()
}
OF_ONE = {
    kind: Statement(
        select(CHANGE.c.id, CHANGE.c.starts_on, CHANGE.c.recorded_at, CHANGE.c.body)
        .where(about == bindparam("key"))
        .order_by(CHANGE.c.id)
    )
    for kind, about in ABOUT.items()
}


def present(db: Connection, kind: str, ref: str, *, lock: bool = False) -> Any | None:
    """The row of a unit, post or person as it is today, with refs beside its keys; locked until the commit if asked."""
    return (LOCKED if lock else BY_REF)[kind].one(db, ref=ref)


def facts(kind: str, row: Any) -> dict[str, Any]:
    """The fields of a row of `present`, as a change would say them."""
    found = {name: getattr(row, name) for name in FIELDS[kind]}
    return found | ({"active": bool(found["active"])} if "active" in found else {})


def of(db: Connection, kind: str, key: int) -> list[Said]:
    """Everything that was ever said about one thing, in the order in which it was recorded."""
    rows = OF_ONE[kind].rows(db, key=key)
    return [Said(row.id, row.starts_on, row.recorded_at, json.loads(row.body)) for row in rows]


def of_each(db: Connection, kind: str, keys: Sequence[int] | None = None) -> dict[int, list[Said]]:
    """The same for many things, or (None) for all of the kind: key → what was said. Nothing for those never changed."""
    about = ABOUT[kind]
    query = select(about.label("about"), CHANGE.c.id, CHANGE.c.starts_on, CHANGE.c.recorded_at, CHANGE.c.body)
    query = query.where(about.is_not(None) if keys is None else about.in_(keys)).order_by(CHANGE.c.id)
    found: dict[int, list[Said]] = {}
    for row in db.execute(query):
        said = Said(row.id, row.starts_on, row.recorded_at, json.loads(row.body))
        found.setdefault(row.about, []).append(said)
    return found


def names(kind: str, field: str, ref: str) -> ColumnElement[bool]:
    """The units or posts whose `field` names a ref today."""
    above = NAMED[field]
    key = select(above.c.id).where(above.c.ref == ref).scalar_subquery()
    return TABLES[kind].c[FIELDS[kind][field]] == key


def line_of_today(db: Connection, ref: str) -> list[int]:
    """The keys of a post and of the posts above it today."""
    first = select(POST.c.id, POST.c.superior_id).where(POST.c.ref == ref).cte("line", recursive=True)
    step = select(POST.c.id, POST.c.superior_id).join(first, POST.c.id == first.c.superior_id)
    return list(db.execute(select(first.union(step).c.id)).scalars())


def naming(db: Connection, kind: str, field: str, ref: str) -> list[int]:
    """The keys of the units or posts whose `field` names a ref today, or for which a change says so."""
    today = select(TABLES[kind].c.id).where(names(kind, field, ref))
    said = select(ABOUT[kind]).where(ABOUT[kind].is_not(None), CHANGE.c.body.contains(ref, autoescape=True))
    return sorted(set(db.execute(today.union(said)).scalars()))


def told(db: Connection, kind: str, key: int) -> list[Row[Any]]:
    """The changes of one thing for a page, newest first: with the event, who did it and its note (reason)."""
    query = (
        select(CHANGE, Event.kind.label("event_kind"), PERSON.c.name.label("actor_name"), Note.body.label("note"))
        .join(Event, Event.ref == CHANGE.c.event_ref)
        .outerjoin(PERSON, PERSON.c.id == Event.actor_id)
        .outerjoin(Note, Note.event_ref == CHANGE.c.event_ref)
        .where(ABOUT[kind] == key)
    )
    return list(db.execute(query.order_by(CHANGE.c.starts_on.desc(), CHANGE.c.id.desc())))


def by_event(db: Connection, event_ref: str) -> Row[Any] | None:
    """One change by the ref of its event: kind, key, ref and name of what it is about, and its day."""
    kind = case((CHANGE.c.unit_id.is_not(None), "unit"), (CHANGE.c.post_id.is_not(None), "post"), else_="person")
    query = (
        select(
            CHANGE.c.starts_on,
            kind.label("kind"),
            func.coalesce(CHANGE.c.unit_id, CHANGE.c.post_id, CHANGE.c.person_id).label("key"),
            func.coalesce(UNIT.c.ref, POST.c.ref, PERSON.c.ref).label("ref"),
            func.coalesce(UNIT.c.name, POST.c.name, PERSON.c.name).label("name"),
        )
        .outerjoin(UNIT, UNIT.c.id == CHANGE.c.unit_id)
        .outerjoin(POST, POST.c.id == CHANGE.c.post_id)
        .outerjoin(PERSON, PERSON.c.id == CHANGE.c.person_id)
    )
    return db.execute(query.where(CHANGE.c.event_ref == event_ref)).one_or_none()


def add(db: Connection, kind: str, key: int, *, event_ref: str, starts_on: str, recorded_at: str, body: str) -> int:
    """A change, whose event has been written. Answers its number."""
    values = {f"{kind}_id": key, "event_ref": event_ref, "starts_on": starts_on, "recorded_at": recorded_at}
    return int(db.execute(insert(CHANGE).values(**values, body=body).returning(CHANGE.c.id)).scalar_one())


def put(db: Connection, kind: str, key: int, values: Mapping[str, Any]) -> None:
    """Let the row of today say these fields; a unit with another parent takes its subtree along in the closure."""
    columns = {FIELDS[kind][name]: _key(db, name, value) for name, value in values.items()}
    if "name" in values and kind == "person":
        columns["name_lower"] = str(values["name"]).lower()
    db.execute(update(TABLES[kind]).where(TABLES[kind].c.id == key).values(**columns))
    if "parent" in values:
        _move_closure(db, key, columns["parent_id"])


def _key(db: Connection, name: str, value: Any) -> Any:
    if name not in NAMED or value is None:
        return value
    table = NAMED[name]
    return db.execute(select(table.c.id).where(table.c.ref == value)).scalar_one()


def _move_closure(db: Connection, unit_id: int, parent_id: int | None) -> None:
    """Cut a subtree off what lay above it, and put it below another unit."""
    inside = select(CLOSURE.c.descendant_id).where(CLOSURE.c.ancestor_id == unit_id)
    depths = select(CLOSURE.c.descendant_id, CLOSURE.c.depth).where(CLOSURE.c.ancestor_id == unit_id)
    below = {row.descendant_id: row.depth for row in db.execute(depths)}
    db.execute(delete(CLOSURE).where(CLOSURE.c.descendant_id.in_(inside), CLOSURE.c.ancestor_id.not_in(inside)))
    above = db.execute(select(CLOSURE.c.ancestor_id, CLOSURE.c.depth).where(CLOSURE.c.descendant_id == parent_id)).all()
    rows = [
        {"ancestor_id": up.ancestor_id, "descendant_id": down, "depth": up.depth + depth + 1}
        for up in above
        for down, depth in below.items()
    ]
    if rows:
        db.execute(insert(CLOSURE), rows)
