"""From settings to the evidence store of a process: a folder beside the database, another folder, or a bucket."""

from __future__ import annotations

from pathlib import Path

from engine.evidence import bucket
from engine.evidence.files import Files, Limits
from engine.evidence.folder import Folder
from engine.evidence.incoming import Incoming
from engine.evidence.scan import Scan

ELSEWHERE = Path("var/files")


def open_files(address: str | None, database_url: str, scan: str | None = None, limits: Limits | None = None) -> Files:
    """The store at an address (`s3://…` or a folder), by default beside a SQLite database or below `var/`.

    What is still coming in always lies in a folder of this machine: in the store's own, or beside the database.
    """
    home = _beside(database_url)
    chosen = limits or Limits()
    scanner = Scan(scan) if scan else None
    if address and address.startswith("s3:"):
        return Files(bucket.Bucket.at(address), Incoming(home / "incoming"), scanner, chosen)
    root = Path(address) if address else home
    return Files(Folder(root / "kept"), Incoming(root / "incoming"), scanner, chosen)


def _beside(database_url: str) -> Path:
    kind, _, path = database_url.partition(":///")
    return Path(path).with_suffix(".files") if kind.startswith("sqlite") and path else ELSEWHERE
