"""Counting tries before they are looked at, so that guessing is slow and tries in parallel are all counted.

How long somebody waits is core.attempts'. What people type as a name is kept under a key alone.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import Connection

from engine.core.attempts import KNOWN_FOR, seconds_to_wait
from engine.core.errors import TooManyTries
from engine.core.messages import Message
from engine.core.nip import plain_nip
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import attempts as queries
from engine.store.queries.locks import wait_for_turn

LONGEST_NAME = 254  # of an e-mail address (RFC 5321, 4.5.3.1.3 and erratum 1690)


def plain_name(name: str) -> str:
    """A name as it is looked up: an e-mail address in lower case, a NIP without what groups its digits."""
    name = name.strip()
    return name.lower() if "@" in name else plain_nip(name)


def may_be_a_name(typed: str) -> bool:
    """Whether a plain name can be somebody's at all."""
    return 0 < len(typed) <= LONGEST_NAME and typed.isascii() and typed.isprintable()


def count_try(rt: Runtime, db: Connection, who: str, address: str, at: datetime, *, what: str = "") -> int:
    """Count a try as failed; answers its id, for `queries.mark_succeeded` when it is known better.

    `who`: the ref of an account, or what was typed as a name; `what`: of which kind, where it is counted apart from
    signing in. Raises TooManyTries with the seconds to wait: such a try is neither looked at nor counted.
    """
    named, address = name_hash(rt, f"{what}{who}"), f"{what} {address}".strip()
    wait_for_turn(db, named)
    seconds = seconds_to_wait(queries.tries(db, named, address, at), at)
    if seconds:
        raise TooManyTries(Message("accounts.too_many_tries", count=-(-seconds // 60)), seconds)
    queries.forget_attempts(db, to_text(at - KNOWN_FOR))
    return queries.add_attempt(db, named, address, to_text(at))


def name_hash(rt: Runtime, who: str) -> str:
    """Under what a name's tries are counted."""
    return keyed(rt, "name", who).hex()


def keyed(rt: Runtime, use: str, text: str) -> bytes:
    """What stands for a text that must not be kept: people type passwords where a name belongs."""
    return hmac.digest(rt.keys.session, f"accounts.{use}\0{text}".encode("utf-8", "surrogatepass"), "sha256")
