"""What an operator types: the audit that reads every file, and the sweep."""

import os
import subprocess
import sys

import pytest

from engine.children import ROOT
from tests.evidence import samples


@pytest.fixture
def siklus(stage, tmp_path):
    """Runs a command over the database and the files of the stage; answers its status and what it said."""
    url = stage.rt.db.owner.url
    plain = url.set(drivername=url.drivername.partition("+")[0]).render_as_string(hide_password=False)
    settings = {**os.environ, "SIKLUS_DATABASE_URL": plain, "SIKLUS_FILES": str(tmp_path / "files")}

    def run(*arguments):
        command = [sys.executable, str(ROOT / "wsgi.py"), *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    return run


def test_the_audit_reads_every_file_and_names_the_one_that_changed(stage, case, siklus):
    ref = stage.upload(case, samples.pdf()).ref
    stage.send(case, "carol", "report", {"letter": [{"ref": ref}]})
    status, said = siklus("audit", "verify", "--files")
    assert status == 0 and "1 evidence files" in said
    stored = stage.only_file().stored
    path = stage.rt.files.place.root / stored[:2] / stored
    path.write_bytes(path.read_bytes() + b" ")
    status, said = siklus("audit", "verify", "--files")
    assert status == 1 and f"file:{ref}" in said
    assert siklus("audit", "verify")[0] == 0, "without --files the bytes are not read"


def test_the_sweep_says_what_it_dropped(stage, case, siklus):
    stage.upload(case, samples.pdf())
    status, said = siklus("files", "sweep")
    assert status == 0 and "1 files that nobody sent and 0 without a row" in said
