"""What an entry may be about beside its person: an entry of another register, or a row of a form of a case of his.

Only what whoever makes the entry may read is offered and taken. What is kept says in words what it was then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from engine import entry_lists, entry_rights, snapshot
from engine.core.case import Actor
from engine.core.definition import FieldSpec, RegisterDefinition
from engine.core.errors import InvalidSubmission, NotFound
from engine.core.filling import forms
from engine.core.messages import Message
from engine.core.register import Register
from engine.entry_rights import Subject
from engine.runtime import Runtime
from engine.snapshot import Snapshot
from engine.store.queries import entries as queries
from engine.store.queries import entry_cases

KEPT = "#about"  # no field is called so
BACK = 31  # days of entries that are offered
LONGEST = 160  # characters of a label


@dataclass(frozen=True, slots=True)
class Cited:
    """One thing that an entry may be about. ref: an entry's, or `case.form.table.number`; day: of an entry."""

    ref: str
    label: str
    kind: str  # the register's key, or form.table
    day: date | None = None

    def as_document(self) -> dict[str, str]:
        """What is kept with the answers."""
        return {"ref": self.ref, "label": self.label, "kind": self.kind}


def offered(
    rt: Runtime, db: Connection, register: Register, about: Subject, day: date, actor: Actor
) -> tuple[Cited, ...]:
    """What an entry about somebody on a day may be about, entries newest first; nothing where the register says so."""
    spec = register.definition.cites
    if spec is None or about.person_id is None:
        return ()
    found = [each for key in spec.registers for each in _entries(rt, db, key, about, day, actor)]
    return (*found, *(_rows(rt, db, spec.rows, about, actor) if spec.rows else ()))


def taken(
    rt: Runtime, db: Connection, register: Register, about: Subject, day: date, actor: Actor, ref: str
) -> dict[str, Any]:
    """What is kept of what an entry is about; nothing where it is about nothing else.

    Raises InvalidSubmission for what is not offered, and where something has to be named and is not.
    """
    spec = register.definition.cites
    if not ref:
        if spec is not None and spec.required:
            raise InvalidSubmission({"cites": Message("register.cites_required")})
        return {}
    for each in offered(rt, db, register, about, day, actor):
        if each.ref == ref:
            return {KEPT: each.as_document()}
    raise InvalidSubmission({"cites": Message("register.cites_unknown")})


def kept(body: str | None) -> dict[str, Any]:
    """What an entry's answers (JSON) say that it is about; nothing where they are erased."""
    found = json.loads(body) if body else {}
    return {KEPT: found[KEPT]} if KEPT in found else {}


def _entries(rt: Runtime, db: Connection, key: str, about: Subject, day: date, actor: Actor) -> Iterator[Cited]:
    """The entries of a register about the person that the actor reads, those that he himself makes among them; the
    newest first."""
    try:
        register = entry_rights.published(rt, db, key).register
    except NotFound:
        return
    first = day - timedelta(days=BACK)
    rows = queries.of_person(db, key, about.person_id or 0, first.isoformat(), day.isoformat())
    is_own = about.person_id == actor.person_id
    own = is_own and entry_rights.may(register, entry_rights.roles_of(db, register, about, day, actor), "add")
    for row in reversed(entry_lists.opened(rt, db, [(about, row) for row in rows], actor, own=own)):
        if row.body is not None:
            yield Cited(row.ref, _label(register.definition, json.loads(row.body)), key, date.fromisoformat(row.day))


def _label(definition: RegisterDefinition, body: dict[str, Any]) -> str:
    """The first words that somebody wrote in an entry."""
    words = (body.get(field.key) for field in definition.form.fields() if field.type in ("text", "longtext"))
    return next((str(word)[:LONGEST] for word in words if word), definition.name.say("id"))


def _rows(rt: Runtime, db: Connection, paths: tuple[str, ...], about: Subject, actor: Actor) -> Iterator[Cited]:
    """The rows of tables in the last answers of the person's cases, as far as the actor reads the form."""
    for ref in entry_cases.running_about(db, about.person_id or 0):
        try:
            found = snapshot.load(rt, db, ref, actor, rt.clock())
        except NotFound:
            continue
        known = forms.known(found.workflow, found.view, actor)
        for path in paths:
            form, _, table = path.partition(".")
            rows = known.get(form, {}).get(table)
            hidden = forms.sight(found.workflow.forms[form], found.view, actor).hidden if rows else frozenset()
            names = [each for each in _wordy(found, form, table) if f"{table}.{each}" not in hidden] if rows else []
            for number, row in enumerate(rows or ()):
                if label := next((str(row[name]) for name in names if row.get(name)), ""):
                    yield Cited(f"{ref}.{path}.{number}", label[:LONGEST], path)


def _wordy(found: Snapshot, form: str, table: str) -> list[str]:
    """The columns of a table that hold words, those that have to be filled in first."""
    fields = found.workflow.definition.form(form).fields()
    columns = [FieldSpec.model_validate(c) for f in fields if f.key == table for c in f.options.get("columns", ())]
    words = [each for each in columns if each.type in ("text", "longtext")]
    return [each.key for each in sorted(words, key=lambda each: not each.required)]
