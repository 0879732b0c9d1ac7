"""Questions about designs, their steps and who is at them; and their few small writes. Rights are the verbs'."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, and_, insert, select, update
from sqlalchemy.orm import aliased

from engine.store.tables.definitions import DefinitionVersion
from engine.store.tables.designs import Design, DesignEdit, DesignPresence
from engine.store.tables.people import Person

DESIGN, EDIT, PRESENCE = Design.__table__, DesignEdit.__table__, DesignPresence.__table__
VERSION, FROM = aliased(DefinitionVersion), aliased(DefinitionVersion)
BEGAN, CHANGED = aliased(Person), aliased(Person)
MINE = ("begun", "edited", "undone", "redone")  # steps that know a way back and forth


def _designs(*left_out: str) -> Select[Any]:
    """Designs with the version that each began as, the one that it was handed in as, and who began and changed it."""
    query = select(
        *(column for column in DESIGN.c if column.name not in left_out),
        FROM.ref.label("from_ref"),
        FROM.number.label("from_number"),
        VERSION.ref.label("version_ref"),
        VERSION.number.label("version_number"),
        VERSION.status.label("version_status"),
        BEGAN.name.label("begun_name"),
        CHANGED.name.label("changed_name"),
    )
    query = query.outerjoin(FROM, FROM.id == DESIGN.c.from_version_id)
    query = query.outerjoin(VERSION, VERSION.id == DESIGN.c.version_id)
    query = query.outerjoin(BEGAN, BEGAN.id == DESIGN.c.begun_by)
    return query.outerjoin(CHANGED, CHANGED.id == DESIGN.c.changed_by)


def by_ref(db: Connection, ref: str, *, lock: bool = False) -> Row[Any] | None:
    """A design by its ref, with its document; locked until the commit where it will be changed."""
    query = _designs().where(DESIGN.c.ref == ref)
    return db.execute(query.with_for_update(of=DESIGN) if lock else query).one_or_none()


def listed(db: Connection) -> list[Row[Any]]:
    """Every design that was not discarded, the one that was changed last first."""
    query = _designs().where(DESIGN.c.discarded_at.is_(None))
    return list(db.execute(query.order_by(DESIGN.c.changed_at.desc(), DESIGN.c.id.desc())))


def keys(db: Connection, kind: str) -> set[str]:
    """The keys that definitions and designs of a kind have already."""
    designs = select(DESIGN.c.key).where(DESIGN.c.kind == kind)
    return set(db.execute(designs.union(select(VERSION.key).where(VERSION.kind == kind))).scalars())


def places_of_version(db: Connection, version_id: int) -> str | None:
    """Where the boxes stood in the design that became a version."""
    query = select(DESIGN.c.places).where(DESIGN.c.version_id == version_id).order_by(DESIGN.c.id.desc())
    return db.execute(query.limit(1)).scalar_one_or_none()


def latest_of(db: Connection, design_id: int, person_id: int | None) -> Row[Any] | None:
    """The last step of one person: what he would undo and redo next."""
    query = select(EDIT.c.number, EDIT.c.to_undo, EDIT.c.to_redo).where(EDIT.c.design_id == design_id)
    query = query.where(EDIT.c.person_id.is_not_distinct_from(person_id), EDIT.c.step.in_(MINE))
    return db.execute(query.order_by(EDIT.c.number.desc()).limit(1)).one_or_none()


def step(db: Connection, design_id: int, number: int) -> Row[Any]:
    """One step of a design, which is there."""
    return db.execute(select(EDIT).where(EDIT.c.design_id == design_id, EDIT.c.number == number)).one()


def steps(db: Connection, design_id: int, *, before: int | None = None, most: int = 100) -> list[Row[Any]]:
    """The steps of a design with the name of who took each, newest first; `before` a number, for the next page."""
    query = select(EDIT, Person.name).outerjoin(Person, Person.id == EDIT.c.person_id)
    query = query.where(EDIT.c.design_id == design_id)
    query = query if before is None else query.where(EDIT.c.number < before)
    return list(db.execute(query.order_by(EDIT.c.number.desc()).limit(most)))


def workers_on(db: Connection, version_id: int) -> set[int]:
    """Who took a step of the design that became a version, before it did."""
    handed_in = aliased(DesignEdit)
    query = (
        select(EDIT.c.person_id)
        .distinct()
        .join(handed_in, and_(handed_in.design_id == EDIT.c.design_id, handed_in.number >= EDIT.c.number))
    )
    query = query.where(handed_in.version_id == version_id, EDIT.c.person_id.is_not(None))
    return set(db.execute(query).scalars())


def present(db: Connection, design_id: int, *, since: str, but: int | None) -> list[Row[Any]]:
    """Who else had which part of a design open since then, by name."""
    query = select(Person.ref, Person.name, PRESENCE.c.part, PRESENCE.c.at).join(
        Person, Person.id == PRESENCE.c.person_id
    )
    query = query.where(PRESENCE.c.design_id == design_id, PRESENCE.c.at >= since)
    query = query if but is None else query.where(PRESENCE.c.person_id != but)
    return list(db.execute(query.order_by(Person.name)))


def add(db: Connection, **values: Any) -> int:
    """A new design; answers its key."""
    return int(db.execute(insert(DESIGN).values(**values).returning(DESIGN.c.id)).scalar_one())


def add_step(db: Connection, **values: Any) -> None:
    """Keep a step; its event has been written."""
    db.execute(insert(EDIT).values(**values))


def put(db: Connection, design_id: int, **values: Any) -> None:
    """Change the row of a design to what its last step left."""
    db.execute(update(DESIGN).where(DESIGN.c.id == design_id).values(**values))


def see(db: Connection, design_id: int, person_id: int, part: str, at: str) -> None:
    """Note that somebody has a part of a design open; the caller waits for his turn with it."""
    own = (PRESENCE.c.design_id == design_id, PRESENCE.c.person_id == person_id)
    if not db.execute(update(PRESENCE).where(*own).values(part=part, at=at)).rowcount:
        db.execute(insert(PRESENCE).values(design_id=design_id, person_id=person_id, part=part, at=at))
