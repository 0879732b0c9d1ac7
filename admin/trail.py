"""The trail: events by case, person, actor, kind and date; one event whole; the trail of a case as a file. Reads only.

What somebody answered in a form is never shown here: an event of a submission leads to the submission's own page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from flask_admin import expose
from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Query

from admin import export, happenings, told, words
from admin.listing import Filter, Order, Rows
from admin.views import SecureModelView
from engine.core.case import Actor
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.core.proof import leaf as leaves
from engine.store import tables
from engine.store.queries import bulk, event_lists, kinds
from engine.web.actor import require_actor
from engine.web.language import today
from engine.web.reading import day

CHANGES = ("unit.changed", "unit.ended", "post.changed", "post.ended", "person.changed")  # with a row of their own
UNKNOWN_WORDS = {"sistem": "system", "system": "system", "masyarakat": "public", "public": "public"}


def by_day(name: str) -> Filter:
    """Narrow to what happened from a local day on, or until the end of one."""
    until = name == "until"

    def condition(view: Any, value: str) -> ColumnElement[bool]:
        if (found := day(value)) is None:
            raise NotFound(Message("error.http.404"))
        moment = words.midnight(found, after=until)
        at = view.model.at
        return event_lists.before(moment, at) if until else event_lists.since(moment, at)

    return Filter(name, "date", condition)


def _by_actor(view: Any, text: str) -> ColumnElement[bool]:
    unknown = UNKNOWN_WORDS.get(text.lower())
    return (
        event_lists.done_by(text)
        if unknown is None
        else and_(tables.Event.actor_id.is_(None), tables.Event.actor_ref == unknown)
    )


class EventView(SecureModelView):
    """Jejak."""

    column_list = ("at", "who", "what", "about", "move", "role", "stream", "seq", "hash")
    orders: Mapping[str, Order] = {
        "newest": Order(
            lambda: (tables.Event.at, tables.Event.ref), (str, str), lambda row: (row.at, row.ref), descending=True
        ),
        "oldest": Order(lambda: (tables.Event.at, tables.Event.ref), (str, str), lambda row: (row.at, row.ref)),
    }
    filters = (
        Filter(
            "kind",
            "select",
            lambda view, kind: kinds.of_kind(kind),
            lambda view: sorted(
                ((kind, words.event_kind(kind)) for kind in words.EVENT_KINDS), key=lambda pair: pair[1]
            ),
        ),
        Filter("actor", "text", _by_actor),
        by_day("from"),
        by_day("until"),
    )
    list_template = "backoffice/events/list.html"

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return event_lists.events_in_scope(self.db, actor, today())

    def search(self, text: str) -> ColumnElement[bool]:
        return event_lists.concerning(text)

    def details(self, rows: Sequence[tables.Event]) -> Mapping[str, happenings.Names]:
        """One entry, `names`: two questions for the whole page."""
        return {"names": happenings.names(self.db, rows)}

    def cell(self, row: tables.Event, name: str, more: Mapping[str, happenings.Names]) -> str:
        names = more["names"]
        cells = {
            "at": lambda: words.moment(row.at),
            "who": lambda: names.actor(row),
            "what": lambda: words.event_kind(row.kind),
            "about": lambda: names.about(row),
            "move": lambda: names.move(row),
            "role": lambda: names.role(row),
            "hash": lambda: bytes(row.leaf_hash).hex(),
        }
        return cells[name]() if name in cells else super().cell(row, name, more)

    @expose("/<ref>")
    def event_page(self, ref: str) -> str:
        event = self.get_one(ref)
        leaf = leaves.decode(bytes(event.leaf))
        note = event_lists.note(self.db, event.ref)
        private = json.loads(note) if note else {}
        return self.render(
            "backoffice/events/event.html",
            event=event,
            names=self.details([event])["names"],
            leaf=leaf or {},
            pretty=json.dumps(leaf, indent=2, ensure_ascii=False, sort_keys=True) if leaf else "",
            private=private,
            basis=happenings.basis(self.db, leaf or {}),
            was_erased=bool(leaf and leaf.get("data")) and note is None and event.kind != "form.submitted",
            verdicts=happenings.verdicts(leaf or {}, private),
            bulk=bulk.of_event(self.db, require_actor(), event.ref) if event.case_id else None,
            submission=event_lists.submission_ref(self.db, event.ref),
            change=told.by_event(self.db, event.ref) if event.kind in CHANGES else None,
            before=self._beside(event, -1),
            after=self._beside(event, 1),
        )

    @expose("/of/<path:stream>.csv")
    def stream_file(self, stream: str) -> Response:
        """Everything that happened in one stream, oldest first."""
        if self._of_stream(stream).first() is None:
            raise NotFound(Message("error.http.404"))
        titles = [self.column_title(name) for name in self.column_list]
        name = stream.replace(":", "-").replace("/", "-")
        return export.stream(f"{name}.csv", titles, lambda limit: self._stream_rows(stream, limit))

    def _stream_rows(self, stream: str, limit: int) -> Rows:
        with self.session.reading():
            rows = self._of_stream(stream).order_by(tables.Event.seq).limit(limit).all()
            more = self.details(rows)
            yield from (self.cells(row, more) for row in rows)

    def _of_stream(self, stream: str) -> Query[Any]:
        return self.get_query().filter(tables.Event.stream == stream)

    def _beside(self, event: tables.Event, step: int) -> tables.Event | None:
        """The event before or after this one in its stream, which lies in the same scope."""
        return self._of_stream(event.stream).filter(tables.Event.seq == event.seq + step).one_or_none()
