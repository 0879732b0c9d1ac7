"""What a backup is: a folder with the database, the evidence files, SHA256SUMS, and a manifest that vouches for them.

    manifest.json    what, when, of which product; the SHA-256 of SHA256SUMS
    SHA256SUMS       every other part, as `sha256sum --check` reads it
    database         a SQLite file, or what pg_dump wrote
    files/ab/ab…     evidence, under the names that the database knows

Never a secret of the installation: of the key of second factors there is a fingerprint, which tells whether a restore
has the same one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from engine.core.errors import BadRequest, TamperedLedger
from engine.core.messages import Message

FORMAT = "siklus-backup/1"
MANIFEST, SUMS, DATABASE, FILES = "manifest.json", "SHA256SUMS", "database", "files"
LARGEST = 1_000_000  # bytes of a manifest: nothing in it grows with the installation but `missing`
PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. Times are UTC, RFC 3339.

    began_at: whatever was acknowledged before is in it. heads: see `digest_of`. missing: names of evidence that was
    gone already when the backup was taken. with_files: whether evidence is inside at all.
    """

    format: str
    product: str
    migration: str
    database: str
    began_at: str
    ended_at: str
    events: int
    streams: int
    heads: str
    files: int
    octets: int
    with_files: bool
    missing: list[str]
    factor_key: str
    sums: str


def digest_of(heads: Iterable[tuple[str, int, bytes]]) -> tuple[int, str]:
    """How many streams there are, and the SHA-256 over a line for each: `stream TAB number TAB hash`."""
    total, count = hashlib.sha256(), 0
    for stream, seq, leaf_hash in heads:
        total.update(f"{stream}\t{seq}\t{leaf_hash.hex()}\n".encode())
        count += 1
    return count, total.hexdigest()


def fingerprint(key: bytes) -> str:
    """Tells two keys apart and says nothing about either: keys have 32 characters of chance or more."""
    return hmac.new(key, b"siklus backup: which key this is", hashlib.sha256).hexdigest()[:16] if key else ""


def sha256_of(path: Path) -> str:
    """The hash of a file, read in pieces."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            total.update(piece)
    return total.hexdigest()


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, the last part of a backup."""
    path = folder / MANIFEST
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(manifest), indent=2) + "\n", "utf-8")


def read(folder: Path) -> Manifest:
    """The manifest of a backup; BadRequest where there is none that can be read, or one of a format not known here."""
    path = folder / MANIFEST
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError
        said = json.loads(path.read_text("utf-8"))
        if not isinstance(said, dict) or not isinstance(said.get("format"), str):
            raise ValueError
    except (OSError, ValueError) as error:
        raise BadRequest(Message("backups.none", where=str(folder))) from error
    if said["format"] != FORMAT:
        raise BadRequest(Message("backups.format", found=said["format"][:40], known=FORMAT))
    if said.keys() != {field.name for field in fields(Manifest)} or said["database"] not in ("sqlite", "postgresql"):
        raise BadRequest(Message("backups.none", where=str(folder)))
    return Manifest(**said)


def parts(folder: Path, manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Every part that the backup names, with its hash; TamperedLedger when the list is not the manifest's."""
    path = folder / SUMS
    if not path.is_file() or sha256_of(path) != manifest.sums:
        raise TamperedLedger(Message("backups.part", part=SUMS, what=Message("backups.what.changed")))
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            digest, _, name = line.rstrip("\n").partition("  ")
            yield name, digest


def verify_parts(folder: Path, manifest: Manifest) -> int:
    """Read every part again; answers how many there are. TamperedLedger names the first that is gone or changed."""
    count = 0
    for name, digest in parts(folder, manifest):
        path = folder / name
        if ".." in Path(name).parts or not path.is_file():
            raise TamperedLedger(Message("backups.part", part=name, what=Message("backups.what.missing")))
        if sha256_of(path) != digest:
            raise TamperedLedger(Message("backups.part", part=name, what=Message("backups.what.changed")))
        count += 1
    return count
