"""WORK directory.keys: API keys end where a password was set anew in the office's directory, as with one of ours.

The directory says when that was; a key that was made before may be somebody else's. It is asked once a day about those
who have keys, and whenever one of them signs in by it. A directory that does not say when leaves keys as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
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
Found = Sequence[tuple[Any, datetime]]
"""Those who have keys (id, ref), and when the directory says that they set their passwords."""


def begin(rt: Runtime, db: Connection, zone: str, day: date) -> None:
    """DAILY directory: ask for the look into the directory, where there is one."""
    if rt.directory is not None:
        outbox.add_once(db, WORK, "{}", f"{WORK}:{day}", to_text(rt.clock()))


def look(rt: Runtime, body: Mapping[str, Any]) -> Found:
    """Ask the directory about each who has keys. Raises Unavailable where it does not answer: tried again later."""
    if rt.directory is None:
        return ()
    with rt.db.read() as db:
        holders = queries.holders(db, to_text(rt.clock()))
    said = ((row, password_set_at(rt.directory, row)) for row in holders)
    return [(row, at) for row, at in said if at is not None]


def keep(rt: Runtime, db: Connection, body: Mapping[str, Any], found: Found) -> None:
    """End the keys that are older than the passwords of those who made them."""
    for row, set_at in found:
        key_ends.revoke_all(rt, db, row.id, row.ref, actor=SYSTEM, at=rt.clock(), before=set_at)


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
