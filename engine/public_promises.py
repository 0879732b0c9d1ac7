"""What people were promised who answered without signing in: no later version of the register takes it back.

Asked as a version is put in force; how each answer is read follows from its own version (entry_lists.py).
"""

from __future__ import annotations

import json

from sqlalchemy import Connection

from engine.core.definition import Definition, RegisterDefinition
from engine.core.errors import Refused
from engine.core.messages import Message
from engine.core.reading.normal import load
from engine.store.queries import definitions
from engine.store.queries import entries as queries


def require_kept(db: Connection, wanted: Definition) -> None:
    """Refuse a register that opens single answers, or totals of fewer, than the versions that took its answers."""
    if not isinstance(wanted, RegisterDefinition):
        return
    floors: dict[str, int] = {}
    for row in definitions.versions_of(db, "register", wanted.key):
        found = load(json.loads(row.body))
        if row.published_at is not None and isinstance(found, RegisterDefinition) and found.totals_alone:
            floors[row.digest] = found.shown.floor
    floor = max((floors[digest] for digest in queries.taken_under(db, wanted.key, floors)), default=0)
    if floor and not wanted.totals_alone:
        raise Refused(Message("public.promised_totals"))
    if wanted.shown.floor < floor:
        raise Refused(Message("public.promised_floor", floor=floor))
