"""Cases: the list, searched and narrowed. A case itself is read on its page in the portal. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import g, make_response, redirect, request
from flask_admin import expose
from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Query, contains_eager, joinedload
from werkzeug.wrappers import Response

from admin import listing, saved_lists, words
from admin.listing import Filter, Order, Part
from admin.units import unit_options
from admin.views import SecureModelView
from engine import case_results, monitoring
from engine.core.case import CANCELLED, Actor
from engine.core.errors import BadRequest
from engine.store import tables
from engine.store.queries import case_filters, case_lists, cycle_lists, linked, people, units
from engine.store.queries import saved_lists as saved
from engine.web import labels
from engine.web.actor import require_actor
from engine.web.context import now, runtime
from engine.web.language import language, t, translate, zone
from engine.web.pager import Cursor

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition


class Waiting(NamedTuple):
    """An open task of a case: what, with whom, since when, until the end of which day."""

    words: str
    holders: tuple[str, ...]
    opened_at: datetime
    due: date | None
    comes_later: bool  # waits for another task that is open


class Place(NamedTuple):
    """Where a case stands, in words."""

    state: str
    tone: str
    waiting: tuple[Waiting, ...]
    title: str = ""  # what the case is about, where that is no person
    results: tuple[case_results.Told, ...] = ()  # only where the list shows them

    @property
    def first_due(self) -> date | None:
        return min((task.due for task in self.waiting if task.due), default=None)

    @property
    def holders(self) -> tuple[str, ...]:
        """Who has the case now: the holders of the tasks that need not wait for others."""
        return tuple(dict.fromkeys(name for task in self.waiting if not task.comes_later for name in task.holders))


def _filter(name: str, kind: str, **more: Any) -> Filter:
    """A filter that means what it means wherever cases are counted."""
    return Filter(name, kind, lambda view, value: case_filters.CONDITIONS[name](value, view.moments(name)), **more)


def by_name(cursor: Cursor | None) -> Sequence[Part]:
    """What is about no person comes first, then people by name: each by an index, not all cases sorted for a page."""
    things = partial(Part, tables.Case.subject_id.is_(None), (tables.Case.id,))
    named = partial(Part, tables.Person.id.is_not(None), (tables.Person.name_lower, tables.Case.id))
    if cursor is None:
        return things(None), named(None)
    name, key = cursor.values
    if not name:
        return (things((key,)),) if cursor.backwards else (things((key,)), named(None))
    return (named((name, key)), things(None)) if cursor.backwards else (named((name, key)),)


class CaseView(SecureModelView):
    """Kasus."""

    column_list = ("subject", "nip", "unit", "cycle", "state", "holders", "due", "ref")
    orders: Mapping[str, Order] = {
        "newest": Order(lambda: (tables.Case.id,), (int,), lambda row: (row.id,), descending=True),
        "oldest": Order(lambda: (tables.Case.id,), (int,), lambda row: (row.id,)),
        "name": Order(
            lambda: (func.coalesce(tables.Person.name_lower, ""), tables.Case.id),
            (str, int),
            lambda row: (row.subject.name_lower if row.subject else "", row.id),
            parts=lambda cursor: by_name(cursor),
        ),
    }
    filters = (
        _filter("cycle", "select", options=lambda view: view.cycles()),
        _filter("state", "select", options=lambda view: view.states()),
        _filter("unit", "select", options=lambda view: view.units()),
        _filter("overdue", "check"),
        _filter("soon", "check"),
        _filter("waiting", "check"),
        _filter("requested", "check"),
        _filter("among", "led", told=lambda view, keys: view.states_told(keys)),
        _filter("under", "led", told=lambda view, ref: view.unit_told(ref)),  # one that stands no more is not offered
        _filter("own", "led", told=lambda view, ref: view.unit_told(ref)),
        _filter("holder", "led", told=lambda view, ref: view.person_told(ref)),
        _filter("late_with", "led", told=lambda view, ref: view.person_told(ref)),
    )
    list_template = "backoffice/cases/list.html"

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return case_lists.cases_in_scope(self.db, actor, self._sees_everything(actor))

    def _sees_everything(self, actor: Actor) -> bool:
        if "sees_everything" not in g:
            g.sees_everything = actor.ref, cycle_lists.sees_everything(self.db, actor)
        whose, answer = g.sees_everything
        return answer if whose == actor.ref else cycle_lists.sees_everything(self.db, actor)

    def search(self, text: str) -> ColumnElement[bool]:
        return case_lists.about_whom(text)

    def get_query(self) -> Query[Any]:
        query = super().get_query().outerjoin(tables.Person, tables.Person.id == tables.Case.subject_id)
        return query.options(
            contains_eager(tables.Case.subject), joinedload(tables.Case.unit), joinedload(tables.Case.cycle)
        )

    def cycles(self) -> list[tuple[str, str]]:
        return [(row.ref, row.name) for row in self._offered()]

    def states(self) -> list[tuple[str, str]]:
        """The states of all definitions that cycles in scope use; what is called alike in two of them is one."""
        digests = {row.definition_digest for row in self._offered()}
        found: dict[str, str] = {}
        for digest in sorted(digests):
            definition = self.definition(digest)
            found |= {state.key: words.state(definition, state.key) for state in definition.states}
        return [*found.items(), (CANCELLED, t("status.cancelled"))]

    def _offered(self) -> Sequence[Any]:
        if "offered_cycles" not in g:
            actor = require_actor()
            g.offered_cycles = cycle_lists.offered(self.db, actor, self._sees_everything(actor))
        return g.offered_cycles

    def result_columns(self, cycle: str) -> dict[str, str]:
        """The columns of a file for the results of a cycle, by name; none where no cycle of the list is named."""
        digest = next((row.definition_digest for row in self._offered() if row.ref == cycle), None)
        if digest is None:
            return {}
        workflow = runtime().library.workflow(self.db, digest)
        return {name: translate(title) for name, title in case_results.columns(workflow)}

    def units(self) -> list[tuple[str, str]]:
        return unit_options(self.db, require_actor())

    @expose("/")
    def index_view(self) -> Response | str:
        """The list; without anything asked, the one that the reader has made his usual one."""
        mine = saved.of(self.db, require_actor(), saved_lists.SECTION)
        if not request.args and (usual := self._usual(mine)):
            return redirect(usual, 303)
        shown, found = saved_lists.columns(request.args), self.listing()
        here = self._said(request.args)
        page = self.render(
            self.list_template, listing=found, more=self.details(found.page.rows), shown=shown, mine=mine, asked=here,
            known=saved_lists.COLUMNS, last="" if here else saved_lists.last(),
        )  # fmt: skip
        answer = make_response(page)
        saved_lists.remember(answer, here)
        return answer

    def _usual(self, mine: Sequence[Any]) -> str:
        """The address of the reader's usual list; nothing where he has none, or it names what is no more."""
        query = next((row.query for row in mine if row.usual), "")
        try:
            asked = saved_lists.read(query)
            saved_lists.columns(asked)
            listing.judge(self, asked)
        except BadRequest:
            return ""
        known = self._said(asked)
        return f"{saved_lists.ROOT}?{known}" if known else ""

    def _said(self, args: Mapping[str, str]) -> str:
        return saved_lists.said(args, [each.name for each in self.filters])

    def columns(self) -> Sequence[str]:
        """What was chosen, in a file with what names a case; all of them where nothing was."""
        if not request.args.get("cols"):
            return self.column_list
        return ("subject", *saved_lists.columns(request.args), "ref")

    def moments(self, name: str) -> case_filters.Moments:
        """What is late now; and what is soon, where a filter asks for that. Once a request."""
        if name != "soon":
            return case_filters.Moments(now(), now())
        if "moments" not in g:
            g.moments = monitoring.moments(runtime(), self.db, zone())
        return g.moments

    def states_told(self, keys: str) -> str | None:
        """States by their names; None where one is not of a cycle in scope."""
        known = dict(self.states())
        found = [known.get(key) for key in keys.split(".")]
        return None if None in found else ", ".join(map(str, found))

    def unit_told(self, ref: str) -> str | None:
        """A unit in scope by name."""
        found = units.in_scope(self.db, require_actor(), ref)
        return None if found is None else found.name

    def person_told(self, ref: str) -> str | None:
        """A person by name. What is listed of his is scoped as every case is."""
        found = people.by_ref(self.db, ref)
        return None if found is None else found.name

    def definition(self, digest: str) -> WorkflowDefinition:
        return runtime().library.workflow(self.db, digest).definition

    def details(self, rows: Sequence[tables.Case]) -> Mapping[int, Place]:
        tasks: dict[int, list[Any]] = {}
        for task in case_lists.open_tasks(self.db, [row.id for row in rows]) if rows else ():
            tasks.setdefault(task.case_id, []).append(task)
        things = [row.id for row in rows if row.subject_id is None]
        titles = linked.titles(self.db, things) if things else {}
        told = self._results(rows)
        places = {row.id: self._place(row, tasks.get(row.id, []), titles.get(row.id, "")) for row in rows}
        return {key: place._replace(results=told.get(key, ())) for key, place in places.items()}

    def _results(self, rows: Sequence[tables.Case]) -> Mapping[int, tuple[case_results.Told, ...]]:
        """What the cases came to, where a column says it: one statement more."""
        if not rows or "results" not in saved_lists.columns(request.args):
            return {}
        return case_results.of_cases(runtime(), self.db, require_actor(), rows)

    def cell(self, row: tables.Case, name: str, more: Mapping[int, Place]) -> str:
        place = more[row.id]
        cells = {
            "subject": lambda: row.subject.name if row.subject else place.title,
            "nip": lambda: (row.subject.nip if row.subject else None) or "",
            "unit": lambda: row.unit.name,
            "cycle": lambda: row.cycle.name,
            "state": lambda: place.state,
            "holders": lambda: "; ".join(place.holders),
            "due": lambda: str(place.first_due or ""),
            "opened": lambda: words.moment(row.opened_at),
            "results": lambda: "; ".join(_told(each) for each in place.results),
        }
        return cells[name]() if name in cells else super().cell(row, name, more)

    def _place(self, row: tables.Case, tasks: Sequence[Any], title: str) -> Place:
        definition = self.definition(row.definition_digest)
        still_open = {task.key for task in tasks}
        waiting = tuple(
            _waiting(definition, row.state, list(found), still_open)
            for _, found in groupby(tasks, key=lambda task: task.ref)
        )
        return Place(words.state(definition, row.state), words.state_tone(definition, row.state), waiting, title)


def _told(result: case_results.Told) -> str:
    """A result in one cell: what it is called, what it came to, and whether a person set it by hand."""
    mark = f" ({t('admin.case.by_hand')})" if result.by_hand else ""
    return f"{result.title.say(language())}: {result.words.say(language())}{mark}"


def _waiting(definition: WorkflowDefinition, state: str, rows: Sequence[Any], still_open: Set[str]) -> Waiting:
    first = rows[0]
    spec = labels.task_of(definition, state, first.key)
    return Waiting(
        words=words.task(definition, first.key),
        holders=tuple(row.holder for row in rows if row.holder),
        opened_at=datetime.fromisoformat(first.opened_at),
        due=words.last_day(first.due),
        comes_later=bool(spec and still_open.intersection(spec.after)),
    )
