"""Calendars: the list, and one with its year at a glance, its days, who uses it and what was done to it. Reads only.

What changes one stands in calendar_acts.py and calendar_lists.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Response, request
from flask_admin import expose

from admin.export import stream
from admin.views import SecureView
from admin.years import months
from engine import calendar_rules
from engine.core.calendar import Calendar, DayEntry
from engine.core.errors import BadRequest
from engine.core.messages import Message
from engine.office_days import compiled, pile
from engine.store.queries import calendars as queries
from engine.store.queries import units
from engine.web.actor import require_actor
from engine.web.language import show, t, today, translate
from engine.web.reading import whole

if TYPE_CHECKING:
    from engine.store.queries.calendars import Book

LATEST = 12  # of what was done


class Shelf(NamedTuple):
    """A calendar in the list: what counts in it, what it lies over, who keeps it and who uses it."""

    book: Book
    office: Calendar
    below: Book | None
    keeper: Any | None
    users: Sequence[Any]
    days: int  # off in the present year, inherited ones included


class Listed(NamedTuple):
    """A day of a year: what it is, where it comes from, and the entry of a calendar below that it stands instead of."""

    entry: DayEntry
    origin: Book
    is_own: bool
    instead: DayEntry | None


class CalendarView(SecureView):
    """Kalender."""

    @expose("/")
    def index_view(self) -> str:
        books, users = queries.books(self.db), queries.users(self.db)
        year = today().year
        keepers = self._keepers(books.values())
        shelves = [self._shelf(books, users, keepers, book, year) for book in books.values()]
        may_add = require_actor().has("admin")
        return self.render("backoffice/calendars/list.html", shelves=shelves, year=year, may_add=may_add)

    @expose("/<ref>")
    def calendar_page(self, ref: str) -> str:
        books, year = queries.books(self.db), asked_year()
        book = calendar_rules.named(books, ref)
        shelf = self._shelf(books, queries.users(self.db), self._keepers([book]), book, year)
        return self.render(
            "backoffice/calendars/calendar.html",
            shelf=shelf,
            book=book,
            year=year,
            months=months(shelf.office, year),
            days=listed(books, book, year),
            events=queries.history(self.db, ref, LATEST),
            may_change=calendar_rules.may_change(self.db, require_actor(), book),
        )

    @expose("/<ref>/days.csv")
    def export_days(self, ref: str) -> Response:
        """The days of a year as a file, inherited ones included: it can be imported again."""
        books, year = queries.books(self.db), asked_year()
        days = listed(books, calendar_rules.named(books, ref), year)
        titles = [t(f"calendar.column.{name}") for name in ("day", "name", "name_en", "kind", "source", "origin")]
        rows = [
            [day.entry.day.isoformat(), day.entry.name.id, day.entry.name.en, t(f"calendar.kind.{day.entry.kind}"),
             day.entry.source, day.origin.name]
            for day in days
        ]  # fmt: skip
        return stream(f"calendar-{year}.csv", titles, lambda limit: rows[:limit])

    def _keepers(self, books: Iterable[Book]) -> Mapping[int, Any]:
        """The units that keep these calendars, asked once."""
        return units.by_keys(self.db, {book.unit_id for book in books if book.unit_id})

    def _shelf(
        self,
        books: Mapping[int, Book],
        users: Mapping[int, list[Any]],
        keepers: Mapping[int, Any],
        book: Book,
        year: int,
    ) -> Shelf:
        office = compiled(books, book.id)
        return Shelf(
            book=book,
            office=office,
            below=books[book.parent_id] if book.parent_id else None,
            keeper=keepers.get(book.unit_id or 0),
            users=users.get(book.id, []),
            days=sum(entry.is_off for day, entry in office.days.items() if day.year == year),
        )


def asked_year() -> int:
    """The year in the address; the present one where it names none."""
    from_address = request.values.get("year", "")
    if not from_address:
        return today().year
    year = whole(from_address)
    if year is None or not calendar_rules.FIRST_YEAR <= year <= calendar_rules.LAST_YEAR:
        first, last = str(calendar_rules.FIRST_YEAR), str(calendar_rules.LAST_YEAR)
        raise BadRequest(Message("calendar.years", first=first, last=last))
    return year


def listed(books: Mapping[int, Book], book: Book, year: int) -> list[Listed]:
    """The days that count in a year, of this calendar and those below it."""
    by_ref = {each.ref: each for each in pile(books, book.id)}
    office, under = compiled(books, book.id), compiled(books, book.parent_id)
    found = []
    for day, entry in sorted(office.days.items()):
        if day.year == year:
            is_own = entry.origin == book.ref
            found.append(Listed(entry, by_ref[entry.origin], is_own, under.days.get(day) if is_own else None))
    return found


def weekday(day: date) -> str:
    """The name of a weekday."""
    return t(f"calendar.weekday.{day.weekday()}")


def said(entry: DayEntry) -> str:
    """A day in one line: date, name and kind."""
    return f"{weekday(entry.day)}, {show(entry.day)}: {translate(entry.name)} ({t(f'calendar.kind.{entry.kind}')})"
