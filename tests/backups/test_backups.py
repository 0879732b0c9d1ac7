"""A backup taken under load is a past of the truth, whole, and goes into an empty place only."""

import json
import os
import shutil
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import func, select

from engine import accounts, evidence_care, ledger, sessions
from engine.backups import judging, manifest, restoring, taking
from engine.core.errors import BadRequest, EngineError, TamperedLedger, Unavailable
from engine.store import copies, migrate, steps
from engine.store.tables.ledger import Event
from engine.web.i18n import translate
from tests.verbs.town import CAST, PASSWORD, Town

SECRETS = (b"a secret of the tests", b"a key of the tests")


def address(stage):
    return stage.rt.db.engine.url.set(drivername=stage.rt.db.dialect).render_as_string(hide_password=False)


def wait_for(condition):
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def events(database):
    with database.read() as db:
        return set(db.execute(select(Event.ref)).scalars())


def whole(stage, folder, **how):
    return judging.judge(stage.rt, folder, beside=address(stage), **how)


def words(refused):
    """How the command line says it; the text is there in both languages."""
    assert translate(refused.value.message, "id")
    return translate(refused.value.message, "en")


def test_taken_while_people_write_it_is_a_prefix_of_the_truth(stage, sent, empty, tmp_path):
    url, there = empty
    over, done, wrong = threading.Event(), [], []

    def write():
        try:
            while not over.is_set():
                done.append(stage.open("post == 'clerk_south'").ref)
        except EngineError as error:
            wrong.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        wait_for(lambda: len(done) >= 2)
        before = events(stage.rt.db)
        taken = taking.take(stage.rt, tmp_path / "backup")
        later = len(done)
        wait_for(lambda: len(done) > later or wrong)
    finally:
        over.set()
        writer.join()
    assert wrong == []
    judged = restoring.restore(there, taken.folder, url)
    restored = events(there.db)
    with there.db.read() as db:
        assert db.execute(select(func.count()).where(Event.kind == "installation.restored")).scalar_one() == 1
    assert before <= restored, "an acknowledged event is not in it"
    assert len(restored - events(stage.rt.db)) == 1, "only the restore itself is new"
    assert (judged.files, judged.other_key) == (2, False)
    ledger.verify(there.db)
    assert evidence_care.verify(there).files == 2
    assert sorted(there.files.place.names()) == sorted(stage.rt.files.place.names())
    assert whole(stage, taken.folder, compared=True).since > 0


def test_it_holds_no_key_and_only_its_owner_reads_it(stage, sent, tmp_path):
    taken = taking.take(stage.rt, tmp_path / "backup")
    for path in taken.folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
        assert path.is_dir() or not any(secret in path.read_bytes() for secret in SECRETS)
    other = replace(stage.rt, keys=replace(stage.rt.keys, factors=b"another key, which is as long as it must be"))
    first = manifest.fingerprint(b"the key of the first installation, long")
    said = replace(taken.manifest, factor_key=first)
    (taken.folder / manifest.MANIFEST).unlink()
    manifest.write(taken.folder, said)
    assert judging.judge(other, taken.folder, beside=address(stage)).other_key


def test_what_is_laid_back_was_never_to_be_read_by_others(stage, sent, empty, tmp_path, monkeypatch):
    url, there = empty
    seen, copy = [], shutil.copyfile

    def watched(source, target):
        seen.append(Path(target).stat().st_mode & 0o777)
        return copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", watched)
    usual = os.umask(0)
    try:
        taken = taking.take(stage.rt, tmp_path / "backup")
        restoring.restore(there, taken.folder, url)
    finally:
        os.umask(usual)
    assert seen and set(seen) == {0o600}
    for path in [*taken.folder.rglob("*"), *there.files.place.root.rglob("*"), there.files.place.root]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_sessions_do_not_come_back_to_life(filled_db, empty, tmp_path):
    url, there = empty
    town = Town.over(filled_db("town_carol_dan", lambda db: Town(db, accounts=("carol", "dan"))))
    token = accounts.sign_in(town.rt, CAST["carol"], PASSWORD, address="10.0.0.7", agent="").token
    assert sessions.whoami(town.rt, token, town.now) is not None
    there = replace(there, clock=town.rt.clock)
    restoring.restore(there, taking.take(replace(town.rt, files=there.files), tmp_path / "backup").folder, url)
    assert sessions.whoami(there, token, town.now) is None
    assert accounts.sign_in(there, CAST["carol"], PASSWORD, address="10.0.0.7", agent="").token


def edit(folder, **values):
    """Rewrite lines of a manifest."""
    path = folder / manifest.MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def a_file(folder):
    return next(path for path in sorted(folder.glob("files/??/*")))


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


SPOILT = [
    (lambda folder: flip(folder / "database"), "database has changed"),
    (lambda folder: cut(folder / "database"), "database has changed"),
    (lambda folder: flip(a_file(folder)), "has changed since it was written"),
    (lambda folder: a_file(folder).unlink(), "is missing"),
    (lambda folder: cut(folder / "SHA256SUMS"), "SHA256SUMS has changed"),
    (lambda folder: (folder / "SHA256SUMS").unlink(), "SHA256SUMS has changed"),
    (lambda folder: edit(folder, heads="0" * 64), "does not hold what the manifest says"),
    (lambda folder: edit(folder, events=1), "does not hold what the manifest says"),
    (lambda folder: edit(folder, migration="9999"), "newer Siklus"),
    (lambda folder: edit(folder, format="siklus-backup/9"), "siklus-backup/9"),
    (lambda folder: edit(folder, more="?"), "no whole backup"),
    (lambda folder: (folder / "manifest.json").write_text("[]"), "no whole backup"),
    (lambda folder: cut(folder / "manifest.json") or cut(folder / "manifest.json"), "no whole backup"),
    (lambda folder: (folder / "manifest.json").unlink(), "no whole backup"),
]


def test_each_way_to_spoil_it_is_found_and_told(stage, sent, empty, tmp_path):
    url, there = empty
    original = taking.take(stage.rt, tmp_path / "backup").folder
    for number, (spoil, said) in enumerate(SPOILT):
        folder = tmp_path / f"spoilt{number}"
        copy_of(original, folder)
        spoil(folder)
        with pytest.raises(EngineError) as refused:
            restoring.restore(there, folder, url)
        assert said in words(refused), number
        if copies.is_empty(url):
            continue
        assert "does not hold" in words(refused), "what was laid and is not true stays for whoever looks into it"
        clear(there)


def copy_of(original, folder):
    for path in original.rglob("*"):
        target = folder / path.relative_to(original)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            target.write_bytes(path.read_bytes())


def clear(there):
    if there.db.dialect == "sqlite":
        Path(there.db.engine.url.database).unlink()
        return
    with there.db.owner.connect() as db, db.begin():
        db.exec_driver_sql("DROP SCHEMA public CASCADE")
        db.exec_driver_sql("CREATE SCHEMA public")


def test_a_place_that_is_not_empty_is_left_as_it_is(stage, sent, empty, tmp_path):
    url, there = empty
    folder = taking.take(stage.rt, tmp_path / "backup").folder
    with pytest.raises(BadRequest, match="not_empty"):
        restoring.restore(stage.rt, folder, address(stage))
    (there.files.place.root / "ab").mkdir(parents=True)
    (there.files.place.root / "ab" / "abc").write_bytes(b"mine")
    with pytest.raises(BadRequest, match="files_not_empty"):
        restoring.restore(there, folder, url)
    assert copies.is_empty(url)


def test_a_backup_of_the_other_kind_of_database_is_refused(stage, tmp_path):
    folder = taking.take(stage.rt, tmp_path / "backup").folder
    other = "sqlite" if stage.rt.db.dialect == "postgresql" else "postgresql"
    edit(folder, database=other)
    with pytest.raises(BadRequest, match="other_kind"):
        restoring.restore(stage.rt, folder, address(stage))


def test_two_that_went_different_ways_are_told_apart(stage, sent, empty, tmp_path):
    url, there = empty
    folder = taking.take(stage.rt, tmp_path / "backup").folder
    restoring.restore(there, folder, url)
    stage.open("post == 'clerk_south'")
    newer = taking.take(stage.rt, tmp_path / "newer").folder
    with pytest.raises(TamperedLedger, match="other_way"):
        judging.judge(there, newer, beside=url, compared=True)
    assert judging.judge(there, folder, beside=url, compared=True).since == 1  # the restore


def test_bytes_that_were_gone_already_are_named_and_do_not_keep_one_from_a_backup(stage, sent, tmp_path):
    gone = next(stage.rt.files.place.names())
    stage.rt.files.place.drop(gone)
    taken = taking.take(stage.rt, tmp_path / "backup")
    assert taken.manifest.missing == [gone] and taken.manifest.files == 1
    assert whole(stage, taken.folder).manifest.missing == [gone]


def test_names_by_time_are_made_in_a_folder_and_old_ones_dropped(stage, tmp_path):
    place = tmp_path / "backups"
    place.mkdir()
    (place / "notes.txt").write_text("mine")
    days = [datetime(2026, 3, day, 1, tzinfo=UTC) for day in (1, 2, 3)]
    for day in days:
        taking.take(replace(stage.rt, clock=lambda day=day: day), place, with_files=False)
    with pytest.raises(BadRequest, match="exists"):
        taking.take(replace(stage.rt, clock=lambda: days[0]), place, with_files=False)
    assert [path.name for path in taking.keep_newest(place, 2)] == ["siklus-20260301T010000Z"]
    assert sorted(path.name for path in place.iterdir()) == [
        "notes.txt", "siklus-20260302T010000Z", "siklus-20260303T010000Z",
    ]  # fmt: skip


def test_a_place_that_cannot_be_written_keeps_nothing(stage, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match=r"backups\.disk"):
        taking.take(stage.rt, tmp_path / "file" / "backup")
    assert sorted(path.name for path in Path(tmp_path).glob("*unfinished*")) == []


def test_an_older_backup_is_brought_up_to_date(stage, empty, tmp_path):
    url, there = empty
    with there.db.owner.connect().execution_options(writing=True) as connection, connection.begin():
        command.upgrade(steps._config(connection), "0019")
    folder = taking.take(there, tmp_path / "backup").folder
    there.db.dispose()
    clear(there)
    assert whole(stage, folder).older and whole(stage, folder).manifest.migration == "0019"
    restoring.restore(there, folder, url)
    assert migrate.current(there.db) == migrate.newest()
    ledger.verify(there.db)
