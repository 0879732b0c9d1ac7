"""What admins do to somebody's sign-in: give it, give a new password, shut it, open it again. Thin: one verb each."""

from __future__ import annotations

from flask import Blueprint

from admin.people_acts import administered
from admin.sent import Answer, Sent, done
from engine import accounts
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t, today

pages = Blueprint("admin_account_acts", __name__, url_prefix="/admin/people")


@pages.route("/<ref>/account", methods=["GET", "POST"])
@permit("admin")
def password(ref: str) -> Answer:
    """Let a person sign in, or give him another password; he must change it the first time."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    person = administered(ref, today())
    if sent.posted:
        typed = sent.needed("password")
        known = {"actor": actor, "person_ref": ref, "once": sent.key}
        if person.has_account:
            accepted = sent.does(accounts.set_password, rt, new=typed, **known)
        else:
            accepted = sent.does(accounts.create_account, rt, password=typed, **known)
        if accepted:
            return done(f"/admin/people/{ref}", t("admin.account.given", name=person.name))
        if "new" in sent.errors:
            sent.errors["password"] = sent.errors.pop("new")
    return sent.page("backoffice/people/account.html", person=person)


@pages.route("/<ref>/account/status", methods=["GET", "POST"])
@permit("admin")
def status(ref: str) -> Answer:
    """Shut somebody's sign-in, or open it again."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    person = administered(ref, today())
    if sent.posted:
        disabled = sent.yes("disabled")
        if sent.does(accounts.set_disabled, rt, actor=actor, person_ref=ref, disabled=disabled):
            words = t("admin.account.shut_done" if disabled else "admin.account.open_done", name=person.name)
            return done(f"/admin/people/{ref}", words)
    return sent.page("backoffice/people/account_status.html", person=person)
