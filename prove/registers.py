"""Three million days of attendance and six million activities of 6,000 people, brought in as files by the import verb.

How many rows a second, memory and disk; a person's month, a month of 400 people from entries and from sums; sums that
are dropped and made anew. With PROVE_MINUTES in the environment loading stops after so many minutes a database, and
only what was loaded is told.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import func, select, text

from engine import entry_lists, entry_rights
from engine.store import apply_entries
from engine.store.queries import entries, entry_sums
from engine.store.tables.people import Person, Unit
from engine.store.tables.registers import Entry, EntrySum
from prove import _city, _rows
from prove._rows import ACTIVITY, ATTENDANCE, BEGIN, PEOPLE, City


class Took(NamedTuple):
    """Milliseconds: of many times the median, the least, and what of processors one took, the server's beside ours.

    Where others have the machine, only the last is about this work.
    """

    median: float
    least: float
    processors: float

    def __str__(self) -> str:
        return f"{self.median:.1f} ({self.least:.1f}; {self.processors:.1f})"

    @property
    def counts(self) -> float:
        return self.processors if os.getloadavg()[0] > (os.cpu_count() or 1) else self.least


def main() -> None:
    """Prove it on SQLite and on PostgreSQL."""
    load = f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    print(f"{PEOPLE:,} people; load of the machine when it began: {load}.")
    with _city.databases() as each:
        for name, url in each:
            _prove(name, url)


def _prove(name: str, url: str) -> None:
    print(f"\n## {name}\n\n| | |\n|---|---:|")
    for what, figure in _rows.loaded(name, url):
        _say(what, figure)
    city = City(url)
    if city.rt.db.dialect == "postgresql":
        with city.rt.db.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("VACUUM ANALYZE"))
    plans = [_months(city, register) for register in (ATTENDANCE, ACTIVITY)]
    _anew(city)
    for told in plans:
        print(f"\n{told}")
    city.rt.db.close()


def _say(what: str, figure: str) -> None:
    print(f"| {what} | {figure} |", flush=True)


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
        month = _took(db, lambda about: entry_lists.month(city.rt, db, found, about, first, city.author, last), people)
        rows = _took(db, lambda about: entries.of_person(db, register, about.person_id or 0, *span), people)
        names = entry_lists.columns_of(db, found)
        from_entries = _took(db, lambda _: entry_sums.counted(db, register, units, *span, names=names), range(15))
        from_sums = _took(db, lambda _: entry_sums.of_units(db, register, units, *span, names=names), range(15))
        told = [entry_sums.of_units(db, register, units, *span), entry_sums.counted(db, register, units, *span)]
        if list(map(tuple, told[0])) != list(map(tuple, told[1])):
            raise AssertionError(f"{register}: sums and entries say different things")
        plans = [_plan(db, query(register, units, *span)) for query in (entry_sums.from_entries, entry_sums.from_sums)]
    _say(f"{register}: a person's month as a page asks for it, ms, median (least; of processors); below 50", f"{month}")
    _say(f"{register}: the entries of a person's month, ms", f"{rows}")
    _say(f"{register}: people in the month of 8 units", f"{len(told[0])}")
    _say(f"{register}: that month from entries, ms; below 500", f"{from_entries}")
    _say(f"{register}: that month from sums, ms; below 20", f"{from_sums}")
    if month.counts > 50 or from_entries.counts > 500 or from_sums.counts > 20:
        raise AssertionError(f"{register}: too slow")
    return f"### {register}: a month of 400 people, from entries and from sums\n\n" + "\n".join(plans)


def _took(db: Any, work: Callable[[Any], object], arguments: Sequence[Any]) -> Took:
    """How long it took; the first one, which finds nothing prepared, is not counted."""
    work(arguments[0])
    took, used = list[float](), _rows.used(db)
    for each in arguments:
        began = time.perf_counter()
        work(each)
        took.append(1000 * (time.perf_counter() - began))
    return Took(median(took), min(took), 1000 * (_rows.used(db) - used) / len(took))


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
