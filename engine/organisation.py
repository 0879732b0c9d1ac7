"""Verbs on the organisation: change, move, merge and end units and posts, change and correct persons.

Adding stands in people.py, appointments in appointments.py. Each change holds from a day on; nothing is overwritten.
`once` is the idempotency key in all of them. starts_on None corrects: it never was otherwise. They answer with the refs
of the events; Refused where everything is so already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine import restaffing
from engine.authority import (
    administered_person,
    administered_post,
    administered_unit,
    require_whole_person,
)
from engine.changes import Changed
from engine.core.case import Actor
from engine.core.errors import BadRequest, InvalidSubmission, NotAllowed, Refused
from engine.core.messages import Message
from engine.requests import Once
from engine.runtime import Runtime
from engine.staffing import Act, organisation_day
from engine.store.queries import changes as queries
from engine.store.queries import members
from engine.store.queries import staffing as holds


def change_unit(
    rt: Runtime,
    *,
    actor: Actor,
    unit_ref: str,
    fields: Mapping[str, Any],
    starts_on: date | None,
    reason: str | None = None,
    once: str | None = None,
) -> tuple[str, ...]:
    """Rename a unit, move it with all below it (`parent`: a ref), give it another kind or time zone.

    The actor administers the unit, and for a move both the parent that it leaves and the one that it gets. Raises
    InvalidSubmission by field: a circle on any day to come, a parent that does not stand then.
    """

    def work(act: Act) -> Changed:
        _require_unit(act.db, actor, unit_ref, fields)
        return restaffing.change_unit(act, unit_ref, fields, starts_on=starts_on, reason=reason)

    return _once(rt, actor, once, f"units.change:{unit_ref}", [dict(fields), str(starts_on), reason], work)


def end_unit(
    rt: Runtime, *, actor: Actor, unit_ref: str, ends_on: date, reason: str | None = None, once: str | None = None
) -> tuple[str, ...]:
    """Let an empty unit end before a day. Refused names what is still in it on that day or later."""

    def work(act: Act) -> Changed:
        _require_unit(act.db, actor, unit_ref, {"parent": None}, leaving=True)
        return restaffing.end_unit(act, unit_ref, ends_on=ends_on, reason=reason)

    return _once(rt, actor, once, f"units.end:{unit_ref}", [str(ends_on), reason], work)


def merge_unit(
    rt: Runtime,
    *,
    actor: Actor,
    unit_ref: str,
    into_ref: str,
    starts_on: date,
    reason: str | None = None,
    once: str | None = None,
) -> tuple[str, ...]:
    """Put the posts and units of a unit into another one from a day on, and let it end: all of it, or nothing.

    Who holds those posts goes on to hold them.
    """

    def work(act: Act) -> Changed:
        if unit_ref == into_ref:
            raise InvalidSubmission({"into": Message("organisation.merge_itself")})
        _require_unit(act.db, actor, unit_ref, {"parent": into_ref})
        return _merge(act, unit_ref, into_ref, starts_on, reason)

    return _once(rt, actor, once, f"units.merge:{unit_ref}", [into_ref, str(starts_on), reason], work)


def _merge(act: Act, unit_ref: str, into_ref: str, starts_on: date, reason: str | None) -> Changed:
    inside = members.refs_of_unit(act.db, unit_ref, starts_on.isoformat())
    said = {"starts_on": starts_on, "reason": reason}
    changed = Changed()
    for ref in inside.units:
        changed += restaffing.change_unit(act, ref, {"parent": into_ref}, **said)
    for ref in inside.posts:
        changed += restaffing.change_post(act, ref, {"unit": into_ref}, **said)
    return changed + restaffing.end_unit(act, unit_ref, ends_on=starts_on, reason=reason)


def change_post(
    rt: Runtime,
    *,
    actor: Actor,
    post_ref: str,
    fields: Mapping[str, Any],
    starts_on: date | None,
    reason: str | None = None,
    once: str | None = None,
) -> tuple[str, ...]:
    """Rename a post, put it into another unit (a ref), below another post (a ref or None), change its level or class.

    The actor administers its unit and the new one; nobody changes the post on which he sits.
    """

    def work(act: Act) -> Changed:
        _require_post(act, actor, post_ref)
        if "unit" in fields:
            administered_unit(act.db, actor, str(fields["unit"]))
        return restaffing.change_post(act, post_ref, fields, starts_on=starts_on, reason=reason)

    return _once(rt, actor, once, f"posts.change:{post_ref}", [dict(fields), str(starts_on), reason], work)


def end_post(
    rt: Runtime, *, actor: Actor, post_ref: str, ends_on: date, reason: str | None = None, once: str | None = None
) -> tuple[str, ...]:
    """Abolish a post from a day on. Refused names who sits on it, or which posts are below it, then or later."""

    def work(act: Act) -> Changed:
        _require_post(act, actor, post_ref)
        return restaffing.end_post(act, post_ref, ends_on=ends_on, reason=reason)

    return _once(rt, actor, once, f"posts.end:{post_ref}", [str(ends_on), reason], work)


def change_person(
    rt: Runtime,
    *,
    actor: Actor,
    person_ref: str,
    fields: Mapping[str, Any],
    starts_on: date | None,
    reason: str | None = None,
    once: str | None = None,
) -> tuple[str, ...]:
    """Give a person another name, grade, kind of employment, NIP (with the reason) or e-mail, or correct them.

    The actor administers the whole person: whoever could change an address could have a password sent to it.
    """

    def work(act: Act) -> Changed:
        person = administered_person(act.db, actor, person_ref, act.at)
        require_whole_person(act.db, actor, person.id, act.at)
        return restaffing.change_person(act, person_ref, fields, starts_on=starts_on, reason=reason)

    return _once(rt, actor, once, f"people.change:{person_ref}", [dict(fields), str(starts_on), reason], work)


def take_back(
    rt: Runtime, *, actor: Actor, kind: str, ref: str, day: date, reason: str | None = None, once: str | None = None
) -> tuple[str, ...]:
    """Take back what was said of a unit, post or person (`kind`) for a day that has not come yet."""

    def work(act: Act) -> Changed:
        if kind == "unit":
            _require_unit(act.db, actor, ref, {"parent": None}, leaving=True)
        elif kind == "post":
            _require_post(act, actor, ref)
        elif kind == "person":
            person = administered_person(act.db, actor, ref, act.at)
            require_whole_person(act.db, actor, person.id, act.at)
        else:
            raise BadRequest(Message("organisation.unknown_field", found=kind, allowed=("unit", "post", "person")))
        return restaffing.take_back(act, kind, ref, day, reason=reason)

    return _once(rt, actor, once, f"changes.take_back:{kind}:{ref}", [str(day), reason], work)


def _require_unit(db: Connection, actor: Actor, ref: str, fields: Mapping[str, Any], *, leaving: bool = False) -> None:
    """The unit lies in the actor's administration; for a move, or an end, what lies above it does, too."""
    unit = administered_unit(db, actor, ref)
    if "parent" not in fields or actor.is_system:
        return
    row: Any = queries.present(db, "unit", unit.ref)
    if row.parent is None or (fields["parent"] is None and not leaving):
        raise NotAllowed(Message("people.root_unit"))
    administered_unit(db, actor, row.parent)
    if fields["parent"] is not None:
        administered_unit(db, actor, str(fields["parent"]))


def _require_post(act: Act, actor: Actor, ref: str) -> None:
    """The post lies in the actor's administration, and he does not sit on it: nobody chooses his own superior."""
    post = administered_post(act.db, actor, ref)
    if actor.person_id in holds.live_holders(act.db, post.id, organisation_day(act.db, act.at).isoformat()):
        raise NotAllowed(Message("people.not_oneself"))


def _once(
    rt: Runtime, actor: Actor, once: str | None, route: str, body: Any, work: Callable[[Act], Changed]
) -> tuple[str, ...]:
    """One transaction, one effect for a key; what changes nothing is refused, so that nobody takes it for done."""
    at = rt.clock()
    asked = Once(actor, once, route, body)
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return tuple(earlier["events"])
        changed = work(Act(rt, db, actor, at))
        if not changed:
            raise Refused(Message("organisation.nothing_changes"))
        asked.remember(db, {"events": list(changed.events)}, at)
    rt.queue(changed.rows)
    return changed.events
