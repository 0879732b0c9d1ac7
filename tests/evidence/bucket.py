"""An S3 server of its own process and environment (make test installs it), and a fresh bucket for each test.

bucket   the address of an empty bucket, as SIKLUS_FILES takes it; its keys are in the environment
"""

import socket
import subprocess
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from secrets import token_hex

import pytest

from tests import summary

PROGRAM = Path(__file__).parents[2] / ".venv/.s3/bin/moto_server"
SECONDS = 60


@pytest.fixture(scope="session")
def s3_server():
    if not PROGRAM.exists():
        summary.not_run("no S3 server for the tests; run: make test")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([str(PROGRAM), "-H", "127.0.0.1", "-p", str(port)], **quiet)
    try:
        until = time.monotonic() + SECONDS
        while not _answers(f"http://127.0.0.1:{port}/moto-api/"):
            if process.poll() is not None or time.monotonic() > until:
                summary.not_run("the S3 server of the tests does not start")
            time.sleep(0.1)
        summary.used("S3 (moto)")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(url, timeout=2) as answer:
        return answer.status == 200
    return False


@pytest.fixture
def bucket(s3_server, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    name = f"evidence-{token_hex(4)}"
    with urllib.request.urlopen(urllib.request.Request(f"{s3_server}/{name}", method="PUT"), timeout=10):
        return f"s3://{name}/siklus?endpoint={s3_server}"
