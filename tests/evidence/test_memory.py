"""Fifty megabytes through a server of its own process: cut, killed, resumed; and how much memory it took meanwhile."""

import hashlib
import http.client
import socket
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.children import ROOT
from engine.store.database import connect
from engine.store.tables.files import File
from tests.evidence import samples
from tests.evidence.house import DEFINITION
from tests.portal.house import house, loaded_house, value_of  # noqa: F401  (pytest finds fixtures by name)

PIECE = 1 << 20
SIZE = 50_000_000
MOST_MORE = 40  # megabytes above what the server takes after its first page
SERVER = """
import sys, dataclasses
from pathlib import Path
import wsgi
from waitress import create_server
from engine.installation import read_installation
settings = {"SIKLUS_DATABASE_URL": sys.argv[1], "SIKLUS_FILES": sys.argv[2], "SIKLUS_SECRET_KEY": "k" * 48}
app = wsgi.create_app(read_installation(settings, Path(sys.argv[2])))
server = create_server(app, host="127.0.0.1", port=int(sys.argv[3]), threads=4, ident=None)
print("ready", flush=True)
server.run()
"""


class Served:
    """The product in a process of its own, over a database file; `memory` is in megabytes."""

    def __init__(self, url, folder):
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.arguments = [sys.executable, "-c", SERVER, url, str(folder), str(self.port)]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def memory(self, what="VmHWM"):
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(what)) // 1024

    def ask(self, method, path, body=None, **headers):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer, answer.read().decode()


@pytest.fixture
def carol(house, sqlite_url, tmp_path):  # noqa: F811
    """carol before a served form that asks for evidence."""
    house.now = datetime.now(UTC)  # the server's clock is the real one
    house.version = house.publish(DEFINITION, "with_evidence.yaml")
    task = house.task(house.case(), "report").ref
    browser = house.browser("carol")
    browser.fill(task, {"rows": [{"what": "Kunjungan"}]}, 0, "draft", do="save")
    served = Served(sqlite_url, tmp_path / "files")
    try:
        yield Carol(served, browser.client.get_cookie("siklus").value, task)
    finally:
        served.stop()


class Carol:
    """What a browser of hers sends."""

    def __init__(self, served, token, task):
        self.served, self.task, self.cookie = served, task, f"siklus={token}"
        answer, page = served.ask("GET", f"/tasks/{task}", Cookie=self.cookie)
        self.cookie += "; " + answer.headers["Set-Cookie"].partition(";")[0]
        self.seen, self.csrf = value_of(page, "seen"), value_of(page, "csrf_token")

    def ask(self, method, path, body=None, **headers):
        return self.served.ask(method, path, body, Cookie=self.cookie, **{"X-CSRFToken": self.csrf}, **headers)

    def begin(self, size):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = f"field=rows-0-proof&name=rekap.pdf&size={size}"
        return self.ask("POST", f"/tasks/{self.task}/uploads", body, **form)[0].headers["Location"]

    def send(self, url, content, until):
        at = int(self.ask("HEAD", url)[0].headers["Upload-Offset"])
        while at < until:
            octets = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(at)}
            answer, _ = self.ask("PATCH", url, content[at : at + PIECE], **octets)
            assert answer.status == 204
            at = int(answer.headers["Upload-Offset"])
        return at

    def cut(self, url, at, content):
        """Send a third of a piece, and hang up."""
        head = (
            f"PATCH {url} HTTP/1.1\r\nHost: 127.0.0.1:{self.served.port}\r\nCookie: {self.cookie}\r\n"
            f"X-CSRFToken: {self.csrf}\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: {at}\r\n"
            f"Content-Length: {PIECE}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.served.port)) as wire:
            wire.sendall(head.encode() + content[at : at + PIECE // 3])


def test_fifty_megabytes_are_cut_resumed_and_judged_within_bounded_memory(carol, sqlite_url, record_property):
    content = samples.padded_pdf(SIZE)
    before = carol.served.memory()
    url = carol.begin(len(content))
    at = carol.send(url, content, 20_000_000)
    carol.cut(url, at, content)
    time.sleep(0.2)
    assert carol.ask("HEAD", url)[0].headers["Upload-Offset"] == str(at), "a cut piece counts for nothing"
    assert carol.send(url, content, 30_000_000) > at
    cut_at = carol.served.memory()
    carol.served.stop()
    carol.served.start()
    after_start = carol.ask("HEAD", url)[0]
    assert int(after_start.headers["Upload-Offset"]) >= 30_000_000, "what had come outlives the server"
    carol.send(url, content, len(content))
    answer, entry = carol.ask("POST", f"{url}/judgement", "name=rows-0-proof-0",
                              **{"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert answer.status == 200 and "rekap.pdf" in entry
    peak = max(cut_at, carol.served.memory())
    record_property("megabytes", f"{before} before, {peak} at most")
    print(f"server: {before} MB before the upload, {peak} MB at most")
    assert peak - before <= MOST_MORE
    assert peak <= 150
    with closing(connect(sqlite_url)) as database, database.read() as db:
        row = db.execute(File.__table__.select()).one()
    assert (row.status, row.sha256) == ("clean", hashlib.sha256(content).hexdigest())


def test_fifty_megabytes_posted_whole_do_not_fill_the_memory_either(carol):
    before = carol.served.memory()
    content = samples.padded_pdf(SIZE)
    fields = {"csrf_token": carol.csrf, "seen": carol.seen, "field": "rows-0-proof", "description": "x"}
    part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = b"".join(part.format(name, "").encode() + value.encode() + b"\r\n" for name, value in fields.items())
    body += part.format("file", '; filename="a.pdf"').encode() + content + b"\r\n--x--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer, page = carol.ask("POST", f"/tasks/{carol.task}/files", body, **kind)
    assert answer.status == 303, page
    peak = carol.served.memory()
    print(f"server: {before} MB before, {peak} MB at most")
    assert peak - before <= MOST_MORE and peak <= 150


@pytest.mark.parametrize("what", ["fifty_megabytes", "fifty_megapixels"])
def test_the_judge_takes_its_memory_in_a_process_of_its_own(what, tmp_path):
    path = tmp_path / "part"
    path.write_bytes(samples.padded_pdf(SIZE) if what == "fifty_megabytes" else samples.picture(size=(8_160, 6_120)))
    code = (
        "import sys; from pathlib import Path; from engine.evidence import judge; judge.main(sys.argv[1:])\n"
        "lines = Path('/proc/self/status').read_text().splitlines()\n"
        "print(next(line.split()[1] for line in lines if line.startswith('VmHWM')), file=sys.stderr)"
    )
    arguments = [sys.executable, "-c", code, str(path), f"{path}.fresh", f"{path}.preview"]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "refused" not in done.stdout
    took = int(done.stderr) // 1024
    print(f"judge of {what}: {took} MB")
    assert took <= {"fifty_megabytes": 120, "fifty_megapixels": 500}[what]
