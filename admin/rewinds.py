"""Taking a case back, in two steps by two people: propose it, and agree or refuse. Thin: one verb each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint

from admin import words
from admin.case_acts import administered
from admin.sent import Answer, Sent, done
from engine import consequences, rewinding
from engine.core.errors import NotAllowed, NotFound, Refused, StaleCase
from engine.core.messages import Message
from engine.store.queries import rewinds as queries
from engine.web import labels
from engine.web.actor import confirmed, permit, require_actor
from engine.web.context import runtime
from engine.web.errors import status_of
from engine.web.language import t, translate
from engine.web.reading import whole

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from engine.consequences import Consequences
    from engine.core.case import Actor
    from engine.snapshot import Snapshot

pages = Blueprint("admin_rewinds", __name__, url_prefix="/admin/cases")


@pages.route("/<ref>/rewind", methods=["GET", "POST"])
@permit("admin")
def propose(ref: str) -> Answer:
    """Choose where a case goes back to, see everything that this would do, say why; another admin decides."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    found, back = administered(ref), whole(sent.text("back")) or 0
    if sent.posted:
        given = {"actor": actor, "reason": sent.needed("reason"), "shown": sent.text("shown"), "key": sent.key}
        if _does(sent, rewinding.propose, rt, ref, back, **given):
            return done(f"/admin/cases/{ref}/repair", t("rewind.page.proposed"))
    with rt.db.read() as db:
        rows = consequences.visits_of(db, found)
        would, why_not = _judged(db, found, back, actor) if back else (None, _refusal(db, found, actor))
    at = {row.n: row.at for row in rows}
    return sent.page(
        "backoffice/repairs/rewind.html",
        found=found,
        state=words.state(found.workflow.definition, found.view.state),
        places=[
            {"n": place.n, "words": words.state(found.workflow.definition, place.state), "at": at[place.n]}
            for place in consequences.places(found, rows)
        ],
        shown=told(found, would) if would else None,
        why_not=why_not,
    )


def _does(sent: Sent, verb: Callable[..., Any], *args: Any, **given: Any) -> bool:
    """As `sent.does`; what has changed since he looked is told above what it would do now."""
    try:
        return sent.does(verb, *args, **given)
    except StaleCase as stale:
        sent.errors[""] = stale.message
        sent.status = status_of(stale)
        return False


def _refusal(db: Connection, found: Snapshot, actor: Actor) -> Message | None:
    """Why a case cannot be taken back at all; None where it can, to one of its places."""
    wrong = _judged(db, found, 0, actor)[1]
    return None if wrong is None or wrong.key == "rewind.not_there" else wrong


def _judged(
    db: Connection, found: Snapshot, back: int, actor: Actor, basis: str | None = None
) -> tuple[Consequences | None, Message | None]:
    try:
        return rewinding.judge(db, found, back, actor, basis), None
    except (Refused, NotAllowed) as refused:
        return None, refused.message


@pages.route("/<ref>/rewind/<proposal>", methods=["GET", "POST"])
@permit("admin")
@confirmed("rewind")
def agree(ref: str, proposal: str) -> Answer:
    """See everything that a proposal would do, and agree to it."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    found = administered(ref)
    if sent.posted:
        given = {"actor": actor, "shown": sent.text("shown"), "key": sent.key}
        if _does(sent, rewinding.agree, rt, ref, proposal, **given):
            return done(f"/cases/{ref}", t("rewind.page.done"))
    with rt.db.read() as db:
        row = _standing(db, found, proposal)
        wrong = rewinding.why_not_agree(rt, db, found, row, actor, rt.clock())
        would, why_not = (None, wrong.message) if isinstance(wrong, StaleCase) else _judged(db, found, row.back, actor)
        reason = queries.reason_of(db, row.ref)
    return sent.page(
        "backoffice/repairs/agree.html",
        found=found,
        row=row,
        state=words.state(found.workflow.definition, found.view.state),
        to=words.state(found.workflow.definition, row.to_state),
        reason=reason,
        shown=told(found, would) if would else None,
        why_not=wrong.message if wrong is not None else why_not,
        own=row.by_id == actor.person_id,
    )


@pages.route("/<ref>/rewind/<proposal>/refuse", methods=["GET", "POST"])
@permit("admin")
def refuse(ref: str, proposal: str) -> Answer:
    """Refuse a proposal with the reason, or take one's own back."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    found = administered(ref)
    with rt.db.read() as db:
        row = queries.standing(db, found.id)
    if sent.posted:
        given = {"actor": actor, "reason": sent.needed("reason"), "key": sent.key}
        if sent.does(rewinding.refuse, rt, ref, proposal, **given):
            return done(f"/admin/cases/{ref}/repair", t("rewind.page.refused"))
    with rt.db.read() as db:
        row = _standing(db, found, proposal)
    own, to = row.by_id == actor.person_id, words.state(found.workflow.definition, row.to_state)
    return sent.page("backoffice/repairs/refuse.html", found=found, row=row, own=own, to=to)


def _standing(db: Connection, found: Snapshot, proposal: str) -> Any:
    row = queries.standing(db, found.id)
    if row is None or row.ref != proposal:
        raise NotFound(Message("rewind.decided"))
    return row


def told(found: Snapshot, would: Consequences) -> dict[str, Any]:
    """What taking a case back would do, in words."""
    definition = found.workflow.definition
    return {
        "n": would.visit.n,
        "digest": would.digest,
        "to": words.state(definition, would.visit.state),
        "closes": [{"words": words.task(definition, each.key), "holders": each.holders} for each in would.closes],
        "opens": [
            {"words": words.task(definition, each.key), "holders": each.holders, "fills": each.fills,
             "due": words.last_day(each.due.isoformat()) if each.due else None,
             "late": each.due is not None and each.due <= found.view.now}
            for each in would.opens
        ],
        "withdrawn": [
            {"words": _result(found, each.key), "now": _value(found, each.key, each.now),
             "then": _value(found, each.key, each.then)}
            for each in would.withdrawn
        ],
        "drafts": would.drafts,
        "children": [
            {"ref": row.ref, "subject": row.subject_name, "link": translate(labels.link_label(definition, row.link))}
            for row in would.children
        ],
        "sent": would.sent,
        "printed": would.printed,
        "parent": would.parent,
        "unfinal": would.finals > 0,
        "final": found.view.final_by_rule and not would.finals,
    }  # fmt: skip


def _result(found: Snapshot, key: str) -> str:
    spec = next((each.spec for each in found.workflow.results if each.spec.key == key), None)
    return translate(labels.label(spec) if spec is not None else labels.readable(key))


def _value(found: Snapshot, key: str, value: str | None) -> str:
    """A value in the words of the table that it was looked up in, where it was."""
    outcome = found.view.results.get(key)
    table = found.workflow.codelists.get(str(getattr(outcome, "derivation", {}).get("table", "")))
    item = next((each for each in table.items if each.key == value), None) if table is not None else None
    return translate(item.label) if item is not None else value or ""
