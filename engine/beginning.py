"""VERB create_administrator: the first administrator, whom nobody inside could appoint. An act of the system.

Only the command line reaches it. It is also the way back in when no administrator of the whole can sign in any more,
and appoints a second one, whom the first has not let in: who decides by two pairs of eyes has two that owe each other
nothing (approval.share_a_maker).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine import key_ends, staffing
from engine.accounts import hash_password
from engine.core.case import SYSTEM
from engine.core.errors import InvalidSubmission, Refused
from engine.core.messages import Message
from engine.core.nip import plain_nip
from engine.core.passwords import judge_password
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store.queries import accounts
from engine.store.queries import beginning as queries
from engine.store.queries import staffing as holds
from engine.store.queries.locks import wait_for_turn

ROOT = {"key": "root", "kind": "city"}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who shall administer everything, as the command line names him."""

    name: str
    nip: str
    kind: str = "pns"
    email: str | None = None


def administrator(rt: Runtime) -> str | None:
    """The name of somebody who administers a root unit today and can sign in; None while nobody can."""
    with rt.db.read() as db:
        return queries.administrator(db, rt.clock().date().isoformat())


def create_administrator(
    rt: Runtime,
    newcomer: Newcomer,
    *,
    password: str,
    one_time: bool,
    unit_name: str,
    timezone: str,
    second: bool = False,
) -> tuple[str, ...]:
    """Give somebody an account and the right `admin` over every root unit; answers the names of these units.

    A database without a unit gets its first, of this name and IANA time zone. A person who is known by this NIP stays
    as he is. `one_time`: the password must be changed when he first signs in. `second`: beside one whom the system
    appointed. Raises Refused while somebody else can administer a root unit, InvalidSubmission by field.
    """
    _require_good(password, newcomer)
    hashed = hash_password(password)
    at = rt.clock()
    with rt.db.begin() as db:
        wait_for_turn(db, "first administrator")
        _require_room(db, at.date().isoformat(), newcomer, second)
        act = Act(rt, db, SYSTEM, at)
        if not queries.roots(db):
            staffing.add_unit(act, **ROOT, name=unit_name, parent=None, timezone=timezone)
        person = _person(act, newcomer)
        _give_account(act, person, hashed, one_time)
        rows = _give_rights(act, person)
        names = tuple(unit.name for unit in queries.roots(db))
    rt.queue(rows)
    return names


def _require_room(db: Connection, day: str, newcomer: Newcomer, second: bool) -> None:
    """Whoever administers the whole appoints others; but the second pair of eyes may come from outside, once."""
    there = queries.administrators(db, day)
    known = queries.by_nip(db, plain_nip(newcomer.nip)) if second else None
    appointed = [row for row in there if row.appointed]
    if there and (not second or len(appointed) > 1 or (known is not None and known.ref in {row.ref for row in there})):
        raise Refused(Message("beginning.administrator_exists", name=there[0].name))


def _require_good(password: str, newcomer: Newcomer) -> None:
    wrong = judge_password(password, [text for text in (newcomer.name, newcomer.nip, newcomer.email) if text])
    if wrong is not None:
        raise InvalidSubmission({"password": wrong})


def _person(act: Act, newcomer: Newcomer) -> Any:
    known = queries.by_nip(act.db, plain_nip(newcomer.nip))
    if known is not None and not known.active:
        raise Refused(Message("beginning.has_left", name=known.name))
    return known or staffing.add_person(
        act, name=newcomer.name, kind=newcomer.kind, nip=newcomer.nip, email=newcomer.email
    )


def _give_account(act: Act, person: Any, hashed: str, one_time: bool) -> None:
    at = to_text(act.at)
    has_one = accounts.by_person(act.db, person.id) is not None
    if has_one:
        accounts.set_password(act.db, person.id, hashed, at, must_change=one_time)
        accounts.set_disabled(act.db, person.id, None)
        accounts.revoke_sessions(act.db, person.id, at)
        key_ends.revoke_all(act.rt, act.db, person.id, person.ref, actor=act.actor, at=act.at)
    else:
        accounts.add(act.db, person.id, hashed, at, must_change=one_time)
    act.record(f"person:{person.ref}", "account.password_set" if has_one else "account.created", {"person": person.ref})


def _give_rights(act: Act, person: Any) -> list[int]:
    rows = []
    for unit in queries.roots(act.db):
        today = act.at.date()
        if holds.same_grant(act.db, person.id, "admin", unit.id, str(today), None) is None:
            given = staffing.add_grant(act, person=person, role="admin", unit=unit, starts_on=today, ends_on=None)
            rows.append(staffing.reresolve(act, given.event, unit=unit.id))
    return rows
