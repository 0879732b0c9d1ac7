"""Whole lists of days of a calendar: read from a file, a spreadsheet's cells or the list that ships; copied to a year.

Nothing is half taken: a list with a fault is shown with each row that is wrong, and why.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, request

from admin.calendar_acts import ask, mine
from admin.calendars import asked_year, said
from admin.sent import Answer, Sent, done
from admin.years import fixed
from engine import calendars, forecasts, holiday_lists
from engine.core import holidays
from engine.core.calendar import DayEntry
from engine.core.errors import BadRequest
from engine.core.messages import Message, Text
from engine.imports import files
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t

if TYPE_CHECKING:
    from engine.store.queries.calendars import Book

pages = Blueprint("admin_calendar_lists", __name__, url_prefix="/admin/calendars")

SHIPPED = "SHIPPED_HOLIDAYS"  # where the application's configuration names the file of the lists that ship
TITLES = ("tanggal", "nama", "nama (en)", "jenis", "dasar")
KIND = {"holiday": "libur", "collective_leave": "cuti bersama", "working_day": "hari kerja"}


@pages.route("/<ref>/import", methods=["GET", "POST"])
@permit("admin")
def take(ref: str) -> Answer:
    """Take a list of a year into a calendar."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    book, year, shipped = mine(ref), asked_year(), _shipped()
    pasted = sent.text("pasted") or (_written(shipped.get(year, ())) if request.args.get("shipped") else "")
    found = holidays.Listed((), 0, ())
    if sent.posted:
        reason = sent.needed("reason")
        found, pasted = _read(sent, book, year, pasted)
        about = {"actor": actor, "calendar_ref": ref}
        told = [said(entry) for entry in found.entries]
        if found.known:
            told.append(t("calendar.sure.known", count=found.known))
        asked = ask(sent, book, told, lambda: forecasts.of_days(rt, **about, added=found.entries), pasted=pasted)
        if asked is not None:
            return asked
        if sent.does(calendars.add_days, rt, **about, entries=found.entries, reason=reason, once=sent.key):
            path = f"/admin/calendars/{ref}?year={year}#days"
            return done(path, t("calendar.done.days", count=len(found.entries)))
    return sent.page(
        "backoffice/calendars/import.html", book=book, year=year, pasted=pasted, problems=found.problems,
        shipped=sorted(shipped),
    )  # fmt: skip


@pages.route("/<ref>/copy", methods=["GET", "POST"])
@permit("admin")
def copy(ref: str) -> Answer:
    """Copy days of a year to the same dates of the next one."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    book, year = mine(ref), asked_year()
    standing = {entry.day for entry in book.layer.days.values() if entry.day.year == year + 1}
    offered = [
        (entry, moved)
        for day, entry in sorted(book.layer.days.items())
        if day.year == year and (moved := _next_year(entry, sent.text("source"))) and moved.day not in standing
    ]
    chosen = request.form.getlist("day") if sent.posted else [str(day) for day in fixed(book.layer.days, year)]
    if sent.posted:
        reason = sent.needed("reason")
        entries = [moved for entry, moved in offered if str(entry.day) in chosen]
        about = {"actor": actor, "calendar_ref": ref}
        told = [said(entry) for entry in entries]
        if not entries:
            sent.errors["day"] = Message("calendar.no_days")
            sent.status = 422
        if (asked := ask(sent, book, told, lambda: forecasts.of_days(rt, **about, added=entries))) is not None:
            return asked
        if sent.does(calendars.add_days, rt, **about, entries=entries, reason=reason, once=sent.key):
            path = f"/admin/calendars/{ref}?year={year + 1}#days"
            return done(path, t("calendar.done.days", count=len(entries)))
    return sent.page("backoffice/calendars/copy.html", book=book, year=year, offered=offered, chosen=chosen)


def _shipped() -> Mapping[int, tuple[DayEntry, ...]]:
    return holiday_lists.read(Path(current_app.config[SHIPPED]))


def _read(sent: Sent, book: Book, year: int, pasted: str) -> tuple[holidays.Listed, str]:
    """What the list says; its faults go into the form. Also its text, so that it can be sent again."""
    upload = request.files.get("list")
    content = upload.read(files.reading.LARGEST + 1) if upload else b""
    try:
        sheet = files.read(content or pasted.encode())
    except BadRequest as bad:
        sent.errors["pasted"] = bad.message
        sent.status = 422
        return holidays.Listed((), 0, ()), pasted
    rows: list[Sequence[str]] = [()] * max(number for number, _ in sheet.rows)
    rows[0] = sheet.headings
    for number, cells in sheet.rows:
        rows[number - 1] = cells
    found = holidays.read_list(rows, year, book.layer.days, sent.text("source"))
    if found.problems:
        sent.errors["pasted"] = Message("calendar.list.faults", count=len(found.problems))
        sent.status = 422
    elif not found.entries:
        sent.errors["pasted"] = Message("calendar.list.all_known")
        sent.status = 422
    if content:
        pasted = _text([sheet.headings, *(cells for _, cells in sheet.rows)])
    return found, pasted


def _written(entries: Sequence[DayEntry]) -> str:
    """Entries as the text of a list that can be read again."""
    rows = [[str(each.day), each.name.id, each.name.en, KIND[each.kind], each.source] for each in entries]
    return _text([TITLES, *rows])


def _text(rows: Sequence[Sequence[Any]]) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\n").writerows(rows)
    return written.getvalue()


def _next_year(entry: DayEntry, source: str) -> DayEntry | None:
    """The same day a year later; its name with that year. None for 29 February."""
    year = entry.day.year
    try:
        day = entry.day.replace(year=year + 1)
    except ValueError:
        return None
    words = (re.sub(rf"\b{year}\b", str(year + 1), name) for name in (entry.name.id, entry.name.en))
    return DayEntry(day, entry.kind, Text(*words), source)
