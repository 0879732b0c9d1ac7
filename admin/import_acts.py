"""Bringing a file in: upload, map its columns, confirm, drop; example files, and the report as a file.

Thin: one verb each. The pages that only show stand in imports.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, request

from admin.export import plain, stream
from admin.imports import KINDS, said
from admin.sent import Answer, Sent, done
from admin.units import as_admin
from engine.core.errors import InvalidSubmission, NotFound
from engine.core.messages import Message
from engine.imports import acts, keeping
from engine.imports import columns as of_kinds
from engine.sheets import reading, writing
from engine.store.queries import imports as queries
from engine.store.queries import units
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t

pages = Blueprint("admin_import_acts", __name__, url_prefix="/admin/imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ORDERS = ("iso", "day_first", "month_first")
REPORT = ("row", "about", "outcome", "column", "found", "problem", "mend")
WIDTHS = (8, 34, 14, 20, 30, 50, 50)
PREFIX = "to-"  # of the controls that map a column; `key` alone is the idempotency key's
SAMPLES = 3


@pages.route("/new", methods=["GET", "POST"])
@permit("admin")
def new() -> Answer:
    """Choose a kind and a file."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    if sent.posted:
        kind, uploaded = sent.needed("kind"), request.files.get("file")
        if uploaded is None or not uploaded.filename:
            sent.errors["file"] = Message("imports.file.nothing_chosen")
        refs: list[str] = []
        if not sent.errors and uploaded is not None:
            content, name = uploaded.stream.read(reading.LARGEST + 1), uploaded.filename or ""
            about = {"kind": kind, "name": name, "content": content, "once": sent.key}
            if sent.does(lambda: refs.append(acts.take(rt, actor=actor, **about))):
                return done(f"/admin/imports/{refs[0]}/columns", t("imports.taken"))
        sent.status = 422
    return sent.page("backoffice/imports/new.html", kinds=KINDS)


@pages.get("/examples/<name>")
@permit("admin")
def example(name: str) -> Response:
    """A file of a kind with its headings and rows to write over: `people.csv`, `people.xlsx`."""
    kind, _, ending = name.partition(".")
    if kind not in KINDS or ending not in ("csv", "xlsx"):
        raise NotFound(Message("imports.unknown_kind"))
    known = of_kinds.COLUMNS[kind]
    headings = [t(f"imports.column.{kind}.{column.name}") for column in known]
    with runtime().db.read() as db:
        top = next((unit.key for unit in units.tree(db, as_admin(require_actor()))), "")
    rows = [
        [cell.replace("{parent}", top) for cell in row] for row in zip(*(each.examples for each in known), strict=True)
    ]
    if ending == "csv":
        return stream(f"{kind}.csv", headings, lambda limit: rows)
    return _workbook(
        f"siklus-{kind}.xlsx", writing.write_table(t(f"imports.kind.{kind}"), headings, rows, [24] * len(known))
    )


def _workbook(name: str, body: bytes) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, mimetype=XLSX, headers=headers)


@pages.route("/<ref>/columns", methods=["GET", "POST"])
@permit("admin")
def columns(ref: str) -> Answer:
    """Say which column of the file means what; then all rows are checked."""
    rt, sent = runtime(), Sent()
    file = _file(ref)
    mapping, dates = json.loads(file.mapping), file.dates
    if sent.posted:
        mapping, dates = _mapped(file), request.form.get("dates", "")
        if sent.does(_judge, ref, mapping, dates):
            return done(f"/admin/imports/{ref}", t("imports.checked"))
    with rt.db.read() as db:
        stored = queries.sheet(db, file.id)
    if stored is None:
        raise NotFound(Message("imports.forgotten"))
    headings = json.loads(file.headings)
    given = {"headings": headings, "mapping": mapping, "dates": dates, "samples": _samples(stored, len(headings))}
    return sent.page(
        "backoffice/imports/columns.html", file=file, columns=of_kinds.COLUMNS[file.kind], orders=ORDERS, prefix=PREFIX,
        **given,
    )  # fmt: skip


def _mapped(file: Any) -> dict[str, int]:
    said = {column.name: request.form.get(PREFIX + column.name, "") for column in of_kinds.COLUMNS[file.kind]}
    return {name: int(at) for name, at in said.items() if at.isascii() and at.isdecimal() and len(at) < 4}


def _judge(ref: str, mapping: Mapping[str, int], dates: str) -> None:
    try:
        acts.judge(runtime(), ref, actor=require_actor(), mapping=mapping, dates=dates)
    except InvalidSubmission as wrong:
        named = {name if name == "dates" else PREFIX + name: message for name, message in wrong.errors.items()}
        raise InvalidSubmission(named) from wrong


def _samples(stored: bytes, width: int) -> list[tuple[str, ...]]:
    """The first cells of each column of the file that say something."""
    rows = [row for _, row in keeping.unpacked(stored)]
    return [tuple(row[at] for row in rows if row[at].strip())[:SAMPLES] for at in range(width)]


@pages.route("/<ref>/confirm", methods=["GET", "POST"])
@permit("admin")
def confirm(ref: str) -> Answer:
    """Let the right rows be imported, as they were shown."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    file = _file(ref)
    if sent.posted:
        as_shown: list[bool] = []
        if sent.does(lambda: as_shown.append(acts.confirm(rt, ref, actor=actor, frozen=sent.text("frozen")))):
            words = t("imports.begun") if as_shown[0] else t("imports.moved_on")
            return done(f"/admin/imports/{ref}", words)
    counts = json.loads(file.counts)
    return sent.page("backoffice/imports/confirm.html", file=file, counts=counts)


@pages.route("/<ref>/drop", methods=["GET", "POST"])
@permit("admin")
def drop(ref: str) -> Answer:
    """Forget a file that was not confirmed."""
    sent = Sent()
    file = _file(ref)
    if sent.posted and sent.does(acts.drop, runtime(), ref, actor=require_actor()):
        return done("/admin/imports/", t("imports.dropped"))
    return sent.page("backoffice/imports/drop.html", file=file)


@pages.get("/<ref>/report.<ending>")
@permit("admin")
def report(ref: str, ending: str) -> Response:
    """The report as a file: every row with what it would do and what is wrong with it, or the wrong ones alone."""
    if ending not in ("csv", "xlsx"):
        raise NotFound(Message("error.http.404"))
    file = _file(ref)
    with runtime().db.read() as db:
        rows = queries.all_rows(db, file.id, faulty=request.args.get("rows") == "wrong")
    headings = [t(f"imports.report.{name}") for name in REPORT]
    lines = _lines(file.kind, rows)
    name = f"{file.kind}-{ref[:8].lower()}"
    if ending == "csv":
        return stream(f"{name}.csv", headings, lambda limit: lines)
    body = writing.write_table(
        t("imports.report.title"), headings, ([plain(cell) for cell in line] for line in lines), WIDTHS
    )
    return _workbook(f"siklus-{name}.xlsx", body)


def _lines(kind: str, rows: list[Any]) -> Iterator[list[str]]:
    for row in rows:
        outcome = t(f"imports.outcome.{'refused' if row.state == 'refused' else row.outcome}")
        line = [str(row.number), row.label, outcome]
        if row.cause is None:
            yield [*line, "", "", "", ""]
        else:
            column = t(f"imports.column.{kind}.{row.column}")
            yield [*line, column, row.found, said(row), t(f"imports.mend.{row.cause}")]


def _file(ref: str) -> Any:
    """The file, for who may see it; NotFound for anybody else."""
    with runtime().db.read() as db:
        found = queries.file(db, require_actor(), ref)
    if found is None:
        raise NotFound(Message("imports.not_found"))
    return found
