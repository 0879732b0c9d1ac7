"""What an admin does for somebody who has lost his second factor: take it away, with a reason. Thin: one verb."""

from __future__ import annotations

from flask import Blueprint

from admin.people_acts import administered
from admin.sent import Answer, Sent, done
from engine.factors import resetting
from engine.web.actor import confirmed, permit, require_actor
from engine.web.context import runtime
from engine.web.language import t, today

pages = Blueprint("admin_factor_acts", __name__, url_prefix="/admin/people")


@pages.route("/<ref>/second-factor", methods=["GET", "POST"])
@permit("admin")
@confirmed("factor_reset")
def reset(ref: str) -> Answer:
    """Take all second factors of a person away; shows nothing of them."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    person = administered(ref, today())
    if sent.posted:
        about = {"person_ref": ref, "reason": sent.needed("reason"), "once": sent.key}
        if sent.does(resetting.reset, rt, actor=actor, **about):
            return done(f"/admin/people/{ref}", t("factors.reset.done", name=person.name))
    return sent.page("backoffice/people/second_factor.html", person=person)
