"""VERBS issue, issue_below: one-time codes with which somebody sets a password that nobody else has seen.

A code is kept nowhere: it is made of its row's ref under the installation's secret, whenever it is shown or compared.
One person has one live code; a later one replaces it. What becomes of a code stands in activation.py, what letters
say in letters.py, slips in slips.py.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from engine import key_ends
from engine.authority import administered_person, administered_unit, local_day, require_whole_person
from engine.core.case import Actor
from engine.core.codes import code_of
from engine.core.errors import NotAllowed, Refused
from engine.core.messages import Message
from engine.core.times import to_datetime, to_text
from engine.hashing import NONE
from engine.letters import Letters, posted
from engine.requests import Once
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store.queries import accounts
from engine.store.queries import codes as queries
from engine.store.queries.locks import wait_for_turn
from engine.store.refs import new_ref

MAIL, SLIP = "mail", "slip"
MOST = 100  # people of one act: ten pages of slips


@dataclass(frozen=True, slots=True)
class Issued:
    """A code as it is handed over: its row's ref, for whom (a row), where he sits, until when."""

    ref: str
    person: Any
    unit: str
    code: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """What one act over a unit came to. `passed_over`: how many have rights or posts beyond the actor's."""

    issued: tuple[Issued, ...]
    passed_over: int
    more: bool


def issue(rt: Runtime, *, actor: Actor, person_ref: str, by: str, letters: Letters, once: str | None = None) -> Issued:
    """Give one person a code, by MAIL or as a SLIP; ends his sessions and the password that he had.

    Raises Refused for a shut account, for somebody without an e-mail address (MAIL) or without any name to sign in
    with. `once`: the idempotency key; the same act answers the same code.
    """
    at = rt.clock()
    asked = Once(actor, once, f"code:{person_ref}", by)
    with rt.db.begin() as db:
        person = administered_person(db, actor, person_ref, at)
        require_whole_person(db, actor, person.id, at)
        if (earlier := asked.answered(db)) is not None:
            return _again(rt, db, str(earlier["code"]))
        found = queries.person(db, person_ref)
        _require_reachable(found, by)
        issued, rows = _issue(Act(rt, db, actor, at), found, "", by, letters, once=asked)
    rt.queue(rows)
    return issued


def _again(rt: Runtime, db: Connection, ref: str) -> Issued:
    row = queries.by_ref(db, ref)
    return Issued(ref, row, "", code(rt, ref), to_datetime(row.expires_at))


def _require_reachable(found: Any, by: str) -> None:
    if not found.active:
        raise Refused(Message("accounts.code.has_left"))
    if found.disabled_at is not None:
        raise Refused(Message("accounts.code.shut"))
    if found.nip is None and found.email is None:
        raise Refused(Message("accounts.no_name"))
    if by == MAIL and found.email is None:
        raise Refused(Message("accounts.code.no_email"))


def _issue(
    act: Act, person: Any, unit: str, by: str, letters: Letters, once: Once | None = None
) -> tuple[Issued, list[int]]:
    """Write one code, end what it replaces, tell it; the outbox rows that will carry it."""
    until, at = act.at + timedelta(days=act.rt.code_days), to_text(act.at)
    ref = add_code(act, person, by, until)
    account = accounts.by_person(act.db, person.id)
    if account is not None:
        accounts.set_password(act.db, person.id, NONE, at, must_change=False)
        accounts.revoke_sessions(act.db, person.id, at)
        key_ends.revoke_all(act.rt, act.db, person.id, person.ref, actor=act.actor, at=act.at)
    kind = "account.invited" if account is None else "account.code_issued"
    event = act.record(f"person:{person.ref}", kind, {"person": person.ref, "code": ref, "by": by})
    if once is not None:
        once.remember(act.db, {"code": ref}, act.at)
    rows = [posted(act, ref, letters.invitation(person, until), event)] if by == MAIL else []
    return Issued(ref, person, unit, code(act.rt, ref), until), rows


def add_code(act: Act, person: Any, by: str, until: datetime) -> str:
    """Write a code of a person (a row) and end what it replaces; answers its ref."""
    ref, at = new_ref(), to_text(act.at)
    wait_for_turn(act.db, f"codes of {person.ref}")
    queries.end_all(act.db, person.id, at, "replaced")
    values = {"issued_by": act.actor.person_id, "issued_at": at, "expires_at": to_text(until)}
    queries.add(act.db, ref=ref, person_id=person.id, sent_by=by, **values)
    return ref


def issue_below(rt: Runtime, *, actor: Actor, unit_ref: str, by: str, letters: Letters, once: str | None) -> Batch:
    """Give a code to everybody in a unit and below it who has no way in yet: no password and no live code.

    At most MOST people at a time; those whose account is not the actor's to give are passed over. Who that is, is asked
    before the transaction that writes: it takes as long, and others want to write too.
    """
    at = rt.clock()
    asked = Once(actor, once, f"codes:{unit_ref}", by)
    with rt.db.read() as db:
        waiting = _waiting(db, actor, unit_ref, by, at)
        his = {person.id for person in waiting[:MOST] if _is_his_to_give(db, actor, person, at)}
    issued, rows = list[Issued](), list[int]()
    with rt.db.begin() as db:
        act = Act(rt, db, actor, at)
        if (earlier := asked.answered(db)) is not None:
            return _batch_again(rt, db, earlier)
        for person in _waiting(db, actor, unit_ref, by, at):
            if person.id in his:
                one, letter = _issue(act, person, person.unit_name, by, letters)
                issued.append(one)
                rows.extend(letter)
        passed_over, more = len(waiting[:MOST]) - len(his), len(waiting) > MOST
        answer = {"codes": [[one.ref, one.unit] for one in issued], "passed_over": passed_over, "more": more}
        asked.remember(db, answer, at)
    rt.queue(rows)
    return Batch(tuple(issued), passed_over, more)


def _waiting(db: Connection, actor: Actor, unit_ref: str, by: str, at: datetime) -> list[Any]:
    unit = administered_unit(db, actor, unit_ref)
    day = local_day(unit, at)
    return queries.waiting_below(db, unit.id, day, to_text(at), with_email=by == MAIL, limit=MOST + 1)


def _batch_again(rt: Runtime, db: Connection, earlier: Mapping[str, Any]) -> Batch:
    """The same codes once more, without those that were used or replaced meanwhile."""
    live = [(ref, unit) for ref, unit in earlier["codes"] if queries.by_ref(db, ref).ended_at is None]
    found = [(_again(rt, db, ref), unit) for ref, unit in live]
    issued = tuple(replace(one, unit=unit) for one, unit in found)
    return Batch(issued, earlier["passed_over"], earlier["more"])


def _is_his_to_give(db: Connection, actor: Actor, person: Any, at: datetime) -> bool:
    if person.id == actor.person_id:
        return False
    try:
        require_whole_person(db, actor, person.id, at)
    except NotAllowed:
        return False
    return True


def code(rt: Runtime, ref: str) -> str:
    """The code of a row, of which nothing but the ref is kept."""
    return code_of(hmac.digest(rt.keys.session, f"accounts.code\0{ref}".encode(), sha256))
