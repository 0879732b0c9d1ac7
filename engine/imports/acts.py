"""Verbs on imported files: take one, map its columns, judge it, confirm it, drop it. What the job does is running.py's.

Nothing of a file counts before it is confirmed. Whoever brought it may see it, and whoever administers everything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from engine import jobs
from engine.authority import require_admin
from engine.core.case import Actor
from engine.core.errors import BadRequest, InvalidSubmission, NotFound, Refused
from engine.core.messages import Message
from engine.core.proof.canonical import canonical, digest
from engine.core.times import to_text
from engine.imports import files, guessing, judging, keeping
from engine.imports.columns import COLUMNS, KINDS
from engine.imports.entry_batches import mark
from engine.imports.rows import DOES
from engine.imports.values import ISO, ORDERS
from engine.requests import Once
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store.queries import imports as queries
from engine.store.refs import new_ref

JOB = "imports.run"
KEPT = timedelta(days=30)
LONGEST_NAME = 120


def take(rt: Runtime, *, actor: Actor, kind: str, name: str, content: bytes, once: str | None = None) -> str:
    """Take a CSV or XLSX of `kind` (units, posts, people, appointments); answers its ref. Nothing is judged yet.

    Its columns are mapped as the last time for these headings, else as they are guessed. Raises BadRequest for what
    cannot be read. Files of a month ago are forgotten.
    """
    require_admin(actor)
    asked = Once(actor, once, "imports.take", [kind, name, hashlib.sha256(content).hexdigest()])
    return _add(rt, actor, kind, name, files.read(content), hashlib.sha256(content).hexdigest(), asked)


def take_rows(
    rt: Runtime, *, actor: Actor, kind: str, rows: Sequence[Mapping[str, str]], once: str | None = None
) -> str:
    """The same for rows that come without a file, by the names of our columns; judged at once. Answers the ref.

    Raises InvalidSubmission where none of the rows has a needed column.
    """
    require_admin(actor)
    if kind not in KINDS:
        raise NotFound(Message("imports.unknown_kind"))
    known = [column.name for column in COLUMNS[kind]]
    if strange := sorted({name for row in rows for name in row} - set(known)):
        raise BadRequest(Message("imports.unknown_column", found=", ".join(strange), allowed=", ".join(known)))
    headings = [name for name in known if any(name in row for row in rows)]
    sheet = files.of_rows(headings, [[row.get(name, "") for name in headings] for row in rows])
    mapping, sha256 = {name: at for at, name in enumerate(headings)}, digest([dict(row) for row in rows])
    _judge_mapping(kind, headings, mapping)  # before anything is kept: of a file that lacks a column there is no ref
    ref = _add(rt, actor, kind, "", sheet, sha256, Once(actor, once, "imports.take", [kind, "", sha256]))
    with suppress(Refused):  # sent once more after it was confirmed
        judge(rt, ref, actor=actor, mapping=mapping, dates=ISO)
    return ref


def _add(rt: Runtime, actor: Actor, kind: str, name: str, sheet: files.Sheet, sha256: str, asked: Once) -> str:
    if kind not in KINDS:
        raise NotFound(Message("imports.unknown_kind"))
    at, ref = rt.clock(), new_ref()
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        queries.forget(db, to_text(at - KEPT))
        mapping, dates = _proposed(db, kind, sheet)
        queries.add(
            db, ref=ref, kind=kind, name=_plain(name), sha256=sha256, total=len(sheet.rows), by_id=actor.person_id,
            by_key=actor.by_key, at=to_text(at), state="read", headings=json.dumps(sheet.headings, ensure_ascii=False),
            sheet=keeping.packed(sheet.rows), mapping=canonical(mapping).decode(), dates=dates, counts="{}", done="{}",
        )  # fmt: skip
        asked.remember(db, {"ref": ref}, at)
    return ref


def _plain(name: str) -> str:
    return "".join(letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable())[
        :LONGEST_NAME
    ]


def _proposed(db: Connection, kind: str, sheet: files.Sheet) -> tuple[dict[str, int], str]:
    """How the columns of a file are mapped before somebody says otherwise, and how its days are written."""
    remembered = queries.remembered(db, kind, guessing.heading_set(kind, sheet.headings))
    if remembered is not None:
        places = {guessing.folded(heading): at for at, heading in enumerate(sheet.headings)}
        named = json.loads(remembered.mapping)
        known = {column.name for column in COLUMNS[kind]}
        mapping = {name: places[said] for name, said in named.items() if said in places and name in known}
        return mapping, remembered.dates
    mapping = guessing.guessed(kind, sheet.headings)
    days = guessing.places_of(kind, "day", mapping)
    return mapping, guessing.how_days_are_written((row for _, row in sheet.rows), days)


def judge(
    rt: Runtime, ref: str, *, actor: Actor, mapping: Mapping[str, int] | None = None, dates: str | None = None
) -> None:
    """Judge every row of a file against the data of this moment, and keep the report; writes nothing else.

    mapping: column → place in the file, remembered for files with the same headings; None leaves it as it is. Raises
    InvalidSubmission for a needed column that is not mapped, Refused for a file that was confirmed.
    """
    with rt.db.begin() as db:
        found = _own(db, actor, ref)
        chosen = json.loads(found.mapping) if mapping is None else dict(mapping)
        _judge_mapping(found.kind, json.loads(found.headings), chosen)
        orders = found.dates if dates is None else dates
        if orders not in ORDERS:
            raise InvalidSubmission({"dates": Message("imports.unknown_dates")})
        if mapping is not None:
            _remember(rt, db, found, chosen, orders)
        _report(rt, db, found, actor, chosen, orders)


def _own(db: Connection, actor: Actor, ref: str) -> Any:
    require_admin(actor)
    found = queries.file(db, actor, ref, lock=True)
    if found is None:
        raise NotFound(Message("imports.not_found"))
    if found.state not in ("read", "judged"):
        raise Refused(Message("imports.confirmed_already"))
    return found


def _judge_mapping(kind: str, headings: Sequence[str], mapping: Mapping[str, int]) -> None:
    """A column of ours stands in one place, a place means one column, what is needed is there, and nothing else."""
    wrong = _strange(kind, mapping)
    for column in COLUMNS[kind]:
        at = mapping.get(column.name)
        if at is None:
            if column.needed:
                wrong[column.name] = Message("imports.map.needed")
        elif not 0 <= at < len(headings):
            wrong[column.name] = Message("imports.map.nowhere")
        elif any(mapping.get(other.name) == at for other in COLUMNS[kind] if other.name != column.name):
            wrong[column.name] = Message("imports.map.twice")
    if kind == "people" and not {"nip", "email"} & mapping.keys():
        wrong["nip"] = Message("imports.map.needed")
    if wrong:
        raise InvalidSubmission(wrong)


def _strange(kind: str, mapping: Mapping[str, int]) -> dict[str, Message]:
    """What is wrong with names that are no columns of ours."""
    known = [column.name for column in COLUMNS[kind]]
    return {
        name: Message("imports.unknown_column", found=name[:LONGEST_NAME], allowed=", ".join(known))
        for name in sorted(mapping.keys() - set(known))
    }


def _remember(rt: Runtime, db: Connection, found: Any, mapping: Mapping[str, int], dates: str) -> None:
    headings = json.loads(found.headings)
    named = {name: guessing.folded(headings[at]) for name, at in mapping.items()}
    name = guessing.heading_set(found.kind, headings)
    queries.remember(
        db, found.kind, name, mapping=canonical(named).decode(), dates=dates, at=to_text(rt.clock())
    )  # fmt: skip


def _report(rt: Runtime, db: Connection, found: Any, actor: Actor, mapping: Mapping[str, int], dates: str) -> str:
    """Judge the rows and keep what was found; answers the digest of it."""
    stored = queries.sheet(db, found.id)
    rows = keeping.lines(keeping.unpacked(stored or b""), mapping)
    judged, _ = judging.judged(db, found.kind, rows, dates, actor, rt.clock())
    queries.replace_report(db, found.id, [keeping.row_of(row) for row in judged], keeping.faults_of(judged))
    frozen = keeping.frozen(found.sha256, mapping, dates, judged)
    queries.put(
        db, found.id, state="judged", mapping=canonical(dict(mapping)).decode(), dates=dates,
        counts=keeping.counts_of(judged), frozen=frozen,
    )  # fmt: skip
    return frozen


def confirm(rt: Runtime, ref: str, *, actor: Actor, frozen: str) -> bool:
    """Let the right rows of a file be imported, as they were shown under the digest `frozen`; one event.

    All rows are judged once more: where the data has moved on and a row would do something else than was shown, the
    answer is False, and the report is a new one. Raises Refused when no row would do anything.
    """
    at = rt.clock()
    with rt.db.begin() as db:
        found = _own(db, actor, ref)
        if found.state != "judged":
            raise Refused(Message("imports.not_judged"))
        now = _report(rt, db, found, actor, json.loads(found.mapping), found.dates)
        if now != frozen:
            return False
        counts = json.loads(queries.by_id(db, found.id).counts)
        total = sum(counts[outcome] for outcome in DOES)
        if not total:
            raise Refused(Message("imports.nothing_to_do"))
        asked = jobs.ask(
            rt, db, kind=JOB, title=Message(f"imports.job.{found.kind}", name=found.name or "–"),
            body={"import": found.id}, actor=actor, total=total,
        )  # fmt: skip
        marks = {"file": mark(rt, found.sha256), "shown": mark(rt, frozen)}
        public = {"import": ref, "kind": found.kind, **marks, "rows": total}
        Act(rt, db, actor, at).record("system", "import.confirmed", public, {"name": found.name})
        queries.put(db, found.id, state="running", job_ref=asked.ref, confirmed_at=to_text(at), sheet=None)
    rt.queue([asked.row])
    return True


def drop(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """Forget a file that was not confirmed, with all that it holds."""
    with rt.db.begin() as db:
        found = _own(db, actor, ref)
        queries.replace_report(db, found.id, (), ())
        queries.put(db, found.id, state="dropped", sheet=None, headings="[]", ended_at=to_text(rt.clock()))
