"""Registers: which are in force, a person's month of entries, and adding one. A key may be for one register alone."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Literal

from flask import g
from pydantic import Field

from api.caller import Caller
from api.shapes import Asked, Day, Ref, Shape, Words, said
from engine import entry_imports, entry_lists, entry_rights, registers
from engine.core.errors import NotAllowed, NotFound
from engine.core.messages import Message
from engine.core.times import to_date
from engine.store.queries import definitions
from engine.web import labels
from engine.web.language import today, translate


class Register(Shape):
    """A register in force: what its entries are about, what they answer, what they are counted by."""

    key: str
    label: str
    definition: str
    about: str
    a_day: str
    questions: tuple[Words, ...]
    measures: tuple[Words, ...]


class Registers(Shape):
    """The registers in force."""

    items: tuple[Register, ...]


class Entry(Shape):
    """An entry that stands. `answers` is null once they were erased."""

    ref: str
    day: date
    answers: dict[str, Any] | None
    verdict: str | None


class Entries(Shape):
    """The entries about somebody in a month, the newest day first. `is_cut`: there are earlier ones."""

    person: str
    items: tuple[Entry, ...]
    is_cut: bool


class EntriesAsked(Asked):
    """Of whom, and of which month (2026-03); of this month where none is given."""

    person: Ref
    month: Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")] | None = None


class NewEntry(Asked):
    """An entry about the person or unit of a ref, of a local day."""

    about: Ref
    day: Day
    answers: dict[str, Any]


class Added(Shape):
    """The entry that was added."""

    ref: str


class ManyEntry(Asked):
    """A row: about whom (NIP or ref of a person, code or ref of a unit, nothing for nobody), of which day."""

    about: Annotated[str, Field(max_length=100)] = ""
    day: Day
    answers: dict[str, Any]


class NewEntries(Asked):
    """Rows of one source. `way`: add them, or replace what stands on their days; `whole`: all of them or none."""

    rows: Annotated[tuple[ManyEntry, ...], Field(min_length=1, max_length=entry_imports.MOST_ROWS)]
    way: Literal["add", "replace"] = "add"
    whole: bool = True


class EntryFault(Shape):
    """What is wrong with a row, counted from 0."""

    row: int
    column: str
    cause: str
    detail: str


class Brought(Shape):
    """What became of many rows; `event`: the one that brought them, null where nothing was written."""

    event: str | None
    created: int
    replaced: int
    unchanged: int
    ended: int
    faults: tuple[EntryFault, ...]


def list_registers(caller: Caller) -> Registers:
    """List the registers in force."""
    with caller.rt.db.read() as db:
        rows = [row for row in definitions.published(db, "register") if _is_of(caller, row.key)]
        found = [(row.digest, caller.rt.library.register(db, row.digest)) for row in rows]
    return Registers(items=tuple(_register(digest, each) for digest, each in found))


def _register(digest: str, register: Any) -> Register:
    definition = register.definition
    return Register(
        key=definition.key,
        label=said(definition.name),
        definition=digest,
        about=definition.about,
        a_day=definition.a_day,
        questions=tuple(Words(key=each.key, label=said(labels.label(each.spec))) for each in register.form.questions),
        measures=tuple(Words(key=each.spec.key, label=said(labels.label(each.spec))) for each in register.measures),
    )


def list_entries(caller: Caller, key: str, query: EntriesAsked) -> Entries:
    """List the entries about somebody in a month, as the roles of the register let the key's person read them.

    Of whoever moved those alone that count in a unit of the key.
    """
    require_register(caller, key)
    first = to_date(f"{query.month}-01") if query.month else today().replace(day=1)
    with caller.rt.db.read() as db:
        found = entry_rights.published(caller.rt, db, key)
        about = entry_lists.person(db, found.register, query.person, min(entry_lists.last_of(first), today()))
        asked = (found.register, about, first, caller.actor, today())
        month = entry_lists.month(caller.rt, db, *asked, within=caller.keyed.within)
    items = tuple(_entry(row) for day in month.days for row in day.rows)
    if not items:
        require_within(caller, about)
    return Entries(person=about.ref, items=items, is_cut=month.is_cut)


def _entry(row: Any) -> Entry:
    kept = None if row.body is None else json.loads(row.body)
    answers = None if kept is None else {key: value for key, value in kept.items() if key[:1].isalpha()}  # fields alone
    return Entry(ref=row.ref, day=row.day, answers=answers, verdict=row.verdict)


def add_entry(caller: Caller, key: str, body: NewEntry) -> Added:
    """Add an entry, as somebody whom the register lets add one about that person or unit."""
    require_register(caller, key)
    g.answers_at = ("answers",)
    with caller.rt.db.read() as db:
        register = entry_rights.published(caller.rt, db, key).register
        require_within(caller, entry_rights.subject(db, register, body.about, body.day))
    given = (caller.rt, key, body.about, body.day, body.answers)
    return Added(ref=registers.add_entry(*given, actor=caller.actor, key=caller.once, how="api").ref)


def add_entries(caller: Caller, key: str, body: NewEntries) -> Brought:
    """Add many entries under one event. With one wrong row nothing is written, unless the right ones are wanted."""
    require_register(caller, key)
    rows = [{"about": each.about, "day": each.day.isoformat(), "answers": each.answers} for each in body.rows]
    given = {"actor": caller.actor, "key": caller.once, "way": body.way, "whole": body.whole}
    done = entry_imports.add_rows(caller.rt, key, rows, **given, within=caller.keyed.within)
    return Brought(
        event=done.event or None,
        created=done.created,
        replaced=done.replaced,
        unchanged=done.unchanged,
        ended=done.ended,
        faults=tuple(
            EntryFault(row=each.row, column=each.column, cause=each.cause, detail=translate(each.message))
            for each in done.faults
        ),
    )


def require_register(caller: Caller, key: str) -> None:
    """Refuse a key that is for another register."""
    if not _is_of(caller, key):
        raise NotAllowed(Message("api_keys.other_register", register=caller.keyed.register or ""))


def _is_of(caller: Caller, key: str) -> bool:
    return caller.keyed.register in (None, key)


def require_within(caller: Caller, about: entry_rights.Subject) -> None:
    """NotFound for whom or what lies outside the unit of the key."""
    if about.unit_id not in caller.keyed.within:
        raise NotFound(Message("people.person_not_found"))
