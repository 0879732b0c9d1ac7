"""Files of entries on pages: bring one, say what its columns mean, see what each row would do. What is agreed to or
dropped is done in entry_file_acts.py.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine import entry_imports, entry_rights
from engine.core.errors import BadRequest, InvalidSubmission, NotAllowed, NotFound
from engine.core.messages import Message, message_from_document
from engine.core.times import to_datetime
from engine.imports import entry_acts, entry_batches, entry_columns, entry_reports, judge_entries, keeping, values
from engine.sheets import reading, writing
from engine.store.queries import entry_files as queries
from engine.store.queries import imports as stored
from engine.web.actor import permit, require_actor
from engine.web.cells import plain
from engine.web.context import runtime
from engine.web.downloads import workbook
from engine.web.errors import status_of
from engine.web.language import language, t, today, translate
from engine.web.pager import Page, read_cursor
from engine.web.security import takes

if TYPE_CHECKING:
    from engine.entry_rights import Published
    from engine.imports.entry_columns import EntryColumn

pages = Blueprint("entry_files", __name__)
BODY = 5_500_000  # bytes of a page's post with the largest file, which is sheets.reading.LARGEST
OUTCOMES = ("wrong", "create", "change", "unchanged")
ON_PAGE = 25
SAMPLES = 3
PREFIX = "to-"  # of the controls that map a column
WIDTHS = (8, 36, 22, 26, 50, 50)


class Report(NamedTuple):
    """What the page about a file shows: rows that do one thing, or what is wrong with rows, a page at a time."""

    shown: str
    cause: str
    page: Page[Any]
    causes: Sequence[Any]
    counts: Mapping[str, int]
    to_do: int


@pages.get("/registers/<key>/imports/")
@permit("signed_in")
def show(key: str) -> str:
    """Bring a file, and the last ones that I have brought."""
    return _new_page(key)


@pages.post("/registers/<key>/imports/")
@permit("signed_in")
@takes(BODY)
def take(key: str) -> Response | tuple[str, int]:
    """Take a file, and go on to its columns."""
    name, content = _uploaded()
    try:
        if not name:
            raise BadRequest(Message("imports.file.nothing_chosen"))
        given = {"name": name, "content": content, "once": request.form.get("key") or None}
        ref = entry_acts.take(runtime(), key, actor=require_actor(), **given)
    except BadRequest as bad:
        return _new_page(key, bad.message), 422
    return redirect(f"/registers/{key}/imports/{ref}/columns", 303)


def _uploaded() -> tuple[str, bytes]:
    """The name and the bytes of the file that was chosen; nothing of either where none was."""
    uploaded = request.files.get("file")
    if uploaded is None:
        return "", b""
    with uploaded.stream as stream:
        return uploaded.filename or "", stream.read(reading.LARGEST + 1)


def _new_page(key: str, error: Message | None = None) -> str:
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        found = entry_rights.published(rt, db, key)
        if not entry_imports.may_bring(db, found.register, actor, today()):
            raise NotAllowed(Message("register.may_not_add"))
        files = queries.lately(db, actor, entry_columns.KIND + key)
    known = entry_columns.columns(found.register)
    return render_template(
        "portal/entry_files.html", found=found, files=files, error=error, key=secrets.token_urlsafe(18),
        columns=[(title(each), each.needed) for each in known], most=entry_acts.most_rows(found.register),
        moment_of=to_datetime,
    )  # fmt: skip


@pages.get("/registers/<key>/imports/example.xlsx")
@permit("signed_in")
def example(key: str) -> Response:
    """A workbook with the headings of this register, and a row to write over."""
    found = _register(key)
    known = entry_columns.columns(found.register)
    row = [_said(entry_columns.example(each)) for each in known]
    name = found.register.definition.name.say(language())
    body = writing.write_table(name, [title(each) for each in known], [row], [24] * len(known))
    return workbook(body, f"{key}.xlsx")


def _said(cell: Any) -> str:
    return cell if isinstance(cell, str) else str(cell.say(language()))


@pages.get("/registers/<key>/imports/<ref>/columns")
@permit("signed_in")
def columns(key: str, ref: str) -> str:
    """Say which column of the file means what."""
    file = _file(key, ref)
    mapping, way = entry_reports.how(file)
    return _columns_page(_register(key), file, mapping, file.dates, way, {})


@pages.post("/registers/<key>/imports/<ref>/columns")
@permit("signed_in")
def map_columns(key: str, ref: str) -> Response | tuple[str, int]:
    """Keep it, and check all rows."""
    file, found = _file(key, ref), _register(key)
    said = {each.name: request.form.get(PREFIX + each.name, "") for each in entry_columns.columns(found.register)}
    mapping = {name: int(at) for name, at in said.items() if at.isascii() and at.isdecimal() and len(at) < 4}
    dates, way = request.form.get("dates", ""), request.form.get("way", "")
    try:
        at_once = entry_acts.check(runtime(), ref, actor=require_actor(), mapping=mapping, dates=dates, way=way)
    except InvalidSubmission as wrong:
        return _columns_page(found, file, mapping, dates, way, wrong.errors), status_of(wrong)
    flash(t("imports.checked" if at_once else "imports.entry.checking"), "good")
    return redirect(f"/registers/{key}/imports/{ref}", 303)


def _columns_page(
    found: Published, file: Any, mapping: Mapping[str, int], dates: str, way: str, errors: Mapping[str, Message]
) -> str:
    with runtime().db.read() as db:
        sheet = stored.sheet(db, file.id)
    if sheet is None:
        raise NotFound(Message("imports.forgotten"))
    headings = json.loads(file.headings)
    rows = [row for _, row in keeping.unpacked(sheet)[:2000]]
    samples = [tuple(row[at] for row in rows if row[at].strip())[:SAMPLES] for at in range(len(headings))]
    known = [(each.name, title(each), each.needed) for each in entry_columns.columns(found.register)]
    shown = {name if name in ("dates", "way") else PREFIX + name: message for name, message in errors.items()}
    return render_template(
        "portal/entry_file_columns.html", found=found, file=file, known=known, mapping=mapping, dates=dates, way=way,
        errors=shown, headings=headings, samples=samples, orders=values.ORDERS, ways=judge_entries.WAYS, prefix=PREFIX,
    )  # fmt: skip


@pages.get("/registers/<key>/imports/<ref>")
@permit("signed_in")
def report(key: str, ref: str) -> str:
    """What each row would do, or has done; what is wrong with which."""
    return report_page(key, ref)


def report_page(key: str, ref: str, error: Message | None = None) -> str:
    """The same, with what was refused."""
    file, found = _file(key, ref), _register(key)
    with runtime().db.read() as db:
        job = stored.job_of(db, file.job_ref) if file.job_ref and file.state == "running" else None
        marks = (entry_batches.mark(runtime(), file.sha256), file.sha256)
        first = queries.first_time(db, key, *marks) if file.state in queries.OPEN else None
        shown = _report(db, file)
    titles = {each.name: title(each) for each in entry_columns.columns(found.register)}
    return render_template(
        "portal/entry_file.html", found=found, file=file, job=job, first=first, report=shown, titles=titles,
        way=entry_reports.how(file)[1], said=said, cells=cells, error=error, outcomes=OUTCOMES, moment_of=to_datetime,
        kept=entry_reports.SHOWN,
    )  # fmt: skip


def _report(db: Any, file: Any) -> Report:
    counts = json.loads(file.counts)
    causes = stored.causes(db, file.id)
    shown = request.args.get("show") or next((name for name in OUTCOMES if counts.get(name)), "wrong")
    cause = request.args.get("cause", "")
    if shown not in OUTCOMES or (cause and cause not in {row.cause for row in causes}):
        raise BadRequest(Message("imports.entry.unknown_list", found=(cause or shown)[:80]))
    return Report(shown, cause, _page(db, file, shown, cause), causes, counts, entry_reports.to_do(counts))


def _page(db: Any, file: Any, shown: str, cause: str) -> Page[Any]:
    cursor = read_cursor(request.args, (int,))
    after, backwards = (cursor.values[0], cursor.backwards) if cursor else (None, False)
    where = {"backwards": backwards, "limit": ON_PAGE + 1}
    if shown == "wrong":
        rows = stored.faults(db, file.id, cause=cause, after=-1 if after is None else after, **where)
        return Page.of(rows, ON_PAGE, cursor, lambda row: (row.place,))
    rows = stored.rows(db, file.id, outcome=shown, after=after or 0, **where)
    return Page.of(rows, ON_PAGE, cursor, lambda row: (row.number,))


@pages.get("/registers/<key>/imports/<ref>/faults.xlsx")
@permit("signed_in")
def faults(key: str, ref: str) -> Response:
    """What is wrong, as a workbook: row, whom it is about, column, what stood there, why, how it is mended."""
    file, found = _file(key, ref), _register(key)
    titles = {each.name: title(each) for each in entry_columns.columns(found.register)}
    with runtime().db.read() as db:
        rows = stored.all_rows(db, file.id, faulty=True)
    headings = [t(f"imports.report.{name}") for name in ("row", "about", "column", "found", "problem", "mend")]
    lines = ([plain(cell) for cell in line] for line in _lines(rows, titles))
    return workbook(writing.write_table(t("imports.report.title"), headings, lines, WIDTHS), f"{key}-{ref[:8]}.xlsx")


def _lines(rows: Iterable[Any], titles: Mapping[str, str]) -> Iterator[list[str]]:
    for row in rows:
        mend = t(f"imports.entry.mend.{row.cause}")
        yield [str(row.number), row.label, titles.get(row.column, row.column), row.found, said(row), mend]


def said(fault: Any) -> str:
    """What is wrong, in words."""
    return translate(message_from_document(json.loads(fault.message)))


def cells(row: Any, titles: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a row says, column by column."""
    return [(titles[name], cell) for name, cell in json.loads(row.body).items() if cell and name in titles]


def title(column: EntryColumn) -> str:
    """What people call a column."""
    return column.label.say(language()) if column.label else t(f"imports.entry.column.{column.name}")


def _register(key: str) -> Published:
    with runtime().db.read() as db:
        return entry_rights.published(runtime(), db, key)


def _file(key: str, ref: str) -> Any:
    """The file, for whoever has brought it; NotFound for anybody else."""
    with runtime().db.read() as db:
        found = queries.mine(db, require_actor(), ref)
    if found is None or found.kind != entry_columns.KIND + key:
        raise NotFound(Message("imports.not_found"))
    return found
