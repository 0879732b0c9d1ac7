"""A fill-task as somebody sits before it: the case, the form, the draft, why it came back. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import flash, redirect
from werkzeug.wrappers import Response

from engine import named, openings, snapshot
from engine.core import machine
from engine.core.case import Actor, Named, TaskView
from engine.core.errors import NotFound
from engine.core.filling import forms, formviews, signed
from engine.core.filling import standing as opened
from engine.core.messages import Message, Text
from engine.runtime import Runtime
from engine.store.queries import history as queries
from engine.web import labels
from engine.web.context import runtime
from engine.web.language import language, t
from portal import standing
from portal.words import last_day, moment, reason_of

if TYPE_CHECKING:
    from engine.core.definition import TaskSpec
    from engine.core.filling.standing import Opening
    from engine.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Desk:
    """One task of one case before one actor. `row` is the task with its draft and the move that opened it."""

    found: Snapshot
    row: Any
    ref: str
    actor: Actor
    begun: Opening
    looked_up: dict[tuple[str, str], Named | None] = field(default_factory=dict, compare=False)

    @property
    def form(self) -> forms.Form:
        return self.found.workflow.forms[self.row.form]

    @property
    def task(self) -> TaskView | None:
        """The task among those of the current state; None when the case has left it."""
        return next((task for task in self.found.view.tasks if task.ref == self.ref), None)

    @property
    def is_open(self) -> bool:
        return self.task is not None and self.task.state == "open"

    @property
    def spec(self) -> TaskSpec | None:
        return labels.task_of(self.found.workflow.definition, self.found.view.state, self.row.key)

    @property
    def title(self) -> Text:
        spec = labels.any_task(self.found.workflow.definition, self.row.key)
        return labels.task_label(self.found.workflow.definition, spec) if spec else labels.readable(self.row.key)

    @property
    def due(self) -> date | None:
        return last_day(self.task.due, self.found.zone) if self.task else None

    @property
    def counted(self) -> Message | None:
        """How the deadline was counted."""
        return standing.counted(self.found, self.spec, self.task) if self.spec and self.task else None

    @property
    def seen(self) -> int:
        return self.task.version if self.task else 0

    @property
    def saved_at(self) -> datetime | None:
        return moment(self.row.saved_at) if self.row.saved_at else None

    @property
    def sent_back(self) -> str | None:
        """Why the form came back, in the words of whoever returned it."""
        return reason_of(self.row.note) if self.row.returned else None

    @property
    def entered_at(self) -> datetime:
        return moment(self.row.entered_at)

    @property
    def sent_back_by(self) -> Text | None:
        return labels.role_label(self.found.workflow.definition, self.row.role) if self.row.role else None

    def kept(self) -> dict[str, Any] | None:
        """The draft as it was typed; None where nobody has begun. Not what another holder wrote out of his sight."""
        if (draft := self._draft()) is None:
            return None
        hidden = self.sight.hidden
        return {key: value for key, value in draft.items() if key not in hidden}

    def _draft(self) -> dict[str, Any] | None:
        return None if self.row.body is None else dict(json.loads(self.row.body))

    def knowing(self, rt: Runtime, raw: Mapping[str, Any] | None) -> Desk:
        """The same desk, knowing what answers name: these, those sent last, those the form begins with. Asks once."""
        form, view = self.form, self.found.view
        if not form.questions.naming:
            return self
        last = forms.dump(form, view.answers.get(form.key, {}))
        wanted = {pair for each in (raw or {}, last, self.begun.raw) for pair in form.questions.names(each)}
        if fresh := wanted - self.looked_up.keys():
            with rt.db.read() as db:
                found = named.look_up(rt, db, self.found, fresh)
            self.looked_up.update({**dict.fromkeys(fresh), **found})
        known = {pair: thing for pair, thing in self.looked_up.items() if thing is not None}
        return replace(self, found=named.with_named(self.found, known))

    @property
    def stands(self) -> forms.Standing:
        """What stands in the form where it may not be edited."""
        return openings.standing(self.form, self.found, self._role, self.actor, self._draft(), self.begun)

    @property
    def _role(self) -> str:
        spec = labels.any_task(self.found.workflow.definition, self.row.key)
        return spec.role if spec else ""

    def judge(self, raw: Mapping[str, Any]) -> forms.Judged:
        found = self.knowing(runtime(), raw).found
        return forms.judge(self.form, raw, forms.facts(found.view), self.stands)

    def signatures(self, raw: Mapping[str, Any]) -> tuple[str, ...]:
        """The signatures that are asked when these answers are sent."""
        return signed.asked_of(self.form, self.judge(raw)) if self.form.questions.signatures else ()

    def view(self, raw: Mapping[str, Any] | None, errors: Mapping[str, Message] | None = None) -> forms.FormView:
        """The form to fill in: with what was typed, else with what was sent last, else with what it begins with."""
        found, given = self.knowing(runtime(), raw).found, raw
        if self.begun.raw:
            given = self.begun.typed(self.form.types, language()).under(raw or {})
        return forms.view(
            found.workflow,
            found.view,
            self.actor,
            self.form.key,
            raw=given,
            errors=errors,
            standing=self.stands,
            origins=self._untouched(given or {}),
        )

    def _untouched(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Where the answers come from that still stand as the form began with them."""
        if not self.begun.raw:
            return {}
        now, begun = self.judge(given).values, forms.load(self.form, self.begun.raw)
        return {key: origin for key, origin in self.begun.origins.items() if now.get(key) == begun[key]}

    @property
    def sight(self) -> forms.Sight:
        """What of the form is hidden from whoever sits here, and what he may not fill."""
        return forms.sight(self.form, self.found.view, self.actor, fills_as=self._role)

    def typed(self, raw: Mapping[str, Any]) -> forms.FormView:
        """The typed answers of a form that can no longer be filled in, so that none is lost."""
        facts = forms.facts(self.knowing(runtime(), raw).found.view)
        return formviews.to_fill(self.form, raw, facts, {}, as_typed=True, sight=self.sight)

    def beside(self) -> Iterator[standing.Readable]:
        """The forms that are read while this one is filled in."""
        may = standing.access(self.found, self.actor)
        shows = self.spec.shows if self.spec else ()
        yield from (form for form in standing.readable(self.found, self.actor, may) if form.key in shows)

    def elsewhere(self) -> Response | None:
        """Where to go instead when there is nothing to fill in here (any more); raises when it is not his to fill."""
        if self.row.form is None:
            return redirect(f"/cases/{self.found.ref}", 303)
        if not self.is_open:
            flash(t("portal.form.over"), "info")
            return redirect(f"/cases/{self.found.ref}", 303)
        if self.found.view.suspended_at is not None:
            return redirect(f"/cases/{self.found.ref}", 303)  # its page says since when, and why
        machine.fillable(self.found.workflow, self.found.view, self.row.key, self.actor)
        return None


def open_desk(rt: Runtime, ref: str, actor: Actor) -> Desk:
    """The task of a ref as the actor may see it; NotFound for strangers."""
    with rt.db.read() as db:
        found = snapshot.load_by_task(rt, db, ref, actor, rt.clock())
        row = queries.desk(db, ref)
        if row is None:
            raise NotFound(Message("task.not_found"))
        form = found.workflow.forms.get(row.form or "")
        begun = opened.NOTHING if form is None else openings.opening(rt, db, found, form, actor)
    return Desk(found, row, ref, actor, begun)
