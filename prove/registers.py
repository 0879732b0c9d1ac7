"""Three million days of attendance and six million activities of 6,000 people, brought in as files by the import verb.

How many rows a second, memory and disk; a person's month, a month of 400 people from entries and from sums; sums that
are dropped and made anew. With PROVE_MINUTES in the environment loading stops after so many minutes a database, and
only what was loaded is told.
"""

from __future__ import annotations

import hashlib
import os
import resource
import time
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import func, select, text

import wsgi
from bench.settings import installation
from engine import definitions, entry_lists, entry_rights, outbox
from engine.imports import entry_acts
from engine.runtime import Runtime
from engine.store import apply_entries, migrate
from engine.store.queries import entries, entry_files, entry_sums
from engine.store.tables.people import Person, Unit
from engine.store.tables.registers import Entry, EntrySum
from prove import _city

PEOPLE, MONTHS = 6_000, 24
BEGIN = date(2024, 1, 1)
EACH_FILE = 2_000  # people in a file of attendance; a fourth of them in one of activities
HOURS = (("07:30", "09:40"), ("09:45", "11:30"), ("12:30", "14:00"), ("14:05", "16:00"))
ATTENDANCE, ACTIVITY = "attendance", "activity"
KINDS = ("Hadir", "Hadir", "Hadir", "Hadir", "Hadir", "Dinas luar", "Cuti tahunan")


class Took(NamedTuple):
    """Milliseconds: of many times the median, and the least, which others on the machine have disturbed least."""

    median: float
    least: float

    def __str__(self) -> str:
        return f"{self.median:.1f} ({self.least:.1f})"


class City:
    """6,000 people with two registers in force, and a clock that stands at the end of the month that is brought in."""

    def __init__(self, url: str) -> None:
        self.now = datetime(2024, 1, 1, 3, tzinfo=UTC)
        self.rt: Runtime = wsgi.build_runtime(installation(url), clock=lambda: self.now)
        migrate.upgrade(self.rt.db)
        _city.build(self.rt, PEOPLE)
        self.author, self.approver = _city.actor(self.rt, "p0"), _city.actor(self.rt, "p1")
        for body in (_shipped("attendance"), _activity()):
            version = definitions.import_document(self.rt, body, actor=self.author, source="proof.yaml")
            definitions.submit_for_review(self.rt, version.ref, actor=self.author)
            definitions.publish(self.rt, version.ref, actor=self.approver)
        self.rows = {ATTENDANCE: 0, ACTIVITY: 0}

    def bring(self, register: str, content: bytes) -> int:
        """Upload, check, agree, and let the jobs run, as pages do; answers how many entries came in."""
        rt, actor = self.rt, self.author
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
        self.rows[register] += file.total
        return int(file.total)

    def _run(self) -> None:
        while outbox.sweep(self.rt, wsgi.build_works()):
            pass


def _shipped(name: str) -> bytes:
    return (wsgi.SHIPPED / "registers" / f"{name}.yaml").read_bytes()


def _activity() -> bytes:
    """The shipped daily activities; here the personnel office brings them in, a month late."""
    body = _shipped("daily_activity").decode().replace("key: daily_activity", f"key: {ACTIVITY}")
    role = "  personnel: {rule: holders_of_grant, grant: admin}\nrights:\n"
    body = body.replace("rights:\n", role).replace("add: officer", "add: personnel")
    body = body.replace("read: [officer, superior]", "read: [officer, superior, personnel]")
    return body.replace("back: 7, lock: 14", "back: 62").encode()


def main() -> None:
    """Prove it on SQLite and on PostgreSQL."""
    minutes = float(os.environ["PROVE_MINUTES"]) if os.environ.get("PROVE_MINUTES") else None
    load = f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    print(f"{PEOPLE:,} people; load of the machine when it began: {load}.")
    with _city.databases() as each:
        for name, url in each:
            _prove(name, url, minutes)


def _prove(name: str, url: str, minutes: float | None) -> None:
    print(f"\n## {name}\n\n| | |\n|---|---:|")
    city, began = City(url), time.monotonic()
    paces = list(_load(city, None if minutes is None else began + 60 * minutes))
    took = time.monotonic() - began
    total = sum(city.rows.values())
    _say("rows of attendance", f"{city.rows[ATTENDANCE]:,}")
    _say("rows of activities", f"{city.rows[ACTIVITY]:,}")
    _say("minutes", f"{took / 60:.1f}")
    _say("rows a second, all", f"{total / took:,.0f}")
    _say("rows a second, first three files and last three", f"{_pace(paces[:3]):,.0f}, {_pace(paces[-3:]):,.0f}")
    _say("peak memory of the process, MB", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f}")
    _say("disk, MB", f"{_disk(city, url) / 1e6:,.0f}")
    _say("load of the machine", f"{os.getloadavg()[0]:.1f}")
    if city.rt.db.dialect == "postgresql":
        with city.rt.db.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("VACUUM ANALYZE"))
    plans = [_months(city, register) for register in (ATTENDANCE, ACTIVITY) if city.rows[register]]
    _anew(city)
    for told in plans:
        print(f"\n{told}")
    city.rt.db.close()


def _say(what: str, figure: str) -> None:
    print(f"| {what} | {figure} |", flush=True)


def _pace(files: Sequence[tuple[int, float]]) -> float:
    return sum(rows for rows, _ in files) / sum(took for _, took in files)


def _load(city: City, until: float | None) -> Iterator[tuple[int, float]]:
    """Bring month after month, as long as there is time; yields rows and seconds of each file."""
    for number in range(MONTHS):
        first = date(BEGIN.year + number // 12, number % 12 + 1, 1)
        last = first.replace(day=monthrange(first.year, first.month)[1])
        city.now = datetime(last.year, last.month, last.day, 15, tzinfo=UTC) + timedelta(days=1)
        days = [day for back in range(last.day) if (day := first + timedelta(days=back)).weekday() < 5]
        for begin in range(2, PEOPLE, EACH_FILE):
            people = range(begin, min(begin + EACH_FILE, PEOPLE))
            files = [(ATTENDANCE, _attendance(people, days))]
            parts = [people[at : at + EACH_FILE // 4] for at in range(0, len(people), EACH_FILE // 4)]
            files += [(ACTIVITY, _activities(part, days[:11])) for part in parts]
            for register, content in files:
                if until is not None and time.monotonic() > until:
                    return
                began = time.monotonic()
                yield city.bring(register, content), time.monotonic() - began


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


def _disk(city: City, url: str) -> int:
    if city.rt.db.dialect == "postgresql":
        with city.rt.db.read() as db:
            return int(db.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    file = Path(url.removeprefix("sqlite:///"))
    return sum(each.stat().st_size for each in file.parent.glob(f"{file.name}*"))


def _months(city: City, register: str) -> str:
    """Months of a person and of 400 people; answers the plans of the two statements about the 400."""
    first = BEGIN
    last = first.replace(day=31)
    span = (first.isoformat(), last.isoformat())
    with city.rt.db.read() as db:
        units = list(db.execute(select(Unit.id).where(Unit.key.like("unit%")).order_by(Unit.id).limit(8)).scalars())
        found = entry_rights.published(city.rt, db, register).register
        some = select(Person.ref).where(Person.nip.is_not(None)).order_by(Person.id).limit(300)
        refs = list(db.execute(some).scalars())
        people = [entry_rights.subject(db, found, ref, last) for ref in refs[2::15]]
        month = _took(lambda about: entry_lists.month(city.rt, db, found, about, first, city.author, last), people)
        rows = _took(lambda about: entries.of_person(db, register, about.person_id or 0, *span), people)
        names = entry_lists.columns_of(db, found)
        from_entries = _took(lambda _: entry_sums.counted(db, register, units, *span, names=names), range(15))
        from_sums = _took(lambda _: entry_sums.of_units(db, register, units, *span, names=names), range(15))
        told = [entry_sums.of_units(db, register, units, *span), entry_sums.counted(db, register, units, *span)]
        if list(map(tuple, told[0])) != list(map(tuple, told[1])):
            raise AssertionError(f"{register}: sums and entries say different things")
        plans = [_plan(db, query(register, units, *span)) for query in (entry_sums.from_entries, entry_sums.from_sums)]
    _say(f"{register}: a person's month as a page asks for it, ms, median (least); below 50", f"{month}")
    _say(f"{register}: the entries of a person's month, ms", f"{rows}")
    _say(f"{register}: people in the month of 8 units", f"{len(told[0])}")
    _say(f"{register}: that month from entries, ms; below 500", f"{from_entries}")
    _say(f"{register}: that month from sums, ms; below 20", f"{from_sums}")
    if month.least > 50 or from_entries.least > 500 or from_sums.least > 20:
        raise AssertionError(f"{register}: too slow")
    return f"### {register}: a month of 400 people, from entries and from sums\n\n" + "\n".join(plans)


def _took(work: Callable[[Any], object], arguments: Sequence[Any]) -> Took:
    """How long it took; the first one, which finds nothing prepared, is not counted."""
    work(arguments[0])
    took = []
    for each in arguments:
        began = time.perf_counter()
        work(each)
        took.append(1000 * (time.perf_counter() - began))
    return Took(median(took), min(took))


def _plan(db: Any, query: Any) -> str:
    compiled = query.compile(dialect=db.dialect, compile_kwargs={"literal_binds": True})
    how = "EXPLAIN QUERY PLAN" if db.dialect.name == "sqlite" else "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF)"
    rows = db.exec_driver_sql(f"{how} {compiled}").all()
    return "```\n" + "\n".join(str(row[-1]) for row in rows) + "\n```"


def _anew(city: City) -> None:
    """Drop the sums and make them anew from the entries."""
    before = _sums(city)
    began = time.monotonic()
    for register in (ATTENDANCE, ACTIVITY):
        with city.rt.db.begin() as db:
            if db.dialect.name == "postgresql":
                db.execute(text("SET LOCAL statement_timeout = 0"))
            apply_entries.rebuild(db, register)
    took = time.monotonic() - began
    if _sums(city) != before:
        raise AssertionError("sums made anew differ")
    with city.rt.db.read() as db:
        count = db.execute(select(func.count()).select_from(EntrySum.__table__)).scalar_one()
        kept = db.execute(select(func.count()).select_from(Entry.__table__)).scalar_one()
    _say(f"sums dropped and made anew, the same ({count:,} of {kept:,} entries), seconds", f"{took:.1f}")


def _sums(city: City) -> str:
    seen = hashlib.sha256()
    table = EntrySum.__table__
    with city.rt.db.read() as db:
        if db.dialect.name == "postgresql":
            db.execute(text("SET LOCAL statement_timeout = 0"))
        query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=10_000)
        for row in db.execute(query):
            seen.update(repr(tuple(row)).encode())
    return seen.hexdigest()
