"""What people say without signing in, for staff: whose totals I see, a year of totals, sheets of paper typed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine import entry_rights, paper_batches, public_comments, public_totals, voice_lists
from engine.core.errors import BadRequest, InvalidSubmission, Refused
from engine.core.messages import Message
from engine.core.times import to_date
from engine.store.queries import public as queries
from engine.web import labels, reading
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.errors import status_of
from engine.web.language import t, today
from portal.case import new_key

if TYPE_CHECKING:
    from engine.core.filling.questions import Question
    from engine.entry_rights import Published, Subject

pages = Blueprint("voices", __name__)
SHEETS = 20
FIRST_YEAR = 2000
LATELY = 5  # batches


@pages.get("/voices/")
@permit("signed_in")
def show() -> str:
    """The public registers, and of one of them (`?register=`) whom it asks about that concerns me."""
    rt, actor, asked = runtime(), require_actor(), request.args.get("register", "")
    with rt.db.read() as db:
        surveys = voice_lists.surveys(rt, db)
        chosen = next((each for each in surveys if each.definition.key == asked), surveys[0] if surveys else None)
        found = voice_lists.offered(db, chosen, actor, today()) if chosen else ()
    return render_template("portal/voices.html", surveys=surveys, chosen=chosen, voices=found)


@pages.get("/voices/<key>/totals")
@permit("signed_in")
def totals(key: str) -> str:
    """A year of what people said about a unit or a person: `?about=`, `?year=`."""
    rt, actor, year = runtime(), require_actor(), _year()
    with rt.db.read() as db:
        found, about = _asked(db, key, "totals")
        shown = public_totals.of_year(db, found.register, about, year, today())
        comments = public_comments.shown(rt, db, found.register, about, shown.groups)
        sources = {source for group in shown.groups for part in group.parts for source in part.sources}
        names = queries.labels_of(db, sorted(sources))
    measures = [(labels.label(each.spec), each.spec.unit) for each in found.register.measures]
    return render_template(
        "portal/voice_totals.html", found=found, about=about, shown=shown, comments=comments, names=names, year=year,
        measures=measures, this_year=today().year, mine=about.person_id == actor.person_id,
    )  # fmt: skip


@pages.get("/voices/<key>/paper")
@permit("signed_in")
def ask_for_sheets(key: str) -> str:
    """Twenty empty rows, a sheet of paper each."""
    return _paper_page(key, [{} for _ in range(SHEETS)], today(), "")


@pages.post("/voices/<key>/paper")
@permit("signed_in")
def enter_sheets(key: str) -> Response | tuple[str, int]:
    """Enter the rows that hold something, all or none."""
    rt, about = runtime(), request.form.get("about", "")
    day, number = reading.day(request.form.get("day", "")), request.form.get("number", "")
    with rt.db.read() as db:
        found = entry_rights.published(rt, db, key)
    rows = _rows(found)
    filled = [place for place, row in enumerate(rows) if any(row.values())]
    sheets = [_read(found, rows[place]) for place in filled]
    try:
        if day is None:
            raise InvalidSubmission({"day": Message("register.bad_day")})
        batch = paper_batches.Batch(key, about, day, number, sheets)
        paper_batches.enter(rt, batch, actor=require_actor(), key=request.form.get("key", ""))
    except InvalidSubmission as invalid:
        wrong = {_at(path, filled): message for path, message in invalid.errors.items()}
        return _paper_page(key, rows, day or today(), number, wrong), status_of(invalid)
    except (Refused, BadRequest) as refused:
        return _paper_page(key, rows, day or today(), number, {"": refused.message}), status_of(refused)
    flash(t("paper.entered", count=len(sheets), number=number.strip()), "good")
    return redirect(f"/voices/{key}/paper?about={about}", 303)


def _asked(db: Any, key: str, right: str) -> tuple[Published, Subject]:
    """The register of a key and whom the page is about; raises what keeps the actor off."""
    found, day = entry_rights.published(runtime(), db, key), today()
    about = entry_rights.subject(db, found.register, request.values.get("about", ""), day)
    entry_rights.require(db, found.register, about, day, right, require_actor())
    return found, about


def _year() -> int:
    asked = request.args.get("year", "")
    if not asked:
        return today().year
    year = reading.whole(asked)
    if year is None or not FIRST_YEAR <= year <= today().year:
        raise BadRequest(Message("register.bad_month", found=asked[:20]))
    return year


def _questions(found: Published) -> list[Question]:
    """What a sheet asks, one column each."""
    return [each for each in found.register.form.questions if each.type.answered == "by_person"]


def _rows(found: Published) -> list[dict[str, str]]:
    """What was typed, by row and column."""
    keys = [each.key for each in _questions(found)]
    return [{key: request.form.get(f"{key}-{row}", "").strip() for key in keys} for row in range(SHEETS)]


def _read(found: Published, row: Mapping[str, str]) -> dict[str, Any]:
    """A row as answers: a choice by its number on the sheet, anything else as a spreadsheet would say it."""
    return {each.key: _cell(each, row[each.key]) for each in _questions(found)}


def _cell(question: Question, typed: str) -> Any:
    keys = [item.key for item in question.type.items]
    place = reading.whole(typed)
    if typed in keys or place is None or not 1 <= place <= len(keys):
        return question.type.from_cell(typed)
    return keys[place - 1]


def _at(path: str, filled: Sequence[int]) -> str:
    """`2.u1` of the sheets that were given, as `u1-5` of the rows on the page."""
    sheet, _, field = path.partition(".")
    return f"{field.partition('.')[0]}-{filled[int(sheet)]}" if sheet.isdecimal() else path


def _paper_page(
    key: str,
    rows: Sequence[Mapping[str, str]],
    day: date,
    number: str,
    errors: Mapping[str, Message] | None = None,
) -> str:
    with runtime().db.read() as db:
        found, about = _asked(db, key, "add")
        rows_before = queries.batches(db, key, require_actor().person_id or 0, LATELY)
    lately = [(row, to_date(row.day)) for row in rows_before]
    columns = [(each, labels.label(each.spec), each.type.items) for each in _questions(found)]
    return render_template(
        "portal/voice_paper.html", found=found, about=about, rows=rows, columns=columns, day=day, number=number,
        errors=errors or {}, key=new_key(), lately=lately,
    )  # fmt: skip
