"""What a calendar may be and who may change it: asked by the verbs (calendars.py) and by what foretells them.

Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine.authority import administered_unit, require_admin_of_all
from engine.core.calendar import WEEKS, DayEntry
from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.holidays import wrong_with
from engine.core.messages import Message
from engine.store.queries import calendars as queries
from engine.store.queries import units
from engine.store.queries.calendars import Book

LONGEST_NAME = 120
LONGEST_REASON = 1000
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Rules:
    """What a calendar says beside its days; None leaves it to the calendar below."""

    name: str
    week: int | None = None
    receipt_counts: bool | None = None

    def document(self) -> dict[str, Any]:
        """JSON-able."""
        return {"name": self.name, "week": self.week, "receipt_counts": self.receipt_counts}


def by_ref(db: Connection, ref: str) -> Book:
    """The calendar of a ref. Everybody who administers anything may read all of them."""
    return named(queries.books(db), ref)


def named(books: Mapping[int, Book], ref: str) -> Book:
    """The same among calendars that were read already."""
    found = next((book for book in books.values() if book.ref == ref), None)
    if found is None:
        raise NotFound(Message("calendar.not_found"))
    return found


def may_change(db: Connection, actor: Actor, book: Book) -> bool:
    """Whether the actor keeps this calendar."""
    try:
        require_keeper(db, actor, book)
    except (NotFound, NotAllowed):
        return False
    return True


def require_keeper(db: Connection, actor: Actor, book: Book) -> None:
    """Refuse whoever does not administer the unit that keeps a calendar, or everything where none does."""
    if book.unit_id is None:
        require_admin_of_all(db, actor, Message("calendar.of_all"))
    else:
        administered_unit(db, actor, units.unit(db, book.unit_id).ref)


def judge_rules(rules: Rules, *, is_lowest: bool) -> None:
    """Raise InvalidSubmission by field for rules that no calendar can have."""
    wrong: dict[str, Message] = {}
    if not (1 <= len(rules.name.strip()) <= LONGEST_NAME and rules.name.isprintable()):
        wrong["name"] = Message("calendar.name", most=LONGEST_NAME)
    if rules.week not in (*WEEKS, None) or (rules.week is None and is_lowest):
        wrong["week"] = Message("calendar.week")
    if rules.receipt_counts is None and is_lowest:
        wrong["receipt_counts"] = Message("calendar.receipt")
    _raise(wrong)


def judge_reason(reason: str) -> None:
    """Raise InvalidSubmission for a change without its reason."""
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise InvalidSubmission({"reason": Message("calendar.reason", most=LONGEST_REASON)})


def judge_days(entries: Sequence[DayEntry], book: Book) -> None:
    """Raise InvalidSubmission naming each entry that is wrong, comes twice, or stands in the calendar already."""
    wrong: dict[str, Message] = {}
    seen: set[date] = set()
    for index, entry in enumerate(entries):
        there = book.layer.days.get(entry.day)
        problem = wrong_with(entry)
        if not FIRST_YEAR <= entry.day.year <= LAST_YEAR:
            problem = Message("calendar.years", first=str(FIRST_YEAR), last=str(LAST_YEAR))
        elif entry.day in seen:
            problem = Message("calendar.twice", day=entry.day)
        elif there is not None:
            problem = Message("calendar.there", day=entry.day, name=there.name)
        seen.add(entry.day)
        if problem is not None:
            wrong[f"days.{index}"] = problem
    if not entries:
        wrong["days"] = Message("calendar.no_days")
    _raise(wrong)


def judge_removal(days: Sequence[date], book: Book) -> None:
    """Raise InvalidSubmission for days that a calendar does not hold itself."""
    missing = [day for day in days if day not in book.layer.days]
    _raise({f"days.{day}": Message("calendar.not_there", day=day) for day in missing})
    if not days:
        raise InvalidSubmission({"days": Message("calendar.no_days")})


def judge_use(db: Connection, unit: Any, book: Book | None, before: int | None) -> None:
    """Raise Refused where nothing would change, or the calendar is not meant for this unit."""
    if before == (book.id if book else None):
        raise Refused(Message("calendar.used_already"))
    if book is not None:
        require_above(db, book, unit)


def require_above(db: Connection, book: Book, unit: Any | None) -> None:
    if book.unit_id is None:
        return
    if unit is None or book.unit_id not in queries.above(db, unit.id):
        raise Refused(Message("calendar.elsewhere", name=book.name))


def _raise(wrong: Mapping[str, Message]) -> None:
    if wrong:
        raise InvalidSubmission(wrong)
