"""A holiday is added while 6,000 deadlines run: foretold, moved, each once; and what calendars cost an act."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date

from sqlalchemy import func, insert, select

import wsgi
from engine import calendars, forecasts, outbox
from engine.calendar_rules import Rules
from engine.core.calendar import DayEntry
from engine.core.messages import Text
from engine.store.database import connect
from engine.store.migrate import upgrade
from engine.store.queries import calendars as queries
from engine.store.refs import new_ref
from engine.store.tables import Appointment, Event, Person, Post, Task
from prove._city import databases
from tests.verbs.stage import Stage

PEOPLE, LOOKS = 6_000, 2_000
WORKFLOW = b"""
kind: workflow
format: 1
key: report
name: {id: Laporan, en: Report}
subject: person
period: year
roles:
  employee: {rule: subject, label: {id: Pegawai, en: Employee}}
states:
  writing:
    initial: true
    label: {id: Disusun, en: Being written}
    tasks:
      - key: finish
        role: employee
        decide: [finish_it]
        due: {working_days: 10, after: entered}
        label: {id: Selesaikan, en: Finish}
  done: {final: true, label: {id: Selesai, en: Done}}
transitions:
  finish_it: {from: writing, to: done, label: {id: Selesaikan, en: Finish}}
"""


def main() -> None:
    """Prove it on SQLite and on PostgreSQL."""
    print("| database | running deadlines | foretold in | moved in | last change asked | calendar looked up |")
    print("|---|---:|---:|---:|---:|---:|")
    with databases() as each:
        for name, url in each:
            database = connect(url)
            upgrade(database)
            _prove(name, Stage(database))
            database.close()
    print(
        "\nEach case has exactly one event `case.redue`, and each deadline lies one working day later. An act pays the"
    )
    print(
        "look, and the number of the last change as a column of the statement that reads its case: less than a question"
    )
    print("of its own, which is shown. Wall clock.")


def _prove(name: str, stage: Stage) -> None:
    version = stage.publish(WORKFLOW)
    _fill(stage)
    stage.open("post_kind == 'jf' and unit == 'south'", version_ref=version.ref, name="Laporan")
    _drain(stage)
    nation = _calendar(stage)
    _drain(stage)
    entry = DayEntry(date(2026, 3, 9), "holiday", Text("Libur", "Holiday"))
    began = time.perf_counter()
    foretold = forecasts.of_days(stage.rt, actor=stage.actor("alice"), calendar_ref=nation, added=[entry])
    told = time.perf_counter() - began
    calendars.add_days(stage.rt, actor=stage.actor("alice"), calendar_ref=nation, entries=[entry], reason="SKB")
    began = time.perf_counter()
    _drain(stage)
    moved = time.perf_counter() - began
    _judge(stage, foretold.deadlines)
    asked, look = _looks(stage)
    print(f"| {name} | {foretold.deadlines:,} | {told:.2f} s | {moved:.1f} s | {asked:.0f} µs | {look:.1f} µs |")


def _calendar(stage: Stage) -> str:
    actor, unit = stage.actor("alice"), stage.unit("city").ref
    rules = Rules("Nasional", 5, receipt_counts=False)
    ref = calendars.add_calendar(stage.rt, actor=actor, rules=rules, unit_ref=None, parent_ref=None, reason="SKB")
    days = [date(2026, month, day) for month in range(5, 13) for day in (4, 11, 18)]
    entries = [DayEntry(day, "holiday", Text("Libur", "Holiday")) for day in days]
    calendars.add_days(stage.rt, actor=actor, calendar_ref=ref, entries=entries, reason="SKB")
    calendars.use(stage.rt, actor=actor, unit_ref=unit, calendar_ref=ref, reason="SKB")
    return ref


def _looks(stage: Stage) -> tuple[float, float]:
    """Microseconds: the number of the last change as a question of its own, and the calendar of a unit."""
    south = stage.unit("south").id
    with stage.rt.db.read() as db:
        stamp = queries.stamp(db)
        stage.rt.days.of(db, south, stamp)
        asked = _median(lambda: queries.stamp(db))
        return asked, _median(lambda: stage.rt.days.of(db, south, stamp))


def _median(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        act()
        taken.append((time.perf_counter() - began) * 1e6)
    return statistics.median(taken)


def _judge(stage: Stage, foretold: int) -> None:
    with stage.rt.db.read() as db:
        redue = db.execute(select(func.count()).where(Event.kind == "case.redue")).scalar_one()
        dues = db.execute(select(Task.due, func.count()).where(Task.state == "open", Task.key == "finish")
                          .group_by(Task.due)).all()  # fmt: skip
    if not foretold == redue == PEOPLE or [tuple(row) for row in dues] != [("2026-03-17T17:00:00.000Z", redue)]:
        raise AssertionError(f"foretold {foretold}, moved {redue}, dues {dues}")


def _drain(stage: Stage) -> None:
    works = wsgi.build_works() | {"holders.reresolve": lambda *asked: None}
    while outbox.sweep(stage.rt, works):
        pass


def _fill(stage: Stage) -> None:
    """People with a chair each in the south."""
    south, above = stage.unit("south").id, stage.post("clerk_south").id
    plain = {"kind": "pns", "language": "id", "active": True}
    with stage.rt.db.begin() as db:
        rows = [{"ref": new_ref(), "name": f"P {at}", "name_lower": f"p {at}", **plain} for at in range(PEOPLE)]
        people = list(db.execute(insert(Person.__table__).returning(Person.id), rows).scalars())
        chairs = [
            {
                "ref": new_ref(),
                "key": f"jf_{at}",
                "name": f"JF {at}",
                "unit_id": south,
                "superior_id": above,
                "kind": "jf",
            }
            for at in range(PEOPLE)
        ]
        posts = list(db.execute(insert(Post.__table__).returning(Post.id), chairs).scalars())
        held = {"kind": "definitive", "starts_on": "2026-01-01", "recorded_at": "2026-01-01T00:00:00.000Z"}
        rows = [
            {"ref": new_ref(), "person_id": who, "post_id": post, **held}
            for who, post in zip(people, posts, strict=True)
        ]
        db.execute(insert(Appointment.__table__), rows)
