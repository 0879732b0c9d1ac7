"""Showing the second factor: a half session becomes a whole one, by a code of the app or a recovery code.

Passkeys do the same in passkeys.py. A try is counted before it is looked at, in a transaction of its own, and for the
person wherever it comes from: nobody guesses from many places, and wrong codes never hold back a password.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.core import totp
from engine.core.case import Actor
from engine.core.errors import NotSignedIn, SignInRefused
from engine.core.messages import Message
from engine.factors import authenticator, codes
from engine.runtime import Runtime
from engine.sessions import NewSession, renew
from engine.store.queries import attempts
from engine.tries import count_try


@dataclass(frozen=True, slots=True)
class ShownCode:
    """The whole session, and whether a recovery code opened it."""

    session: NewSession
    by_recovery: bool


def show_code(rt: Runtime, *, actor: Actor, session: str, typed: str) -> ShownCode:
    """Raise a session by a code. Raises SignInRefused for a wrong, used or foreign one, TooManyTries, NotSignedIn."""
    at = rt.clock()
    is_recovery = not _may_be_of_an_app(typed)
    with rt.db.begin() as db:
        attempt = count_try(rt, db, actor.ref, f"of {actor.ref}", at, what="second factor ")
    with rt.db.begin() as db:
        accepts = codes.use if is_recovery else authenticator.fits
        if not accepts(rt, db, actor, typed, at):
            raise SignInRefused(Message("factors.code_refused"))
        attempts.mark_succeeded(db, attempt)
        opened = renew(db, session, at, factor=True)
        if opened is None or opened.person_ref != actor.ref:
            raise NotSignedIn(Message("error.not_signed_in"))
        return ShownCode(opened, is_recovery)


def _may_be_of_an_app(typed: str) -> bool:
    digits = "".join(typed.split())
    return len(digits) <= totp.DIGITS and digits.isdigit()
