"""What was sent, as it was sent: to read and print, and the confirmation right after sending. Reads only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, render_template

from engine import snapshot
from engine.core.errors import NotFound
from engine.core.filling import forms, formviews
from engine.core.messages import Message, Text
from engine.runtime import Runtime
from engine.store.queries import history as queries
from engine.web import labels
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from portal import standing
from portal.words import moment

if TYPE_CHECKING:
    from engine.core.filling.formviews import FormView
    from engine.snapshot import Snapshot

pages = Blueprint("submission", __name__)
SHORT = 8  # characters of a ref that people read out


class Sent(NamedTuple):
    """One submission before one reader. `view` is None when its answers were erased."""

    found: Snapshot
    row: Any
    title: Text
    view: FormView | None
    tasks: tuple[standing.Open, ...]
    state: Text | Message

    @property
    def reference(self) -> str:
        return str(self.row.ref)[:SHORT].upper()

    @property
    def at(self) -> Any:
        return moment(self.row.sent_at)


@pages.get("/submissions/<ref>")
@permit("signed_in")
def show(ref: str) -> str:
    """What was sent, in the wording that was answered."""
    return render_template("portal/submission.html", sent=_read(runtime(), ref))


@pages.get("/submissions/<ref>/confirmation")
@permit("signed_in")
def confirm(ref: str) -> str:
    """That it was received, under which reference, and who has the case now."""
    return render_template("portal/confirmation.html", sent=_read(runtime(), ref))


def _read(rt: Runtime, ref: str) -> Sent:
    """A submission as the actor may see it; NotFound for strangers and for forms that are closed to him."""
    actor = require_actor()
    with rt.db.read() as db:
        row = queries.submission(db, ref)
        if row is None:
            raise NotFound(Message("submission.not_found"))
        found = snapshot.load(rt, db, row.case_ref, actor, rt.clock())
        if row.form not in standing.access(found, actor):
            raise NotFound(Message("submission.not_found"))
        workflow = rt.library.workflow(db, row.definition_digest)
    form = workflow.forms[row.form]
    sight = forms.sight(form, found.view, actor)
    body = None if row.body is None else forms.load(form, json.loads(row.body))
    return Sent(
        found=found,
        row=row,
        title=labels.form_label(workflow.definition, row.form),
        view=None if body is None else formviews.to_read(form, body, forms.facts(found.view), sight),
        tasks=tuple(standing.open_tasks(found, actor)),
        state=labels.state_label(found.workflow.definition, found.view.state),
    )
