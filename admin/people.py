"""People: the list, and one person with chairs over time, rights, sign-in, open tasks and cases. Reads only.

What is done to a person stands in people_acts.py and account_acts.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flask_admin import expose
from sqlalchemy import ColumnElement

from admin import words
from admin.accounts import standing_of
from admin.listing import Filter, Order
from admin.units import unit_options
from admin.views import SecureModelView
from engine.core.case import Actor
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store import tables
from engine.store.queries import case_lists, chairs, people_lists, people_search, scope
from engine.web.actor import require_actor
from engine.web.context import runtime
from engine.web.language import t, today

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition


class Work(NamedTuple):
    """A task or a case of a person, with the words of its definition."""

    row: Any
    state: str
    tone: str
    task: str = ""


class PersonView(SecureModelView):
    """Pegawai."""

    column_list = ("name", "nip", "kind", "grade", "post", "unit", "active")
    orders: Mapping[str, Order] = {
        "name": Order(
            lambda: (tables.Person.name_lower, tables.Person.id), (str, int), lambda row: (row.name_lower, row.id)
        ),
        "name_down": Order(
            lambda: (tables.Person.name_lower, tables.Person.id),
            (str, int),
            lambda row: (row.name_lower, row.id),
            descending=True,
        ),
        "newest": Order(lambda: (tables.Person.id,), (int,), lambda row: (row.id,), descending=True),
    }
    filters = (
        Filter("unit", "select", lambda view, ref: chairs.in_unit(ref, today()), lambda view: view.units()),
        Filter(
            "kind",
            "select",
            lambda view, kind: tables.Person.kind == kind,
            lambda view: [(kind, words.person_kind(kind)) for kind in words.PERSON_KINDS],
        ),
        Filter(
            "active",
            "select",
            lambda view, value: tables.Person.active.is_(value == "yes"),
            lambda view: [("yes", t("status.active")), ("no", t("status.inactive"))],
        ),
    )
    list_template = "backoffice/people/list.html"

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return scope.person_condition(actor, tables.Person.__table__.c.id, today())

    def search(self, text: str) -> ColumnElement[bool]:
        return people_search.named(text)

    def units(self) -> list[tuple[str, str]]:
        return unit_options(self.db, require_actor())

    def details(self, rows: Sequence[tables.Person]) -> Mapping[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        for chair in chairs.of_people(self.db, [row.id for row in rows], today()):
            found.setdefault(chair.person_id, []).append(chair)
        return found

    def cell(self, row: tables.Person, name: str, more: Mapping[int, list[Any]]) -> str:
        if name in ("post", "unit"):
            return "; ".join(getattr(chair, name) for chair in more.get(row.id, ()))
        if name == "kind":
            return words.person_kind(row.kind)
        if name == "active":
            return t("status.active" if row.active else "status.inactive")
        return super().cell(row, name, more)

    @expose("/<ref>")
    def person_page(self, ref: str) -> str:
        actor = require_actor()
        person = people_lists.person(self.db, actor, today(), ref)
        if person is None:
            raise NotFound(Message("people.person_not_found"))
        appointments = people_lists.appointments(self.db, person.id)
        return self.render(
            "backoffice/people/person.html",
            person=person,
            nip=words.nip(person.nip),
            appointments=[row for row in appointments if row.superseded_by is None],
            replaced=[row for row in appointments if row.superseded_by is not None],
            grants=people_lists.grants(self.db, person.id),
            tasks=[self._work(row, row.key) for row in case_lists.tasks_held(self.db, actor, person.id)],
            cases=[self._work(row) for row in case_lists.about(self.db, actor, person.id)],
            administers=self._administers(actor, person),
            on=today().isoformat(),
            standing=standing_of(self.db, person.id),
        )

    def _work(self, row: Any, task: str | None = None) -> Work:
        definition: WorkflowDefinition = runtime().library.workflow(self.db, row.definition_digest).definition
        state = row.case_state if task else row.state
        named_task = words.task(definition, task) if task else ""
        return Work(row, words.state(definition, state), words.state_tone(definition, state), named_task)

    def _administers(self, actor: Actor, person: Any) -> bool:
        """Whether buttons are worth showing: the verbs ask the same again, and more."""
        if person.id == actor.person_id or not actor.has("admin"):
            return False
        return people_lists.is_within(self.db, actor, person.id, today(), ("admin",))
