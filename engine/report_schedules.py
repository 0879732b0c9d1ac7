"""Verbs on reports that come by themselves: every week or month, to oneself and others who administer.

Each of them gets a file of his own: what he may see on the day it is made, whoever asked for it. What is due is found
when a day begins (engine/schedule.py); the file is a job (engine/report_files.py), and a notice says when it is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import jobs, report_files, reports
from engine.core.case import Actor
from engine.core.errors import BadRequest, EngineError, InvalidSubmission, NotFound
from engine.core.messages import Message
from engine.core.times import to_date, to_text
from engine.runtime import Runtime
from engine.store.queries import report_schedules as queries
from engine.store.queries import units
from engine.store.queries.locks import wait_for_turn
from engine.store.refs import new_ref

LONGEST_NAME, LONGEST_QUERY = 80, 2_000  # characters
MOST, MOST_READERS = 20, 50  # schedules of one person; people of one
MOST_FILES = 100  # that all schedules of one person make on one day
A_TIME = 500  # schedules that one look takes up; the next day's look takes the rest
WEEK, MONTH = "week", "month"
EVERY = (WEEK, MONTH)


def keep(
    rt: Runtime, report: str, query: str, *, actor: Actor, name: str, every: str, format: str, to: Sequence[str],
    language: str, zone: str,
) -> None:  # fmt: skip
    """Have a report made from now on; one of that name becomes this one. to: refs of people; himself where empty.
    zone: in which its days begin.

    Raises InvalidSubmission about `name`, BadRequest for what is no choice or for people whom he may not send it to,
    and what reports.read raises for what he may not see himself.
    """
    report_files.require_admin(actor)
    told = " ".join(name.split())
    if not told or len(told) > LONGEST_NAME or len(query) > LONGEST_QUERY:
        raise InvalidSubmission({"name": Message("saved.name", limit=LONGEST_NAME)})
    if every not in EVERY or format not in report_files.FORMATS:
        raise BadRequest(Message("admin.list.unknown_choice", found=f"{every} {format}"[:60]))
    now = rt.clock()
    with rt.db.read() as db:
        reports.read(rt, db, report, dict(parse_qsl(query)), actor=actor, zone=zone)
    today = now.astimezone(ZoneInfo(zone)).date()
    with rt.db.begin() as db:
        people = {row.ref: row.id for row in queries.offered(db, actor, today)}
        if not set(to) <= people.keys() or len(to) > MOST_READERS:
            raise BadRequest(Message("reports.schedule.not_to_them"))
        wait_for_turn(db, f"reports:{actor.person_id}")
        known = [row for row in queries.of(db, actor) if (row.report, row.name) != (report, told)]
        if len(known) >= MOST:
            raise InvalidSubmission({"name": Message("reports.schedule.too_many", limit=MOST)})
        if sum(row.readers for row in known) + max(len(set(to)), 1) > MOST_FILES:
            raise InvalidSubmission({"name": Message("reports.schedule.too_many_files", limit=MOST_FILES)})
        queries.put(
            db, [people[ref] for ref in to] or [actor.person_id or 0], ref=new_ref(), person_id=actor.person_id,
            report=report, name=told, query=query, every=every, format=format, language=language, zone=zone,
            next_on=str(following(every, today)), at=to_text(now),
        )  # fmt: skip


def end(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """Have it made no more. Raises NotFound for one that is not his."""
    with rt.db.begin() as db:
        if not queries.drop(db, actor, ref):
            raise NotFound(Message("reports.schedule.not_found"))


def leave(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """Get no more of one that somebody else has made; it ends with its last reader. Raises NotFound."""
    with rt.db.begin() as db:
        if not queries.drop_reader(db, actor, ref):
            raise NotFound(Message("reports.schedule.not_found"))


def following(every: str, day: date) -> date:
    """The next Monday, or the first of the next month, after a day."""
    if every == WEEK:
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def days_of(every: str, day: date) -> Mapping[str, str]:
    """The days that a report made on `day` tells of: the week or the month that ended last.

    A report of whole months (reports.by_months) is asked for those of a month, however often it is made.
    """
    last = day - timedelta(days=day.weekday() + 1) if every == WEEK else day.replace(day=1) - timedelta(days=1)
    first = last - timedelta(days=6) if every == WEEK else last.replace(day=1)
    return {reports.FIRST_DAY: str(first), reports.LAST_DAY: str(last)}


def begin(rt: Runtime, db: Connection, zone: str, day: date) -> None:
    """DAILY reports: ask for the files of the schedules of this zone whose day has come, once each.

    One whose zone no unit has any more belongs to that of the first root unit from now on. One whose owner administers
    nothing any more ends: nobody is left who could have it made no more.
    """
    for row in queries.due(db, zone, day, A_TIME, lost=zone == units.zone_of_all(db)):
        if _admin(rt, db, row.person_id) is None:
            queries.remove(db, row.id)
            continue
        for person in queries.readers(db, row.id):
            _ask(rt, db, row, person, zone)
        queries.move_on(db, row.id, following(row.every, day), zone)


def _ask(rt: Runtime, db: Connection, row: Any, person: int, zone: str) -> None:
    """Ask in the name of one of its people; whoever left, or administers nothing any more, gets none."""
    reader, report = _admin(rt, db, person), rt.catalog.get("report", row.report)
    if reader is None or report is None:
        return
    asked, options = dict(parse_qsl(row.query)), report.options.model_fields
    days = days_of(MONTH if reports.by_months(report) else row.every, to_date(row.next_on))
    moving = {name: value for name, value in days.items() if name in options}
    report_files.add(
        rt, db, row.report, {**asked, **moving}, actor=reader, format=row.format, language=row.language,
        zone=zone, called=row.name, owner=row.person_id,
    )  # fmt: skip


def _admin(rt: Runtime, db: Connection, person: int) -> Actor | None:
    """Somebody with the rights of today, if he administers something still."""
    try:
        found = jobs.as_today(rt, db, person)
    except EngineError:
        return None
    return found if found.has("admin") else None
