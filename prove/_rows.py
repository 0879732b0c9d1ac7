"""6,000 people with two registers, and months of attendance and activities brought in as files by the import verb.

One process brings the files on SQLite, which has one writer; two do on PostgreSQL, for two people.
With PROVE_MINUTES in the environment bringing stops after so many minutes a database.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import text

import wsgi
from bench.settings import installation
from engine import definitions, outbox
from engine.core.case import Actor
from engine.imports import entry_acts
from engine.runtime import Runtime
from engine.store import migrate
from engine.store.queries import entry_files
from prove import _city

PEOPLE, MONTHS = 6_000, 24
BEGIN = date(2024, 1, 1)
AT_ONCE = {"sqlite": 1, "postgresql": 2}  # processes that bring files
EACH_FILE = {"attendance": 2_000, "activity": 1_000}  # people
HOURS = (("07:30", "09:40"), ("09:45", "11:30"), ("12:30", "14:00"), ("14:05", "16:00"))
ATTENDANCE, ACTIVITY = "attendance", "activity"
KINDS = ("Hadir", "Hadir", "Hadir", "Hadir", "Hadir", "Dinas luar", "Cuti tahunan")
ADMINS = ("p0", "p1")  # each brings files of his own: of two that one person brings to a register the first is dropped
LONGEST = 600  # seconds for a file


class Brought(NamedTuple):
    """A file that came in: its register, rows, and seconds from the upload to the last row; when that was."""

    register: str
    rows: int
    took: float
    at: float


class City:
    """6,000 people with two registers in force, and a clock that stands at the end of the month that is brought in."""

    def __init__(self, url: str) -> None:
        self.now = datetime(2024, 1, 1, 3, tzinfo=UTC)
        self._rung: list[int] = []
        built = wsgi.build_runtime(installation(url), clock=lambda: self.now)
        self.rt: Runtime = replace(built, queue=self._rung.extend)
        self._works = wsgi.build_works()
        migrate.upgrade(self.rt.db)
        if self._is_empty():
            self._build()
        self.author, self.approver = _city.actor(self.rt, ADMINS[0]), _city.actor(self.rt, ADMINS[1])

    def bring(self, register: str, content: bytes, actor: Actor) -> int:
        """Upload, check, agree, and run the jobs, as pages and workers do; answers how many entries came in."""
        rt = self.rt
        ref = entry_acts.take(rt, register, actor=actor, name=f"{register}.csv", content=content)
        with rt.db.read() as db:
            columns = entry_acts.entry_reports.how(entry_files.mine(db, actor, ref))[0]
        entry_acts.check(rt, ref, actor=actor, mapping=columns, dates="iso", way="add")
        self._run()
        with rt.db.read() as db:
            file = entry_files.mine(db, actor, ref)
        entry_acts.confirm(rt, ref, actor=actor, frozen=file.frozen)
        self._run()
        with rt.db.read() as db:
            file = entry_files.mine(db, actor, ref)
        if file.state != "done" or f'"create": {file.total}' not in file.done:
            raise AssertionError(f"{register}: {file.state} {file.done} of {file.total}")
        return int(file.total)

    def _run(self) -> None:
        """Run the works that were rung for."""
        until = time.monotonic() + LONGEST
        while self._rung:
            if not outbox.run(self.rt, self._rung[0], self._works):
                if time.monotonic() > until:
                    raise AssertionError("a job does not come to its end")
                time.sleep(0.2)
                self.now += timedelta(seconds=10)  # what is tried again is so after a while
                continue
            self._rung.pop(0)

    def _is_empty(self) -> bool:
        with self.rt.db.read() as db:
            return db.execute(text("SELECT 1 FROM person")).first() is None

    def _build(self) -> None:
        _city.build(self.rt, PEOPLE)
        author, approver = _city.actor(self.rt, "p0"), _city.actor(self.rt, "p1")
        for body in (_shipped("attendance"), _activity()):
            version = definitions.import_document(self.rt, body, actor=author, source="proof.yaml")
            definitions.submit_for_review(self.rt, version.ref, actor=author)
            definitions.publish(self.rt, version.ref, actor=approver)


def _shipped(name: str) -> bytes:
    return (wsgi.SHIPPED / "registers" / f"{name}.yaml").read_bytes()


def _activity() -> bytes:
    """The shipped daily activities; here the personnel office brings them in, a month late."""
    body = _shipped("daily_activity").decode().replace("key: daily_activity", f"key: {ACTIVITY}")
    role = "  personnel: {rule: holders_of_grant, grant: admin}\nrights:\n"
    body = body.replace("rights:\n", role).replace("add: officer", "add: personnel")
    body = body.replace("read: [officer, superior]", "read: [officer, superior, personnel]")
    return body.replace("back: 7, lock: 14", "back: 62").encode()


def load(url: str) -> Iterator[tuple[str, str]]:
    """Bring all in; yields what is to be told of it."""
    City(url).rt.db.close()
    minutes = float(os.environ["PROVE_MINUTES"]) if os.environ.get("PROVE_MINUTES") else None
    count = AT_ONCE[url.partition("+")[0].partition(":")[0]]
    size, context = -(-(PEOPLE - 2) // count), multiprocessing.get_context("spawn")
    began, before = time.time(), os.getloadavg()[0]
    until = None if minutes is None else began + 60 * minutes
    firsts = range(2, PEOPLE, size)
    parts = [(url, who, first, min(first + size, PEOPLE), until) for who, first in enumerate(firsts)]
    with context.Pool(count) as pool:
        found = pool.starmap(_bring_all, parts)
    files = sorted((each for some, _, _ in found for each in some), key=lambda each: each.at)
    took, rows = files[-1].at - began, sum(each.rows for each in files)
    for name, what in ((ATTENDANCE, "attendance"), (ACTIVITY, "activities")):
        yield f"rows of {what}", f"{sum(each.rows for each in files if each.register == name):,}"
    yield "files, each up to 50,000 rows; processes that brought them", f"{len(files)}; {count}"
    yield "minutes", f"{took / 60:.1f}"
    yield "rows a second, all", f"{rows / took:,.0f}"
    yield (
        "rows a second of the first tenth and of the last",
        f"{_pace(files, began, 0):,.0f}, {_pace(files, began, 9):,.0f}",
    )
    used = sum(each for _, each, _ in found)
    yield "rows a second of processor time of these processes (the server's own is beside it)", f"{rows / used:,.0f}"
    yield "peak memory of a process, MB", f"{max(each for _, _, each in found):,.0f}"
    yield "load of the machine before and after", f"{before:.1f}, {os.getloadavg()[0]:.1f}"


def _pace(files: Sequence[Brought], began: float, tenth: int) -> float:
    some = files[len(files) * tenth // 10 : max(len(files) * (tenth + 1) // 10, 1)]
    first = files[len(files) * tenth // 10 - 1].at if tenth else began
    return sum(each.rows for each in some) / (some[-1].at - first)


def _bring_all(url: str, who: int, first: int, last: int, until: float | None) -> tuple[list[Brought], float, float]:
    """Bring the files of some people, month after month; answers them, seconds of processor, and the peak of memory."""
    city, found = City(url), list[Brought]()
    actor, began = _city.actor(city.rt, ADMINS[who]), time.process_time()
    for number in range(MONTHS):
        files = list(_files(city, number, range(first, last)))
        for register, people, days in files if who == 0 else reversed(files):  # two wait for the turn of a register
            if until is not None and time.time() > until:
                break
            content, start = written(register, people, days), time.time()
            rows = city.bring(register, content, actor)
            found.append(Brought(register, rows, time.time() - start, time.time()))
    city.rt.db.close()
    return found, time.process_time() - began, _peak()


def _peak() -> float:
    """MB that this process had at most; `ru_maxrss` would count what the process had that started it."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _files(city: City, number: int, people: range) -> Iterator[tuple[str, range, list[date]]]:
    first = date(BEGIN.year + number // 12, number % 12 + 1, 1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    city.now = datetime(last.year, last.month, last.day, 15, tzinfo=UTC) + timedelta(days=1)
    days = [day for back in range(last.day) if (day := first + timedelta(days=back)).weekday() < 5]
    for register, some in ((ATTENDANCE, days), (ACTIVITY, days[:11])):
        each = EACH_FILE[register]
        for at in range(0, len(people), each):
            yield register, people[at : at + each], some


def written(register: str, people: Sequence[int], days: Sequence[date]) -> bytes:
    """A file of these people and days."""
    return _attendance(people, days) if register == ATTENDANCE else _activities(people, days)


def _attendance(people: Sequence[int], days: Sequence[date]) -> bytes:
    lines = ["NIP;Tanggal;Keterangan;Jam masuk;Jam pulang;Terlambat (menit);Pulang sebelum waktunya (menit)"]
    for number in people:
        for at, day in enumerate(days):
            kind = KINDS[(number + at) % len(KINDS)]
            there = f"07:{(number * 7 + at) % 60:02};16:{(number + at * 11) % 60:02};{(number + at) % 30};0"
            lines.append(f"{_city.nip(number)};{day};{kind};{there if kind == 'Hadir' else ';;;'}")
    return "\n".join(lines).encode()


def _activities(people: Sequence[int], days: Sequence[date]) -> bytes:
    lines = ["NIP;Tanggal;Kegiatan;Mulai;Selesai;Jumlah hasil"]
    for number in people:
        for day in days:
            for at, (begin, end) in enumerate(HOURS):
                lines.append(f"{_city.nip(number)};{day};Melayani pemohon {number % 40 + at};{begin};{end};{at + 3}")
    return "\n".join(lines).encode()


def loaded(name: str, url: str) -> list[tuple[str, str]]:
    """What is to be told of bringing all in: done now, or where a kept database has it already, then."""
    note = _city.kept_note(name)
    if note is not None and note.exists():
        return [(what, figure) for what, figure in json.loads(note.read_text())]
    told = [*load(url), ("disk, MB", f"{disk(url) / 1e6:,.0f}")]
    if note is not None:
        note.write_text(json.dumps(told))
    return told


def disk(url: str) -> int:
    """Bytes of a database."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        return sum(each.stat().st_size for each in file.parent.glob(f"{file.name}*"))
    rt = wsgi.build_runtime(installation(url))
    with rt.db.read() as db:
        return int(db.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def used(db: Any) -> float:
    """Seconds of processor of this process, and of the one that serves this connection (in steps of 10 ms)."""
    if db.dialect.name == "sqlite":
        return time.process_time()
    pid = db.connection.driver_connection.info.backend_pid
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
