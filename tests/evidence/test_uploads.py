"""Files on their way in: piece by piece, cut and taken up again, judged, kept, refused, forgotten."""

import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import cases, evidence_access, evidence_care, outbox, uploads
from engine.core.errors import EngineError, FileRefused, NotAllowed, NotFound, StaleCase, Unavailable
from engine.evidence import judging, names
from engine.evidence.files import Limits
from engine.store.queries import files
from engine.store.tables.files import File
from engine.store.tables.work import Outbox
from tests.evidence import samples

PDF = samples.pdf(2)


def begun(stage, case, size, *, field="rows.0.proof", who="carol", name="a.pdf"):
    return uploads.begin(stage.rt, stage.task(case, "report").ref, field, name, size, actor=stage.actor(who))


def opened(stage, ref, who="carol"):
    found = evidence_access.open_file(stage.rt, ref, actor=stage.actor(who))
    return b"".join(found.pieces), found


def test_a_small_pdf_is_kept_as_it_came(stage, case):
    upload = stage.upload(case, PDF, name="Surat Tugas.PDF")
    assert (upload.status, upload.type, upload.name, upload.facts) == ("clean", "pdf", "Surat Tugas.pdf", {"pages": 2})
    body, found = opened(stage, upload.ref)
    assert body == PDF
    assert (found.media, found.sha256) == ("application/pdf", hashlib.sha256(PDF).hexdigest())
    (name,), coming = stage.kept()
    assert coming == [] and name != upload.ref, "the name on disk is another one than the name outside"


def test_pieces_are_taken_in_order_and_a_cut_upload_goes_on_where_it_ended(stage, case):
    carol = stage.actor("carol")
    ref = begun(stage, case, len(PDF)).ref
    assert uploads.append(stage.rt, ref, 0, [PDF[:100], PDF[100:150]], actor=carol).offset == 150
    for wrong in (0, 100, 151):
        with pytest.raises(StaleCase):
            uploads.append(stage.rt, ref, wrong, [b"x"], actor=carol)
    with pytest.raises(StaleCase):
        uploads.finish(stage.rt, ref, actor=carol)
    assert uploads.progress(stage.rt, ref, actor=carol).offset == 150
    assert uploads.append(stage.rt, ref, 150, [PDF[150:]], actor=carol).offset == len(PDF)
    assert uploads.finish(stage.rt, ref, actor=carol).status == "clean"
    assert uploads.finish(stage.rt, ref, actor=carol).status == "clean", "asked again, it answers the same"
    assert opened(stage, ref)[0] == PDF


def test_what_came_before_a_cut_stays(stage, case):
    def cut():
        yield PDF[:70]
        raise ConnectionResetError

    carol = stage.actor("carol")
    ref = begun(stage, case, len(PDF)).ref
    with pytest.raises(Unavailable):
        uploads.append(stage.rt, ref, 0, cut(), actor=carol)
    assert uploads.progress(stage.rt, ref, actor=carol).offset == 70


def test_bytes_beyond_the_announced_size_are_not_taken(stage, case):
    carol = stage.actor("carol")
    ref = begun(stage, case, 10).ref
    assert uploads.append(stage.rt, ref, 0, [b"x" * 8, b"y" * 8, b"z" * 8], actor=carol).offset == 10


def test_a_refused_file_leaves_its_reason_and_no_byte(stage, case):
    upload = stage.upload(case, samples.EXE)
    assert (upload.status, upload.message.key) == ("refused", "file.refused.kind")
    assert stage.kept() == ([], [])
    with pytest.raises(NotFound):
        opened(stage, upload.ref)


def test_a_field_takes_only_its_own_kinds(stage, case):
    assert stage.upload(case, samples.picture(), name="a.pdf").message.key == "file.refused.kind"
    assert stage.upload(case, samples.picture(), field="rows-3-proof", name="a.jpg").status == "clean"


def test_a_photo_is_kept_without_its_place_and_its_original_is_known(stage, case):
    upload = stage.upload(case, samples.photo(), field="rows.0.proof", name="foto.jpg")
    body, found = opened(stage, upload.ref)
    assert b"ahasia" not in body
    assert found.sha256 == hashlib.sha256(body).hexdigest() != hashlib.sha256(samples.photo()).hexdigest()
    with stage.rt.db.read() as db:
        row = db.execute(File.__table__.select()).one()
    assert row.original == hashlib.sha256(samples.photo()).hexdigest()
    preview = evidence_access.open_preview(stage.rt, upload.ref, actor=stage.actor("carol"))
    assert b"".join(preview.pieces).startswith(b"\xff\xd8\xff")


def test_a_pdf_has_no_small_picture(stage, case):
    upload = stage.upload(case, PDF)
    with pytest.raises(NotFound):
        evidence_access.open_preview(stage.rt, upload.ref, actor=stage.actor("carol"))


def test_what_is_bound_to_nothing_is_its_givers_alone(stage, case):
    ref = stage.upload(case, PDF).ref
    for stranger in ("erin", "mallory", "bob", "alice"):
        with pytest.raises(NotFound):
            opened(stage, ref, stranger)
        for verb in (uploads.progress, uploads.finish, uploads.cancel):
            with pytest.raises(NotFound):
                verb(stage.rt, ref, actor=stage.actor(stranger))
    assert opened(stage, ref)[0] == PDF


def test_only_whoever_may_fill_the_form_may_give_a_file(stage, case):
    for stranger, refusal in (("erin", NotAllowed), ("mallory", NotFound)):
        with pytest.raises(refusal):
            begun(stage, case, 10, who=stranger)


@pytest.mark.parametrize(
    "field", ["", "words", "rows", "rows.what", "letter.x", "nothing", "rows..proof", "1", "x" * 999]
)
def test_a_file_is_for_a_file_field(stage, case, field):
    with pytest.raises(NotFound):
        begun(stage, case, 10, field=field)


@pytest.mark.parametrize(
    ("limits", "size", "why"),
    [
        (Limits(), 0, "empty"),
        (Limits(), -5, "empty"),
        (Limits(), 60_000_001, "too_large"),
        (Limits(file=1_000_000), 1_000_001, "too_large"),
        (Limits(case=1_000_000), 900_000, "quota_case"),
        (Limits(day=1_000_000), 900_000, "quota_day"),
        (Limits(person=1_000_000), 900_000, "quota_person"),
        (Limits(files=1), 10, "quota_files"),
    ],
)
def test_what_is_too_much_is_refused_before_a_byte_comes(stage, case, tmp_path, limits, size, why):
    stage.keep_in(tmp_path / "files", limits=limits)
    begun(stage, case, 200_000)
    with pytest.raises(FileRefused) as refused:
        begun(stage, case, size)
    assert refused.value.message.key == f"file.refused.{why}"


def test_room_is_given_back_by_what_is_cancelled_and_by_the_next_day(stage, case, tmp_path):
    stage.keep_in(tmp_path / "files", limits=Limits(day=1_000_000))
    first = begun(stage, case, 900_000)
    uploads.cancel(stage.rt, first.ref, actor=stage.actor("carol"))
    begun(stage, case, 900_000)
    with pytest.raises(FileRefused):
        begun(stage, case, 900_000)
    stage.wait(days=1, seconds=1)
    begun(stage, case, 900_000)


def test_cancelling_forgets_the_bytes(stage, case):
    upload = stage.upload(case, samples.picture(), field="rows.0.proof")
    assert len(stage.kept()[0]) == 2
    uploads.cancel(stage.rt, upload.ref, actor=stage.actor("carol"))
    assert stage.kept() == ([], [])
    assert stage.count(File) == 0


HOSTILE_NAMES = {
    "../../etc/passwd": "passwd.pdf",
    "C:\\Windows\\system32\\evil.pdf": "evil.pdf",
    "laporan\u202efdp.exe": "laporanfdp.exe.pdf",
    "la\x00po\x07ran.pdf": "laporan.pdf",
    "CON": "_CON.pdf",
    "con.pdf": "_con.pdf",
    "...htaccess": "htaccess.pdf",
    ". . .": "berkas.pdf",
    "": "berkas.pdf",
    "a" * 300 + ".pdf": "a" * 116 + ".pdf",
    "<img src=x onerror=alert(1)>.pdf": "img src=x onerror=alert(1).pdf",
    "laporan.pdf.html": "laporan.pdf.html.pdf",
    'a"; filename="b.exe': "a; filename=b.exe.pdf",
    "baris\r\nSet-Cookie: a=b.pdf": "barisSet-Cookie a=b.pdf",
    "é.pdf": "é.pdf",
    "\ud800x.pdf": "x.pdf",
    "zero\u200bwidth.pdf": "zerowidth.pdf",
}


@pytest.mark.parametrize(("given", "shown"), HOSTILE_NAMES.items(), ids=[ascii(name)[:40] for name in HOSTILE_NAMES])
def test_a_hostile_name_is_shown_harmless(given, shown):
    assert names.shown(given, "pdf") == shown
    assert names.shown(shown, "pdf") == shown, "cleaning what was cleaned changes nothing"
    assert len(names.before_it_is_known(given)) <= 120


def test_no_name_that_was_given_reaches_the_disk(stage, case, tmp_path):
    for given in ("../../etc/passwd", "la\x00poran.pdf", "CON"):
        assert stage.upload(case, PDF, name=given).name == HOSTILE_NAMES.get(given, "laporan.pdf")
    on_disk = {path.name for path in (tmp_path / "files").rglob("*") if path.is_file()}
    assert on_disk and all(len(name) == 26 and name.isalnum() for name in on_disk)


class Scanner:
    """A scanner's command, by what it answers: an exit status."""

    def __init__(self, folder, status):
        self.path = folder / f"scan{status}"
        self.path.write_text(f'#!/bin/sh\ntest -s "$1" || exit 9\nexit {status}\n')
        self.path.chmod(0o700)


@pytest.mark.parametrize(("status", "outcome"), [(0, "clean"), (1, "refused")])
def test_a_scanner_has_the_last_word(stage, case, tmp_path, status, outcome):
    stage.keep_in(tmp_path / "files", scan=str(Scanner(tmp_path, status).path))
    upload = stage.upload(case, PDF)
    assert upload.status == outcome
    assert stage.kept()[1] == [] and bool(stage.kept()[0]) == (outcome == "clean")


@pytest.mark.parametrize("scan", ["/nowhere/scanner", "unix:/nowhere/clamd.ctl", "tcp:127.0.0.1:1", "tcp:nowhere"])
def test_while_the_scanner_does_not_answer_no_file_is_clean(stage, case, tmp_path, scan):
    stage.keep_in(tmp_path / "files", scan=scan)
    with pytest.raises(Unavailable):
        stage.upload(case, PDF)
    with stage.rt.db.read() as db:
        row = db.execute(File.__table__.select()).one()
    assert row.status == "uploading"
    stage.keep_in(tmp_path / "files")
    assert uploads.finish(stage.rt, row.ref, actor=stage.actor("carol")).status == "clean", "it only waited"


def test_a_scanner_that_fails_is_no_scanner_that_found_nothing(stage, case, tmp_path):
    stage.keep_in(tmp_path / "files", scan=str(Scanner(tmp_path, 2).path))
    with pytest.raises(Unavailable):
        stage.upload(case, PDF)


def test_without_a_store_nobody_can_give_a_file(stage, case):
    stage.rt = type(stage.rt)(stage.rt.db, stage.rt.library, stage.rt.clock, stage.rt.keys)
    with pytest.raises(Unavailable):
        begun(stage, case, 10)


def test_what_nobody_sent_goes_after_its_days_unless_a_draft_names_it(stage, case, tmp_path):
    carol, task = stage.actor("carol"), stage.task(case, "report")
    stays = stage.upload(case, PDF)
    stage.upload(case, PDF)
    stage.upload(case, samples.EXE)
    begun(stage, case, 500)
    cases.save_draft(stage.rt, task.ref, {"letter": [{"ref": stays.ref}]}, actor=carol, seen=0)
    assert evidence_care.sweep(stage.rt) == 0
    stage.now += timedelta(days=8)
    assert evidence_care.sweep(stage.rt) == 3
    assert stage.count(File) == 1 and len(stage.kept()[0]) == 1
    assert opened(stage, stays.ref)[0] == PDF


def test_a_day_on_which_files_came_is_followed_by_a_sweep_on_its_own(stage, case):
    works = {"files.sweep": evidence_care.sweep_in, "files.forget": evidence_care.forget_in}
    stage.upload(case, PDF)
    begun(stage, case, 500)
    stage.wait(days=7)
    kept = stage.upload(case, PDF)
    assert outbox.sweep(stage.rt, works) == 0
    stage.wait(days=1, minutes=1)
    assert outbox.sweep(stage.rt, works) == 1, "one sweep for both files of the day"
    assert stage.count(File) == 1 and len(stage.kept()[0]) == 2, "rows first"
    assert outbox.sweep(stage.rt, works) == 1
    assert len(stage.kept()[0]) == 1
    assert opened(stage, kept.ref)[0] == PDF


def test_bytes_that_no_row_knows_are_found_and_dropped(stage, case, tmp_path):
    stage.upload(case, PDF)
    stray = tmp_path / "stray"
    stray.write_bytes(b"x")
    stage.rt.files.place.put("straystraystraystraystrays", stray)
    assert evidence_care.drop_strays(stage.rt) == 1
    assert len(stage.kept()[0]) == 1


def at_once(many, act):
    """Do something so many times in the same moment: the answers, and the refusals."""
    gate = threading.Barrier(many)

    def one(number):
        gate.wait()
        try:
            return act(number)
        except EngineError as refused:
            return refused

    with ThreadPoolExecutor(many) as pool:
        found = list(pool.map(one, range(many)))
    refused = [each for each in found if isinstance(each, EngineError)]
    return [each for each in found if each not in refused], refused


def test_uploads_that_begin_at_the_same_moment_share_one_quota(stage, case, tmp_path):
    stage.keep_in(tmp_path / "narrow", limits=Limits(files=3))
    task, actor = stage.task(case, "report").ref, stage.actor("carol")
    uploads.cancel(stage.rt, begun(stage, case, 9).ref, actor=actor)
    taken, refused = at_once(8, lambda number: uploads.begin(stage.rt, task, "letter", "a.pdf", 9, actor=actor))
    assert len(taken) == 3
    assert {each.message.key for each in refused} == {"file.refused.quota_files"}


def test_the_first_files_of_a_day_plan_one_sweep_however_many_come_at_once(stage):
    def plan(db):
        files.plan_sweep(db, "2026-03-02T02:00:00.000Z", "2026-03-10T02:00:00.000Z")

    def plan_too():
        with stage.rt.db.begin() as db:
            plan(db)

    with ThreadPoolExecutor(1) as pool:
        with stage.rt.db.begin() as db:
            plan(db)
            second = pool.submit(plan_too)
            time.sleep(0.3)  # the second has looked, and waits for what the first will have written
        second.result()
    with stage.rt.db.read() as db:
        planned = db.execute(select(Outbox.effect_key).where(Outbox.kind == "files.sweep")).scalars().all()
    assert planned == ["files.sweep:2026-03-10"]


def test_while_every_judge_is_busy_an_upload_waits_and_can_be_finished_later(stage, case, monkeypatch):
    monkeypatch.setattr(judging, "JUDGE", replace(judging.JUDGE, patience=0.1))
    upload = begun(stage, case, len(PDF))
    uploads.append(stage.rt, upload.ref, 0, [PDF], actor=stage.actor("carol"))
    with judging.JUDGE.turns, judging.JUDGE.turns, pytest.raises(Unavailable, match=r"file\.judges_busy"):
        uploads.finish(stage.rt, upload.ref, actor=stage.actor("carol"))
    assert uploads.finish(stage.rt, upload.ref, actor=stage.actor("carol")).status == "clean"
