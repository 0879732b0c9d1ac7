"""The cases beside a case on its page: who opened it, what it opened, where they stand; and opening a follow-up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from engine import beside as read_beside
from engine import followups
from engine.core import linked
from engine.core.case import Actor
from engine.core.messages import Message, Text
from engine.runtime import Runtime
from engine.store.queries import linked as queries
from engine.store.queries import scope
from engine.web import labels
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition
    from engine.snapshot import Snapshot

pages = Blueprint("linked", __name__)


class Row(NamedTuple):
    """One case beside another. For who may not open it, `path` is None, and nothing is said but that it is there.

    `state` is then whether it is open or over; whom it is about and who holds its tasks stay untold.
    """

    name: Text
    path: str | None
    cycle: str
    first: date
    last: date
    about: str | None
    state: Text | Message
    is_over: bool
    holders: tuple[str, ...]


class Offered(NamedTuple):
    """A follow-up that the reader may open."""

    key: str
    name: Text
    help: Text | None


class Beside(NamedTuple):
    """Everything that stands beside a case, for one reader."""

    parent: Row | None = None
    rows: tuple[Row, ...] = ()
    offers: tuple[Offered, ...] = ()
    declares: bool = False  # its definition opens cases, so that to have none yet is worth a word


NOTHING = Beside()


@pages.post("/cases/<ref>/follow-ups/<link>")
@permit("signed_in")
def open_follow_up(ref: str, link: str) -> Response:
    """Open a case beside or after another."""
    opened = followups.follow_up(runtime(), ref, link, actor=require_actor(), key=request.form.get("key", ""))
    flash(t("linked.page.opened"), "good")
    return redirect(f"/cases/{opened}", 303)


def beside(rt: Runtime, db: Any, found: Snapshot, actor: Actor) -> Beside:
    """What stands beside a case: one statement, and none where its definition knows of nothing and nobody opened it."""
    definition = found.workflow.definition
    if not definition.links and not found.has_parent:
        return NOTHING
    rows = queries.shown(db, found.id, actor.person_id)
    shown = list(_rows(rt, db, definition, found, rows, actor))
    return Beside(
        parent=next((row for is_child, row in shown if not is_child), None),
        rows=tuple(row for is_child, row in shown if is_child),
        offers=tuple(
            Offered(link.key, labels.link_label(definition, link.key), link.help)
            for link in linked.offered(found.workflow, found.view, actor)
        ),
        declares=bool(definition.links),
    )


def _rows(
    rt: Runtime, db: Any, definition: WorkflowDefinition, found: Snapshot, rows: list[Any], actor: Actor
) -> Iterator[tuple[bool, Row]]:
    reach = {found.unit_id: found.oversees}
    for _, tasks in groupby(rows, key=lambda row: row.id):
        case, *others = tasks
        own = rt.library.definition(db, case.definition_digest)
        if case.unit_id not in reach:
            reach[case.unit_id] = scope.covers(db, actor, case.unit_id)
        opens = bool(case.mine or reach[case.unit_id])
        is_over = read_beside.is_over(rt, db, case)
        holders = dict.fromkeys(row.holder_name for row in (case, *others) if row.holder_name)
        yield (
            bool(case.is_child),
            Row(
                name=labels.link_label(definition, case.link) if case.is_child else own.name,
                path=f"/cases/{case.ref}" if opens else None,
                cycle=case.cycle_name,
                first=date.fromisoformat(case.period_start),
                last=date.fromisoformat(case.period_end),
                about=case.subject_name if opens and case.subject_name != found.subject_name else None,
                state=labels.state_label(own, case.state) if opens else _outside(is_over),
                is_over=is_over,
                holders=tuple(holders) if opens else (),
            ),
        )


def _outside(is_over: bool) -> Message:
    return Message("linked.page.is_over" if is_over else "linked.page.is_open")
