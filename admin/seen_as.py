"""See it as: a form of a version as a role sees it in a state, drawn as staff will see it, with nobody's data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request

from engine.core.errors import NotFound
from engine.core.filling import pretending
from engine.core.messages import Message, Text
from engine.store.queries import definitions
from engine.web import forms, labels
from engine.web.actor import permit
from engine.web.context import runtime
from engine.web.language import language, today

if TYPE_CHECKING:
    from engine.core.filling.formviews import FormView
    from engine.core.workflow import Workflow

pages = Blueprint("admin_seen_as", __name__, url_prefix="/admin/definitions")
ANSWERS = ("sample", "empty")


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen in one of the lists, by key, and what is."""

    name: str
    items: tuple[tuple[str, Text | Message], ...]
    chosen: str


@pages.get("/<ref>/as")
@permit("admin")
def show(ref: str) -> str:
    """One form as one role sees it in one state; the first of each where nothing is chosen."""
    rt = runtime()
    with rt.db.read() as db:
        row = definitions.version(db, ref)
        if row is None or row.kind != "workflow":
            raise NotFound(Message("definition.not_found"))
        workflow = rt.library.workflow(db, row.digest)
    choices = _choices(workflow)
    form, role, state, answers = (choice.chosen for choice in choices)
    view = pretending.pretend(workflow, form, role, state, today(), answered=answers == "sample")
    return render_template(
        "backoffice/definitions/seen_as.html",
        row=row,
        name=workflow.definition.name,
        choices=choices,
        form_name=labels.form_label(workflow.definition, form),
        view=view,
        sheet=_sheet(view),
        has_answers=answers == "sample",
    )


def _sheet(view: FormView | None) -> forms.Sheet | None:
    return forms.sheet(view, language()) if view is not None and view.editable else None


def _choices(workflow: Workflow) -> tuple[Choice, ...]:
    definition = workflow.definition
    groups: tuple[tuple[str, Any], ...] = (
        ("form", definition.forms),
        ("role", definition.roles),
        ("state", definition.states),
    )
    found = [_choice(name, tuple((each.key, labels.label(each)) for each in group)) for name, group in groups]
    answers = tuple((key, Message(f"filling.seen_as.{key}")) for key in ANSWERS)
    return (*found, _choice("answers", answers))


def _choice(name: str, items: tuple[tuple[str, Text | Message], ...]) -> Choice:
    """NotFound for what cannot be chosen, and where there is nothing to choose."""
    chosen = request.args.get(name) or next((key for key, _ in items), "")
    if chosen not in dict(items):
        raise NotFound(Message("definition.not_found"))
    return Choice(name, items, chosen)
