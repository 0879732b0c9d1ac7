"""The product as an operator runs it: real processes, in two ways, and people who come over HTTP.

one       `siklus serve` over SQLite, without Redis
several   gunicorn with two processes and two `siklus worker`, over PostgreSQL and Valkey
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent.parent
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf_token"')
METRICS = "a token of the tests, long enough"
COMMANDS = {
    "serve": [sys.executable, "-m", "wsgi", "serve"],
    "worker": [sys.executable, "-m", "wsgi", "worker"],
    "gunicorn": [
        sys.executable, "-m", "gunicorn", "--config", f"{ROOT}/docs/operations/gunicorn.conf.py", "wsgi:served()",
    ],
}  # fmt: skip


@dataclass
class Running:
    """Processes of one installation; `port` is where pages are."""

    folder: Path
    settings: dict[str, str]
    port: int = field(default_factory=lambda: free_port())
    processes: list[subprocess.Popen] = field(default_factory=list)

    def start(self, kind: str) -> subprocess.Popen:
        """Start one process; one that has pages is waited for."""
        with (self.folder / f"{kind}-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                COMMANDS[kind], cwd=self.folder, env=self.environment(kind), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        if kind != "worker":
            self.wait_until_ready()
        return process

    def command(self, *words: str) -> subprocess.CompletedProcess:
        """Run another command of the installation to its end."""
        program = [sys.executable, "-m", "wsgi", *words]
        return subprocess.run(program, cwd=self.folder, env=self.environment(), capture_output=True, text=True)

    def environment(self, kind: str = "") -> dict[str, str]:
        shared = self.folder / "counted"
        shared.mkdir(exist_ok=True)
        return {
            **os.environ, "PORT": str(self.port), "SIKLUS_BIND": f"127.0.0.1:{self.port}", "PYTHONPATH": str(ROOT),
            "SIKLUS_SECRET_KEY": "a secret of the tests, long enough", "SIKLUS_METRICS": METRICS,
            "SIKLUS_FACTOR_KEY": "a key of the tests, for second factors", **self.settings,
            **({"PROMETHEUS_MULTIPROC_DIR": str(shared)} if kind == "gunicorn" else {}),
        }  # fmt: skip

    def wait_until_ready(self, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while True:
            try:
                if Visitor(self.port).get("/readyz")[0] == 200:
                    return
            except OSError:
                pass
            if time.monotonic() > until:
                raise AssertionError(self.logs())
            time.sleep(0.05)

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def stop(self) -> list[int]:
        """SIGTERM to all; answers their statuses."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        return [process.wait(40) for process in self.processes]


@contextmanager
def running(way: str, folder: Path, settings: dict[str, str]):
    """An installation in one of the two ways."""
    with ExitStack() as at_end:
        house = Running(folder, settings)
        at_end.callback(lambda: [process.kill() or process.wait() for process in house.processes])
        for kind in ("serve",) if way == "one" else ("worker", "worker", "gunicorn"):
            house.start(kind)
        yield house


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Visitor:
    """Somebody with a browser that keeps cookies; each request has a connection of its own."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies, self.csrf = port, {}, ""

    def sign_in(self, name: str, password: str) -> "Visitor":
        self.get("/sign-in")
        status, _, _ = self.post("/sign-in", name=name, password=password)
        assert status == 303, status
        self.get("/")
        return self

    def get(self, path: str, **headers: str):
        return self.ask("GET", path, None, headers)

    def post(self, path: str, **form):
        """Post a form; again when the server is away or says to come later, as a proxy or a person does."""
        until = time.monotonic() + 20
        while True:
            try:
                answer = self.once(path, **form)
                if answer[0] != 503 or time.monotonic() > until:
                    return answer
            except OSError:
                if time.monotonic() > until:
                    raise
            time.sleep(0.2)

    def once(self, path: str, **form):
        """Post a form, whatever comes of it."""
        body = urlencode({"csrf_token": self.csrf, **form}, doseq=True)
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def ask(self, method: str, path: str, body: str | None, headers: dict[str, str]):
        """Status, headers and page of one request."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, {"Host": "localhost", "Cookie": cookie, **headers})
            answer = connection.getresponse()
            page = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if found := TOKEN.search(page):
            self.csrf = found[1] or found[2]
        return answer.status, answer.headers, page
