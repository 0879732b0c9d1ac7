"""The page of a hand-over: what somebody holds, who is proposed to take it, and one confirmation for all of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from admin import words
from admin.acting_acts import chosen, matches
from admin.people_acts import administered
from admin.sent import Answer, Sent, done
from engine import handover
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t, today

pages = Blueprint("admin_handover", __name__, url_prefix="/admin/people")


@pages.route("/<ref>/hand-over", methods=["GET", "POST"])
@permit("admin")
def show(ref: str) -> Answer:
    """Every open duty of a person, and to whom all of it goes."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    person = administered(ref, today())
    if sent.posted:
        told = {"number": sent.needed("number"), "reason": sent.needed("reason")}
        told["successor_ref"] = sent.needed("successor")
        if sent.does(handover.hand_over, rt, actor=actor, person_ref=ref, **told, once=sent.key):
            return done(f"/admin/people/{ref}/hand-over", t("handover.done", name=person.name))
    with rt.db.read() as db:
        found = handover.duties(db, actor, person, today())
        cases = [_case(db, row) for row in found.cases]
    searched = request.args.get("q", "").strip()
    return sent.page(
        "backoffice/people/hand_over.html",
        person=person,
        duties=found,
        cases=cases,
        other=chosen(request.args.get("other", "")),
        searched=searched,
        matches=matches(searched),
    )


def _case(db: Any, row: Any) -> dict[str, Any]:
    definition = runtime().library.workflow(db, row.definition_digest).definition
    return {"row": row, "state": words.state(definition, row.state)}
