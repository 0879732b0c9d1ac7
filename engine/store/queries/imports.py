"""Questions and small writes about imported files, their rows, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    true,
    tuple_,
    update,
)

from engine.core.case import Actor
from engine.store.queries.scope import over_everything, units_of
from engine.store.tables.imports import ImportFault, ImportFile, ImportMapping, ImportRow
from engine.store.tables.jobs import Job
from engine.store.tables.people import Person

FILE, ROW = ImportFile.__table__, ImportRow.__table__
FAULT, MAPPING = ImportFault.__table__, ImportMapping.__table__
PERSON, JOB = Person.__table__, Job.__table__
DOES = ("create", "change", "end")


def files_in_scope(actor: Actor) -> ColumnElement[bool]:
    """The files that an administrator may see: his own, and every one for a right over everything.

    A key of the API sees those that came by itself: what its person brings otherwise may be about other units.
    """
    others = ~FILE.c.kind.startswith("register:")  # entries of registers belong to whoever brings them (entry_files)
    if actor.is_system:
        return others
    if not units_of(actor, ("admin",)):
        return false()
    own = FILE.c.by_id == actor.person_id
    if actor.by_key is not None:
        own = and_(own, FILE.c.by_key == actor.by_key)
    return and_(others, or_(own, over_everything(actor, ("admin",))))


def file(db: Connection, actor: Actor, ref: str, *, lock: bool = False) -> Row[Any] | None:
    """One file in the actor's scope with the name of who brought it, but without its rows."""
    columns = [column for column in FILE.c if column.name != "sheet"]
    query = select(*columns, PERSON.c.name.label("by_name")).outerjoin(PERSON, PERSON.c.id == FILE.c.by_id)
    query = query.where(FILE.c.ref == ref, files_in_scope(actor))
    return db.execute(query.with_for_update(of=FILE) if lock else query).one_or_none()


def by_id(db: Connection, file_id: int) -> Row[Any] | None:
    """One file, locked until the commit; None once it is forgotten."""
    return db.execute(select(FILE).where(FILE.c.id == file_id).with_for_update()).one_or_none()


def sheet(db: Connection, file_id: int) -> bytes | None:
    """The packed rows of a file; None once they are gone."""
    found: bytes | None = db.execute(select(FILE.c.sheet).where(FILE.c.id == file_id)).scalar_one()
    return found


def add(db: Connection, **values: Any) -> int:
    """A file that came. Answers its id."""
    return int(db.execute(insert(FILE).values(**values).returning(FILE.c.id)).scalar_one())


def put(db: Connection, file_id: int, **values: Any) -> None:
    """Change what is said of a file."""
    db.execute(update(FILE).where(FILE.c.id == file_id).values(**values))


def replace_report(db: Connection, file_id: int, rows: Sequence[Mapping[str, Any]], faults: Sequence[Any]) -> None:
    """Put a report in the place of the one before: rows with their outcomes, and faults by place."""
    for table in (ROW, FAULT):
        db.execute(delete(table).where(table.c.import_id == file_id))
    if rows:
        db.execute(insert(ROW), [{"import_id": file_id, **row} for row in rows])
    add_faults(db, file_id, 0, faults)


def add_faults(db: Connection, file_id: int, place: int, faults: Sequence[Mapping[str, Any]]) -> None:
    """Faults from a place on."""
    if faults:
        db.execute(insert(FAULT), [{"import_id": file_id, "place": place + at, **one} for at, one in enumerate(faults)])


def next_place(db: Connection, file_id: int) -> int:
    """The place after the last fault of a file."""
    query = select(func.coalesce(func.max(FAULT.c.place) + 1, 0)).where(FAULT.c.import_id == file_id)
    return int(db.execute(query).scalar_one())


def to_do(db: Connection, file_id: int, after: tuple[int, int], limit: int) -> list[Row[Any]]:
    """The next rows that write something, by their turns, after the (turn, number) of the last one."""
    later = tuple_(ROW.c.turn, ROW.c.number) > tuple_(*after)
    query = select(ROW).where(ROW.c.import_id == file_id, ROW.c.outcome.in_(DOES), ROW.c.state == "judged", later)
    return list(db.execute(query.order_by(ROW.c.turn, ROW.c.number).limit(limit)))


def settle(db: Connection, file_id: int, numbers: Iterable[int], state: str) -> None:
    """Say what became of rows."""
    some = list(numbers)
    if some:
        db.execute(update(ROW).where(ROW.c.import_id == file_id, ROW.c.number.in_(some)).values(state=state))


def outcomes_done(db: Connection, file_id: int) -> dict[str, int]:
    """How many rows did what; `refused` are those that were right when they were shown."""
    query = select(ROW.c.outcome, ROW.c.state, func.count())
    query = query.where(ROW.c.import_id == file_id, ROW.c.outcome.in_(DOES))
    found: dict[str, int] = {}
    for outcome, state, count in db.execute(query.group_by(ROW.c.outcome, ROW.c.state)):
        name = {"done": outcome, "refused": "refused"}.get(state)
        if name:
            found[name] = found.get(name, 0) + count
    return found


def done_rows(db: Connection, file_id: int) -> list[Row[Any]]:
    """The rows that were taken over, in the order of the file: number, outcome and what they say."""
    query = select(ROW.c.number, ROW.c.outcome, ROW.c.body)
    return list(db.execute(query.where(ROW.c.import_id == file_id, ROW.c.state == "done").order_by(ROW.c.number)))


def rows(
    db: Connection, file_id: int, *, outcome: str = "", after: int = 0, backwards: bool = False, limit: int = 51
) -> list[Row[Any]]:
    """Rows of a file by number, of one outcome (or `refused`), from a place on; reversed when read backwards."""
    query = select(ROW).where(ROW.c.import_id == file_id, _of(outcome))
    if after:
        query = query.where(ROW.c.number < after if backwards else ROW.c.number > after)
    return list(db.execute(query.order_by(ROW.c.number.desc() if backwards else ROW.c.number).limit(limit)))


def _of(outcome: str) -> ColumnElement[bool]:
    if outcome == "refused":
        return ROW.c.state == "refused"
    return ROW.c.outcome == outcome if outcome else true()


def faults(
    db: Connection,
    file_id: int,
    *,
    cause: str = "",
    refused: bool = False,
    after: int = -1,
    backwards: bool = False,
    limit: int = 51,
) -> list[Row[Any]]:
    """Faults of a file by place, of one cause, from a place on, each with its row's label; reversed when backwards.

    refused: those that were found only when it was a row's turn; else those of the report.
    """
    whose = and_(ROW.c.import_id == FAULT.c.import_id, ROW.c.number == FAULT.c.number)
    query = select(FAULT, ROW.c.label).join(ROW, whose).where(FAULT.c.import_id == file_id)
    query = query.where(ROW.c.state == "refused" if refused else ROW.c.state != "refused")
    if cause:
        query = query.where(FAULT.c.cause == cause)
    if after >= 0:
        query = query.where(FAULT.c.place < after if backwards else FAULT.c.place > after)
    return list(db.execute(query.order_by(FAULT.c.place.desc() if backwards else FAULT.c.place).limit(limit)))


def all_rows(db: Connection, file_id: int, faulty: bool) -> list[Row[Any]]:
    """Every row of a report with what is wrong with it, one line a fault; faulty: only those with a fault."""
    whose = and_(ROW.c.import_id == FAULT.c.import_id, ROW.c.number == FAULT.c.number)
    query = select(
        ROW.c.number, ROW.c.label, ROW.c.outcome, ROW.c.state, FAULT.c.cause, FAULT.c.column, FAULT.c.found,
        FAULT.c.message,
    ).select_from(ROW.join(FAULT, whose, isouter=not faulty))  # fmt: skip
    return list(db.execute(query.where(ROW.c.import_id == file_id).order_by(ROW.c.number, FAULT.c.place)))


def job_of(db: Connection, ref: str) -> Row[Any] | None:
    """How far the job of an import is."""
    return db.execute(select(JOB).where(JOB.c.ref == ref)).one_or_none()


def causes(db: Connection, file_id: int) -> list[Row[Any]]:
    """Each cause with how many rows have it, the most frequent first."""
    count = func.count(FAULT.c.number.distinct()).label("rows")
    query = select(FAULT.c.cause, count).where(FAULT.c.import_id == file_id).group_by(FAULT.c.cause)
    return list(db.execute(query.order_by(count.desc(), FAULT.c.cause)))


def remembered(db: Connection, kind: str, headings: str) -> Row[Any] | None:
    """How files with these headings were mapped the last time."""
    return db.execute(select(MAPPING).where(MAPPING.c.kind == kind, MAPPING.c.headings == headings)).one_or_none()


def remember(db: Connection, kind: str, headings: str, **values: Any) -> None:
    """Keep it for the next file."""
    db.execute(delete(MAPPING).where(MAPPING.c.kind == kind, MAPPING.c.headings == headings))
    db.execute(insert(MAPPING).values(kind=kind, headings=headings, **values))


def forget(db: Connection, before: str) -> None:
    """Files of before a moment with everything that was in them, whatever became of them."""
    old = select(FILE.c.id).where(FILE.c.at < before)
    for table in (FAULT, ROW):
        db.execute(delete(table).where(table.c.import_id.in_(old)))
    db.execute(delete(FILE).where(FILE.c.at < before))
