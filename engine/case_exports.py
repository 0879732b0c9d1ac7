"""A list of cases as a workbook, made by a job: what was narrowed when somebody asked, with the rights of the day on
which it is made. That somebody took it is an event of the job.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import case_results, jobs, monitoring
from engine.core import calendar
from engine.core.case import CANCELLED, Actor
from engine.core.errors import NotAllowed, Refused
from engine.core.jobs import Chunk, Finished, Job, Made
from engine.core.messages import Message, readable
from engine.core.times import to_datetime
from engine.runtime import Runtime
from engine.sheets import writing
from engine.store import apply
from engine.store.queries import case_exports as queries
from engine.store.queries import case_lists, linked

KIND = "cases.export"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 200_000  # cases in one workbook, which holds a million rows at most
BATCH = 1_000
WIDTHS = {"subject": 36, "unit": 40, "cycle": 36, "state": 26, "holders": 36, "ref": 30}


@dataclass(frozen=True, slots=True)
class Words:
    """What is written over the columns and into cells: titles by column, the sheet, what a cancelled case is
    called, and a result that a person has set by hand."""

    sheet: str
    titles: Mapping[str, str]
    cancelled: str
    by_hand: str
    language: str
    zone: str


def ask(rt: Runtime, *, actor: Actor, asked: Mapping[str, str], words: Words) -> str:
    """Ask for the workbook of the cases that these filters mean; answers the ref of the job.

    asked: the filters of the list by name (case_filters), and `q`. Raises NotAllowed for who administers nothing.
    """
    if not actor.has("admin"):
        raise NotAllowed(Message("error.not_allowed"))
    body = {
        "asked": dict(asked), "columns": list(words.titles), "titles": list(words.titles.values()),
        "sheet": words.sheet, "cancelled": words.cancelled, "by_hand": words.by_hand,
        "language": words.language, "zone": words.zone,
    }  # fmt: skip
    with rt.db.begin() as db:
        found = jobs.ask(rt, db, kind=KIND, title=Message("exports.cases"), body=body, actor=actor)
    rt.queue([found.row])
    return found.ref


def make(rt: Runtime, job: Job) -> tuple[bytes, int]:
    """The workbook and how many cases are in it, as its asker may see them today. Raises Refused for too many."""
    with rt.db.read() as db:
        actor = jobs.asker(rt, db, job)
        if not actor.has("admin"):
            raise NotAllowed(Message("exports.no_right"))
        moments, body = monitoring.moments(rt, db, job.body["zone"]), job.body
        count = queries.count(db, actor, body["asked"], moments)
        if count > MOST:
            raise Refused(Message("exports.too_many", limit=MOST))
        widths = [WIDTHS.get(name, 20) for name in body["columns"]]
        lines = _lines(rt, db, actor, body, moments)
        return writing.write_table(body["sheet"], body["titles"], lines, widths), count


def chunk(rt: Runtime, db: Connection, job: Job, found: tuple[bytes, int]) -> Chunk:
    """KIND cases.export: keep the file, and say in the trail that it was taken."""
    body, count = found
    actor, at = jobs.asker(rt, db, job), rt.clock()
    public = {"job": job.ref, "cases": count, "by": sorted(job.body["asked"])}
    apply.append_event(
        db, stream=f"job:{job.ref}", kind="cases.exported", at=at, actor=actor, public=public, private={},
        product=rt.version,
    )  # fmt: skip
    name = f"siklus-cases-{at.astimezone(ZoneInfo(job.body['zone'])).date()}.xlsx"
    return Finished(Message("exports.made", count=count), file=Made(name, TYPE), done=count, part=body)


def _lines(rt: Runtime, db: Connection, actor: Actor, body: Mapping[str, Any], moments: Any) -> Iterator[list[str]]:
    before: int | None = None
    while rows := queries.rows(db, actor, body["asked"], moments, before, BATCH):
        tasks: dict[int, list[Any]] = {}
        for task in case_lists.open_tasks(db, [row.id for row in rows]):
            tasks.setdefault(task.case_id, []).append(task)
        things = [row.id for row in rows if row.subject_id is None]
        titles = linked.titles(db, things) if things else {}
        told = case_results.of_cases(rt, db, actor, rows) if any(map(_is_result, body["columns"])) else {}
        for row in rows:
            cells = _cells(rt, db, row, tasks.get(row.id, []), titles.get(row.id, ""), body)
            results = told.get(row.id, ())
            cells |= case_results.cells(results, body["columns"], body["language"], body.get("by_hand", ""))
            yield [cells[name] for name in body["columns"]]
        before = rows[-1].id


def _is_result(column: str) -> bool:
    return column == "results" or column.startswith(case_results.PREFIX)


def _cells(
    rt: Runtime, db: Connection, row: Any, tasks: Sequence[Any], title: str, body: Mapping[str, Any]
) -> dict[str, str]:
    zone = ZoneInfo(body["zone"])
    due = min((task.due for task in tasks if task.due), default=None)
    return {
        "subject": row.subject or title,
        "nip": row.nip or "",
        "unit": row.unit,
        "cycle": row.cycle,
        "state": _state(rt, db, row, body),
        "holders": "; ".join(_holders(rt, db, row, tasks)),
        "due": "" if due is None else calendar.last_day(to_datetime(due), zone).isoformat(),
        "opened": datetime.fromisoformat(row.opened_at).astimezone(zone).date().isoformat(),
        "ref": row.ref,
    }


def _state(rt: Runtime, db: Connection, row: Any, body: Mapping[str, Any]) -> str:
    if row.state == CANCELLED:
        return str(body["cancelled"])
    states = rt.library.workflow(db, row.definition_digest).states
    label = states[row.state].label if row.state in states else None
    return (label or readable(row.state)).say(body["language"])


def _holders(rt: Runtime, db: Connection, row: Any, tasks: Sequence[Any]) -> list[str]:
    """Who has the case now: the holders of the tasks that need not wait for others."""
    specs = {spec.key: spec for spec in rt.library.workflow(db, row.definition_digest).tasks(row.state)}
    still = {task.key for task in tasks}
    now = [task for task in tasks if not (task.key in specs and still.intersection(specs[task.key].after))]
    return list(dict.fromkeys(task.holder for task in now if task.holder))
