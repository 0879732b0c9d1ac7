"""Indicators over millions of rows of attendance and activities of 6,000 people, brought in as prove.registers does.

The figure of one person and of a unit of 400 over a quarter, worked out and as it is kept; those of the city as a job;
all of them against sums of fractions over the plain rows. With PROVE_KEEP and PROVE_ON it takes the database that
prove.registers left there; with PROVE_MINUTES loading stops after so many minutes a database.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import partial
from statistics import median
from typing import Any

from sqlalchemy import func, insert, select, text

import wsgi
from engine import definitions, indicators, measuring, outbox
from engine.core.indicator import Days
from engine.core.register import unscaled
from engine.store.queries import entries, figures_kept
from engine.store.tables.people import Person, Unit, UnitClosure
from engine.store.tables.registers import MEASURES, Entry
from prove import _city, _rows
from prove._rows import ACTIVITY, ATTENDANCE, PEOPLE, City

QUARTER = Days(date(2024, 1, 1), date(2024, 3, 31))
OWN = ("presence_share", "late_minutes", "work_minutes", "activity_length")
SLOW = """
kind: indicator
format: 1
key: served_many
name: {id: Melayani banyak, en: Many served}
register: activity
method: share
part: quantity >= 5
window: quarter
manual: {definition: x, formula: x, source: x, period: x}
"""
RATIO = """
kind: indicator
format: 1
key: minutes_an_item
name: {id: Menit per hasil, en: Minutes an item}
register: activity
method: ratio
of: minutes
over: {register: activity, of: items}
window: quarter
manual: {definition: x, formula: x, source: x, period: x}
"""


def main() -> None:
    """Prove it on SQLite and on PostgreSQL."""
    load = f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    print(f"{PEOPLE:,} people; load of the machine when it began: {load}.")
    print("Milliseconds of one person and of what is kept are medians, of a unit the best of seven.")
    with _city.databases() as each:
        for name, url in each:
            _prove(name, url)


def _prove(name: str, url: str) -> None:
    print(f"\n## {name}\n\n| | |\n|---|---:|")
    _rows.loaded(name, url)
    city = City(url)
    _publish(city)
    with city.rt.db.read() as db:
        count = db.execute(select(func.count()).select_from(Entry.__table__)).scalar_one()
    _say("entries; load of the machine", f"{count:,}; {os.getloadavg()[0]:.1f}")
    if city.rt.db.dialect == "postgresql":
        with city.rt.db.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("VACUUM ANALYZE"))
    unit = _unit_of_400(city)
    with city.rt.db.read() as db:
        _times(city, db, unit)
        _against_brute_force(city, db, unit)
    _job(city)
    with city.rt.db.read() as db:
        kept = _median(
            lambda key: figures_kept.over(db, key, "2024-01-01", "2024-03-31", unit_id=unit), ["presence_share"] * 20
        )
        _say("a unit of 400: a figure that is kept, ms (below 500)", f"{kept:.1f}")
    city.rt.db.close()
    if kept > 500:
        raise AssertionError("kept figures are too slow")


def _publish(city: City) -> None:
    folder = wsgi.SHIPPED / "indicators"
    with city.rt.db.read() as db:
        if measuring.published(city.rt, db):
            return  # the database has been here before
    bodies = [(folder / f"{name}.yaml").read_text().replace("daily_activity", ACTIVITY) for name in OWN]
    for body in (*bodies, SLOW, RATIO):
        body = body.replace("window: month", "window: quarter").replace("{length: rolling, days: 90}", "quarter")
        version = definitions.import_document(city.rt, body, actor=city.author, source="proof.yaml")
        definitions.submit_for_review(city.rt, version.ref, actor=city.author)
        definitions.publish(city.rt, version.ref, actor=city.approver)


def _unit_of_400(city: City) -> int:
    """The first unit, with the seven next ones put below it for this proof."""
    with city.rt.db.begin() as db:
        ids = list(db.execute(select(Unit.id).where(Unit.key.in_([f"unit{each}" for each in range(8)]))).scalars())
        rows = [{"ancestor_id": ids[0], "descendant_id": each, "depth": 1} for each in ids[1:]]
        known = select(func.count()).select_from(UnitClosure).where(UnitClosure.ancestor_id == ids[0])
        if db.execute(known).scalar_one() == 1:
            db.execute(insert(UnitClosure), rows)
    return int(ids[0])


def _times(city: City, db: Any, unit: int) -> None:
    """Where others have the processors, what this work took of them counts: of this process, and of the server's."""
    people = list(db.execute(select(Person.id).where(Person.nip.is_not(None)).order_by(Person.id)).scalars())
    slow, some = [], people[20:380:18]
    for one in measuring.published(city.rt, db):
        road = ", ".join(one.indicator.road(each) for each in one.indicator.quantities)
        used = _rows.used(db)
        own = _median(partial(_of_person, city, db, one), some)
        each = 1000 * (_rows.used(db) - used) / (len(some) + 1)
        clock, processor = _best(db, partial(_of_unit, city, db, one), unit)
        found = measuring.of_unit(city.rt, db, one.indicator, unit, QUARTER).found
        method = one.indicator.definition.method
        _say(f"{one.key} ({method}; {road}): a person's, ms (below 50)", f"{own:.1f}, of processors {each:.1f}")
        _say(
            f"{one.key}: of a unit of {found.people}, {found.n:,} entries, dropped, ms (below 1,000)",
            f"{clock:.0f}, of processors {processor:.0f}",
        )
        busy = os.getloadavg()[0] > (os.cpu_count() or 1)
        slow += [one.key] * ((each if busy else own) > 50 or (processor if busy else clock) > 1000)
    if slow:
        raise AssertionError(f"too slow: {slow}")


def _best(db: Any, work: Callable[[Any], object], argument: Any) -> tuple[float, float]:
    """Milliseconds by the clock and of processors, the best of seven each."""
    took = []
    for _ in range(7):
        began, used = time.perf_counter(), _rows.used(db)
        work(argument)
        took.append((1000 * (time.perf_counter() - began), 1000 * (_rows.used(db) - used)))
    return min(clock for clock, _ in took), min(processor for _, processor in took)


def _of_person(city: City, db: Any, one: measuring.Published, person: int) -> object:
    return measuring.of_person(city.rt, db, one.indicator, person, QUARTER)


def _of_unit(city: City, db: Any, one: measuring.Published, unit: int) -> object:
    return measuring.of_unit(city.rt, db, one.indicator, unit, QUARTER)


def _against_brute_force(city: City, db: Any, unit: int) -> None:
    """Every figure of the four hundred and of their unit, by fractions over all rows."""
    places = {name: entries.places(db, name) for name in (ATTENDANCE, ACTIVITY)}
    below = set(db.execute(select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id == unit)).scalars())
    sat = select(Entry.person_id).where(Entry.unit_id.in_(below), Entry.day <= "2024-03-31").distinct()
    people = sorted(db.execute(sat).scalars())
    rows = list(db.execute(select(Entry.__table__).where(Entry.person_id.in_(people), Entry.day <= "2024-03-31")))
    checked = 0
    keys = ("presence_share", "late_minutes", "work_minutes", "activity_length", "minutes_an_item", "served_many")
    for key in keys:
        one = measuring.named(city.rt, db, key).indicator
        figures = measuring.of_people(city.rt, db, one, people, QUARTER)
        for person in people:
            own = [row for row in by_person(rows).get(person, ())]
            _same(key, figures[person].found.value, _brute(key, own, places))
            checked += 1
        whole = measuring.of_unit(city.rt, db, one, unit, QUARTER).found.value
        _same(key, whole, _brute(key, [row for row in rows if row.unit_id in below], places))
    _say("figures equal to sums of fractions over the rows", f"{checked + len(keys):,}")


_BY: dict[int, dict[int, list[Any]]] = {}


def by_person(rows: Sequence[Any]) -> dict[int, list[Any]]:
    """Rows of each person, once for a list of rows."""
    if id(rows) not in _BY:
        _BY.clear()
        found = _BY.setdefault(id(rows), {})
        for row in rows:
            found.setdefault(row.person_id, []).append(row)
    return _BY[id(rows)]


def _brute(key: str, rows: Sequence[Any], places: Any) -> Fraction | None:
    register = ATTENDANCE if key in ("presence_share", "late_minutes") else ACTIVITY
    rows = [row for row in rows if row.register == register and row.ended_ref is None]

    def numbers(measure: str) -> list[Fraction]:
        column = MEASURES[places[register][measure]]
        kept = (getattr(row, column) for row in rows)
        return [Fraction(unscaled(each)) for each in kept if each is not None]

    match key:
        case "presence_share":
            return 100 * Fraction(sum(each > 0 for each in numbers("present_days")), len(rows))
        case "served_many":
            return 100 * Fraction(sum(each >= 5 for each in numbers("items")), len(rows))
        case "late_minutes":
            return sum(numbers("late_minutes"), Fraction(0))
        case "work_minutes":
            return sum(numbers("minutes"), Fraction(0))
        case "minutes_an_item":
            return sum(numbers("minutes"), Fraction(0)) / sum(numbers("items"), Fraction(0))
    found = sorted(numbers("minutes"))
    return (found[(len(found) - 1) // 2] + found[len(found) // 2]) / 2


def _same(key: str, found: Decimal | None, wanted: Fraction | None) -> None:
    if found is None or wanted is None:
        raise AssertionError(f"{key}: nothing was found")
    exact = Decimal(wanted.numerator) / Decimal(wanted.denominator)
    if exact.quantize(Decimal(1).scaleb(found.as_tuple().exponent), ROUND_HALF_UP) != found:
        raise AssertionError(f"{key}: {found} instead of {exact}")


def _job(city: City) -> None:
    city.now = datetime(2024, 4, 15, 15, tzinfo=UTC)
    began = time.monotonic()
    indicators.ask_all(city.rt, actor=city.author)
    while outbox.sweep(city.rt, wsgi.build_works()):
        pass
    took = time.monotonic() - began
    with city.rt.db.read() as db:
        count, frozen = db.execute(text("SELECT count(*), count(frozen_ref) FROM figure")).one()
    _say("the city as a job: seconds", f"{took:.0f}")
    _say("figures kept by it, of which frozen", f"{count:,}, {frozen:,}")


def _median(work: Callable[[Any], object], arguments: Sequence[Any]) -> float:
    """Milliseconds; the first one, which finds nothing prepared, is not counted."""
    work(arguments[0])
    return median(_each(work, arguments))


def _each(work: Callable[[Any], object], arguments: Sequence[Any]) -> Iterator[float]:
    for each in arguments:
        began = time.perf_counter()
        work(each)
        yield 1000 * (time.perf_counter() - began)


def _say(what: str, figure: str) -> None:
    print(f"| {what} | {figure} |", flush=True)
