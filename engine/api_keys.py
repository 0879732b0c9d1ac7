"""Verbs on keys of the JSON API: make one (its text is shown once), revoke it, and who acts by it.

A key acts as whoever made it, with the rights of this day, cut to its unit and its scopes: it can never do more than
he may, and nothing at all once he administers that unit no longer. Only the SHA-256 of its text is kept; 256 random
bits need no slower hash (ASVS 5.0, 11.4.4).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.authority import administered_unit, require_admin
from engine.core import apikeys
from engine.core.case import Actor, Right
from engine.core.errors import InvalidSubmission, NotFound, NotSignedIn, Refused
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_date, to_datetime, to_text
from engine.runtime import Runtime
from engine.sessions import DEFAULT_ZONE
from engine.staffing import Act
from engine.store.queries import api_keys as queries
from engine.store.queries import definitions
from engine.store.refs import new_ref
from engine.tries import count_try

LONGEST_NAME = 120
LONGEST = timedelta(days=366)
MOST = 50  # live keys of one person


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as its maker gets it: the text appears here and nowhere else."""

    ref: str
    text: str


@dataclass(frozen=True, slots=True)
class Keyed:
    """Who acts by a key in a request, inside which unit, for what. It reads like somebody who is signed in."""

    key_id: int
    key: str
    name: str
    actor: Actor
    unit_id: int
    unit: str
    unit_name: str
    within: frozenset[int]
    scopes: frozenset[str]
    register: str | None
    a_minute: int
    ends_at: datetime
    language: str
    zone: str
    unread: int = 0
    registers: bool = False
    missing: tuple[str, ...] = ()
    confirmed_at: datetime | None = None


def make(
    rt: Runtime,
    *,
    actor: Actor,
    name: str,
    unit_ref: str,
    scopes: Sequence[str],
    days: int,
    register: str | None = None,
    a_minute: int = apikeys.A_MINUTE,
) -> NewKey:
    """Make a key that acts as the actor inside a unit that he administers, for some days from now.

    Raises InvalidSubmission by field, NotFound for a unit that is not his, Refused for whoever has too many. There is
    no idempotency key: the text of a key could not be told twice.
    """
    at, text = rt.clock(), apikeys.PREFIX + secrets.token_urlsafe(apikeys.BYTES)
    require_admin(actor)
    name = name.strip()
    with rt.db.begin() as db:
        unit = administered_unit(db, actor, unit_ref)
        _judge(name, scopes, days, a_minute)
        if register and register not in {row.key for row in definitions.published(db, "register")}:
            raise InvalidSubmission({"register": Message("register.not_found")})
        if queries.count_live(db, actor.person_id or 0, to_text(at)) >= MOST:
            raise Refused(Message("api_keys.too_many", most=MOST))
        ref, ends_at = new_ref(), at + timedelta(days=days)
        listed, hashed = canonical(sorted(set(scopes))).decode(), hashed_text(text)
        public = {
            "key": ref, "secret": hashed.hex(), "person": actor.ref, "unit": unit.ref, "scopes": json.loads(listed),
            "register": register or None, "a_minute": a_minute, "starts_at": to_text(at), "ends_at": to_text(ends_at),
        }  # fmt: skip
        Act(rt, db, actor, at).record(f"person:{actor.ref}", "api_key.made", public, {"name": name})
        queries.add(
            db, ref=ref, name=name, secret_hash=hashed, person_id=actor.person_id, unit_id=unit.id, scopes=listed,
            register=register or None, a_minute=a_minute, starts_at=to_text(at), ends_at=to_text(ends_at),
            made_at=to_text(at), revoked_at=None,
        )  # fmt: skip
    return NewKey(ref, text)


def _judge(name: str, scopes: Sequence[str], days: int, a_minute: int) -> None:
    wrong: dict[str, Message] = {}
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        wrong["name"] = Message("api_keys.name", most=LONGEST_NAME)
    if not scopes or set(scopes) - set(apikeys.SCOPES):
        wrong["scopes"] = Message("api_keys.no_scope")
    if not 1 <= days <= LONGEST.days:
        wrong["days"] = Message("api_keys.days", most=LONGEST.days)
    if not 1 <= a_minute <= apikeys.MOST_A_MINUTE:
        wrong["a_minute"] = Message("api_keys.a_minute", most=apikeys.MOST_A_MINUTE)
    if wrong:
        raise InvalidSubmission(wrong)


def revoke(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """Let a key open nothing any more: one's own, or one inside a unit that one administers. Twice is no error."""
    at = rt.clock()
    require_admin(actor)
    with rt.db.begin() as db:
        found = queries.of_ref(db, ref, actor, lock=True)
        if found is None:
            raise NotFound(Message("api_keys.not_found"))
        if found.revoked_at is not None:
            return
        queries.revoke(db, found.id, to_text(at))
        public = {"key": ref, "person": found.person_ref}
        Act(rt, db, actor, at).record(f"person:{found.person_ref}", "api_key.revoked", public)


def hashed_text(text: str) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def acts_by(rt: Runtime, text: str, address: str) -> Keyed:
    """Who acts by a key. Raises NotSignedIn for one that opens nothing, TooManyTries for whoever goes on trying.

    One read; only a wrong key writes. The database compares hashes of what was sent: nobody learns a key from how long
    that takes.
    """
    now = rt.clock()
    found = _live(rt, text, now) if apikeys.may_be_one(text) else None
    if found is None:
        with rt.db.begin() as db:
            count_try(rt, db, text[: apikeys.LENGTH], address, now, what="api ")
        raise NotSignedIn(Message("api_keys.wrong"))
    return found


def _live(rt: Runtime, text: str, now: datetime) -> Keyed | None:
    with rt.db.read() as db:
        return _acting(db, queries.acting(db, hashed_text(text), to_text(now), now.date().isoformat()), now)


def live(db: Connection, key_id: int, now: datetime) -> Keyed | None:
    """Who acts by a key that is known by its id; None where it opens nothing any more."""
    return _acting(db, queries.acting_of(db, key_id, to_text(now), now.date().isoformat()), now)


def live_of_ref(db: Connection, ref: str, now: datetime) -> Keyed | None:
    """The same of a key by its name outside."""
    return _acting(db, queries.acting_of_ref(db, ref, to_text(now), now.date().isoformat()), now)


def _acting(db: Connection, rows: Sequence[Any], now: datetime) -> Keyed | None:
    if not rows:
        return None
    first = rows[0]
    above, below = queries.place(db, first.unit_id)
    zone = first.zone or DEFAULT_ZONE
    today = now.astimezone(ZoneInfo(zone)).date()
    rights = tuple(Right(row.grant_ref, row.role, row.grant_unit) for row in rows if _holds(row, today))
    whole = Actor(first.person_id, first.person_ref, first.person_name, rights, by_key=first.ref)
    actor = apikeys.cut(whole, first.unit_id, above, below)
    if not any(right.role == "admin" and right.unit_id == first.unit_id for right in actor.rights):
        return None  # who made it does not administer its unit any more
    return Keyed(
        key_id=first.id, key=first.ref, name=first.name, actor=actor, unit_id=first.unit_id, unit=first.unit_ref,
        unit_name=first.unit_name, within=frozenset(below), scopes=frozenset(json.loads(first.scopes)),
        register=first.register, a_minute=first.a_minute, ends_at=to_datetime(first.key_ends_at),
        language=first.language, zone=zone,
    )  # fmt: skip


def _holds(row: Any, today: date) -> bool:
    if row.grant_ref is None or to_date(row.starts_on) > today:
        return False
    return row.ends_on is None or to_date(row.ends_on) > today
