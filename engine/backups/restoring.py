"""VERB restore: lay a backup into an empty place, prove it there, and let nobody in whose session it held."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.backups import judging
from engine.backups import manifest as form
from engine.core.case import SYSTEM
from engine.core.errors import BadRequest
from engine.core.messages import Message
from engine.runtime import Runtime
from engine.store import apply, copies, migrate
from engine.store.database import Database, connect
from engine.store.queries import backups as queries
from engine.uploads import evidence

LAYING = ".laying"


def restore(rt: Runtime, folder: Path, url: str) -> judging.Judged:
    """Lay a backup into the empty database of an address and its files into the empty store of `rt`.

    `url` is the owner's address where the serving role owns nothing. Raises BadRequest when a place is not empty, or
    the backup is of another kind of database or of a newer product; TamperedLedger when it is not whole. A database
    file has its name only when everything is in its place.
    """
    said = form.read(folder)
    kind = copies.place(url).kind
    if kind != said.database:
        raise BadRequest(Message("backups.other_kind", found=said.database, place=kind))
    _require_empty(rt, url, said)
    said, parts = judging.accept(folder)
    with _laid(folder, url) as place:
        database = connect(place)
        try:
            judged = judging.prove(rt, database, folder, said, parts)
            _put_files(rt, folder, said)
            _begin_anew(rt, database, said)
        finally:
            database.dispose()
    return judged


def _require_empty(rt: Runtime, url: str, said: form.Manifest) -> None:
    if not copies.is_empty(url):
        raise BadRequest(Message("backups.not_empty", where=copies.place(url).shown))
    if said.with_files and next(iter(evidence(rt).place.names()), None) is not None:
        raise BadRequest(Message("backups.files_not_empty"))


@contextmanager
def _laid(folder: Path, url: str) -> Iterator[str]:
    """The address at which the copy was laid; a file gets its name when the block ends well, and goes when it fails."""
    target = copies.place(url).file
    if target is None:
        copies.lay(folder / form.DATABASE, url)
        yield url
        return
    laying = target.with_name(target.name + LAYING)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        copies.lay(folder / form.DATABASE, f"sqlite:///{laying}")
        with copies.opened(laying):  # nothing stays beside it: the renamed file is the whole database
            yield f"sqlite:///{laying}"
        laying.rename(target)
    finally:
        for each in target.parent.glob(f"{laying.name}*"):
            each.unlink()


def _put_files(rt: Runtime, folder: Path, said: form.Manifest) -> None:
    """Put the bytes where the installation keeps them, which may be elsewhere than where they came from."""
    store = evidence(rt)
    store.incoming.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = [name for name, _ in form.parts(folder, said) if name.startswith(f"{form.FILES}/")]
    with tempfile.TemporaryDirectory(dir=store.incoming.root) as place:  # on the same disk: they are moved, not copied
        for name in names:
            moved = Path(place) / Path(name).name
            shutil.copyfile(folder / name, copies.private(moved))
            store.place.put(moved.name, moved)


def _begin_anew(rt: Runtime, database: Database, said: form.Manifest) -> None:
    """End the sessions, of which some had been ended since, and say in the trail that time went back."""
    public = {"taken": said.began_at, "events": said.events, "heads": said.heads}
    with database.begin() as db:
        queries.end_sessions(db)
        apply.append_event(
            db, stream="installation", kind="installation.restored", at=rt.clock(), actor=SYSTEM, public=public,
            private={}, product=rt.version,
        )  # fmt: skip
    migrate.grant(database, rt.db.app_role)
