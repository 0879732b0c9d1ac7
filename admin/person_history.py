"""One person over time: who his superior was on a day and why, what he held, what was said of him. Reads only."""

from __future__ import annotations

from flask import Blueprint, render_template

from admin import asof, told
from engine.core import history as past
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries import changes, organisation, people_lists, units
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import today

pages = Blueprint("admin_person_history", __name__, url_prefix="/admin/people")


@pages.get("/<ref>/history")
@permit("admin", "auditor")
def history(ref: str) -> str:
    """A person on a day: his superior in words, and everything that was recorded of him."""
    actor, when = require_actor(), asof.read()
    with runtime().db.read() as db:
        person = people_lists.person(db, actor, today(), ref)
        if person is None:
            raise NotFound(Message("people.person_not_found"))
        said = changes.of(db, "person", person.id)
        then = past.state_on(changes.facts("person", person), said, when.on.isoformat(), when.known)
        lines = organisation.lines(db, person.id, when.asked)
        return render_template(
            "backoffice/people/history.html",
            person=person,
            then=then,
            lines=lines,
            units=units.unit_names(db, {line.post.fields["unit"] for line in lines}) if lines else {},
            history=told.of(db, "person", person.id),
            when=when,
            administers=people_lists.is_within(db, actor, person.id, today(), ("admin",)),
        )
