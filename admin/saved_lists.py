"""What somebody makes of the list of cases for himself: its columns, and lists that he saves under names.

Everything is in the address; what is saved is an address. The last one stays in the browser until it is closed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, current_app, flash, redirect, request

from admin import bulk_choice
from admin.sent import Answer, done
from engine import saved_lists
from engine.core.errors import BadRequest, InvalidSubmission
from engine.core.messages import Message
from engine.web.actor import permit, require_actor
from engine.web.context import runtime, site
from engine.web.language import t, translate

SECTION = "cases"
ROOT = "/admin/cases/"
ALL = f"{ROOT}?all=1"  # the list without anything, also for whom another one is the usual one
COLUMNS = ("nip", "unit", "cycle", "state", "holders", "due", "opened", "results")
USUAL = ("unit", "state", "holders", "due")
KEPT = ("q", "order", "cols")  # of the address, beside the filters
COOKIE = "siklus_last_cases"
LONGEST = 1_000  # characters of an address that the browser keeps

pages = Blueprint("admin_saved_lists", __name__, url_prefix="/admin/cases")


def columns(args: Mapping[str, str]) -> tuple[str, ...]:
    """The columns that an address names, in the order of the list. Raises BadRequest for what is none."""
    named = args.get("cols", "")
    if not named:
        return USUAL
    found = named.split(".")
    if not set(found) <= set(COLUMNS):
        raise BadRequest(Message("admin.list.unknown_choice", found=named[:60]))
    return tuple(name for name in COLUMNS if name in found)


def said(args: Mapping[str, str], filters: Sequence[str]) -> str:
    """The part of an address that makes a list what it is, always in one order: nothing of pages."""
    return urlencode([(name, value) for name in (*sorted(filters), *KEPT) if (value := args.get(name, "").strip())])


def read(query: str) -> dict[str, str]:
    """What the part of an address behind the question mark says. Raises BadRequest for a NUL, that no page takes."""
    found = dict(parse_qsl(query))
    if any("\0" in value for value in found.values()):
        raise BadRequest(Message("error.nul"))
    return found


def last() -> str:
    """What the reader looked at last in this browser; nothing where that was somebody else."""
    whose, _, query = request.cookies.get(COOKIE, "").partition(".")
    return query if whose == require_actor().ref and query.isascii() and len(query) <= LONGEST else ""


def remember(answer: Response, query: str) -> None:
    """Let the browser keep what is looked at, until it is closed."""
    if query and len(query) <= LONGEST:
        value, https = f"{require_actor().ref}.{query}", site().settings.https
        answer.set_cookie(COOKIE, value, path=ROOT, secure=https, httponly=True, samesite="Lax")


@pages.get("/columns")
@permit("admin", "auditor")
def choose_columns() -> Answer:
    """The same list with the columns that were ticked."""
    rest = {name: value for name, value in request.args.items() if name not in ("col", "cols", "page")}
    ticked = [name for name in COLUMNS if name in request.args.getlist("col")]
    return redirect(f"{ROOT}?{urlencode({**rest, 'cols': '.'.join(ticked or USUAL)})}", 303)


@pages.post("/saved")
@permit("admin", "auditor")
def save() -> Answer:
    """Keep the list as it is now under a name: what makes it what it is, and nothing else that was sent."""
    args, name = read(request.form.get("query", "")), request.form.get("name", "")
    columns(args)
    query = said(args, [each.name for each in current_app.config[bulk_choice.CASES].filters])
    try:
        saved_lists.keep(
            runtime(), actor=require_actor(), section=SECTION, name=name, query=query,
            usual=request.form.get("usual") == "1",
        )  # fmt: skip
    except InvalidSubmission as wrong:
        flash(translate(wrong.errors["name"]), "bad")
        return redirect(f"{ROOT}?{query or 'all=1'}", 303)
    return done(f"{ROOT}?{query or 'all=1'}", t("saved.kept", name=" ".join(name.split())))


@pages.post("/saved/<ref>/usual")
@permit("admin", "auditor")
def usual(ref: str) -> Answer:
    """Let it open by itself, or no longer."""
    chosen = request.form.get("usual") == "1"
    saved_lists.choose_usual(runtime(), ref, actor=require_actor(), usual=chosen)
    return done(ALL, t("saved.usual_now" if chosen else "saved.not_usual_now"))


@pages.post("/saved/<ref>/forget")
@permit("admin", "auditor")
def forget(ref: str) -> Answer:
    """Forget it."""
    saved_lists.forget(runtime(), ref, actor=require_actor())
    return done(ALL, t("saved.forgotten"))
