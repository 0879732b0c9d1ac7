"""Who would act in a case about a person on a date: each role of a published workflow, who, by which rule, why."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from engine import explaining, holders
from engine.core.case import Holder
from engine.core.errors import BadRequest, NotFound
from engine.core.messages import Message
from engine.store.queries import definitions, people_lists, staffing
from engine.web import holding, labels, reading
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import today

pages = Blueprint("admin_person_roles", __name__, url_prefix="/admin/people")


@pages.get("/<ref>/roles")
@permit("admin", "auditor")
def show(ref: str) -> str:
    """The roles of a workflow around one person on a date; the first workflow and today where none is given."""
    rt, actor = runtime(), require_actor()
    text = request.args.get("on", "").strip()
    on = reading.day(text) if text else today()
    if on is None:
        raise BadRequest(Message("acting.page.bad_day"))
    with rt.db.read() as db:
        person = people_lists.person(db, actor, today(), ref)
        if person is None:
            raise NotFound(Message("people.person_not_found"))
        known = {row.key: rt.library.workflow(db, row.digest) for row in definitions.published(db, "workflow")}
        chosen = request.args.get("definition", "") or next(iter(known), "")
        if known and chosen not in known:
            raise NotFound(Message("definition.not_found"))
        seat = staffing.seat(db, person.id, on.isoformat())
        held = _held(db, known[chosen], person, seat.unit_id, on) if known and seat is not None else None
    names = [(key, workflow.definition.name) for key, workflow in known.items()]
    return render_template("backoffice/people/roles.html", person=person, on=on, names=names, chosen=chosen, held=held)


def _held(db: Any, workflow: Any, person: Any, unit_id: int, on: Any) -> list[dict[str, Any]]:
    subject = Holder(person.id, person.ref, person.name, "subject")
    found = holders.resolve(db, workflow, holders.About((subject,), unit_id), on)
    whys = explaining.explain(db, workflow, found)
    definition = workflow.definition
    return [
        {"name": labels.label(spec), "rule": holding.rule(definition, spec), "whys": whys[spec.key]}
        for spec in definition.roles
    ]
