"""What happened to a case, as its page tells it: one entry an event, in words, with what the reader may open."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from engine.core import reasons
from engine.core.case import Actor
from engine.core.messages import Message, Param, Text, message_from_document
from engine.web import labels
from engine.web.language import translate
from portal import due_lines
from portal.words import moment, note

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition
    from engine.snapshot import Snapshot
    from engine.store.queries.acting import Shared

TONES = {"case.cancelled": "bad", "form.submitted": "info", "case.commented": "plain", "case.reassigned": "warn",
         "case.rewound": "warn", "case.rewind_proposed": "warn", "case.parent_cancelled": "warn",
         "case.extended": "warn", "case.suspended": "warn", "case.fire_refused": "bad",
         "case.final": "good"}  # fmt: skip


# Why: everybody may know who sees the case.
FOR_ALL = ("case.reassigned", "case.given_back", "case.rewound", *due_lines.WITH_REASON)
TAKEN_BACK = (
    *("case.rewind_proposed", "case.rewind_refused", "case.rewound"),
    *("case.parent_cancelled", "case.parent_rewound", "case.child_rewound"),
)
NONE_SHARED: Mapping[str, Shared] = {}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `who` is None for the system; `path` leads to what was sent, where the reader may see it."""

    ref: str
    n: int | None
    at: datetime
    who: str | None
    role: Text | None
    what: Message
    tone: str
    move: tuple[str, str] | None
    text: str | None
    path: str | None
    shared: Shared | None = None  # in whose place he acted

    @property
    def is_system(self) -> bool:
        return self.who is None


def entries(
    found: Snapshot,
    rows: list[Any],
    readable: Collection[str],
    reader: Actor,
    shared: Mapping[str, Shared] = NONE_SHARED,
) -> tuple[Entry, ...]:
    """The events of a case, oldest first; `readable` are the forms that the reader may open.

    shared: the acts that somebody did for another, by ref (queries.acting).
    """
    return tuple(_entries(found, rows, readable, reader, shared))


def _entries(
    found: Snapshot, rows: list[Any], readable: Collection[str], reader: Actor, shared: Mapping[str, Shared]
) -> Iterator[Entry]:
    definition, entered = found.workflow.definition, set()
    names = {row.ref: row.actor_name for row in rows}
    for row in rows:
        private = note(row.note)
        returned = row.to_state in entered
        entered.add(row.to_state)
        text = (
            private.get("comment")
            or _why(private)
            or (found.oversees and due_lines.refused_for(row))
            or (_is_for(found, row, readable, reader) and private.get("reason"))
            or None
        )
        yield Entry(
            ref=row.ref,
            n=row.n,
            at=moment(row.at),
            who=row.actor_name,
            role=labels.role_label(definition, row.role) if row.role and row.kind not in TAKEN_BACK else None,
            what=due_lines.told(found, row) or _what(definition, row, names),
            tone=_tone(definition, row, returned),
            move=(row.from_state, row.to_state) if row.from_state and row.to_state else None,
            text=text if isinstance(text, str) else None,
            path=f"/submissions/{row.submission_ref}" if row.submission_ref and row.form in readable else None,
            shared=shared.get(row.ref),
        )


def _why(private: Mapping[str, Any]) -> str | None:
    """Why what an approval should have changed could not be changed."""
    return translate(message_from_document(private["why"])) if "why" in private else None


def _is_for(found: Snapshot, row: Any, readable: Collection[str], reader: Actor) -> bool:
    """Whether the reader may know why: he wrote it, oversees the case, or it was written to him."""
    if row.actor_id == reader.person_id or found.oversees or row.kind in FOR_ALL:
        return True
    roles = found.view.roles_of(reader)
    return reasons.may_read_reason(
        found.workflow, row.transition or "", row.from_state or "", row.to_state or "", roles, readable
    )


def _what(definition: WorkflowDefinition, row: Any, names: Mapping[str, str | None]) -> Message:
    if row.kind == "case.started":
        return Message("portal.event.started", to=_state(definition, row.to_state))
    if row.kind == "case.moved":
        move = labels.transition_label(definition, row.transition or "")
        return Message("portal.event.moved", move=move, before=_state(definition, row.from_state),
                       after=_state(definition, row.to_state))  # fmt: skip
    if row.kind == "case.cancelled":
        return Message("portal.event.cancelled")
    if row.kind == "form.submitted":
        return Message("portal.event.sent", form=labels.form_label(definition, row.form or ""))
    if row.kind == "case.commented":
        return Message("portal.event.commented")
    if row.kind in (
        "case.reassigned",
        "case.reheld",
        "case.handed_over",
        "case.given_back",
        "case.redue",
        "case.put_back",
        "case.reminded",
        "case.corrected",
        "case.not_corrected",
        "case.entry_corrected",
        "case.entry_not_corrected",
        "case.nominated",
        "case.nomination_decided",
    ):
        return Message(f"portal.event.{row.kind.removeprefix('case.')}")
    if row.kind in TAKEN_BACK:
        return _taken_back(definition, row, names)
    if row.kind in ("case.linked", "case.child_ended"):
        return _beside(definition, row)
    if row.kind == "print.made":
        return Message("print.event.printed")
    return Message("portal.event.other", kind=row.kind)


def _taken_back(definition: WorkflowDefinition, row: Any, names: Mapping[str, str | None]) -> Message:
    """That a case was taken back, or somebody proposed it or refused to; or that of one beside it."""
    public = json.loads(row.leaf)["public"]
    name = row.kind.removeprefix("case.")
    if row.kind == "case.rewind_proposed":
        return Message("portal.event.rewind_proposed", to=_state(definition, public["to"]))
    if row.kind == "case.rewound":
        by = names.get(public["proposal"]) or ""
        return Message("portal.event.rewound", to=_state(definition, row.to_state), name=by)
    return Message(f"portal.event.{public.get('how', name)}")


def _beside(definition: WorkflowDefinition, row: Any) -> Message:
    """That a case was opened beside this one, or came to its end: by which link, for the days from when."""
    public = json.loads(row.leaf)["public"]
    link = labels.link_label(definition, public["link"])
    if row.kind == "case.child_ended":
        return Message("portal.event.child_ended", link=link)
    if any(each.key == public["link"] for each in definition.follow_ups):
        return Message("portal.event.followed_up", link=link)
    return Message("portal.event.linked", link=link, first=date.fromisoformat(public["part"]))


def _state(definition: WorkflowDefinition, key: str | None) -> Param:
    return labels.state_label(definition, key or "")


def _tone(definition: WorkflowDefinition, row: Any, returned: bool) -> str:
    """Colour as a second sign only: returned, finished, sent, said."""
    if row.kind == "case.moved" and returned:
        return "warn"
    if any(state.final and state.key == row.to_state for state in definition.states):
        return "good"
    return TONES.get(row.kind, "info")
