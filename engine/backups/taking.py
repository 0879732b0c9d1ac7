"""VERB take: a backup of database and files together, while the product serves.

The database first, as of one moment; then the bytes of each file that it names. Bytes are kept before the row that
names them, so each is there, unless it was dropped or erased in between, which the database then says.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.backups import manifest as form
from engine.core.errors import BadRequest, NotFound, Unavailable
from engine.core.messages import Message
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store import copies
from engine.store.queries import backups as queries
from engine.store.queries import files as file_queries
from engine.uploads import PREVIEW, evidence

UNFINISHED = ".unfinished"
NAMED = "siklus-{:%Y%m%dT%H%M%SZ}"  # a backup in a folder of backups
OURS = "siklus-" + "[0-9]" * 8 + "T" + "[0-9]" * 6 + "Z"


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that is whole, and where it lies."""

    folder: Path
    manifest: form.Manifest


@dataclass(slots=True)
class _Copied:
    files: int = 0
    octets: int = 0


def take(rt: Runtime, place: Path, *, with_files: bool = True) -> Taken:
    """Write a backup to `place`: a new folder of that name, or a new one below where `place` is a folder already.

    It has its name only when it is whole. Raises BadRequest when there is something of that name, Unavailable when the
    disk is full or the database cannot be copied.
    """
    began = rt.clock()
    target = place / NAMED.format(began) if place.is_dir() else place
    folder = target.with_name(target.name + UNFINISHED)
    if target.exists() or folder.exists():
        raise BadRequest(Message("backups.exists", where=str(folder if folder.exists() else target)))
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise Unavailable(Message("backups.disk", where=str(folder), why=error.strerror or "")) from error
    try:
        said = _write(rt, folder, began, with_files)
        _sync(folder)
        folder.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise Unavailable(Message("backups.disk", where=str(folder), why=error.strerror or "")) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # after a failure; else it has its name by now
    return Taken(target, said)


def _write(rt: Runtime, folder: Path, began: datetime, with_files: bool) -> form.Manifest:
    with copies.taken(rt.db, folder / form.DATABASE) as db:
        streams, heads = form.digest_of(queries.heads(db))
        facts = {"migration": queries.migration(db), "events": queries.events(db), "streams": streams, "heads": heads}
        named = queries.files(db) if with_files else []
    copied, missing = _Copied(), list[str]()
    sums = folder / form.SUMS
    sums.touch(mode=0o600)
    (folder / form.FILES).mkdir(mode=0o700)
    with sums.open("w", encoding="utf-8") as lines:
        lines.write(f"{form.sha256_of(folder / form.DATABASE)}  {form.DATABASE}\n")
        for row in named:
            for digest, name in _copy(rt, row, folder / form.FILES, copied, missing):
                lines.write(f"{digest}  {form.FILES}/{name[:2]}/{name}\n")
    said = form.Manifest(
        format=form.FORMAT, product=rt.version, database=rt.db.dialect, began_at=to_text(began),
        ended_at=to_text(rt.clock()), files=copied.files, octets=copied.octets, with_files=with_files, missing=missing,
        factor_key=form.fingerprint(rt.keys.factors), sums=form.sha256_of(sums), **facts,
    )  # fmt: skip
    form.write(folder, said)
    return said


def _copy(rt: Runtime, row: Any, folder: Path, copied: _Copied, missing: list[str]) -> Iterator[tuple[str, str]]:
    """Copy one file and its preview, where there is one: the hash and the name of each."""
    for name in (row.stored, row.stored + PREVIEW):
        try:
            pieces = evidence(rt).place.pieces(name)
            target = folder / name[:2] / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            digest, octets = _keep(target, pieces)
        except NotFound:
            if name == row.stored and _is_named(rt, name):
                missing.append(name)
            continue
        copied.files += name == row.stored
        copied.octets += octets
        yield digest, name


def _keep(target: Path, pieces: Iterator[bytes]) -> tuple[str, int]:
    total, octets = hashlib.sha256(), 0
    target.touch(mode=0o600, exist_ok=False)
    with target.open("wb") as file:
        for piece in pieces:
            total.update(piece)
            octets += file.write(piece)
    return total.hexdigest(), octets


def _is_named(rt: Runtime, stored: str) -> bool:
    """Whether the database still names the bytes: what was dropped since the copy is not missing."""
    with rt.db.read() as db:
        return bool(file_queries.kept_among(db, [stored]))


def _sync(folder: Path) -> None:
    """Wait until the disk has everything below a folder."""
    for place, _, names in os.walk(folder):
        for name in [".", *names]:
            handle = os.open(Path(place, name), os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def keep_newest(place: Path, count: int) -> list[Path]:
    """Drop all but the newest `count` whole backups that `take` named in a folder; answers those that are gone."""
    whole = sorted(path for path in place.glob(OURS) if (path / form.MANIFEST).is_file())
    gone = whole[:-count] if count > 0 else []
    for path in gone:
        shutil.rmtree(path)
    return gone
