"""Who holds the roles of a case on a date, by which rule and why; and who held them since its period began."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, render_template, request

from engine import explaining, holders, snapshot
from engine.core.errors import BadRequest
from engine.core.messages import Message, Text
from engine.web import holding, labels, reading
from engine.web.actor import permit, require_actor
from engine.web.context import runtime

if TYPE_CHECKING:
    from engine.explaining import Term, Why
    from engine.snapshot import Snapshot

pages = Blueprint("roles", __name__)


class Held(NamedTuple):
    """A role with its rule in words and whoever holds it on the date."""

    name: Text
    rule: str
    whys: tuple[Why, ...]


class Timed(NamedTuple):
    """A term in words."""

    role: Text
    names: tuple[str, ...]
    term: Term


@pages.get("/cases/<ref>/roles")
@permit("signed_in")
def show(ref: str) -> str:
    """The roles of a case on a date; today where none is given. For whoever sees the case. Reads only."""
    rt = runtime()
    with rt.db.read() as db:
        found = snapshot.load(rt, db, ref, require_actor(), rt.clock())
        on = _day(found.view.today)
        row, workflow = found.asked, found.workflow
        about = holders.about_case(db, workflow, row, on)
        whys = explaining.explain(db, workflow, holders.resolve(db, workflow, about, on))
        terms = explaining.terms(db, workflow, row, min(found.view.today, found.view.period_end))
    held = [
        Held(labels.label(spec), holding.rule(workflow.definition, spec), whys[spec.key])
        for spec in workflow.definition.roles
    ]
    mine = found.view.subject_id == require_actor().person_id
    return render_template("portal/roles.html", found=found, on=on, held=held, terms=_timed(found, terms), mine=mine)


def _day(today: date) -> date:
    """The date that was asked for."""
    if not (text := request.args.get("on", "").strip()):
        return today
    if (found := reading.day(text)) is None:
        raise BadRequest(Message("acting.page.bad_day"))
    return found


def _timed(found: Snapshot, terms: tuple[Term, ...]) -> list[Timed]:
    definition = found.workflow.definition
    return [
        Timed(labels.role_label(definition, term.role), tuple(holding.named(each) for each in term.names), term)
        for term in terms
    ]
