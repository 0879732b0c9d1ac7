"""A file that was sent: in the answers and their commitment, readable with its form, and never another one again."""

import hashlib
import json

import pytest

from engine import evidence_access, evidence_care, ledger, uploads
from engine.core import machine
from engine.core.errors import BadRequest, InvalidSubmission, NotFound, StaleCase, TamperedLedger
from engine.named import knowing
from engine.store.queries import case_lists
from engine.store.refs import new_ref
from engine.store.statement import together
from engine.store.tables.cases import Answers
from engine.store.tables.files import File
from tests.evidence import samples
from tests.evidence.house import EvidenceStage
from tests.store.raw import Raw

PDF = samples.pdf(2)


def proof(upload, words="Rekap kunjungan"):
    return {"ref": upload.ref, "description": words}


def send(stage, case, answers):
    return stage.send(case, "carol", "report", answers)


def another_case(stage):
    """A case about mallory."""
    opened = stage.open("post == 'clerk_south'")
    with stage.rt.db.read() as db:
        return case_lists.case_of(db, opened.ref, stage.person("mallory").id)


def bodies(stage):
    with stage.rt.db.read() as db:
        return [json.loads(row.body) for row in db.execute(Answers.__table__.select().order_by("submission_id"))]


def rows(stage):
    with stage.rt.db.read() as db:
        return {row.ref: row for row in db.execute(File.__table__.select())}


def place_of(stage, ref):
    name = rows(stage)[ref].stored
    return stage.rt.files.place.root / name[:2] / name


def test_what_is_sent_names_each_file_by_its_digest_and_binds_it(stage, case):
    letter = stage.upload(case, PDF, name="Surat.pdf")
    photo = stage.upload(case, samples.photo(), name="foto.jpg", field="rows.0.proof")
    row = {"what": "Kunjungan", "proof": [{**proof(photo), "date": "2026-02-01"}]}
    receipt = send(stage, case, {"letter": [{"ref": letter.ref}], "rows": [row]})
    known = rows(stage)
    (body,) = bodies(stage)
    assert body["letter"] == [{
        "ref": letter.ref, "name": "Surat.pdf", "type": "pdf", "size": len(PDF), "pages": 2, "description": None,
        "sha256": known[letter.ref].sha256,
    }]  # fmt: skip
    (kept,) = body["rows"][0]["proof"]
    assert (kept["sha256"], kept["date"]) == (known[photo.ref].sha256, "2026-02-01")
    assert {(row.status, row.submission_ref) for row in known.values()} == {("bound", receipt.event)}
    assert ledger.verify(stage.rt.db).events > 0
    assert (evidence_care.verify(stage.rt).files, evidence_care.verify(stage.rt).erased) == (2, 0)


def test_what_was_sent_is_open_to_those_who_read_the_form_and_to_nobody_else(stage, case):
    upload = stage.upload(case, PDF)
    send(stage, case, {"letter": [{"ref": upload.ref}]})
    for reader in ("carol", "erin", "alice", "frank"):
        found = evidence_access.open_file(stage.rt, upload.ref, actor=stage.actor(reader))
        assert b"".join(found.pieces) == PDF
    for stranger in ("mallory", "bob"):
        with pytest.raises(NotFound):
            evidence_access.open_file(stage.rt, upload.ref, actor=stage.actor(stranger))


def test_what_was_sent_can_be_neither_cancelled_nor_swept_nor_uploaded_again(stage, case):
    upload, carol = stage.upload(case, PDF), stage.actor("carol")
    send(stage, case, {"letter": [{"ref": upload.ref}]})
    with pytest.raises(BadRequest):
        uploads.cancel(stage.rt, upload.ref, actor=carol)
    with pytest.raises(StaleCase):
        uploads.append(stage.rt, upload.ref, 0, [b"x"], actor=carol)
    stage.wait(days=400)
    assert evidence_care.sweep(stage.rt) == 0
    assert evidence_care.drop_strays(stage.rt) == 0
    assert evidence_care.verify(stage.rt).files == 1


def test_a_form_that_comes_back_keeps_its_files_and_may_get_new_ones(stage, case):
    first = stage.upload(case, PDF)
    receipt = send(stage, case, {"letter": [{"ref": first.ref}]})
    stage.fire(case, "erin", "send_back", reason="Kurang jelas")
    second = stage.upload(case, samples.picture(), name="b.jpg", field="rows.0.proof")
    later = send(stage, case, {"letter": [{"ref": first.ref}], "rows": [{"what": "x", "proof": [proof(second)]}]})
    known = rows(stage)
    assert known[first.ref].submission_ref == receipt.event, "it stays bound to the submission that held it first"
    assert known[second.ref].submission_ref == later.event
    assert evidence_care.verify(stage.rt).files == 2


def test_a_file_of_another_case_of_nobody_or_that_was_refused_is_not_taken(filled_db, tmp_path):
    stage = EvidenceStage.over(filled_db("evidence", EvidenceStage)).keep_in(tmp_path / "files")
    mine, other = stage.case(), another_case(stage)
    theirs = stage.upload(other, PDF, who="mallory")
    refused = stage.upload(mine, samples.EXE)
    waiting = uploads.begin(stage.rt, stage.task(mine, "report").ref, "letter", "x", 9, actor=stage.actor("carol"))
    for ref in (theirs.ref, refused.ref, waiting.ref, new_ref()):
        with pytest.raises(InvalidSubmission) as invalid:
            send(stage, mine, {"letter": [{"ref": ref}]})
        assert invalid.value.errors["letter"].key == "field.file.unknown"
    assert {row.status for row in rows(stage).values()} == {"clean", "refused", "uploading"}


def test_a_file_given_for_one_field_is_judged_again_by_the_field_that_names_it(stage, case):
    photo = stage.upload(case, samples.picture(), name="a.jpg", field="rows.0.proof")
    with pytest.raises(InvalidSubmission) as invalid:
        send(stage, case, {"letter": [{"ref": photo.ref}]})
    assert invalid.value.errors["letter"].key == "field.file.kind"


def test_a_file_that_goes_between_the_look_and_the_binding_is_not_sent(stage, case):
    upload, carol = stage.upload(case, PDF), stage.actor("carol")
    raw = {"letter": [{"ref": upload.ref}]}
    found = stage.see(case, "carol")
    with stage.rt.db.read() as db:
        found = knowing(stage.rt, db, found, found.workflow.forms["report"], raw)
    calls = evidence_access.bindings(found, machine.submit(found.workflow, found.view, "report", carol, raw), "s")
    assert len(calls) == 1
    uploads.cancel(stage.rt, upload.ref, actor=carol)
    with pytest.raises(StaleCase), stage.rt.db.begin() as db:
        together(db, calls)


def sent(stage, case):
    upload = stage.upload(case, PDF)
    send(stage, case, {"letter": [{"ref": upload.ref}]})
    return upload.ref


def tampered(stage):
    with pytest.raises(TamperedLedger) as found:
        evidence_care.verify(stage.rt)
    message = found.value.message
    return message.params["record"], message.params["what"].key.rpartition(".")[2]


def test_a_flipped_byte_on_disk_is_found_and_named(stage, case):
    ref = sent(stage, case)
    path = place_of(stage, ref)
    body = bytearray(path.read_bytes())
    body[100] ^= 1
    path.write_bytes(body)
    assert tampered(stage) == (f"file:{ref}", "file_bytes")


def test_missing_bytes_are_found_and_named(stage, case):
    ref = sent(stage, case)
    place_of(stage, ref).unlink()
    assert tampered(stage) == (f"file:{ref}", "file_bytes_missing")


@pytest.fixture
def owner(stage):
    """Whoever owns the database, with the promises of `file` taken away."""
    url = stage.rt.db.owner.url
    plain = f"sqlite:///{url.database}" if url.drivername.startswith("sqlite") else url.set(drivername="postgresql")
    connection = Raw(plain if isinstance(plain, str) else plain.render_as_string(hide_password=False))
    connection.drop_triggers()
    yield connection
    connection.close()


def test_a_swap_of_row_and_bytes_is_found_by_the_answers(stage, case, owner):
    ref = sent(stage, case)
    other = samples.pdf(3)
    place_of(stage, ref).write_bytes(other)
    owner.run("UPDATE file SET sha256 = ?, size = ?", hashlib.sha256(other).hexdigest(), len(other))
    assert tampered(stage) == (f"file:{ref}", "file_row")


def test_a_row_that_went_without_leave_is_found(stage, case, owner):
    ref = sent(stage, case)
    owner.run("DELETE FROM file")
    assert tampered(stage) == (f"file:{ref}", "file_missing")
