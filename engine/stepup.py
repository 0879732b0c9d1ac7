"""VERBS confirm, confirm_by_key: shown once more who one is, before an act that weighs much (ASVS 5.0, 7.5.3).

Whoever has signed in or confirmed within the last ten minutes is not asked. What is asked for is what the account has:
the password, and with it a code where there is a second factor; or a passkey, which is both. Which acts ask stands
beside their pages (`engine.web.actor.confirmed`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine import accounts
from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, NotSignedIn, SignInRefused
from engine.core.messages import Message
from engine.factors import held, passkeys, showing
from engine.runtime import Runtime
from engine.sessions import NewSession, renew

WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Proofs:
    """What an account can show: a `code` is asked for beside the password; a `passkey` stands for both."""

    code: bool
    passkey: bool


def is_recent(confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether he has shown who he is recently enough."""
    return confirmed_at is not None and now - confirmed_at < WITHIN


def proofs(rt: Runtime, actor: Actor) -> Proofs:
    """What can be asked of whoever acts."""
    has = held.held(rt, actor.person_id or 0)
    return Proofs(has.any, bool(has.passkeys))


def confirm(rt: Runtime, *, actor: Actor, token: str, password: str, code: str, address: str) -> NewSession:
    """Show again that it is he; answers the session that takes the place of the one that asked.

    Raises InvalidSubmission naming `password` or `code`, TooManyTries: each counts as it does at signing in.
    """
    if not accounts.confirm(rt, actor=actor, password=password, address=address):
        raise InvalidSubmission({"password": Message("accounts.confirm.wrong")})
    if proofs(rt, actor).code:
        return _with_code(rt, actor, token, code)
    with rt.db.begin() as db:
        opened = renew(db, token, rt.clock(), factor=False)
    if opened is None or opened.person_ref != actor.ref:
        raise NotSignedIn(Message("error.not_signed_in"))
    return opened


def _with_code(rt: Runtime, actor: Actor, token: str, code: str) -> NewSession:
    try:
        return showing.show_code(rt, actor=actor, session=token, typed=code).session
    except SignInRefused as refused:
        raise InvalidSubmission({"code": refused.message}) from refused


def confirm_by_key(rt: Runtime, *, actor: Actor, token: str, session: str, answer: str, origin: str) -> NewSession:
    """The same by a passkey. Raises InvalidSubmission naming `key`."""
    try:
        return passkeys.show(rt, actor=actor, answer=answer, origin=origin, session=session, token=token)
    except SignInRefused as refused:
        raise InvalidSubmission({"key": refused.message}) from refused
