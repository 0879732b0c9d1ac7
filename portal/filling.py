"""What the pages of a form that is being filled in show: all of it, fragments of it, two versions beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request

from engine.core.filling import marks
from engine.core.messages import Message
from engine.store.queries import history as queries
from engine.web import device
from engine.web.context import runtime
from engine.web.forms import Search, sheet
from engine.web.language import language, t
from engine.web.raw_answers import posted, shown
from engine.web.tables import Notice, noticed
from portal import choosing, history, pickers
from portal.case import new_key
from portal.desk import Desk
from portal.drafts import Saving, Sent


def page(
    desk: Desk,
    raw: Mapping[str, Any] | None,
    errors: Mapping[str, Message] | None = None,
    seen: int | None = None,
    unsaved: Sent | None = None,
    search: Search | None = None,
    notice: Notice | None = None,
) -> str:
    """The form page; `unsaved`: what it shows was typed on another page, and is kept nowhere yet."""
    laid = noticed(sheet(desk.view(raw, errors), language(), search), notice)
    return render_template(
        "portal/form.html",
        desk=desk,
        sheet=laid,
        seen=unsaved.seen if unsaved else desk.seen if seen is None else seen,
        base_marks=unsaved.aside["_base"] if unsaved else marks.to_text(marks.marks(shown(laid))),
        page=new_key(),
        owner=device.tag(desk.actor.ref),
        device_key=device.key(desk.actor.ref) if device.keeps() else "",
        beside=tuple(desk.beside()),
        unsaved=unsaved is not None,
    )


def check(desk: Desk, raw: Mapping[str, Any], error: Message | None = None) -> str:
    """The answers, to be sent; where they are signed, with a box for the password and what is wrong with it."""
    return render_template(
        "portal/check.html",
        desk=desk,
        view=desk.view(raw),
        answers_posted=posted(raw),
        base_marks=marks.to_text(marks.marks(raw)),
        owner=device.tag(desk.actor.ref),
        key=new_key(),
        signs=[desk.form.questions[key] for key in desk.signatures(raw)],
        error=error,
    )


def fragments(saving: Saving, *, beside: str | None = None, notice: Notice | None = None) -> str:
    """What a living page swaps in after a saving: the version, formulas, sections whose questions came or went.

    All sections, where the page does not show what was saved: after a joining, or `beside` something to choose from.
    """
    now = noticed(sheet(saving.desk.view(saving.raw), language(), pickers.asked(saving.desk)), notice)
    return render_template(
        "portal/form_fragments.html",
        sheet=now,
        picker=pickers.pressed(now),
        seen=saving.version,
        base=marks.to_text(marks.marks(shown(now))),
        moved=now.shown != request.form.get("shown", ""),
        whole=bool(saving.merged.differences) or beside is not None,
        joined=joined_words(saving),
        beside=beside,
    )


def joined_words(saving: Saving) -> str:
    """What was joined with the writing of others without a question, in one line."""
    taken = saving.merged.taken
    if not taken:
        return ""
    return t("keeping.joined", who=writer(saving.desk), where=choosing.places(saving.desk, taken))


def writer(desk: Desk) -> str:
    """Who saved the draft that is there: oneself in another window, or somebody else."""
    return t("keeping.yourself") if desk.row.saved_by == desk.actor.person_id else desk.row.saved_by_name or ""


def choose(saving: Saving, raw: Mapping[str, Any], said: Sent, **how: Any) -> str:
    """Both versions of what two sides changed, to choose from.

    A page; `living=True`: a fragment for the living page that sent it. `restored`: a fragment with what a device kept
    under this name, since `kept_at`; everything that differs is shown then.
    """
    desk, living = saving.desk, how.get("living", False)
    return render_template(
        "portal/choose_fragment.html" if living or "restored" in how else "portal/choose.html",
        desk=desk,
        items=choosing.choices(
            desk,
            saving.merged.differences if "restored" in how else saving.merged.open,
            said.picks,
            (raw, desk.kept() or {}),
        ),
        unfinished=request.form.get("do") == "choose",
        writer=writer(desk),
        answers_posted=[] if living else list(posted(raw)),
        aside=said.aside,
        owner=device.tag(desk.actor.ref),
        **how,
    )


def gone(desk: Desk, raw: Mapping[str, Any]) -> str:
    """What was typed for a task that is over or a case that has moved on, and what happened meanwhile."""
    with runtime().db.read() as db:
        events = history.entries(desk.found, queries.events(db, desk.found.ref), (), desk.actor)
    opened = next((place for place, entry in enumerate(events) if entry.n == desk.row.opened_n), 0)
    kept = list(sheet(desk.typed(raw), language()).controls())
    return render_template("portal/gone.html", desk=desk, meanwhile=events[opened + 1 :], kept=kept)
