"""VERB judge: whether a backup is whole and true, and whether it is an earlier state of what serves now.

Nothing of the backup is changed, and nothing of the installation.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from engine import evidence_care, ledger
from engine.backups import manifest as form
from engine.core.errors import BadRequest, TamperedLedger
from engine.core.messages import Message
from engine.evidence.files import Files
from engine.evidence.folder import Folder
from engine.evidence.incoming import Incoming
from engine.runtime import Runtime
from engine.store import copies, migrate
from engine.store.database import Database, connect
from engine.store.queries import backups as queries

BATCH = 400  # places asked for in one question


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found: the manifest, how many parts were read again, the audit's count, files that the database names.

    other_key: the key of second factors is another one here. since: events that came after it, where that was asked.
    """

    manifest: form.Manifest
    parts: int
    verified: ledger.Verified
    files: int
    other_key: bool
    since: int | None = None

    @property
    def older(self) -> bool:
        """Whether a restore migrates it."""
        return self.manifest.migration < migrate.newest()


def judge(rt: Runtime, folder: Path, *, beside: str, compared: bool = False) -> Judged:
    """Verify a backup in a scratch database: a file, or one on the server of the address `beside` (PostgreSQL).

    compared: also against the database that serves, of which it must be an earlier state. Raises BadRequest for what is
    no backup or that of a newer product, TamperedLedger for one that is not whole.
    """
    said, parts = accept(folder)
    with _scratch(said, folder, beside) as url:
        database = connect(url)
        try:
            judged = prove(rt, database, folder, said, parts)
            return replace(judged, since=_compare(rt, database)) if compared else judged
        finally:
            database.dispose()


def accept(folder: Path) -> tuple[form.Manifest, int]:
    """The manifest of a backup that this product knows and of which every part is whole; how many parts it has."""
    said = form.read(folder)
    if said.migration > migrate.newest():
        raise BadRequest(Message("backups.newer", found=said.migration, known=migrate.newest(), product=said.product))
    return said, form.verify_parts(folder, said)


@contextmanager
def _scratch(said: form.Manifest, folder: Path, beside: str) -> Iterator[str]:
    if said.database == "sqlite":
        with tempfile.TemporaryDirectory(prefix="siklus-check-") as place:
            url = f"sqlite:///{place}/copy.sqlite3"
            copies.lay(folder / form.DATABASE, url)
            yield url
        return
    if not beside.startswith("postgresql"):
        raise BadRequest(Message("backups.needs_postgresql"))
    with copies.scratch(beside) as url:
        copies.lay(folder / form.DATABASE, url)
        yield url


def prove(rt: Runtime, database: Database, folder: Path, said: form.Manifest, parts: int) -> Judged:
    """Whether a database that was laid from a backup is the one of its manifest, and true; brings it up to date.

    Raises TamperedLedger for the first thing that is not so.
    """
    with database.read() as db:
        found = (queries.events(db), *form.digest_of(queries.heads(db)))
        if found != (said.events, said.streams, said.heads) or queries.migration(db) != said.migration:
            raise TamperedLedger(Message("backups.part", part=form.DATABASE, what=Message("backups.what.other")))
    migrate.upgrade(database)
    verified = ledger.verify(database)
    files = _verify_files(rt, database, folder, said)
    other_key = bool(said.factor_key) and said.factor_key != form.fingerprint(rt.keys.factors)
    return Judged(said, parts, verified, files, other_key)


def _verify_files(rt: Runtime, database: Database, folder: Path, said: form.Manifest) -> int:
    """Every file that was sent is the one that was sent, and every other that the database names is there."""
    if not said.with_files:
        return 0
    inside = {Path(name).name for name, _ in form.parts(folder, said)}
    with database.read() as db:
        named = {row.stored for row in queries.files(db)}
    for name in sorted(named - inside - set(said.missing)):
        raise TamperedLedger(Message("backups.part", part=name, what=Message("backups.what.missing")))
    if said.missing:
        return len(named) - len(said.missing)
    kept = Files(Folder(folder / form.FILES), Incoming(folder))
    evidence_care.verify(replace(rt, db=database, files=kept))
    return len(named)


def _compare(rt: Runtime, laid: Database) -> int:
    """How many events the database that serves has more than a backup of it.

    Raises TamperedLedger naming the first stream that went another way: then one of the two is not the other's past.
    """
    with laid.read() as then, rt.db.read(snapshot=True) as now, closing(queries.heads(then)) as heads:
        while some := list(islice(heads, BATCH)):
            found = queries.hashes_at(now, [(stream, seq) for stream, seq, _ in some])
            for stream, seq, leaf_hash in some:
                if found.get((stream, seq)) != leaf_hash:
                    raise TamperedLedger(Message("backups.other_way", stream=stream, seq=seq))
        return queries.events(now) - queries.events(then)
