"""Where bytes lie, a folder or a bucket: what both keep, and a whole upload into a bucket."""

import hashlib
import stat

import pytest

from engine import evidence_access, evidence_care, uploads
from engine.core.errors import BadRequest, NotFound, TamperedLedger, Unavailable
from engine.evidence.bucket import Bucket
from engine.evidence.folder import Folder
from engine.evidence.opening import open_files
from tests.evidence import samples
from tests.evidence.bucket import bucket, s3_server  # noqa: F401  (pytest finds fixtures by name)

NAME = "a2b3c4d5e6f7a2b3c4d5e6f7a2"
LARGE = bytes(range(256)) * 80_000


@pytest.fixture(params=["folder", "bucket"])
def place(request, tmp_path):
    return Folder(tmp_path / "kept") if request.param == "folder" else Bucket.at(request.getfixturevalue("bucket"))


def put(place, tmp_path, content, name=NAME):
    source = tmp_path / "source"
    source.write_bytes(content)
    place.put(name, source)
    assert not source.exists()


@pytest.mark.parametrize("content", [b"x", LARGE], ids=["small", "of_several_parts"])
def test_bytes_come_back_as_they_were_kept_and_in_pieces(place, tmp_path, content):
    put(place, tmp_path, content)
    pieces = list(place.pieces(NAME))
    assert b"".join(pieces) == content
    assert len(content) < 1_000_000 or len(pieces) > 5
    assert list(place.names()) == [NAME]


def test_what_is_dropped_is_gone_and_may_be_dropped_again(place, tmp_path):
    put(place, tmp_path, b"x")
    place.drop(NAME)
    place.drop(NAME)
    assert list(place.names()) == []
    with pytest.raises(NotFound):
        place.pieces(NAME)


def test_what_is_kept_again_replaces_what_was_there(place, tmp_path):
    put(place, tmp_path, b"x" * 9_000)
    put(place, tmp_path, b"y")
    assert b"".join(place.pieces(NAME)) == b"y"


def test_nobody_else_on_the_machine_may_list_the_folder(tmp_path):
    place = Folder(tmp_path / "kept")
    put(place, tmp_path, b"x")
    assert stat.S_IMODE((tmp_path / "kept" / NAME[:2]).stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path):
    (tmp_path / "kept").write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match=r"file\.disk"):
        put(Folder(tmp_path / "kept"), tmp_path, b"x")


def test_evidence_goes_into_a_bucket_is_sent_read_and_verified(stage, case, tmp_path, bucket):  # noqa: F811
    stage.rt = type(stage.rt)(
        stage.rt.db, stage.rt.library, stage.rt.clock, stage.rt.keys,
        files=open_files(bucket, f"sqlite:///{tmp_path}/siklus.sqlite3"),
    )  # fmt: skip
    content = samples.padded_pdf(20_000_000)
    letter = stage.upload(case, samples.pdf())
    large = stage.upload(case, content, field="rows.0.proof", name="besar.pdf")
    photo = stage.upload(case, samples.photo(), field="rows.0.proof", name="foto.jpg")
    proof = [{"ref": each.ref, "description": "Bukti"} for each in (large, photo)]
    stage.send(case, "carol", "report", {"letter": [{"ref": letter.ref}], "rows": [{"what": "x", "proof": proof}]})
    found = evidence_access.open_file(stage.rt, large.ref, actor=stage.actor("erin"))
    assert hashlib.sha256(b"".join(found.pieces)).hexdigest() == found.sha256 == hashlib.sha256(content).hexdigest()
    assert evidence_access.open_preview(stage.rt, photo.ref, actor=stage.actor("erin")).media == "image/jpeg"
    assert evidence_care.verify(stage.rt).files == 3
    assert evidence_care.drop_strays(stage.rt) == 0
    assert stage.kept()[1] == [], "nothing stays behind on this machine"
    (stored,) = (name for name in stage.rt.files.place.names() if _size(stage, name) == large.size)
    put(stage.rt.files.place, tmp_path, content.replace(b"\0", b"\1", 1), stored)
    with pytest.raises(TamperedLedger):
        evidence_care.verify(stage.rt)


def _size(stage, name):
    return sum(map(len, stage.rt.files.place.pieces(name)))


def test_a_bucket_that_does_not_answer_is_said_so_and_the_upload_waits(stage, case, tmp_path, bucket):  # noqa: F811
    gone = "s3://evidence?endpoint=http://127.0.0.1:1"
    place = Bucket.at(gone)
    with pytest.raises(Unavailable, match=r"file\.bucket"):
        place.pieces(NAME)
    with pytest.raises(Unavailable, match=r"file\.bucket"):
        list(place.names())
    files = open_files(gone, f"sqlite:///{tmp_path}/siklus.sqlite3")
    stage.rt = type(stage.rt)(stage.rt.db, stage.rt.library, stage.rt.clock, stage.rt.keys, files=files)
    with pytest.raises(Unavailable):
        stage.upload(case, samples.pdf())
    (part,) = stage.kept_parts()
    stage.rt = type(stage.rt)(stage.rt.db, stage.rt.library, stage.rt.clock, stage.rt.keys,
                              files=open_files(bucket, f"sqlite:///{tmp_path}/siklus.sqlite3"))  # fmt: skip
    assert uploads.finish(stage.rt, stage.only_file().ref, actor=stage.actor("carol")).status == "clean", part


@pytest.mark.parametrize(
    "address",
    ["s3://", "s3://user:secret@evidence", "s3://evidence?key=secret", "s3:evidence", "s3://evidence?endpoint=x&x=1"],
)
def test_an_address_that_cannot_be_meant_is_refused_without_its_secrets(address):
    with pytest.raises(BadRequest) as refused:
        open_files(address, "")
    assert "key=secret" not in str(refused.value)


def test_files_lie_beside_the_database_unless_a_setting_says_where(tmp_path):
    beside = open_files(None, f"sqlite:///{tmp_path}/siklus.sqlite3")
    assert beside.place.root == tmp_path / "siklus.files" / "kept"
    elsewhere = open_files(str(tmp_path / "x"), "postgresql://127.0.0.1/siklus")
    assert (elsewhere.place.root, elsewhere.incoming.root) == (tmp_path / "x/kept", tmp_path / "x/incoming")
    assert open_files(None, "postgresql://127.0.0.1/siklus").place.root.parts[0] == "var"
