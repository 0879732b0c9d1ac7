"""Verbs on files of entries: take one, map its columns and check it, agree to it, drop it, try again.

Nothing of a file counts before its job has written all of it. A file belongs to whoever brought it; each of its rows
needs his right to add on its day. Few rows are checked at once, many by a job (entry_running.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from engine import entry_imports, entry_rights, jobs
from engine.core.case import Actor
from engine.core.errors import BadRequest, InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.register import Register
from engine.core.times import to_text
from engine.imports import entry_begins, entry_columns, entry_reports, files, guessing, keeping
from engine.imports.entry_columns import DAY, KIND, EntryColumn
from engine.imports.judge_entries import ADD, WAYS
from engine.imports.values import ISO, ORDERS
from engine.requests import Once
from engine.runtime import Runtime
from engine.store.queries import entry_files as queries
from engine.store.queries import imports as rows
from engine.store.refs import new_ref

JOB = "entries.file"
CHECK, BRING = "check", "bring"  # what a job is asked to do with a file
MOST_ROWS = 50_000
AT_ONCE = 4_000  # rows that are checked while the page waits
AT_ONCE_BEGINNING = 20  # of those that begin cases, which are tried out
KEPT = timedelta(days=30)
LONGEST_NAME = 120


def take(rt: Runtime, register: str, *, actor: Actor, name: str, content: bytes, once: str | None = None) -> str:
    """Take a CSV or XLSX of entries; answers its ref. Another one of the actor that he did not agree to is dropped.

    Raises NotFound, NotAllowed for whoever may add about nobody, Refused where totals alone are shown, BadRequest for
    what cannot be read.
    """
    at, sha256 = rt.clock(), hashlib.sha256(content).hexdigest()
    with rt.db.read() as db:
        found = _require(rt, db, register, actor, at)
    sheet = files.read(content, MOST_ROWS)
    if found.starts and (why := entry_begins.too_many(len(sheet.rows))) is not None:
        raise BadRequest(why)
    asked, ref, kind = Once(actor, once, "entries.take", [register, name, sha256]), new_ref(), KIND + register
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        rows.forget(db, to_text(at - KEPT))
        for file_id in queries.open_ids(db, actor, kind):
            _let_go(db, file_id, at)
        mapping, dates = _proposed(db, found, sheet)
        rows.add(
            db, ref=ref, kind=kind, name=_plain(name), sha256=sha256, total=len(sheet.rows), by_id=actor.person_id,
            at=to_text(at), state="read", headings=json.dumps(sheet.headings, ensure_ascii=False),
            sheet=keeping.packed(sheet.rows), mapping=entry_reports.read_as(mapping, ADD), dates=dates, counts="{}",
            done="{}",
        )  # fmt: skip
        asked.remember(db, {"ref": ref}, at)
    return ref


def most_rows(register: Register) -> int:
    """How many rows a file of a register may have."""
    return entry_begins.MOST if register.starts else MOST_ROWS


def _require(rt: Runtime, db: Connection, key: str, actor: Actor, at: datetime) -> Register:
    register = entry_rights.published(rt, db, key).register
    entry_rights.require_named(register)
    if not entry_imports.may_bring(db, register, actor, at.date()):
        raise NotAllowed(Message("register.may_not_add"))
    return register


def _plain(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:LONGEST_NAME]


def _proposed(db: Connection, register: Register, sheet: files.Sheet) -> tuple[dict[str, int], str]:
    """How the columns are mapped before somebody says otherwise, and how the days are written."""
    key, known = register.definition.key, entry_columns.columns(register)
    remembered = rows.remembered(db, KIND + key, entry_columns.heading_set(key, sheet.headings))
    if remembered is not None:
        places = {guessing.folded(heading): at for at, heading in enumerate(sheet.headings)}
        named = json.loads(remembered.mapping)
        names = {column.name for column in known}
        mapping = {name: places[said] for name, said in named.items() if said in places and name in names}
        return mapping, remembered.dates
    mapping = entry_columns.guessed(known, sheet.headings)
    if DAY not in mapping:
        return mapping, ISO
    return mapping, guessing.how_days_are_written((row for _, row in sheet.rows), [mapping[DAY]])


def check(rt: Runtime, ref: str, *, actor: Actor, mapping: Mapping[str, int], dates: str, way: str) -> bool:
    """Check every row of a file as mapped, and keep the report; False where a job does it, since there are many.

    Raises InvalidSubmission for a needed column that is not mapped, Refused for a file that was agreed to.
    """
    with rt.db.begin() as db:
        file = _own(db, actor, ref)
        register = entry_rights.published(rt, db, file.kind.removeprefix(KIND)).register
        entry_rights.require_named(register)
        _judge_mapping(register, json.loads(file.headings), mapping, dates, way)
        _remember(rt, db, file, mapping, dates)
        said = {"mapping": entry_reports.read_as(mapping, way), "dates": dates}
        if waits := file.total > (AT_ONCE_BEGINNING if register.starts else AT_ONCE):
            asked = _ask(rt, db, file, actor, CHECK)
            queries.put(db, file.id, **said, state="running", job_ref=asked.ref, confirmed_at=None)
        else:
            queries.put(db, file.id, **said)
    if waits:
        rt.queue([asked.row])
        return False
    entry_reports.check_now(rt, ref, actor)
    return True


def _own(db: Connection, actor: Actor, ref: str) -> Any:
    found = queries.mine(db, actor, ref, lock=True)
    if found is None:
        raise NotFound(Message("imports.not_found"))
    if found.state not in queries.OPEN:
        raise Refused(Message("imports.confirmed_already"))
    return found


def _judge_mapping(register: Register, headings: list[str], mapping: Mapping[str, int], dates: str, way: str) -> None:
    """A column of ours stands in one place, a place means one column, and what is needed is there."""
    known: tuple[EntryColumn, ...] = entry_columns.columns(register)
    wrong: dict[str, Message] = {}
    for column in known:
        at = mapping.get(column.name)
        if at is None:
            if column.needed:
                wrong[column.name] = Message("imports.map.needed")
        elif not 0 <= at < len(headings):
            wrong[column.name] = Message("imports.map.nowhere")
        elif any(mapping.get(other.name) == at for other in known if other.name != column.name):
            wrong[column.name] = Message("imports.map.twice")
    if dates not in ORDERS:
        wrong["dates"] = Message("imports.unknown_dates")
    if way not in WAYS:
        wrong["way"] = Message("imports.entry.unknown_way", found=way[:40])
    if way != ADD and register.starts:
        wrong["way"] = Message("imports.entry.starts_stay")
    if wrong or mapping.keys() - {column.name for column in known}:
        raise InvalidSubmission(wrong)


def _remember(rt: Runtime, db: Connection, file: Any, mapping: Mapping[str, int], dates: str) -> None:
    headings = json.loads(file.headings)
    named = {name: guessing.folded(headings[at]) for name, at in mapping.items()}
    name = entry_columns.heading_set(file.kind.removeprefix(KIND), headings)
    rows.remember(db, file.kind, name, mapping=canonical(named).decode(), dates=dates, at=to_text(rt.clock()))


def _ask(rt: Runtime, db: Connection, file: Any, actor: Actor, step: str) -> jobs.Asked:
    title = Message(f"imports.entry.job.{step}", name=file.name or "–")
    return jobs.ask(
        rt, db, kind=JOB, title=title, body={"import": file.id, "step": step}, actor=actor, total=file.total
    )


def confirm(rt: Runtime, ref: str, *, actor: Actor, frozen: str) -> None:
    """Let the right rows of a file become entries, as they were shown under the digest `frozen`: a job does it.

    It checks all rows once more; where one would do something else by then, nothing is written and the report is a new
    one. Raises Refused where nothing would be written, or something else was shown.
    """
    at = rt.clock()
    with rt.db.begin() as db:
        file = _own(db, actor, ref)
        if file.state != "judged":
            raise Refused(Message("imports.not_judged"))
        if file.frozen != frozen:
            raise Refused(Message("imports.moved_on"))
        if not entry_reports.to_do(json.loads(file.counts)):
            raise Refused(Message("imports.nothing_to_do"))
        asked = _ask(rt, db, file, actor, BRING)
        queries.put(db, file.id, state="running", job_ref=asked.ref, confirmed_at=to_text(at))
    rt.queue([asked.row])


def drop(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """Forget a file that was not agreed to, with all that it holds."""
    with rt.db.begin() as db:
        _let_go(db, _own(db, actor, ref).id, rt.clock())


def _let_go(db: Connection, file_id: int, at: datetime) -> None:
    rows.replace_report(db, file_id, (), ())
    queries.put(db, file_id, state="dropped", sheet=None, headings="[]", ended_at=to_text(at))


def again(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """Try the job of a file again that has failed. Raises Refused when it has not."""
    with rt.db.read() as db:
        file = queries.mine(db, actor, ref)
    if file is None or file.job_ref is None or file.state != "running":
        raise NotFound(Message("imports.not_found"))
    jobs.try_again(rt, file.job_ref, actor=actor)
