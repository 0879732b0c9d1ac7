"""Imported files: the list, and the report on one, row by row. Reads only; what is done stands in import_acts.py."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask import request
from flask_admin import expose
from sqlalchemy import ColumnElement, select

from admin import words
from admin.listing import Filter, Order
from admin.views import SecureModelView
from engine.core.case import Actor
from engine.core.errors import BadRequest, NotFound
from engine.core.messages import Message, message_from_document
from engine.imports import columns
from engine.store import tables
from engine.store.queries import imports as queries
from engine.store.queries import monitoring
from engine.web.actor import require_actor
from engine.web.language import t, translate
from engine.web.pager import Page, read_cursor

KINDS = ("units", "posts", "people", "appointments")
STATES = {"read": "warn", "judged": "warn", "running": "info", "done": "good", "dropped": "plain"}
OUTCOMES = {"create": "good", "change": "info", "end": "info", "unchanged": "plain", "wrong": "bad", "refused": "bad"}
SHOWN = ("wrong", "refused", "create", "change", "end", "unchanged")
FAULTY = ("wrong", "refused")


class Cause(NamedTuple):
    """One cause of wrong rows: how many rows have it, and how it is mended."""

    name: str
    words: str
    rows: int
    mend: str


class Change(NamedTuple):
    """One cell of a row that changes something: column, what stands, what will."""

    column: str
    was: str
    will: str


class Report(NamedTuple):
    """What the page about a file shows: rows that do one thing, or what is wrong, a page at a time."""

    shown: str
    cause: str
    page: Page[Any]
    causes: tuple[Cause, ...]
    counts: Mapping[str, int]

    @property
    def to_do(self) -> int:
        """How many rows would be imported."""
        return sum(self.counts.get(name, 0) for name in ("create", "change", "end"))


class ImportView(SecureModelView):
    """Impor."""

    permission = ("admin",)
    column_list = ("at", "kind", "name", "total", "who", "state")
    orders: Mapping[str, Order] = {
        "newest": Order(lambda: (tables.ImportFile.id,), (int,), lambda row: (row.id,), descending=True),
        "oldest": Order(lambda: (tables.ImportFile.id,), (int,), lambda row: (row.id,)),
    }
    filters = (
        Filter(
            "import_kind",
            "select",
            lambda view, kind: tables.ImportFile.kind == kind,
            lambda view: [(kind, t(f"imports.kind.{kind}")) for kind in KINDS],
        ),
        Filter(
            "import_state",
            "select",
            lambda view, state: tables.ImportFile.state == state,
            lambda view: [(state, t(f"imports.state.{state}")) for state in STATES],
        ),
        Filter("undecided", "check", lambda view, value: tables.ImportFile.state.in_(monitoring.WAITING_FILES)),
    )
    list_template = "backoffice/imports/list.html"

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return queries.files_in_scope(actor)

    def search(self, text: str) -> ColumnElement[bool]:
        return tables.ImportFile.name.icontains(text, autoescape=True)

    def details(self, rows: Sequence[tables.ImportFile]) -> Mapping[int, str]:
        wanted = {row.by_id for row in rows if row.by_id}
        found = self.db.execute(select(tables.Person.id, tables.Person.name).where(tables.Person.id.in_(wanted)))
        return {row.id: row.name for row in found}

    def cell(self, row: tables.ImportFile, name: str, more: Mapping[int, str]) -> str:
        if name == "at":
            return words.moment(row.at)
        if name == "who":
            return more.get(row.by_id or 0, "")
        if name in ("kind", "state"):
            return t(f"imports.{name}.{getattr(row, name)}")
        return super().cell(row, name, more)

    @expose("/<ref>")
    def import_page(self, ref: str) -> str:
        file = queries.file(self.db, require_actor(), ref)
        if file is None:
            raise NotFound(Message("imports.not_found"))
        job = queries.job_of(self.db, file.job_ref) if file.job_ref else None
        return self.render(
            "backoffice/imports/import.html",
            file=file,
            job=job,
            report=self._report(file),
            outcomes=OUTCOMES,
            states=STATES,
            faulty=FAULTY,
            changes=changes,
            said=said,
        )

    def _report(self, file: Any) -> Report:
        counts = json.loads(file.counts)
        found = {row.cause: row for row in queries.causes(self.db, file.id)}
        refused = queries.outcomes_done(self.db, file.id).get("refused", 0) if file.job_ref else 0
        counts = {**counts, "refused": refused}
        causes = tuple(
            Cause(name, t(f"imports.cause.{name}"), row.rows, t(f"imports.mend.{name}")) for name, row in found.items()
        )
        shown = request.args.get("show") or next((name for name in SHOWN if counts.get(name)), "wrong")
        cause = request.args.get("cause", "")
        if shown not in SHOWN or (cause and cause not in found):
            raise BadRequest(Message("admin.list.unknown_choice", found=(cause or shown)[:200]))
        return Report(shown, cause, self._page(file, shown, cause), causes, counts)

    def _page(self, file: Any, shown: str, cause: str) -> Page[Any]:
        cursor = read_cursor(request.args, (int,))
        after = cursor.values[0] if cursor else None
        where = {"backwards": bool(cursor and cursor.backwards), "limit": self.page_size + 1}
        if shown in FAULTY:
            rows = queries.faults(
                self.db, file.id, cause=cause, refused=shown == "refused", after=-1 if after is None else after, **where
            )
            return Page.of(rows, self.page_size, cursor, lambda row: (row.place,))
        rows = queries.rows(self.db, file.id, outcome=shown, after=after or 0, **where)
        return Page.of(rows, self.page_size, cursor, lambda row: (row.number,))


def said(fault: Any) -> str:
    """What is wrong, in words."""
    return translate(message_from_document(json.loads(fault.message)))


def changes(kind: str, row: Any) -> list[Change]:
    """What a row changes, column by column; what it says, for one that adds something."""
    values, was = json.loads(row.body), json.loads(row.was)
    names = [column.name for column in columns.COLUMNS[kind]]
    if row.outcome == "create":
        return [Change(_title(kind, name), "", _words(kind, name, values[name])) for name in names if values.get(name)]
    return [
        Change(_title(kind, name), _words(kind, name, was[name]), _words(kind, name, values.get(name)))
        for name in names
        if name in was
    ]


def _title(kind: str, column: str) -> str:
    return t(f"imports.column.{kind}.{column}")


def _words(kind: str, column: str, value: str | None) -> str:
    """A value as people read it."""
    if not value:
        return ""
    if column == "status":
        return t("status.active" if value == "active" else "status.inactive")
    if column == "kind" and kind == "people":
        return words.person_kind(value)
    if column == "kind" and kind == "appointments":
        return words.appointment_kind(value)
    return words.nip(value) if column == "nip" else value
