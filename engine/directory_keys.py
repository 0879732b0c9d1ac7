"""WORK directory.keys: API keys end where a password was set anew in the office's directory, as with one of ours.

The directory says when that was; a key that was made before may be somebody else's. It is asked once a day about those
who have keys, and whenever one of them signs in by it. A directory that does not say when leaves keys as they are.

A look asks about a few people and no longer than some seconds, so that people who sign in come in between and what was
found counts at once; the next look goes on where it ended.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from engine import key_ends
from engine.core.case import SYSTEM
from engine.core.errors import Unavailable
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import api_keys as queries
from engine.store.queries import outbox
from engine.tries import may_be_a_name

if TYPE_CHECKING:
    from engine.directory import Directory  # whose library is heavy, and stays away where no directory is asked

WORK = "directory.keys"
AT_ONCE = 50  # people of one look
LONGEST = 30.0  # seconds after which a look asks about nobody more; one answer may take some three times 5 s
PAUSE = timedelta(seconds=5)  # between two looks, since sign-ins need the same connections


@dataclass(frozen=True, slots=True)
class Found:
    """Those who have keys (id, ref), and when the directory says that they set their passwords.

    upto: the id after which the next look goes on; None where nobody is left.
    """

    said: Sequence[tuple[Any, datetime]] = ()
    upto: int | None = None


def begin(rt: Runtime, db: Connection, zone: str, day: date) -> None:
    """DAILY directory: ask for the look into the directory, where there is one."""
    if rt.directory is not None:
        outbox.add_once(db, WORK, json.dumps({"day": str(day)}), f"{WORK}:{day}", to_text(rt.clock()))


def look(rt: Runtime, body: Mapping[str, Any]) -> Found:
    """Ask the directory about the next who have keys. Raises Unavailable where it answers of none."""
    if rt.directory is None:
        return Found()
    with rt.db.read() as db:
        holders = queries.holders(db, to_text(rt.clock()), int(body.get("after", 0)), AT_ONCE + 1)
    said, until, upto = [], time.monotonic() + LONGEST, None
    for row in holders[:AT_ONCE]:
        if upto is not None and time.monotonic() > until:
            return Found(said, upto)
        try:
            at = password_set_at(rt.directory, row)
        except Unavailable:
            if upto is None:
                raise
            return Found(said, upto)  # what it said so far counts; the next look begins with whom it was silent about
        upto = row.id
        if at is not None:
            said.append((row, at))
    return Found(said, upto if len(holders) > AT_ONCE else None)


def keep(rt: Runtime, db: Connection, body: Mapping[str, Any], found: Found) -> None:
    """End the keys that are older than the passwords of those who made them, and ask for the next look."""
    for row, set_at in found.said:
        key_ends.revoke_all(rt, db, row.id, row.ref, actor=SYSTEM, at=rt.clock(), before=set_at)
    if found.upto is not None:
        day, due = str(body.get("day", "")), rt.clock() + PAUSE
        next_body = json.dumps({"day": day, "after": found.upto})
        outbox.add_once(db, WORK, next_body, f"{WORK}:{day}:{found.upto}", to_text(due))


def set_at_sign_in(rt: Runtime, account: Any) -> datetime | None:
    """When the password of who signs in by the directory was set; None also where it does not answer just now."""
    try:
        return None if rt.directory is None else password_set_at(rt.directory, account)
    except Unavailable:
        return None


def password_set_at(directory: Directory, person: Any) -> datetime | None:
    """When a person (`nip`, `email`) set his password in the directory, as far as it says."""
    name = person.nip or person.email
    return directory.password_set_at(name) if name and may_be_a_name(name) else None
