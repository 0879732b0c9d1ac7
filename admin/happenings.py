"""What an event says, in words: whom and what it is about, who acted by which right, what guards had looked at.

Reads names in two questions for a whole page of events. Shows nothing of what somebody answered in a form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from admin import words
from engine.store import tables
from engine.store.queries import acting, event_lists
from engine.web import holding, labels
from engine.web.context import runtime
from engine.web.language import t, translate

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition
    from engine.store.queries.acting import Shared

STREAMS = ("case", "person", "cycle", "definition", "calendar", "bulk", "system", "link", "comment", "unit", "register")


@dataclass(frozen=True, slots=True)
class Names:
    """Whom the events of a page concern, in words: the actor's name, and what an event is about with its page."""

    who: Mapping[int, Any]
    people: Mapping[str, Any]
    cases: Mapping[int, Any]
    definitions: Mapping[str, WorkflowDefinition]  # by digest, those of the cases
    shared: Mapping[str, Shared]  # by ref, the acts that somebody did for another

    def actor(self, event: tables.Event) -> str:
        found = self.who.get(event.actor_id or 0)
        name = found.name if found else t("admin.public" if event.actor_ref == "public" else "admin.system")
        return holding.acted(name, self.shared[event.ref]) if event.ref in self.shared else name

    def about(self, event: tables.Event) -> str:
        """What the event is about, in words."""
        case = self.cases.get(event.case_id or 0)
        if case is not None:
            return case.name or case.ref
        kind, _, rest = event.stream.partition(":")
        if kind == "person" and rest in self.people:
            return self.people[rest].name
        return rest.partition("/")[2] or t(f"admin.stream.{kind}" if kind in STREAMS else "admin.stream.system")

    def move(self, event: tables.Event) -> str:
        """From which state to which, in the words of the case's definition."""
        definition = self._definition(event)
        keys = [key for key in (event.from_state, event.to_state) if key]
        return " → ".join(words.state(definition, key) if definition else key for key in keys)

    def transition(self, event: tables.Event) -> str:
        """Along which transition the case moved."""
        definition = self._definition(event)
        if event.kind != "case.moved":
            return words.event_kind(event.kind)  # a beginning and a cancellation are declared nowhere
        if event.transition and definition:
            return translate(labels.transition_label(definition, event.transition))
        return event.transition or ""

    def role(self, event: tables.Event) -> str:
        """In which role somebody acted."""
        definition = self._definition(event)
        if event.kind == "case.rewound":
            return t("rewind.page.role")
        if event.role and definition:
            return translate(labels.role_label(definition, event.role))
        return event.role or ""

    def _definition(self, event: tables.Event) -> WorkflowDefinition | None:
        case = self.cases.get(event.case_id or 0)
        return self.definitions[case.definition_digest] if case else None

    def path(self, event: tables.Event) -> str:
        """The page of what the event is about, where it has one."""
        kind, _, rest = event.stream.partition(":")
        roots = {
            "case": "/cases/",
            "person": "/admin/people/",
            "cycle": "/admin/cycles/",
            "calendar": "/admin/calendars/",
            "bulk": "/admin/bulk/",
        }
        return roots[kind] + rest if kind in roots else ""


def names(db: Connection, events: Sequence[tables.Event]) -> Names:
    """The names that a page of events needs."""
    ids = sorted({event.actor_id for event in events if event.actor_id})
    found = event_lists.people_of_streams(db, sorted({event.stream for event in events}), ids)
    cases = event_lists.subjects(db, sorted({event.case_id for event in events if event.case_id}))
    library = runtime().library
    known = {digest: library.workflow(db, digest).definition for digest in {row.definition_digest for row in cases}}
    return Names(
        who={row.id: row for row in found},
        people={row.ref: row for row in found},
        cases={row.id: row for row in cases},
        definitions=known,
        shared=acting.shared_acts(db, events),
    )


def basis(db: Connection, leaf: Mapping[str, Any]) -> str:
    """The grant or appointment that allowed a move, in words; nothing where the leaf names none."""
    ref = (leaf.get("right") or {}).get("basis")
    found = event_lists.basis(db, ref) if ref else None
    if found is None:
        return ""
    since = date.fromisoformat(found.starts_on)
    if found.role:
        return t("admin.trail.by_grant", right=words.right(found.role), unit=found.unit, since=since)
    return t("admin.trail.by_appointment", post=found.post, unit=found.unit, since=since)


@dataclass(frozen=True, slots=True)
class Asked:
    """A verdict of a move: the guard's name, whether it let pass, and what it looked at where that is still kept."""

    name: str
    words: str
    allowed: bool
    inputs: Mapping[str, str]


def verdicts(leaf: Mapping[str, Any], private: Mapping[str, Any]) -> list[Asked]:
    """The verdicts of a move's leaf, with what is left of the private part."""
    found = []
    for index, verdict in enumerate(leaf.get("verdicts", ())):
        prefix = f"verdict.{index}."
        inputs = {
            path.removeprefix(prefix): _readable(value) for path, value in private.items() if path.startswith(prefix)
        }
        name = str(verdict.get("name"))
        found.append(Asked(name, words.asked(name), bool(verdict.get("allowed")), inputs))
    return found


def _readable(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
