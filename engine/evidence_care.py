"""Verbs of keeping evidence: sweep away what nobody sent, drop bytes that no row knows, verify what was sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from engine.core.errors import NotFound, TamperedLedger
from engine.core.messages import Message
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import files as queries
from engine.store.queries import outbox
from engine.uploads import PREVIEW, evidence, forget

STANDS_STILL = timedelta(days=1)  # of an upload that never came to its end
UNSENT = timedelta(days=7)
BATCH = 200


@dataclass(slots=True)
class Checked:
    """What was read again: files, their bytes, and how many were erased with leave."""

    files: int = 0
    octets: int = 0
    erased: int = 0


def sweep(rt: Runtime) -> int:
    """Drop files that nobody sent: cut uploads after a day, judged ones after seven. What a draft names stays."""
    files, dropped, now = evidence(rt), 0, rt.clock()
    while True:
        with rt.db.read() as db:
            rows = queries.abandoned(db, to_text(now - STANDS_STILL), to_text(now - UNSENT), BATCH)
        for row in rows:
            with rt.db.begin() as db:
                gone = queries.drop(db, row.id)
            if gone:
                forget(files, row.stored)
                dropped += 1
        if len(rows) < BATCH:
            return dropped


def sweep_in(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """WORK files.sweep: the same inside the worker's transaction; the bytes go by a work of their own, after it."""
    now = rt.clock()
    rows = queries.abandoned(db, to_text(now - STANDS_STILL), to_text(now - UNSENT), BATCH)
    gone = [row.stored for row in rows if queries.drop(db, row.id)]
    if gone:
        outbox.add(db, "files.forget", json.dumps({"stored": gone}), f"files.forget:{gone[0]}", to_text(now))
    if gone and len(rows) == BATCH:
        outbox.add(db, "files.sweep", "{}", f"files.sweep:{gone[0]}", to_text(now))


def forget_in(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """WORK files.forget: drop the bytes of files whose rows are gone."""
    for stored in body["stored"]:
        forget(evidence(rt), stored)


def drop_strays(rt: Runtime) -> int:
    """Drop bytes that no row knows: a crash between the bytes and their row leaves some. Reads the whole store."""
    place, dropped = evidence(rt).place, 0
    names = (name.removesuffix(PREVIEW) if len(name) > 26 else name for name in place.names())
    for some in _batches(names):
        with rt.db.read() as db:
            known = queries.kept_among(db, some)
        for name in sorted(set(some) - known):
            forget(evidence(rt), name)
            dropped += 1
    return dropped


def _batches(names: Iterator[str]) -> Iterator[list[str]]:
    some: list[str] = []
    for name in names:
        some.append(name)
        if len(some) == BATCH:
            yield some
            some = []
    yield some


def verify(rt: Runtime) -> Checked:
    """Read every file that was sent again: its bytes are those that its submission names, none is missing.

    Raises TamperedLedger naming the first file that does not fit. The submissions themselves are ledger.verify's.
    """
    checked = Checked()
    with rt.db.read(snapshot=True) as db, closing(queries.answers_with_files(db)) as bodies:
        erased = queries.erased(db)
        rows = {row.ref: row for row in queries.bound(db)}
        for file in _named(bodies):
            row = rows.get(file["ref"])
            if row is None and file["ref"] in erased:
                checked.erased += 1
            elif row is None:
                raise _tampered(file["ref"], "file_missing")
            elif (row.sha256, row.size) != (file["sha256"], file["size"]):
                raise _tampered(file["ref"], "file_row")
    for row in rows.values():
        _verify_bytes(rt, row)
        checked.files += 1
        checked.octets += row.size
    return checked


def _named(bodies: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Every file that answers name, wherever in them it stands."""
    for body in bodies:
        left: list[Any] = [json.loads(body)]
        while left:
            found = left.pop()
            if isinstance(found, dict) and {"ref", "sha256", "size"} <= found.keys():
                yield found
            elif isinstance(found, (dict, list)):
                left += found.values() if isinstance(found, dict) else found


def _verify_bytes(rt: Runtime, row: Any) -> None:
    total = hashlib.sha256()
    try:
        for piece in evidence(rt).place.pieces(row.stored):
            total.update(piece)
    except NotFound as missing:
        raise _tampered(row.ref, "file_bytes_missing") from missing
    if total.hexdigest() != row.sha256:
        raise _tampered(row.ref, "file_bytes")


def _tampered(ref: str, what: str) -> TamperedLedger:
    return TamperedLedger(Message("ledger.tampered_record", record=f"file:{ref}", what=Message(f"ledger.what.{what}")))
