"""The trail: events by case, person, actor, kind and date; one event whole; the trail of a case as a file. Reads only.

What somebody answered in a form is never shown here: an event of a submission leads to the submission's own page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_admin import expose
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Query, defer

from admin import export, words
from admin.listing import Filter, Order, Rows, a_day
from admin.views import SecureModelView
from engine.core.case import Actor
from engine.core.definition import WorkflowDefinition
from engine.core.errors import NotFound
from engine.core.leaf import decode
from engine.core.messages import Message
from engine.store.queries import event_lists
from engine.store.tables import Event
from engine.web import labels
from engine.web.context import runtime
from engine.web.language import t, today, translate

SYSTEM_WORDS = ("sistem", "system")


@dataclass(frozen=True, slots=True)
class Names:
    """Whom the events of a page concern, in words: the actor's name, and what an event is about with its page."""

    who: Mapping[int, Any]
    people: Mapping[str, Any]
    cases: Mapping[int, Any]
    definitions: Mapping[str, WorkflowDefinition]  # by digest, those of the cases

    def actor(self, event: Event) -> str:
        found = self.who.get(event.actor_id or 0)
        return found.name if found else t("admin.system")

    def about(self, event: Event) -> str:
        """What the event is about, in words."""
        case = self.cases.get(event.case_id or 0)
        if case is not None:
            return case.name or case.ref
        kind, _, rest = event.stream.partition(":")
        if kind == "person" and rest in self.people:
            return self.people[rest].name
        return rest.partition("/")[2] or t(f"admin.stream.{kind}" if kind in STREAMS else "admin.stream.system")

    def move(self, event: Event) -> str:
        """From which state to which, in the words of the case's definition."""
        definition = self._definition(event)
        keys = [key for key in (event.from_state, event.to_state) if key]
        return " → ".join(words.state(definition, key) if definition else key for key in keys)

    def role(self, event: Event) -> str:
        """In which role somebody acted."""
        definition = self._definition(event)
        if event.role and definition:
            return translate(labels.role_label(definition, event.role))
        return event.role or ""

    def _definition(self, event: Event) -> WorkflowDefinition | None:
        case = self.cases.get(event.case_id or 0)
        return self.definitions[case.definition_digest] if case else None

    def path(self, event: Event) -> str:
        """The page of what the event is about, where it has one."""
        kind, _, rest = event.stream.partition(":")
        roots = {"case": "/cases/", "person": "/admin/people/", "cycle": "/admin/cycles/"}
        return roots[kind] + rest if kind in roots else ""


STREAMS = ("case", "person", "cycle", "definition", "system")


def by_day(name: str) -> Filter:
    """Narrow to what happened from a local day on, or until the end of one."""
    until = name == "until"

    def condition(view: Any, value: str) -> ColumnElement[bool]:
        day = a_day(value)
        if day is None:
            raise NotFound(Message("error.http.404"))
        moment = words.midnight(day, after=until)
        at = view.model.at
        return event_lists.before(moment, at) if until else event_lists.since(moment, at)

    return Filter(name, "date", condition)


def _by_actor(view: Any, text: str) -> ColumnElement[bool]:
    return Event.actor_id.is_(None) if text.lower() in SYSTEM_WORDS else event_lists.done_by(text)


class EventView(SecureModelView):
    """Jejak."""

    column_list = ("at", "who", "what", "about", "move", "role", "stream", "seq", "hash")
    orders: Mapping[str, Order] = {
        "newest": Order((Event.at, Event.ref), (str, str), lambda row: (row.at, row.ref), descending=True),
        "oldest": Order((Event.at, Event.ref), (str, str), lambda row: (row.at, row.ref)),
    }
    filters = (
        Filter(
            "kind",
            "select",
            lambda view, kind: Event.kind == kind,
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

    def details(self, rows: Sequence[Event]) -> Mapping[str, Names]:
        """One entry, `names`: two questions for the whole page."""
        ids = sorted({row.actor_id for row in rows if row.actor_id})
        streams = sorted({row.stream for row in rows})
        found = event_lists.people_of_streams(self.db, streams, ids)
        cases = event_lists.subjects(self.db, sorted({row.case_id for row in rows if row.case_id}))
        who = {row.id: row for row in found}
        people = {row.ref: row for row in found}
        library = runtime().library
        digests = {row.definition_digest for row in cases}
        known = {digest: library.workflow(self.db, digest).definition for digest in digests}
        return {"names": Names(who, people, {row.id: row for row in cases}, known)}

    def cell(self, row: Event, name: str, more: Mapping[str, Names]) -> str:
        names = more["names"]
        cells = {
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
        leaf = decode(bytes(event.leaf))
        note = event_lists.note(self.db, event.ref)
        private = json.loads(note) if note else {}
        return self.render(
            "backoffice/events/event.html",
            event=event,
            names=self.details([event])["names"],
            leaf=leaf or {},
            pretty=json.dumps(leaf, indent=2, ensure_ascii=False, sort_keys=True) if leaf else "",
            private=private,
            was_erased=bool(leaf and leaf.get("data")) and note is None and event.kind != "form.submitted",
            verdicts=_verdicts(leaf or {}, private),
            submission=event_lists.submission_ref(self.db, event.ref),
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
            rows = self._of_stream(stream).options(defer(Event.leaf)).order_by(Event.seq).limit(limit).all()
            more = self.details(rows)
            yield from (self.cells(row, more) for row in rows)

    def _of_stream(self, stream: str) -> Query[Any]:
        return self.get_query().filter(Event.stream == stream)

    def _beside(self, event: Event, step: int) -> Event | None:
        """The event before or after this one in its stream, which lies in the same scope."""
        return self._of_stream(event.stream).filter(Event.seq == event.seq + step).one_or_none()


@dataclass(frozen=True, slots=True)
class Asked:
    """A verdict of a move: the guard's name, whether it let pass, and what it looked at where that is still kept."""

    name: str
    allowed: bool
    inputs: Mapping[str, str]


def _verdicts(leaf: Mapping[str, Any], private: Mapping[str, Any]) -> list[Asked]:
    found = []
    for index, verdict in enumerate(leaf.get("verdicts", ())):
        prefix = f"verdict.{index}."
        inputs = {
            path.removeprefix(prefix): _readable(value) for path, value in private.items() if path.startswith(prefix)
        }
        found.append(Asked(str(verdict.get("name")), bool(verdict.get("allowed")), inputs))
    return found


def _readable(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
