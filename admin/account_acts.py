"""What admins do to somebody's sign-in: give codes, to one or to all of a unit, shut it, open it. Thin: one verb each.

No admin sets a password, or sees one: a code lets its owner do that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, make_response, redirect, request
from werkzeug.wrappers import Response

from admin.people_acts import administered
from admin.sent import Answer, Sent, done
from admin.units import as_admin
from engine import accounts, codes, slips
from engine.core import times
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.core.printing import wording
from engine.store.queries import codes as queries
from engine.store.queries import units
from engine.web.actor import confirmed, permit, require_actor
from engine.web.context import now, runtime
from engine.web.language import language, t, today, translate
from engine.web.posting import activation_address, letters

pages = Blueprint("admin_account_acts", __name__, url_prefix="/admin")


@pages.route("/people/<ref>/account", methods=["GET", "POST"])
@permit("admin")
@confirmed("code")
def code(ref: str) -> Answer:
    """Give a person a code for a password of his own: his first one, or a new one."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    person = administered(ref, today())
    if sent.posted:
        by, issued = _way(sent), list[codes.Issued]()
        given = {"actor": actor, "person_ref": ref, "by": by, "letters": letters(), "once": sent.key}
        if sent.does(lambda: issued.append(codes.issue(rt, **given))):
            if by == codes.MAIL:
                return done(f"/admin/people/{ref}", t("admin.account.mailed", name=person.name))
            return _paper(issued) if sent.text("paper") else _made(sent)
    shown = {"person": person, "ways": _ways(person.email is not None), "made": request.args.get("made", "")}
    return sent.page("backoffice/people/account.html", **shown)


@pages.route("/units/<ref>/codes", methods=["GET", "POST"])
@permit("admin")
@confirmed("codes")
def codes_below(ref: str) -> Answer:
    """Give a code to everybody in a unit and below it who has no way in yet."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    with rt.db.read() as db:
        unit = units.in_scope(db, as_admin(actor), ref)
        if unit is None:
            raise NotFound(Message("people.unit_not_found"))
        asked = {"limit": codes.MOST + 1, "on": today(), "at": times.to_text(now())}
        waiting = queries.waiting_below(db, unit.id, with_email=False, **asked)
    back = f"/admin/accounts/?unit={ref}"
    if sent.posted:
        by, batches = _way(sent), list[codes.Batch]()
        given = {"actor": actor, "unit_ref": ref, "by": by, "letters": letters(), "once": sent.key}
        if sent.does(lambda: batches.append(codes.issue_below(rt, **given))):
            issued = batches[0].issued
            if by == codes.MAIL or not issued:
                return done(back, t("admin.codes.done", count=len(issued)))
            return _paper(issued) if sent.text("paper") else _made(sent)
    with_email = sum(1 for person in waiting if person.email)
    more = len(waiting) > codes.MOST
    shown = {"waiting": waiting[: codes.MOST], "with_email": with_email, "more": more, "back": back}
    shown["made"] = request.args.get("made", "")
    return sent.page("backoffice/accounts/codes.html", unit=unit, ways=_ways(with_email > 0), **shown)


def _way(sent: Sent) -> str:
    found = sent.needed("by")
    if found and found not in [way for way, _, _ in _ways(True)]:
        sent.errors["by"] = Message("admin.sent.empty")
    return found


def _ways(has_email: bool) -> list[tuple[str, str, str]]:
    """How a code may go out, to choose from: on paper always, by mail where something carries it to somebody."""
    ways = (codes.SLIP, codes.MAIL) if has_email and runtime().mail is not None else (codes.SLIP,)
    return [(way, t(f"admin.account.way.{way}"), t(f"admin.account.way_help.{way}")) for way in ways]


def _made(sent: Sent) -> Response:
    """On to the page that hands over the slips: asked for with the same key, they are the same ones."""
    return redirect(f"{request.path}?{urlencode(dict(made=sent.key))}", 303)


def _paper(issued: Sequence[codes.Issued]) -> Response:
    into = language()
    voice = wording.Voice(into, lambda message: translate(message, into))
    answer = make_response(slips.print_slips(runtime(), issued, voice=voice, address=activation_address()))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{t("admin.codes.file")}.pdf"'
    return answer


@pages.route("/people/<ref>/account/status", methods=["GET", "POST"])
@permit("admin")
def status(ref: str) -> Answer:
    """Shut somebody's sign-in, or open it again."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    person: Any = administered(ref, today())
    if sent.posted:
        disabled = sent.yes("disabled")
        if sent.does(accounts.set_disabled, rt, actor=actor, person_ref=ref, disabled=disabled):
            words = t("admin.account.shut_done" if disabled else "admin.account.open_done", name=person.name)
            return done(f"/admin/people/{ref}", words)
    return sent.page("backoffice/people/account_status.html", person=person)
