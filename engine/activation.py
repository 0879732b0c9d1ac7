"""VERBS activate, ask: setting one's own password with a code, and asking for a code because one has forgotten it.

Nobody learns here whether a person is known. How codes are made and given stands in codes.py.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from engine import key_ends
from engine.accounts import hash_password, require_good
from engine.authority import require_whole_person
from engine.codes import add_code
from engine.codes import code as code_of
from engine.core.case import SYSTEM, Actor, Right
from engine.core.codes import grouped, plain_code
from engine.core.errors import NotAllowed, SignInRefused, Unavailable
from engine.core.messages import Message
from engine.core.times import to_datetime, to_text
from engine.letters import ASKED, Letters, posted, written
from engine.runtime import Runtime
from engine.sessions import NewSession, open_session
from engine.staffing import Act
from engine.store.queries import accounts, attempts, staffing
from engine.store.queries import codes as queries
from engine.store.refs import new_ref
from engine.tries import count_try, may_be_a_name, plain_name

SELF = "self"
REMEMBERED = 5  # codes of a person of which one is told what became of them
SELF_LIFE = timedelta(hours=1)
SELF_A_DAY = 3
DAY = timedelta(days=1)
FOR_EVER = ""  # before every day: rights that have ended count too
WITH_CODE, FORGOTTEN = "code:", "forgotten:"  # counted apart from tries with passwords


def activate(rt: Runtime, *, name: str, code: str, new: str, address: str, agent: str) -> NewSession:
    """Set one's own password with a code, and sign in with it; every other session of his ends.

    A try is counted before the code is looked at, apart from tries to sign in. Raises SignInRefused: with one wording
    for whatever does not fit, and with what became of it for a right code that has ended; InvalidSubmission naming
    `new` for a password that cannot be taken, which leaves the code as it was; TooManyTries.
    """
    at, typed, plain = rt.clock(), plain_name(name), plain_code(code)
    with rt.db.begin() as db:
        person = queries.person_by_name(db, typed) if may_be_a_name(typed) else None
        attempt = count_try(rt, db, person.ref if person else typed, address, at, what=WITH_CODE)
        row = _fitting(rt, db, person, plain)
        if row is not None:
            attempts.mark_succeeded(db, attempt)
            row = _within_reach(db, row, at)
    if row is None or person is None or not person.active or person.disabled_at is not None:
        raise SignInRefused(Message("accounts.code.refused"))
    _require_live(row, at)
    with rt.db.read() as db:
        require_good(db, "new", new, person)
    hashed = hash_password(new)
    with rt.db.begin() as db:
        return _enter(Act(rt, db, Actor(person.id, person.ref, person.name, ()), at), person, row, hashed, agent)


def _fitting(rt: Runtime, db: Connection, person: Any | None, plain: str) -> Row[Any] | None:
    """The code of a person that was typed, whatever became of it. Each comparison takes the same time."""
    rows = queries.lately(db, person.id, REMEMBERED) if person else []
    refs = [row.ref for row in rows] + [""] * (REMEMBERED - len(rows))
    fits = [hmac.compare_digest(code_of(rt, ref), plain) for ref in refs]
    return next((row for row, is_it in zip(rows, fits, strict=False) if is_it), None)


def _within_reach(db: Connection, row: Row[Any], at: datetime) -> Row[Any]:
    """The same code, ended where its owner has come to hold more than whoever gave it reached: it would lend him that.

    A giver who has moved on since keeps the reach that he had: his slips are in people's hands.
    """
    if row.ended_at is not None or row.issued_by is None:
        return row
    had = staffing.live_grants(db, row.issued_by, FOR_EVER)
    giver = Actor(row.issued_by, "", "", tuple(Right(held.ref, held.role, held.unit_id) for held in had))
    try:
        require_whole_person(db, giver, row.person_id, at)
    except NotAllowed:
        queries.end(db, row.id, to_text(at), "withdrawn")
    return queries.by_ref(db, row.ref) or row


def _require_live(row: Any, at: datetime) -> None:
    if row.ended_at is not None:
        raise SignInRefused(Message(f"accounts.code.{row.ended_as}"))
    if to_datetime(row.expires_at) <= at:
        raise SignInRefused(Message("accounts.code.expired", on=to_datetime(row.expires_at)))


def _enter(act: Act, person: Any, row: Any, hashed: str, agent: str) -> NewSession:
    at = to_text(act.at)
    if not queries.end(act.db, row.id, at, "used"):
        raise SignInRefused(Message("accounts.code.used"))  # the same code in another window was faster
    account = accounts.by_person(act.db, person.id)
    if account is None:
        accounts.add(act.db, person.id, hashed, at, must_change=False)
    elif account.disabled_at is not None:
        raise SignInRefused(Message("accounts.code.refused"))
    else:
        accounts.set_password(act.db, person.id, hashed, at, must_change=False)
        accounts.revoke_sessions(act.db, person.id, at)
        key_ends.revoke_all(act.rt, act.db, person.id, person.ref, actor=act.actor, at=act.at)
    kind = "account.activated" if account is None else "account.password_reset"
    act.record(f"person:{person.ref}", kind, {"person": person.ref, "code": row.ref})
    return open_session(act.db, accounts.by_person(act.db, person.id), agent, act.at)


def ask(rt: Runtime, *, name: str, letters: Letters, address: str) -> None:
    """Ask for a code by e-mail because one has forgotten the password. Says nothing of whether there is such a person.

    A known name and an unknown one cost the same reads and leave the same rows; who it is, is looked up afterwards
    (`send_asked`). Raises TooManyTries.
    """
    at, typed = rt.clock(), plain_name(name)
    with rt.db.begin() as db:
        person = queries.person_by_name(db, typed) if may_be_a_name(typed) else None
        count_try(rt, db, person.ref if person else typed, address, at, what=FORGOTTEN)
        letter = {**letters.reset(at + SELF_LIFE), "person": person.ref if person else new_ref()}
        row = posted(Act(rt, db, SYSTEM, at), new_ref(), letter, None, kind=ASKED)
    rt.queue([row])


def send_asked(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """Work: give whoever asked a code of his own, if he has an account and an address; few a day."""
    at, person = rt.clock(), queries.person(db, str(body["person"]))
    if person is None or not person.active or person.email is None or not person.password_hash:
        return
    since = to_text(at - DAY)
    if person.disabled_at is not None or queries.count_since(db, person.id, SELF, since) >= SELF_A_DAY:
        return
    act = Act(rt, db, SYSTEM, at)
    ref = add_code(act, person, SELF, at + SELF_LIFE)
    event = act.record(f"person:{person.ref}", "account.code_asked", {"person": person.ref, "code": ref})
    posted(act, ref, {**body, "to": person.email}, event)


def deliver(rt: Runtime, body: Mapping[str, Any]) -> None:
    """Work outside a transaction: send a letter with its code put in, unless the code has ended meanwhile.

    Sent again it is the same letter with the same code. Raises Unavailable where nothing carries mail.
    """
    with rt.db.read() as db:
        row = queries.by_ref(db, str(body["code"]))
    if row is None or row.ended_at is not None or to_datetime(row.expires_at) <= rt.clock():
        return
    if rt.mail is None:
        raise Unavailable(Message("mail.none"))
    rt.mail.send(written(body, row.ref, row.name, grouped(code_of(rt, row.ref))), rt.clock())
