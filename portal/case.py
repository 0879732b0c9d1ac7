"""The page of a case, and what is done on it: moving it along a transition, remarking on it. Thin: one verb each."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine import cases, explaining, links, notices, snapshot
from engine.authority import ADMIN
from engine.core import machine
from engine.core.case import CANCELLED, Actor
from engine.core.errors import BadRequest, Refused, StaleCase
from engine.core.messages import Message, Text
from engine.runtime import Runtime
from engine.store.queries import acting, scope
from engine.store.queries import history as queries
from engine.web import labels
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.errors import status_of
from engine.web.language import t
from engine.web.reading import whole
from portal import due_lines, history, linked, prints, standing

if TYPE_CHECKING:
    from engine.snapshot import Snapshot

pages = Blueprint("case", __name__)


class Written(NamedTuple):
    """What somebody had typed when his act was not accepted, and why it was not."""

    transition: str = ""
    reason: str = ""
    comment: str = ""
    message: Message | None = None
    refusals: tuple[Message, ...] = ()
    since: int | None = None  # the version that a stale page showed


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything that the page of a case shows to one reader."""

    found: Snapshot
    name: Text
    state: Text | Message
    state_help: Text | None
    is_over: bool
    tasks: tuple[standing.Open, ...]
    steps: tuple[standing.Step, ...]
    forms: tuple[standing.Readable, ...]
    results: tuple[standing.Result, ...]
    events: tuple[history.Entry, ...]
    prints: tuple[prints.Printable, ...]
    dues: due_lines.Dues
    beside: linked.Beside
    administers: bool  # the reader's own right to administer reaches this case
    may_remind: bool  # whoever has it now
    may_remark: bool  # auditors only read, and what is over stays as it is for all but its admins
    written: Written = field(default_factory=Written)

    @property
    def is_cancelled(self) -> bool:
        return self.found.view.state == CANCELLED

    @property
    def moves(self) -> list[tuple[str, str]]:
        return [entry.move for entry in self.events if entry.move]

    @property
    def meanwhile(self) -> tuple[history.Entry, ...]:
        """What others did after the version that a stale page showed."""
        since = self.written.since
        return tuple(entry for entry in self.events if since is not None and entry.n and entry.n > since)


@pages.get("/cases/<ref>")
@permit("signed_in")
def show(ref: str) -> str:
    """Where a case stands, what I may do, and what happened."""
    return _page(read(runtime(), ref, require_actor()))


@pages.post("/cases/<ref>/transitions")
@permit("signed_in")
def create_transition(ref: str) -> Response | tuple[str, int]:
    """Move a case along a transition."""
    rt, actor = runtime(), require_actor()
    transition, reason = request.form.get("transition", ""), request.form.get("reason", "")
    seen = number("seen")
    try:
        receipt = cases.fire(
            rt, ref, transition, actor=actor, seen=seen, key=request.form.get("key", ""), reason=reason
        )
    except Refused as refused:
        written = Written(transition, reason, message=refused.message, refusals=refused.refusals)
        return _page(read(rt, ref, actor, written)), status_of(refused)
    except StaleCase as stale:
        written = Written(transition, reason, message=stale.message, since=seen)
        return _page(read(rt, ref, actor, written)), status_of(stale)
    flash(t("portal.case.moved"), "good")
    return redirect(f"/cases/{receipt.case}", 303)


@pages.post("/cases/<ref>/links")
@permit("admin")
def check_links(ref: str) -> Response:
    """Ask again whether the links in its answers can be reached."""
    links.recheck(runtime(), ref, actor=require_actor())
    flash(t("links.asked_again"), "good")
    return redirect(f"/cases/{ref}#forms", 303)


@pages.post("/cases/<ref>/comments")
@permit("signed_in")
def create_comment(ref: str) -> Response | tuple[str, int]:
    """Add a remark to the history."""
    rt, actor = runtime(), require_actor()
    text = request.form.get("comment", "")
    try:
        receipt = cases.comment(rt, ref, text, actor=actor, key=request.form.get("key", ""))
    except (BadRequest, Refused) as bad:
        return _page(read(rt, ref, actor, Written(comment=text, message=bad.message))), status_of(bad)
    flash(t("portal.case.commented"), "good")
    return redirect(f"/cases/{receipt.case}#history", 303)


def read(rt: Runtime, ref: str, actor: Actor, written: Written | None = None) -> CasePage:
    """The page of a case for one reader; NotFound for strangers. Reads only."""
    with rt.db.read() as db:
        found = snapshot.load(rt, db, ref, actor, rt.clock())
        rows = queries.events(db, found.ref)
        shared = acting.shared_acts(db, rows)
        whys = explaining.explain(db, found.workflow, found.view.roles)
        beside = linked.beside(rt, db, found, actor)
        dues = due_lines.read(db, found)
        administers = found.oversees and scope.covers(db, actor, found.unit_id, ADMIN)
    may = standing.access(found, actor)
    definition, over = found.workflow.definition, machine.is_over(found.workflow, found.view)
    state = next((state for state in definition.states if state.key == found.view.state), None)
    return CasePage(
        found=found,
        name=definition.name,
        state=labels.state_label(definition, found.view.state),
        state_help=state.help if state else None,
        is_over=over,
        tasks=tuple(standing.open_tasks(found, actor, whys)),
        steps=standing.steps(found, actor),
        forms=tuple(standing.readable(found, actor, may)),
        results=tuple(standing.results(found, may, actor)),
        events=history.entries(found, rows, may.keys(), actor, shared),
        prints=tuple(prints.printable(found, actor)),
        beside=beside,
        dues=dues,
        administers=administers,
        may_remind=not over and (administers or notices.is_above(found, actor)),
        may_remark=administers or (not over and (not found.oversees or bool(found.view.roles_of(actor)))),
        written=written or Written(),
    )


def _page(page: CasePage) -> str:
    return render_template("portal/case.html", page=page, new_key=new_key)


def new_key() -> str:
    """A key for one act of one page: the same one twice has one effect."""
    return secrets.token_urlsafe(18)


def number(name: str) -> int:
    """A posted whole number; a page that lost it is as good as stale."""
    found = whole(request.form.get(name, ""))
    if found is None:
        raise BadRequest(Message("portal.bad_version"))
    return found
