"""Who may administer whom. Asked by the verbs on people, appointments, grants and accounts, inside their transaction.

An administrator reaches the units of his grants and what lies below. Nobody administers himself, nor somebody whose
own rights reach further than his. What holds for everybody (definitions) needs a right over every root unit. The
system (the command line, the loader) may all.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from engine.core.case import Actor
from engine.core.errors import BadRequest, NotAllowed, NotFound
from engine.core.messages import Message
from engine.store.queries import people, people_lists, scope, staffing, units

if TYPE_CHECKING:
    from engine.snapshot import Snapshot

ADMIN = ("admin",)
LONGEST_REASON = 4000


def require_admin(actor: Actor) -> None:
    """Refuse whoever has no administrator's right anywhere."""
    if not (actor.is_system or actor.has("admin")):
        raise NotAllowed(Message("people.admins_only"))


def require_admin_of_all(db: Connection, actor: Actor, refusal: Message) -> None:
    """Refuse, with these words, whoever has no administrator's right over every root unit."""
    require_admin(actor)
    if not scope.covers_everything(db, actor, ADMIN):
        raise NotAllowed(refusal)


def administered_unit(db: Connection, actor: Actor, ref: str) -> Row[Any]:
    """The unit of a ref; NotFound when it lies outside the actor's administration."""
    require_admin(actor)
    unit = units.by_ref(db, ref)
    if unit is None or not scope.covers(db, actor, unit.id, ADMIN):
        raise NotFound(Message("people.unit_not_found"))
    return unit


def administered_post(db: Connection, actor: Actor, ref: str) -> Row[Any]:
    """The post of a ref; NotFound when its unit lies outside the actor's administration."""
    require_admin(actor)
    post = units.post_by_ref(db, ref)
    if post is None or not scope.covers(db, actor, post.unit_id, ADMIN):
        raise NotFound(Message("people.post_not_found"))
    return post


def administered_person(db: Connection, actor: Actor, ref: str, at: datetime) -> Row[Any]:
    """The person of a ref; NotFound outside the actor's administration, NotAllowed for himself."""
    require_admin(actor)
    person = people.by_ref(db, ref)
    if person is None or not people_lists.is_within(db, actor, person.id, office_day(db, actor, at), ADMIN):
        raise NotFound(Message("people.person_not_found"))
    if person.id == actor.person_id:
        raise NotAllowed(Message("people.not_oneself"))
    return person


def require_no_further_rights(db: Connection, actor: Actor, person_id: int, at: datetime) -> None:
    """Refuse to decide where somebody sits whose rights reach beyond the actor's."""
    for held in staffing.live_grants(db, person_id, office_day(db, actor, at).isoformat()):
        if not scope.covers(db, actor, held.unit_id, ADMIN):
            raise NotAllowed(Message("people.further_rights"))


def require_whole_person(db: Connection, actor: Actor, person_id: int, at: datetime) -> None:
    """Refuse to touch the account of somebody who has rights or posts beyond the actor's: it would lend him those."""
    require_no_further_rights(db, actor, person_id, at)
    for unit_id in staffing.units_of_posts(db, person_id, office_day(db, actor, at).isoformat()):
        if not scope.covers(db, actor, unit_id, ADMIN):
            raise NotAllowed(Message("people.further_posts"))


def require_admin_of_case(db: Connection, found: Snapshot, actor: Actor) -> None:
    """Refuse whoever does not administer a case (auditors of it only read), and its own subject."""
    if not scope.covers(db, actor, found.unit_id, ADMIN):
        raise NotAllowed(Message("case.admins_only"))
    # In a case about a definition the role `subject` is its author's.
    own = (spec.key for spec in found.workflow.definition.roles if spec.rule == "subject")
    if found.view.subject_id == actor.person_id or any(found.view.holds(actor, role) for role in own):
        raise NotAllowed(Message("case.not_oneself"))


def required_reason(reason: str) -> str:
    """The reason without space around it; BadRequest where there is none, or too much of it."""
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise BadRequest(Message("reason.length", limit=LONGEST_REASON, found=len(reason)))
    return reason


def office_day(db: Connection, actor: Actor, at: datetime) -> date:
    """The day of the clock where the actor administers; the UTC day for whoever administers nothing."""
    over = scope.units_of(actor, ADMIN)
    return local_day(units.unit(db, over[0]), at) if over else at.date()


def local_day(unit: Any, at: datetime) -> date:
    """The day of a unit's clock (`timezone` is that in force)."""
    return at.astimezone(ZoneInfo(unit.timezone)).date()
