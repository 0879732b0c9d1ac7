"""What admins do to calendars one by one: add one, its rules, a day, take a day out, let a unit use one.

Thin: one verb each. What would move is told first (`ask`), and saved only when the reader says that he is sure. Lists
of days stand in calendar_lists.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, request
from sqlalchemy import Connection

from admin.calendars import listed, said
from admin.sent import Answer, Sent, done
from admin.units import as_admin, unit_options
from engine import calendar_rules, calendars, forecasts
from engine.core.calendar import DayEntry
from engine.core.errors import NotFound
from engine.core.messages import Message, Text
from engine.store.queries import calendars as queries
from engine.store.queries import units
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import show, t
from engine.web.reading import day as read_day
from engine.web.reading import whole

if TYPE_CHECKING:
    from engine.store.queries.calendars import Book

pages = Blueprint("admin_calendar_acts", __name__, url_prefix="/admin/calendars")

KINDS = ("holiday", "collective_leave", "working_day")
MOST_DAYS = 31  # at once by hand
PASSED_ON = ("csrf_token", "key", "sure")


@pages.route("/new", methods=["GET", "POST"])
@permit("admin")
def add() -> Answer:
    """Add a calendar."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    if sent.posted:
        about = {"rules": _rules(sent), "reason": sent.needed("reason"), "parent_ref": sent.text("parent") or None}
        keeper = sent.needed("unit")
        about["unit_ref"] = None if keeper == "all" else keeper
        refs: list[str] = []
        if sent.does(lambda: refs.append(calendars.add_calendar(rt, actor=actor, once=sent.key, **about))):
            return done(f"/admin/calendars/{refs[0]}", t("calendar.done.added", name=sent.text("name")))
    with rt.db.read() as db:
        options = unit_options(db, as_admin(actor))
        books = [(book.ref, book.name) for book in queries.books(db).values()]
    return sent.page("backoffice/calendars/new.html", units=options, books=books)


@pages.route("/<ref>/rules", methods=["GET", "POST"])
@permit("admin")
def rules(ref: str) -> Answer:
    """Change name, week and the rule about the day of receipt."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    book = mine(ref)
    if sent.posted:
        about = {"actor": actor, "calendar_ref": ref, "rules": _rules(sent)}
        reason = sent.needed("reason")
        told = [t("calendar.sure.rules", name=sent.text("name"))]
        if (asked := ask(sent, book, told, lambda: forecasts.of_rules(rt, **about))) is not None:
            return asked
        if sent.does(calendars.set_rules, rt, **about, reason=reason, once=sent.key):
            return done(f"/admin/calendars/{ref}", t("calendar.done.rules"))
    return sent.page("backoffice/calendars/rules.html", book=book)


@pages.route("/<ref>/days/new", methods=["GET", "POST"])
@permit("admin")
def add_day(ref: str) -> Answer:
    """Put a day, or a few days after each other, into a calendar."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    book = mine(ref)
    if sent.posted:
        entries, reason = _entries(sent), sent.needed("reason")
        about = {"actor": actor, "calendar_ref": ref}
        told = [said(entry) for entry in entries]
        if (asked := ask(sent, book, told, lambda: forecasts.of_days(rt, **about, added=entries))) is not None:
            return asked
        if sent.does(calendars.add_days, rt, **about, entries=entries, reason=reason, once=sent.key):
            return done(_year(ref, entries[0].day), t("calendar.done.days", count=len(entries)))
    return sent.page("backoffice/calendars/day.html", book=book, kinds=KINDS)


@pages.route("/<ref>/days/<day>/remove", methods=["GET", "POST"])
@permit("admin")
def remove_day(ref: str, day: str) -> Answer:
    """Take a day out of a calendar."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    with rt.db.read() as db:
        books = queries.books(db)
    book = calendar_rules.named(books, ref)  # whether the reader keeps it: the verb and the forecast ask
    entry = book.layer.days.get(read_day(day) or date.min)
    if entry is None:
        raise NotFound(Message("calendar.gone"))
    about: dict[str, Any] = {"actor": actor, "calendar_ref": ref}
    if sent.posted:
        about |= {"days": [entry.day], "reason": sent.needed("reason"), "once": sent.key}
        if sent.does(calendars.remove_days, rt, **about):
            return done(_year(ref, entry.day), t("calendar.done.removed", day=show(entry.day)))
    forecast = forecasts.of_days(rt, actor=actor, calendar_ref=ref, removed=[entry.day])
    instead = next(row.instead for row in listed(books, book, entry.day.year) if row.entry == entry)
    return sent.page("backoffice/calendars/remove.html", book=book, entry=entry, forecast=forecast, instead=instead)


@pages.route("/use", methods=["GET", "POST"])
@permit("admin")
def use() -> Answer:
    """Let a unit use a calendar, or that of its parent again."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    if sent.posted:
        chosen = sent.needed("calendar")
        about = {"actor": actor, "unit_ref": sent.needed("unit"), "calendar_ref": None if chosen == "none" else chosen}
        reason = sent.needed("reason")
        with rt.db.read() as db:
            told = [_use_said(db, about["unit_ref"], about["calendar_ref"])] if not sent.errors else []
        if (asked := ask(sent, None, told, lambda: forecasts.of_use(rt, **about))) is not None:
            return asked
        if sent.does(calendars.use, rt, **about, reason=reason, once=sent.key):
            return done("/admin/calendars/", told[0])
    with rt.db.read() as db:
        options, books = unit_options(db, as_admin(actor)), queries.books(db)
    return sent.page("backoffice/calendars/use.html", units=options, books=[(b.ref, b.name) for b in books.values()])


def ask(
    sent: Sent, book: Book | None, told: list[str], forecast: Callable[[], forecasts.Forecast], **read: str
) -> Answer | None:
    """What would move, with the question whether to save; None once the reader is sure, or where something is wrong.

    What was posted is sent again with the answer; `read`: what was made of it, by the name of its control.
    """
    if sent.text("sure") == "yes" or sent.errors:
        return None
    found: list[forecasts.Forecast] = []
    if not sent.does(lambda: found.append(forecast())):
        return None
    posted = [(name, value) for name, values in request.form.lists() for value in values if name not in PASSED_ON]
    again = [pair for pair in posted if pair[0] not in read] + list(read.items())
    return sent.page("backoffice/calendars/sure.html", book=book, told=told, forecast=found[0], again=again)


def mine(ref: str) -> Book:
    """The calendar, for whoever keeps it."""
    with runtime().db.read() as db:
        book = calendar_rules.by_ref(db, ref)
        calendar_rules.require_keeper(db, require_actor(), book)
    return book


def _rules(sent: Sent) -> calendar_rules.Rules:
    week, receipt = sent.text("week"), sent.text("receipt")
    counts = {"yes": True, "no": False}.get(receipt)
    return calendar_rules.Rules(sent.needed("name"), whole(week) if week != "below" else None, counts)


def _entries(sent: Sent) -> list[DayEntry]:
    """The days that were typed; a range is one entry a day."""
    first, kind, name = sent.day("day"), sent.needed("kind"), sent.needed("name")
    last = sent.day("until", needed=False) or first
    if sent.errors or first is None or last is None:
        return []
    if kind not in KINDS:
        sent.errors["kind"] = Message("admin.sent.empty")
    if not 0 <= (last - first).days < MOST_DAYS:
        sent.errors["until"] = Message("calendar.range", most=MOST_DAYS)
        return []
    words, source = Text(name, sent.text("name_en") or name), sent.text("source")
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [DayEntry(each, kind, words, source) for each in days]  # type: ignore[arg-type]


def _use_said(db: Connection, unit_ref: str, calendar_ref: str | None) -> str:
    unit = units.by_ref(db, unit_ref)
    name = unit.name if unit else ""
    if calendar_ref is None:
        return t("calendar.sure.released", unit=name)
    return t("calendar.sure.used", unit=name, name=calendar_rules.by_ref(db, calendar_ref).name)


def _year(ref: str, day: date) -> str:
    return f"/admin/calendars/{ref}?year={day.year}#days"
