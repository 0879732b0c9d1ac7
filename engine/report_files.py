"""A report as a file, made by a job: what was asked, with the rights of the day on which it is made.

What stands in it is worded by engine.web.report_files. That somebody took it is an event of the job.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import jobs, notices, reports
from engine.core.case import Actor
from engine.core.errors import BadRequest, NotAllowed, Refused
from engine.core.jobs import Chunk, Finished, Job, Made
from engine.core.messages import Message
from engine.runtime import Runtime
from engine.store import apply
from engine.store.queries import report_cases

KIND = "reports.file"
FORMATS: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def ask(
    rt: Runtime, report: str, asked: Mapping[str, str], *, actor: Actor, format: str, language: str, zone: str
) -> str:
    """Ask for a report as a file; answers the ref of the job. Raises NotAllowed for who administers nothing, and what
    reports.read raises; BadRequest for another format.
    """
    require_admin(actor)
    if format not in FORMATS:
        raise BadRequest(Message("admin.list.unknown_choice", found=format[:60]))
    with rt.db.read() as db:
        reports.read(rt, db, report, asked, actor=actor, zone=zone)
    with rt.db.begin() as db:
        found = add(rt, db, report, asked, actor=actor, format=format, language=language, zone=zone)
    rt.queue([found.row])
    return found.ref


def add(
    rt: Runtime, db: Connection, report: str, asked: Mapping[str, str], *, actor: Actor, format: str, language: str,
    zone: str, called: str = "", owner: int | None = None,
) -> jobs.Asked:  # fmt: skip
    """The same in the transaction of the caller, for what was judged. called, owner: the schedule that asks."""
    body = {"report": report, "asked": dict(asked), "format": format, "language": language, "zone": zone,
            "called": called, "owner": owner}  # fmt: skip
    title = Message("reports.job", report=Message(f"reports.{report}.title"))
    return jobs.ask(rt, db, kind=KIND, title=title, body=body, actor=actor)


def require_admin(actor: Actor) -> None:
    """Raise NotAllowed for who administers nothing: nobody else has a page where files of jobs lie."""
    if not actor.has("admin"):
        raise NotAllowed(Message("error.not_allowed"))


def answer(rt: Runtime, job: Job) -> tuple[reports.Answer, Actor]:
    """What the report answers its asker today. Raises NotAllowed when his right has ended, Refused where it cannot."""
    with rt.db.read() as db:
        actor = jobs.asker(rt, db, job)
        if not actor.has("admin"):
            raise NotAllowed(Message("exports.no_right"))
        found = reports.read(rt, db, job.body["report"], job.body["asked"], actor=actor, zone=job.body["zone"])
    if found.report is None:
        raise Refused(found.why or Message("reports.nobody"))
    return found, actor


def _owner(db: Connection, job: Job, reader: Actor) -> str:
    """The name of whoever has it made, where that is somebody else than who gets it."""
    key = job.body.get("owner")
    return "" if key in (None, reader.person_id) else str(report_cases.people(db, [key])[key].name)


def chunk(rt: Runtime, db: Connection, job: Job, found: tuple[bytes, int]) -> Chunk:
    """KIND reports.file: keep the file, say in the trail that it was taken, tell whoever waits for it by a schedule."""
    (body, lines), actor, at = found, jobs.asker(rt, db, job), rt.clock()
    told: dict[str, Any] = {"job": job.ref, "report": job.body["report"], "lines": lines, "format": job.body["format"]}
    apply.append_event(
        db, stream=f"job:{job.ref}", kind="report.exported", at=at, actor=actor,
        public={**told, "by": sorted(key for key, value in job.body["asked"].items() if value)}, private={},
        product=rt.version,
    )  # fmt: skip
    if job.body["called"] and actor.person_id is not None:
        said = {
            "job": job.ref,
            "report": job.body["report"],
            "called": job.body["called"],
            "by": _owner(db, job, actor),
        }
        notices.tell(db, to=[actor.person_id], kind="report.made", key=f"report:{job.ref}", at=at, body=said)
    day = at.astimezone(ZoneInfo(job.body["zone"])).date()
    name = f"siklus-{job.body['report'].replace('_', '-')}-{day}.{job.body['format']}"
    made = Made(name, FORMATS[job.body["format"]])
    return Finished(Message("reports.made", count=lines), file=made, done=lines, part=body)
