"""Repair of one running case: what stands there and what can be done, give a role back, let it stand still. Thin.

Taking a case back, which needs two people, stands in rewinds.py; giving a role to somebody and cancelling in case_acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint

from admin import words
from admin.case_acts import administered
from admin.sent import Answer, Sent, done
from engine import consequences, explaining, reassigning, suspensions
from engine.core import machine
from engine.core.errors import NotFound
from engine.core.messages import Message, Text
from engine.store.queries import placements
from engine.store.queries import rewinds as queries
from engine.web import labels
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t

if TYPE_CHECKING:
    from engine.explaining import Why
    from engine.snapshot import Snapshot

pages = Blueprint("admin_repairs", __name__, url_prefix="/admin/cases")


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the case, who holds it and why; `put`: by an act of an admin, that can be given back to the rule."""

    key: str
    label: Text
    whys: tuple[Why, ...]
    put: bool
    movable: bool


@pages.get("/<ref>/repair")
@permit("admin")
def repair(ref: str) -> Answer:
    """Where a case stands, who holds what, and every act of repair, each with what it means."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    found = administered(ref)
    with rt.db.read() as db:
        proposal = queries.standing(db, found.id)
        places = consequences.places(found, consequences.visits_of(db, found))
        roles = _roles(
            found, explaining.explain(db, found.workflow, found.view.roles), placements.of_case(db, found.id)
        )
        still = suspensions.standing(db, found.id) if found.view.suspended_at is not None else None
    return sent.page(
        "backoffice/repairs/repair.html",
        found=found,
        state=words.state(found.workflow.definition, found.view.state),
        tone=words.state_tone(found.workflow.definition, found.view.state),
        over=machine.is_over(found.workflow, found.view),
        own=found.view.subject_id == actor.person_id,
        roles=roles,
        proposal=proposal if proposal is not None and proposal.n == found.view.version else None,
        to=words.state(found.workflow.definition, proposal.to_state) if proposal is not None else "",
        places=places,
        still=still,
    )


def _roles(found: Snapshot, whys: dict[str, tuple[Why, ...]], placed: list[Any]) -> list[Role]:
    last = {row.role: row for row in placed}
    return [
        Role(
            spec.key, labels.label(spec), whys.get(spec.key, ()),
            put=spec.key in last and not last[spec.key].given_back, movable=spec.rule != "subject",
        )
        for spec in found.workflow.definition.roles
    ]  # fmt: skip


@pages.route("/<ref>/give-back", methods=["GET", "POST"])
@permit("admin")
def give_back(ref: str) -> Answer:
    """Let the rule of a role say again who holds it."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    found, key = administered(ref), sent.text("role")
    spec = next((spec for spec in found.workflow.definition.roles if spec.key == key), None)
    if spec is None:
        raise NotFound(Message("reassign.no_role"))
    if sent.posted:
        given = {"actor": actor, "reason": sent.needed("reason"), "key": sent.key}
        if sent.does(reassigning.give_back, rt, ref, key, **given):
            return done(f"/admin/cases/{ref}/repair", t("repair.given_back"))
    held = [holder.name for holder in found.view.roles.get(key, ())]
    return sent.page("backoffice/repairs/give_back.html", found=found, role=labels.label(spec), key=key, held=held)


@pages.route("/<ref>/suspend", methods=["GET", "POST"])
@permit("admin")
def suspend(ref: str) -> Answer:
    """Let a case stand still: nobody acts in it, its deadlines in working days wait."""
    return _clock(ref, "suspend")


@pages.route("/<ref>/resume", methods=["GET", "POST"])
@permit("admin")
def resume(ref: str) -> Answer:
    """Let a case go on that stands still."""
    return _clock(ref, "resume")


def _clock(ref: str, name: str) -> Answer:
    rt, actor, sent = runtime(), require_actor(), Sent()
    found = administered(ref)
    verb = {"suspend": suspensions.suspend, "resume": suspensions.resume}[name]
    if sent.posted:
        given = {"actor": actor, "reason": sent.needed("reason"), "key": sent.key}
        if sent.does(verb, rt, ref, **given):
            return done(f"/admin/cases/{ref}/repair", t(f"repair.{name}.done"))
    with rt.db.read() as db:
        still = suspensions.standing(db, found.id) if found.view.suspended_at is not None else None
    why_not = _why_not(found, name)
    state = words.state(found.workflow.definition, found.view.state)
    return sent.page("backoffice/repairs/clock.html", found=found, name=name, state=state, still=still, why_not=why_not)


def _why_not(found: Snapshot, name: str) -> Message | None:
    """Why a case cannot be let stand still, or go on; the verb says the same."""
    if machine.is_over(found.workflow, found.view):
        return Message("case.over")
    if (found.view.suspended_at is not None) == (name == "suspend"):
        return Message("case.suspended_already" if name == "suspend" else "case.not_suspended")
    return None
