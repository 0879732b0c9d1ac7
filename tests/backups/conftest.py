"""A town with evidence in it, an empty place of the same kind of database, and PostgreSQL's programs on the path."""

import os
from dataclasses import replace

import pytest

from engine.evidence.opening import open_files
from engine.store.database import connect
from tests.evidence import samples
from tests.evidence.house import EvidenceStage
from tests.servers import drop_database, fresh_database, postgresql_programs


@pytest.fixture
def stage(filled_db, tmp_path, monkeypatch) -> EvidenceStage:
    if (programs := postgresql_programs()) is not None:
        monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    return EvidenceStage.over(filled_db("evidence", EvidenceStage)).keep_in(tmp_path / "files")


@pytest.fixture
def sent(stage) -> str:
    """A case whose report was sent with a letter and a picture."""
    case = stage.case()
    letter, photo = stage.upload(case, samples.pdf(2)), stage.upload(case, samples.photo(), name="foto.jpg",
                                                                     field="rows.0.proof")  # fmt: skip
    proof = {"ref": photo.ref, "description": "Rekap", "date": "2026-02-01"}
    stage.send(case, "carol", "report", {"letter": [{"ref": letter.ref}], "rows": [{"what": "A", "proof": [proof]}]})
    return case


@pytest.fixture
def empty(stage, tmp_path, request):
    """The address of an empty database of the stage's kind, and a runtime over it with an empty store."""
    if stage.rt.db.dialect == "sqlite":
        (tmp_path / "elsewhere").mkdir()
        url = f"sqlite:///{tmp_path}/elsewhere/siklus.sqlite3"
    else:
        server = request.getfixturevalue("postgresql")
        url = fresh_database(server)
    database = connect(url)
    yield url, replace(stage.rt, db=database, files=open_files(str(tmp_path / "elsewhere" / "files"), ""))
    database.close()
    if stage.rt.db.dialect != "sqlite":
        drop_database(server, url)
