"""A city of any size for proofs: units of fifty in three time zones, each with its head; definitions published."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

import wsgi
from bench.settings import installation
from engine import cycles, definitions, people, sessions
from engine.core.case import SYSTEM, Actor, Right
from engine.runtime import Runtime
from engine.store import migrate
from engine.store.queries import accounts, people_lists
from engine.store.queries import people as known
from engine.store.refs import new_ref
from tests.servers import Servers, drop_database, fresh_database, new_directory

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
ROOM = 50  # people of one unit
YEAR = datetime.now(UTC).year


@contextmanager
def databases(*, durable: bool = True) -> Iterator[Iterator[tuple[str, str]]]:
    """A fresh database of each kind, one after the other: (name, address). Both wait for the disk if `durable`.

    With PROVE_ON in the environment only that one (`sqlite`, `postgresql`). With PROVE_KEEP they are those of this
    folder, and stay there, for another proof or another run of the same.
    """
    kept, only = os.environ.get("PROVE_KEEP"), os.environ.get("PROVE_ON")
    folder = new_directory(durable=durable) if kept is None else Path(kept)
    servers = Servers(folder, durable=durable)

    def each() -> Iterator[tuple[str, str]]:
        if only != "postgresql":
            yield "SQLite", f"sqlite:///{folder / 'proof.sqlite3'}"
        if only != "sqlite":
            server = servers.postgresql()
            url = fresh_database(server) if kept is None else _kept_database(server, folder)
            yield "PostgreSQL", url
            if kept is None:
                drop_database(server, url)

    try:
        yield each()
    finally:
        if kept is None:
            servers.stop()
            shutil.rmtree(folder, ignore_errors=True)


def _kept_database(server: str, folder: Path) -> str:
    note = folder / "postgresql.name"
    if not note.exists():
        note.write_text(fresh_database(server).rpartition("/")[2])
    return f"{server.rpartition('/')[0]}/{note.read_text()}"


def kept_note(name: str) -> Path | None:
    """Where it is written down what was loaded into a database that stays; nothing where none does."""
    kept = os.environ.get("PROVE_KEEP")
    return None if kept is None else Path(kept, f"{name}.loaded.json")


def runtime(url: str) -> Runtime:
    """The product's runtime over a database, migrated."""
    rt = wsgi.build_runtime(installation(url))
    migrate.upgrade(rt.db)
    return rt


def build(rt: Runtime, count: int) -> None:
    """So many people on posts of their own, below a mayor; `hr0` administers all. Everything has its event."""
    units = [{"key": "city", "name": "Kota", "kind": "city", "parent": None, "timezone": ZONES[0]}]
    posts = [{"key": "mayor", "name": "Wali Kota", "unit": "city", "superior": None, "class": "pejabat_negara"}]
    staff = [{"key": "mayor", "name": "Wali Kota", "kind": "official", "nip": None, "email": "mayor@kota.example"}]
    for number in range(count):
        unit, first = f"unit{number // ROOM}", number % ROOM == 0
        if first:
            zone = ZONES[number // ROOM % len(ZONES)]
            units.append({"key": unit, "name": f"Unit {number // ROOM}", "kind": "office", "parent": "city",
                          "timezone": zone})  # fmt: skip
        above = "mayor" if first else f"p{number - number % ROOM}"
        posts.append({"key": f"p{number}", "name": f"Jabatan {number}", "unit": unit, "superior": above,
                      "class": "pelaksana"})  # fmt: skip
        staff.append({"key": f"p{number}", "name": f"Pegawai {number}", "kind": "pns", "nip": nip(number),
                      "grade": "III/a" if number % 3 else "III/b"})  # fmt: skip
    held = [
        {"person": each["key"], "post": each["key"], "from": "2024-01-01", "until": None, "kind": "definitive"}
        for each in staff
    ]
    rights = [
        {"person": "p0", "role": "admin", "unit": "city", "from": "2024-01-01", "until": None},
        {"person": "p1", "role": "admin", "unit": "city", "from": "2024-01-01", "until": None},
        {"person": "p1", "role": "calibration_panel", "unit": "city", "from": "2024-01-01", "until": None},
        {"person": "p2", "role": "calibration_panel", "unit": "city", "from": "2024-01-01", "until": None},
    ]
    city = {"units": units, "posts": posts, "people": staff, "appointments": held, "grants": rights}
    users = [{"person": f"p{number}"} for number in range(3, 13)]
    people.load(rt, {**city, "accounts": users}, actor=SYSTEM, password=secret())


def secret() -> str:
    """A password that nobody needs: sessions are opened by hand."""
    return f"sandi-{secrets.token_hex(8)}"


def nip(number: int) -> str:
    """A number of a civil servant that can be true and that nobody else here has."""
    born = date(1970, 1, 1) + timedelta(days=number % 5000)
    return f"{born:%Y%m%d}200501{1 + number % 2}{number // 5000 + 1:03}"


def actor(rt: Runtime, key: str) -> Actor:
    """Somebody on a post, with the rights that he has."""
    with rt.db.read() as db:
        person = known.by_key_of_post(db, key, rt.clock().date())
        grants = people_lists.grants(db, person.id)
    return Actor(person.id, person.ref, person.name, tuple(Right(row.ref, row.role, row.unit_id) for row in grants))


def publish(rt: Runtime) -> str:
    """The shipped workflow and its lists, published by two admins; answers the ref of the workflow's version."""
    author, approver = actor(rt, "p0"), actor(rt, "p1")
    for path in [*sorted((wsgi.SHIPPED / "codelists").glob("*.yaml")), wsgi.SHIPPED / "basic_cycle.yaml"]:
        version = definitions.import_document(rt, path.read_bytes(), actor=author, source=path.name)
        definitions.submit_for_review(rt, version.ref, actor=author)
        definitions.publish(rt, version.ref, actor=approver)
    return version.ref


def open_cycle(rt: Runtime, version: str, population: str = "kind == 'pns'") -> cycles.Opened:
    """A cycle of this year for a population."""
    return cycles.open_cycle(
        rt, actor=actor(rt, "p0"), name=f"Evaluasi {new_ref()[:6]}", version_ref=version, key=new_ref(),
        period_start=date(YEAR, 1, 1), period_end=date(YEAR, 12, 31), population=population,
        at_once=cycles.EVERYBODY,
    )  # fmt: skip


def token(rt: Runtime, key: str) -> str:
    """A session of somebody with an account (p3 … p12)."""
    with rt.db.begin() as db:
        person = known.by_key_of_post(db, key, rt.clock().date())
        return sessions.open_session(db, accounts.by_person(db, person.id), "proof", rt.clock()).token


@contextmanager
def served(
    url: str, *, command: Sequence[str] = ("serve",), log_to: Path | None = None, **settings: str
) -> Iterator[tuple[subprocess.Popen, int]]:
    """`siklus serve` (or another command) in a process of its own: the process and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = tempfile.mkdtemp()
    environment = {
        **os.environ, "SIKLUS_DATABASE_URL": url, "PORT": str(port), "SIKLUS_SECRET_KEY": "x" * 40,
        "SIKLUS_FACTOR_KEY": "y" * 40, "PYTHONPATH": str(Path(wsgi.__file__).parent), **settings,
    }  # fmt: skip
    with (log_to or Path(place, "log")).open("wb") as log:
        program = [sys.executable, "-m", "wsgi", *command]
        process = subprocess.Popen(program, env=environment, cwd=place, stdout=log, stderr=log)
    try:
        if command[0] == "serve":
            _wait_until_it_answers(port, Path(place, "log"))
        yield process, port
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(place, ignore_errors=True)


def _wait_until_it_answers(port: int, log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            if time.monotonic() > until:
                raise RuntimeError(log.read_text()) from None
        time.sleep(0.1)


class Readers:
    """People who open a page again and again, with a pause, until they are told to stop; their times in seconds."""

    def __init__(self, port: int, cookie: str, path: str, count: int = 4, pause: float = 0.2) -> None:
        self.took: list[float] = []
        self.wrong: list[int] = []
        self._over = threading.Event()
        self._asked = (port, cookie, path, pause)
        self._threads = [threading.Thread(target=self._read) for _ in range(count)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        port, cookie, path, pause = self._asked
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Cookie": f"siklus={cookie}", "Host": "localhost"}
        connection.request("GET", path, headers=headers)  # the first one loads what a page needs: not counted
        connection.getresponse().read()
        while not self._over.wait(pause):
            began = time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            self.took.append(time.perf_counter() - began)
            if answer.status != 200:
                self.wrong.append(answer.status)

    def figures(self) -> tuple[float, float, int]:
        """Median and 95th percentile in ms, and how many were answered."""
        took = sorted(self.took)
        return median(took) * 1000, took[int(len(took) * 0.95)] * 1000, len(took)
