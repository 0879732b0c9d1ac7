"""Registers: which are mine, a month of entries, my people's entries. Reads only; what is written is in entries.py."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, Flask, render_template, request

from engine import entry_cites, entry_lists, entry_offers, entry_rights, entry_units
from engine import registers as verbs
from engine.core import register as registering
from engine.core.errors import BadRequest
from engine.core.filling import fieldtype, formviews, sight
from engine.core.messages import Message, Text
from engine.core.times import to_date
from engine.runtime import Runtime
from engine.store.queries import entry_cases
from engine.web import i18n, labels, reading
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import language, today
from portal import kept_entries

if TYPE_CHECKING:
    from engine.core.register import Register

pages = Blueprint("registers", __name__)


class Line(NamedTuple):
    """An entry as a list shows it: its hours, its answers, what was said of it, whether it can still be changed."""

    ref: str
    day: date
    hours: str
    answers: tuple[tuple[Text, str], ...]
    verdict: str | None
    erased: bool
    open: bool
    who: str = ""
    note: str = ""
    by: str = ""  # who made it, where that is another than it is about
    about: str = ""  # what else it is about
    cases: tuple[tuple[str, Text | Message], ...] = ()  # that it began: ref, and where each stands


@pages.get("/registers/")
@permit("signed_in")
def show() -> str:
    """The registers that are mine, and those of my people; with `?person=` those of one of them."""
    rt, actor = runtime(), require_actor()
    ref = request.args.get("person", "")
    with rt.db.read() as db:
        found = entry_offers.offered(rt, db, actor, today(), ref if ref != actor.ref else "")
    return render_template(
        "portal/registers.html", offered=found.people, units=() if ref else found.units, voices=found.voices,
        person=ref if found.people else "", keeping=kept_entries.keeping(),
    )  # fmt: skip


@pages.get("/registers/<key>/")
@permit("signed_in")
def month(key: str) -> str:
    """A month of entries about somebody: oneself, or `?person=` one of one's people."""
    rt, actor = runtime(), require_actor()
    first = month_asked()
    with rt.db.read() as db:
        found = entry_rights.published(rt, db, key)
        ref = request.args.get("person") or actor.ref
        about = entry_lists.person(db, found.register, ref, min(entry_lists.last_of(first), today()))
        shown = entry_lists.month(rt, db, found.register, about, first, actor, today())
        days = [(day, lines_of(rt, db, day.rows)) for day in shown.days]
    return render_template(
        "portal/register_month.html", found=found, shown=shown, days=days, first=first, mine=ref == actor.ref,
        measures=measures_of(found.register), before=_beside(first, -1), after=_beside(first, 1), today=today(),
        keeping=kept_entries.keeping(),
    )  # fmt: skip


@pages.get("/registers/<key>/team")
@permit("signed_in")
def team(key: str) -> str:
    """My people in a month: how much each has, and the entries that wait for my word."""
    return team_page(key)


def team_page(key: str, errors: Sequence[Message] = (), chosen: Sequence[str] | None = None, note: str = "") -> str:
    """The same, with what was chosen and what was wrong with it; chosen: None before anybody chose, all then."""
    rt, actor = runtime(), require_actor()
    first = month_asked()
    with rt.db.read() as db:
        found = entry_rights.published(rt, db, key)
        last = min(entry_lists.last_of(first), today())
        of_units = found.register.definition.about == "unit"
        listed = entry_units if of_units else entry_lists
        members = listed.team(rt, db, found, actor, first, last)
        verifies = bool(found.register.definition.rights.verify)
        asked = (found.register, members, first, last, actor, verbs.MOST_AT_ONCE)
        rows, waiting = entry_lists.waiting(rt, db, *asked) if verifies else ((), 0)
        names = {member.subject.unit_id: member.subject.name for member in members} if of_units else {}
        told = zip(lines_of(rt, db, rows), rows, strict=True)
        lines = [line._replace(who=line.who or names.get(row.unit_id, "")) for line, row in told]
    return render_template(
        "portal/register_team.html", found=found, members=members, lines=lines, first=first, errors=errors,
        measures=measures_of(found.register), before=_beside(first, -1), after=_beside(first, 1), today=today(),
        chosen=chosen, note=note, verifies=verifies, of_units=of_units, waiting=waiting,
    )  # fmt: skip


def month_asked() -> date:
    """The first day of the month in `?month=2026-03`; of this month where none is given."""
    asked = request.values.get("month", "")
    if not asked:
        return today().replace(day=1)
    found = reading.day(f"{asked}-01")
    if found is None:
        raise BadRequest(Message("register.bad_month", found=asked[:20]))
    return found


def clock(minutes: int) -> str:
    """08.30, as offices write it."""
    return f"{minutes // 60:02}.{minutes % 60:02}"


def _beside(first: date, step: int) -> date | None:
    """The month before or after; none that has not begun."""
    other = (first + timedelta(days=32)).replace(day=1) if step > 0 else (first - timedelta(days=1)).replace(day=1)
    return None if other > today() else other


def measures_of(register: Register) -> tuple[tuple[Text, Text | None], ...]:
    """The name and the unit of each measure."""
    return tuple((labels.label(each.spec), each.spec.unit) for each in register.measures)


def lines_of(rt: Runtime, db: Any, rows: Sequence[Any]) -> list[Line]:
    """Entries as a list shows them."""
    registers = {row.definition_digest: rt.library.register(db, row.definition_digest) for row in rows}
    begun = entry_cases.of_entries(db, [row.id for row in rows if registers[row.definition_digest].starts])
    cases: dict[int, list[tuple[str, Text | Message]]] = {}
    for case in begun:
        definition = rt.library.definition(db, case.definition_digest)
        cases.setdefault(case.entry_id, []).append((case.ref, labels.state_label(definition, case.state)))
    return [_line(registers[row.definition_digest], row, tuple(cases.get(row.id, ()))) for row in rows]


def _line(register: Register, row: Any, cases: tuple[tuple[str, Text | Message], ...]) -> Line:
    day = to_date(row.day)
    hours = "" if row.begins is None else f"{clock(row.begins)}–{clock(row.ends)}"
    answers = () if row.body is None else tuple(_told(register, row, day))
    note = json.loads(row.note).get("note", "") if row.note else ""
    open_ = not registering.is_locked(register.definition, day, today())
    by = "" if row.by_id == row.person_id else row.by_name or ""
    who, about = row.person_name or "", entry_cites.kept(row.body).get(entry_cites.KEPT, {}).get("label", "")
    return Line(row.ref, day, hours, answers, row.verdict, row.body is None, open_, who, note, by, about, cases)


def _told(register: Register, row: Any, day: date) -> Iterator[tuple[Text, str]]:
    """The answers in words, without the hours, which stand at the front."""
    span = register.definition.span
    apart = (span.start, span.end) if span else ()
    values = register.form.questions.load(json.loads(row.body))
    view = formviews.to_read(register.form, values, fieldtype.FormFacts(day, day, day), sight.WHOLE)
    for field in view:
        if field.key not in apart and field.value is not None and field.shown:
            yield field.label, field.text(language())


def add_registers(app: Flask) -> None:
    """Give templates the filters `sum_of` (a measure in words) and `clock_of` (minutes as hours)."""
    app.jinja_env.filters.update(sum_of=_sum, clock_of=clock)


def _sum(number: Decimal) -> str:
    whole = number == number.to_integral_value()
    return i18n.number(number.quantize(Decimal(1)) if whole else number.normalize(), language())
