"""The commands that look after an installation: backup, restore, audit verify, files sweep."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from engine import evidence_care, ledger
from engine.backups import judging, restoring, taking
from engine.commands.tools import Tools
from engine.core.errors import BadRequest
from engine.core.messages import Message
from engine.store import migrate

KEYS = "The keys of the installation are not inside: keep SIKLUS_SECRET_KEY and SIKLUS_FACTOR_KEY (or var/*.key) apart."


def add_backup(parser: argparse.ArgumentParser) -> None:
    """The words of `siklus backup`."""
    parser.add_argument("place", type=Path, help="a new folder, or a folder in which one is made, named by the time")
    parser.add_argument("--without-files", action="store_true", help="the database alone; evidence is kept elsewhere")
    parser.add_argument("--keep", type=int, metavar="N", help="drop all but the newest N backups of that folder")


def add_restore(parser: argparse.ArgumentParser) -> None:
    """The words of `siklus restore`."""
    parser.add_argument("backup", type=Path, help="the folder that siklus backup made")
    parser.add_argument("--check", action="store_true", help="judge it in a scratch database, and leave all as it is")
    parser.add_argument("--compare", action="store_true", help="with --check: it must be a past of what serves here")
    parser.add_argument("--into", metavar="ADDRESS", help="an empty database, else the one of the settings")
    parser.add_argument("--files", metavar="PLACE", help="an empty place for evidence, else the one of the settings")


def backup(tools: Tools, options: argparse.Namespace) -> int:
    """Take a backup while the product serves; exit status 1 also when evidence was missing already."""
    rt = tools.runtime(tools.installation())
    migrate.require(rt.db)
    if options.keep is not None:
        if options.keep < 1 or (options.place.exists() and not options.place.is_dir()):
            raise BadRequest(Message("backups.keep"))
        options.place.mkdir(parents=True, exist_ok=True)  # each backup is a folder of its own inside
    taken = taking.take(rt, options.place, with_files=not options.without_files)
    said = taken.manifest
    print(f"{taken.folder}: {said.events} events in {said.streams} streams, migration {said.migration}.")
    if said.with_files:
        print(f"{said.files} evidence files, {said.octets} bytes.")
    else:
        print("Evidence files were left out, as asked.")
    print(f"Digest of all streams: {said.heads}")
    print(KEYS)
    for gone in taking.keep_newest(options.place, options.keep) if options.keep else ():
        print(f"Dropped {gone}.")
    for name in said.missing:
        print(f"siklus: the bytes of the file {name} were missing before the backup", file=sys.stderr)
    return 1 if said.missing else 0


def restore(tools: Tools, options: argparse.Namespace) -> int:
    """Judge a backup, or lay it into an empty place."""
    installation = tools.installation()
    if options.into:
        installation = replace(installation, database_url=options.into, owner_url=None)
    if options.files:
        installation = replace(installation, files=options.files)
    rt, address = tools.runtime(installation), installation.owner_url or installation.database_url
    if options.check:
        if options.compare:
            migrate.require(rt.db)
        judged = judging.judge(rt, options.backup, beside=address, compared=options.compare)
    else:
        judged = restoring.restore(rt, options.backup, address)
    _tell(judged, checked=options.check)
    return 0


def _tell(judged: judging.Judged, *, checked: bool) -> None:
    said, found = judged.manifest, judged.verified
    print(f"Taken {said.began_at} by Siklus {said.product}: {judged.parts} parts, each as it was written.")
    print(f"{said.events} events in {said.streams} streams; every hash, state, result and right is as recorded.")
    if said.with_files:
        print(f"{judged.files} evidence files are there and those that were sent are as sent.")
    else:
        print("It holds no evidence files: bring them from where they are kept, then siklus audit verify --files.")
    if said.missing:
        print(f"{len(said.missing)} evidence files were missing already when it was taken.")
    if judged.since is not None:
        print(f"It is the past of what serves here, which has {judged.since} events more.")
    if judged.older:
        found_at = "A restore brings it" if checked else "It was brought"
        print(f"It stood at migration {said.migration}. {found_at} to {migrate.newest()}.")
    if judged.other_key:
        print("The key of second factors is another one here (SIKLUS_FACTOR_KEY): all second factors would be void.")
    if not checked:
        print(f"Restored: {found.cases} cases. Everybody signs in anew. Letters sent since then may be sent again.")


def verify(tools: Tools, options: argparse.Namespace) -> int:
    """Recompute every stream."""
    rt = tools.runtime(tools.installation())
    migrate.require(rt.db)
    report = ledger.verify(rt.db)
    print(
        f"{report.events} events in {report.streams} streams, {report.cases} cases, {report.definitions} definitions:"
    )
    print("every hash, state, result, definition, appointment and right is as recorded.")
    if report.unsaid:
        print(f"{report.unsaid} deadlines were set by a version that did not record when: of these it is not known.")
    if options.files:
        checked = evidence_care.verify(rt)
        print(f"{checked.files} evidence files, {checked.octets} bytes: each is the one that was sent.")
    print("Who holds which task, drafts, units and posts are working data; docs/audit.md lists what is not compared.")
    return 0


def sweep(tools: Tools, options: argparse.Namespace) -> int:
    """Drop files that nobody sent."""
    rt = tools.runtime(tools.installation())
    migrate.require(rt.db)
    unsent, strays = evidence_care.sweep(rt), evidence_care.drop_strays(rt)
    print(f"{unsent} files that nobody sent and {strays} without a row were dropped.")
    return 0
