"""Writing entries: add one, correct it, withdraw it, say whether they are right. Thin: decode, one verb, redirect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine import entry_cites, entry_rights, registers
from engine.core.errors import BadRequest, EngineError, InvalidSubmission, KeyReused, NotAllowed, NotFound, Refused
from engine.core.messages import Message
from engine.core.times import to_date
from engine.web import i18n, reading
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.errors import status_of
from engine.web.forms import decode
from engine.web.language import language, t, today
from portal import entry_sheets, kept_entries
from portal import registers as lists
from portal.case import new_key

if TYPE_CHECKING:
    from engine.core.register import Register
    from engine.entry_rights import Published

pages = Blueprint("entries", __name__)
VERDICTS = ("verified", "returned")


@pages.get("/registers/<key>/add")
@permit("signed_in")
def ask(key: str) -> str | Response:
    """The form of a new entry: of today, or of `?day=`; `?like=` begins with the answers of an earlier one."""
    found, (_, about) = _register(key), _about()
    definition = found.register.definition
    if definition.totals_alone:  # nobody would see what he has added
        return redirect(f"/voices/{key}/paper?about={about}", 303)
    day = reading.day(request.args.get("day", "")) or today()
    return _form_page(found, about, day, _answers_like(found))


@pages.post("/registers/<key>/add")
@permit("signed_in")
def add(key: str) -> Response | tuple[str, int]:
    """Add it; on to the next one where `do=again` asks for that."""
    found, (actor, about) = _register(key), _about()
    raw, posted = decode(found.digest, found.register.form, request.form), request.form.get("day", "")
    day = reading.day(posted)
    try:
        if day is None:
            raise InvalidSubmission({"day": Message("register.bad_day")})
        given = {"key": request.form.get("key", ""), "cites": request.form.get("cites", "")[:200]}
        registers.add_entry(runtime(), key, about, day, raw, actor=actor, **given)
    except InvalidSubmission as invalid:
        return _form_page(found, about, day or today(), raw, invalid.errors), status_of(invalid)
    except (Refused, KeyReused) as refused:
        message = kept_entries.message_of(refused)
        return _form_page(found, about, day or today(), raw, {"": message}), status_of(refused)
    flash(t("register.added", day=day), "good")
    if request.form.get("do") == "again":
        return redirect(f"/registers/{key}/add?day={day}&person={about}", 303)
    return redirect(_back(found, about, day), 303)


@pages.get("/registers/entries/<ref>/correct")
@permit("signed_in")
def ask_to_correct(ref: str) -> str:
    """The form of an entry with its answers, to be put right or withdrawn."""
    row, register, raw = entry_sheets.to_correct(ref)
    return _correct_page(row, register, raw)


@pages.post("/registers/entries/<ref>/correct")
@permit("signed_in")
def correct(ref: str) -> Response | tuple[str, int]:
    """Put what was posted in its place, or withdraw it (`do=withdraw`)."""
    row, register, _ = entry_sheets.to_correct(ref)
    raw, reason = decode(row.definition_digest, register.form, request.form), request.form.get("reason", "")
    act = {"actor": require_actor(), "reason": reason}
    try:
        if request.form.get("do") == "withdraw":
            registers.withdraw_entry(runtime(), ref, **act)
        else:
            registers.correct_entry(runtime(), ref, raw, key=request.form.get("key", ""), **act)
    except InvalidSubmission as invalid:
        return _correct_page(row, register, raw, invalid.errors, reason), status_of(invalid)
    except (Refused, BadRequest) as bad:
        where = "reason" if isinstance(bad, BadRequest) else ""
        return _correct_page(row, register, raw, {where: bad.message}, reason), status_of(bad)
    done = "register.withdrawn" if request.form.get("do") == "withdraw" else "register.corrected"
    flash(t(done, day=to_date(row.day)), "good")
    return redirect(_month(row.register, _subject_ref(row), to_date(row.day)), 303)


@pages.post("/registers/<key>/team")
@permit("signed_in")
def judge(key: str) -> Response | tuple[str, int]:
    """Say of the chosen entries that they are right, or return them with a word."""
    refs, verdict = request.form.getlist("entry"), request.form.get("verdict", "")
    note = request.form.get("note", "")
    if verdict not in VERDICTS:
        raise BadRequest(Message("register.bad_verdict", found=verdict[:20]))
    try:
        if not refs:
            raise BadRequest(Message("register.none_chosen"))
        count = registers.judge_entries(runtime(), refs, verdict, actor=require_actor(), note=note)
    except (BadRequest, Refused, NotFound, NotAllowed) as bad:
        return lists.team_page(key, [bad.message], refs, note), status_of(bad)
    flash(t(f"register.now_{verdict}", count=count), "good")
    return redirect(f"/registers/{key}/team?month={lists.month_asked():%Y-%m}", 303)


def _register(key: str) -> Published:
    with runtime().db.read() as db:
        return entry_rights.published(runtime(), db, key)


def _about() -> tuple[Any, str]:
    """Who writes, and about whom: the person that the page names, else himself."""
    actor = require_actor()
    return actor, request.values.get("person") or actor.ref


def _answers_like(found: Published) -> Mapping[str, Any]:
    """The answers of an entry that one may read, to begin with; none where there is no such."""
    ref = request.args.get("like", "")
    if not ref:
        return {}
    try:
        _, register, raw = entry_sheets.to_correct(ref)
    except EngineError:
        return {}
    return raw if register.definition.key == found.register.definition.key else {}


def _subject_ref(row: Any) -> str:
    with runtime().db.read() as db:
        return entry_rights.subject_of(db, row).ref


def _back(found: Published, about: str, day: date) -> str:
    """Where whoever adds came from: the month, or all registers where he may not read what others wrote there."""
    actor, key = require_actor(), found.register.definition.key
    if about == actor.ref:
        return _month(key, about, day)
    with runtime().db.read() as db:
        subject = entry_rights.subject(db, found.register, about, day)
        roles = entry_rights.roles_of(db, found.register, subject, day, actor)
    reads = entry_rights.looks_at(found.register, roles)
    return _month(key, about, day) if reads else "/registers/"


def _month(key: str, about: str, day: date) -> str:
    person = "" if about == require_actor().ref else f"&person={about}"
    return f"/registers/{key}/?month={day:%Y-%m}{person}"


def _form_page(
    found: Published, about: str, day: date, raw: Mapping[str, Any], errors: Mapping[str, Message] | None = None
) -> str:
    with runtime().db.read() as db:
        subject = entry_rights.subject(db, found.register, about, day)
        entry_rights.require(db, found.register, subject, day, "add", require_actor())
        cites = entry_cites.offered(runtime(), db, found.register, subject, day, require_actor())
    return render_template(
        "portal/entry.html", cites=[(each.ref, _cited(each)) for each in cites], cited=request.values.get("cites", ""),
        register=found.register, sheet=entry_sheets.laid_out(found.register, raw, day, errors or {}), day=day,
        # What was refused is sent again as the same one: else one whose answer was lost would come twice.
        key=request.form.get("key") or new_key(),
        subject=subject, mine=subject.ref == require_actor().ref, errors=errors or {}, today=today(),
        back=_back(found, subject.ref, day), keeping=kept_entries.keeping(),
    )  # fmt: skip


def _cited(each: entry_cites.Cited) -> str:
    """What an entry may be about, as a list offers it: with its day, where it has one."""
    return each.label if each.day is None else f"{i18n.day(each.day, language())}: {each.label}"


def _correct_page(
    row: Any, register: Register, raw: Mapping[str, Any], errors: Mapping[str, Message] | None = None, reason: str = ""
) -> str:
    day = to_date(row.day)
    sheet = entry_sheets.laid_out(register, raw, day, errors or {})
    return render_template(
        "portal/entry_correct.html", register=register, sheet=sheet, day=day,
        row=row, key=new_key(), errors=errors or {}, reason=reason,
        back=_month(row.register, _subject_ref(row), day),
    )  # fmt: skip
