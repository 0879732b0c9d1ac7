"""Counting tries at a second factor: per person, wherever they come from, so that nobody guesses from many places.

The waiting is that of passwords (core/attempts.py), counted apart: wrong codes never hold back a password.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import Connection

from engine.core.attempts import seconds_to_wait
from engine.core.errors import TooManyTries
from engine.core.messages import Message
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import accounts as queries
from engine.store.queries.locks import wait_for_turn


def count(rt: Runtime, db: Connection, person_ref: str, at: datetime) -> int:
    """Count a try before it is looked at. Raises TooManyTries; a try made while waiting counts for nothing."""
    name = hmac.digest(rt.keys.session, f"second factor\0{person_ref}".encode(), "sha256").hex()
    place = f"second factor of {person_ref}"
    wait_for_turn(db, name)
    seconds = seconds_to_wait(queries.tries(db, name, place, at), at)
    if seconds:
        raise TooManyTries(Message("factors.too_many_tries", count=-(-seconds // 60)), seconds)
    return queries.add_attempt(db, name, place, to_text(at))
