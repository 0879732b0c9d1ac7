"""VERBS release, hold_back: whether an answer in words is shown. And which wait, which are shown.

Whoever administers the unit or the person reads the words alone: without the marks that stood beside them, without a
day, in no order of time, and those of a day together on the next one: else the words that are new would be those of
whoever has just left the counter. He decides, and each decision is an event; nobody decides about words on himself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from engine import entry_lists, public_entries
from engine.authority import administered_person, administered_unit, office_day, require_admin, required_reason
from engine.core.case import Actor
from engine.core.errors import BadRequest, NotFound
from engine.core.messages import Message, Text
from engine.core.register import Register
from engine.core.times import to_date, to_text
from engine.entry_rights import Subject
from engine.public_totals import Group
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store.queries import public_comments as queries

MOST = 50
MOST_SHOWN = 200
RELEASED, HELD = "released", "held"


@dataclass(frozen=True, slots=True)
class Comment:
    """An answer in words: its entry's name and field, what was asked, what was said, about whom."""

    ref: str
    field: str
    asked: Text
    words: str
    about: str
    register: Text


def waiting(rt: Runtime, db: Connection, actor: Actor) -> tuple[Comment, ...]:
    """The comments of days that are over which wait for the actor's word, MOST entries of them."""
    require_admin(actor)
    at = rt.clock()
    rows = queries.waiting(db, actor, office_day(db, actor, at), _since(db, actor, at), MOST)
    judged = queries.verdicts(db, [row.id for row in rows])
    return tuple(each for row in rows for each in _comments(rt, db, row) if (row.id, each.field) not in judged)


def _since(db: Connection, actor: Actor, at: datetime) -> date:
    """The first day of which nobody reads the words yet: where he is or, behind most places, in UTC."""
    return min(office_day(db, actor, at), at.date())


def shown(
    rt: Runtime, db: Connection, register: Register, about: Subject, groups: Iterable[Group]
) -> tuple[Comment, ...]:
    """The comments about somebody that were released, of months whose totals are shown."""
    found: list[Comment] = []
    for group in groups:
        days = (str(group.first), str(entry_lists.last_of(group.last)))
        key = register.definition.key
        rows = queries.of_months(db, key, about.person_id, about.unit_id, *days, MOST_SHOWN)
        judged = queries.verdicts(db, [row.id for row in rows])
        released = {name for name, verdict in judged.items() if verdict == RELEASED}
        found += [each for row in rows for each in _comments(rt, db, row) if (row.id, each.field) in released]
    return tuple(found[:MOST_SHOWN])


def release(rt: Runtime, ref: str, field: str, *, actor: Actor) -> None:
    """Let a comment be shown. Raises NotFound outside the actor's administration, NotAllowed about himself."""
    _say(rt, ref, field, RELEASED, {}, actor)


def hold_back(rt: Runtime, ref: str, field: str, *, actor: Actor, reason: str) -> None:
    """Keep a comment from being shown, with the reason: an insult, a name. Raises as `release`."""
    _say(rt, ref, field, HELD, {"reason": required_reason(reason)}, actor)


def _say(rt: Runtime, ref: str, field: str, verdict: str, said: dict[str, str], actor: Actor) -> None:
    at = rt.clock()
    with rt.db.begin() as db:
        row = queries.by_ref(db, ref)
        if row is None:
            raise NotFound(Message("public.no_comment"))
        if row.person_id is not None:
            administered_person(db, actor, row.person_ref, at)
        else:
            administered_unit(db, actor, row.unit_ref or "")
        is_new = to_date(row.day) >= _since(db, actor, at)
        if is_new or field not in {each.field for each in _comments(rt, db, row)}:
            raise BadRequest(Message("public.no_comment"))
        public = {"entry": ref, "field": field}
        event = Act(rt, db, actor, at).record(f"comment:{ref}", f"comment.{verdict}", public, said)
        values = {"by_id": actor.person_id, "at": to_text(at), "event_ref": event}
        queries.add_verdict(db, entry_id=row.id, field=field, verdict=verdict, **values)


def _comments(rt: Runtime, db: Connection, row: Any) -> Iterator[Comment]:
    register = rt.library.register(db, row.definition_digest)
    answers = register.form.questions.load(json.loads(row.body))
    for key in public_entries.in_words(register, answers):
        asked = register.form.questions[key].spec.label
        about = row.person_name or row.unit_name or ""
        yield Comment(row.ref, key, asked or Text(key, key), str(answers[key]), about, register.definition.name)
