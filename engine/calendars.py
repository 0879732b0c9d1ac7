"""Verbs on calendars: add one, its rules, its days, which unit uses it. Each leaves one event; deadlines count again.

Nothing is edited: rows are added, and the last one counts. A calendar of the whole is kept by whoever administers every
root unit, that of a unit by whoever administers the unit. What a change would do is told before by forecasts.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine import deadlines
from engine.authority import administered_unit, require_admin, require_admin_of_all
from engine.calendar_rules import (
    Rules,
    by_ref,
    judge_days,
    judge_reason,
    judge_removal,
    judge_rules,
    judge_use,
    require_above,
    require_keeper,
)
from engine.core.calendar import DayEntry
from engine.core.case import Actor
from engine.core.messages import Message
from engine.core.times import to_text
from engine.office_days import pile
from engine.requests import Once
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store.queries import calendars as queries
from engine.store.queries.calendars import Book
from engine.store.queries.locks import wait_for_turn
from engine.store.refs import new_ref


def add_calendar(
    rt: Runtime,
    *,
    actor: Actor,
    rules: Rules,
    unit_ref: str | None,
    parent_ref: str | None,
    reason: str,
    once: str | None = None,
) -> str:
    """A calendar kept by the administration of a unit (None: of everything), over another one; answers its ref.

    Raises InvalidSubmission by field, Refused when the other one belongs to units that are not above this one.
    """
    judge_rules(rules, is_lowest=parent_ref is None)
    judge_reason(reason)
    asked = Once(actor, once, "calendars.add", [rules.document(), unit_ref, parent_ref, reason])
    with rt.db.begin() as db:
        wait_for_turn(db, "calendars")
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        act = Act(rt, db, actor, rt.clock())
        unit = _keeper(db, actor, unit_ref)
        parent = by_ref(db, parent_ref) if parent_ref else None
        if parent is not None:
            require_above(db, parent, unit)
        ref = new_ref()
        event = act.record(
            f"calendar:{ref}",
            "calendar.added",
            {"calendar": ref, "unit": unit.ref if unit else None, "parent": parent_ref},
            {"rules": rules.document(), "reason": reason.strip()},
        )
        places = {"unit_id": unit.id if unit else None, "parent_id": parent.id if parent else None}
        added = queries.add_book(db, ref=ref, event_ref=event, **places)
        queries.add_rule(db, calendar_id=added, event_ref=event, **rules.document())
        queries.add_change(db, event, to_text(act.at))
        asked.remember(db, {"ref": ref}, act.at)
    return ref


def set_rules(
    rt: Runtime, *, actor: Actor, calendar_ref: str, rules: Rules, reason: str, once: str | None = None
) -> None:
    """Give a calendar another name, week or rule about the day of receipt."""
    judge_reason(reason)
    asked = Once(actor, once, f"calendars.rules:{calendar_ref}", [rules.document(), reason])
    with rt.db.begin() as db:
        book = _mine(db, actor, calendar_ref)
        if asked.answered(db) is not None:
            return
        judge_rules(rules, is_lowest=book.parent_id is None)
        act = Act(rt, db, actor, rt.clock())
        private = {"rules": rules.document(), "reason": reason.strip()}
        event = act.record(f"calendar:{book.ref}", "calendar.rules_set", {"calendar": book.ref}, private)
        queries.add_rule(db, calendar_id=book.id, event_ref=event, **rules.document())
        row = _changed(act, event, book)
        asked.remember(db, {}, act.at)
    rt.queue([row])


def add_days(
    rt: Runtime, *, actor: Actor, calendar_ref: str, entries: Sequence[DayEntry], reason: str, once: str | None = None
) -> int:
    """Put days into a calendar, all of them or none; answers how many.

    Raises InvalidSubmission naming each entry (`days.<index>`) that is wrong or stands there already.
    """
    judge_reason(reason)
    asked = Once(
        actor, once, f"calendars.days:{calendar_ref}", [[[str(each.day), _document(each)] for each in entries], reason]
    )
    with rt.db.begin() as db:
        book = _mine(db, actor, calendar_ref)
        if (earlier := asked.answered(db)) is not None:
            return int(earlier["count"])
        judge_days(entries, book)
        rows = [{"day": each.day.isoformat(), **_document(each)} for each in entries]
        row = _write_days(Act(rt, db, actor, rt.clock()), book, "calendar.days_added", rows, reason)
        asked.remember(db, {"count": len(rows)}, rt.clock())
    rt.queue([row])
    return len(rows)


def remove_days(
    rt: Runtime, *, actor: Actor, calendar_ref: str, days: Iterable[date], reason: str, once: str | None = None
) -> int:
    """Take days out of a calendar, all of them or none; answers how many. Refused for one that it does not hold."""
    judge_reason(reason)
    wanted = sorted(set(days))
    asked = Once(actor, once, f"calendars.remove:{calendar_ref}", [[str(day) for day in wanted], reason])
    with rt.db.begin() as db:
        book = _mine(db, actor, calendar_ref)
        if (earlier := asked.answered(db)) is not None:
            return int(earlier["count"])
        judge_removal(wanted, book)
        gone = {"kind": "removed", "name_id": "", "name_en": "", "source": ""}
        rows = [{"day": day.isoformat(), **gone} for day in wanted]
        row = _write_days(Act(rt, db, actor, rt.clock()), book, "calendar.days_removed", rows, reason)
        asked.remember(db, {"count": len(rows)}, rt.clock())
    rt.queue([row])
    return len(rows)


def use(
    rt: Runtime, *, actor: Actor, unit_ref: str, calendar_ref: str | None, reason: str, once: str | None = None
) -> None:
    """Let a unit, and what lies below it, use a calendar; None: that of its parent again.

    Raises Refused when the calendar belongs to units that are not above this one, or is used already.
    """
    judge_reason(reason)
    asked = Once(actor, once, f"calendars.use:{unit_ref}", [calendar_ref, reason])
    with rt.db.begin() as db:
        wait_for_turn(db, "calendars")
        unit = administered_unit(db, actor, unit_ref)
        if asked.answered(db) is not None:
            return
        book = by_ref(db, calendar_ref) if calendar_ref else None
        before = queries.uses(db).get(unit.id)
        judge_use(db, unit, book, before)
        act = Act(rt, db, actor, rt.clock())
        kept = queries.books(db)[before].ref if before is not None else None
        stream, kind = (kept, "calendar.released") if book is None else (book.ref, "calendar.used")
        public = {"unit": unit.ref, "calendar": calendar_ref, "before": kept}
        event = act.record(f"calendar:{stream}", kind, public, {"reason": reason.strip()})
        queries.add_use(db, unit_id=unit.id, calendar_id=book.id if book else None, event_ref=event)
        row = touch(act, event, [unit.id])
        asked.remember(db, {}, act.at)
    rt.queue([row])


def touch(act: Act, event: str, unit_ids: Iterable[int]) -> int:
    """Say that days of these units and all below them may count otherwise from now on; answers the row of the work.

    Whoever moves a unit in the tree or changes its time zone asks for it too, in the transaction of his own event.
    """
    wait_for_turn(act.db, "calendars")  # numbers of changes are committed in their order
    queries.add_change(act.db, event, to_text(act.at))
    return deadlines.ask_to_recount(act, event, unit_ids)


def _keeper(db: Connection, actor: Actor, unit_ref: str | None) -> Any | None:
    require_admin(actor)
    if unit_ref is None:
        require_admin_of_all(db, actor, Message("calendar.of_all"))
        return None
    return administered_unit(db, actor, unit_ref)


def _mine(db: Connection, actor: Actor, calendar_ref: str) -> Book:
    """The calendar of a ref that the actor keeps; one verb on calendars at a time, so that stamps come in order."""
    wait_for_turn(db, "calendars")
    book = by_ref(db, calendar_ref)
    require_keeper(db, actor, book)
    return book


def _write_days(act: Act, book: Book, kind: str, rows: Sequence[Mapping[str, Any]], reason: str) -> int:
    said = {f"day.{row['day']}": {name: row[name] for name in ("kind", "name_id", "name_en", "source")} for row in rows}
    public = {"calendar": book.ref, "days": len(rows)}
    event = act.record(f"calendar:{book.ref}", kind, public, {**said, "reason": reason.strip()})
    queries.add_days(act.db, [{**row, "calendar_id": book.id, "event_ref": event} for row in rows])
    return _changed(act, event, book)


def _changed(act: Act, event: str, book: Book) -> int:
    """Every unit whose days this calendar tells, itself or below another one."""
    books = queries.books(act.db)
    over = {key for key in books if any(each.id == book.id for each in pile(books, key))}
    users = queries.users(act.db)
    return touch(act, event, [unit.id for key in sorted(over) for unit in users.get(key, ())])


def _document(entry: DayEntry) -> dict[str, str]:
    names = {"name_id": entry.name.id.strip(), "name_en": entry.name.en.strip()}
    return {"kind": entry.kind, **names, "source": entry.source.strip()}
