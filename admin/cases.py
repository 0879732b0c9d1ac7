"""Cases: the list, searched and narrowed. A case itself is read on its page in the portal. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Query, contains_eager, joinedload

from admin import words
from admin.listing import Filter, Order
from admin.units import unit_options
from admin.views import SecureModelView
from engine.core.case import CANCELLED, Actor
from engine.store.queries import case_lists, cycle_lists, linked
from engine.store.tables import Case, Cycle, Person
from engine.web import labels
from engine.web.actor import require_actor
from engine.web.context import now, runtime
from engine.web.language import t

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition

LONG_WAIT = timedelta(days=7)
NAME = func.coalesce(Person.name_lower, "")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open task of a case: what, with whom, since when, until the end of which day."""

    words: str
    holders: tuple[str, ...]
    opened_at: datetime
    due: date | None
    comes_later: bool  # waits for another task that is open


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands, in words."""

    state: str
    tone: str
    waiting: tuple[Waiting, ...]
    title: str = ""  # what the case is about, where that is no person

    @property
    def first_due(self) -> date | None:
        return min((task.due for task in self.waiting if task.due), default=None)

    @property
    def holders(self) -> tuple[str, ...]:
        """Who has the case now: the holders of the tasks that need not wait for others."""
        return tuple(dict.fromkeys(name for task in self.waiting if not task.comes_later for name in task.holders))


class CaseView(SecureModelView):
    """Kasus."""

    column_list = ("subject", "nip", "unit", "cycle", "state", "holders", "due", "ref")
    orders: Mapping[str, Order] = {
        "newest": Order((Case.id,), (int,), lambda row: (row.id,), descending=True),
        "oldest": Order((Case.id,), (int,), lambda row: (row.id,)),
        "name": Order((NAME, Case.id), (str, int), lambda row: (row.subject.name_lower if row.subject else "", row.id)),
    }
    filters = (
        Filter(
            "cycle",
            "select",
            lambda view, ref: Case.cycle_id.in_(select(Cycle.id).where(Cycle.ref == ref)),
            lambda view: view.cycles(),
        ),
        Filter("state", "select", lambda view, state: Case.state == state, lambda view: view.states()),
        Filter("unit", "select", lambda view, ref: case_lists.below(ref), lambda view: view.units()),
        Filter("overdue", "check", lambda view, value: case_lists.overdue(now())),
        Filter("waiting", "check", lambda view, value: case_lists.waiting(now() - LONG_WAIT)),
    )
    list_template = "backoffice/cases/list.html"

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return case_lists.cases_in_scope(self.db, actor)

    def search(self, text: str) -> ColumnElement[bool]:
        return case_lists.about_whom(text)

    def get_query(self) -> Query[Any]:
        query = super().get_query().outerjoin(Person, Person.id == Case.subject_id)
        return query.options(contains_eager(Case.subject), joinedload(Case.unit), joinedload(Case.cycle))

    def cycles(self) -> list[tuple[str, str]]:
        return [(row.ref, row.name) for row in cycle_lists.offered(self.db, require_actor())]

    def states(self) -> list[tuple[str, str]]:
        """The states of all definitions that cycles in scope use; what is called alike in two of them is one."""
        digests = {row.definition_digest for row in cycle_lists.offered(self.db, require_actor())}
        found: dict[str, str] = {}
        for digest in sorted(digests):
            definition = self.definition(digest)
            found |= {state.key: words.state(definition, state.key) for state in definition.states}
        return [*found.items(), (CANCELLED, t("status.cancelled"))]

    def units(self) -> list[tuple[str, str]]:
        return unit_options(self.db, require_actor())

    def definition(self, digest: str) -> WorkflowDefinition:
        return runtime().library.workflow(self.db, digest).definition

    def details(self, rows: Sequence[Case]) -> Mapping[int, Place]:
        tasks: dict[int, list[Any]] = {}
        for task in case_lists.open_tasks(self.db, [row.id for row in rows]):
            tasks.setdefault(task.case_id, []).append(task)
        things = [row.id for row in rows if row.subject_id is None]
        titles = linked.titles(self.db, things) if things else {}
        return {row.id: self._place(row, tasks.get(row.id, []), titles.get(row.id, "")) for row in rows}

    def cell(self, row: Case, name: str, more: Mapping[int, Place]) -> str:
        place = more[row.id]
        cells = {
            "subject": lambda: row.subject.name if row.subject else place.title,
            "nip": lambda: (row.subject.nip if row.subject else None) or "",
            "unit": lambda: row.unit.name,
            "cycle": lambda: row.cycle.name,
            "state": lambda: place.state,
            "holders": lambda: "; ".join(place.holders),
            "due": lambda: str(place.first_due or ""),
        }
        return cells[name]() if name in cells else super().cell(row, name, more)

    def _place(self, row: Case, tasks: Sequence[Any], title: str) -> Place:
        definition = self.definition(row.definition_digest)
        still_open = {task.key for task in tasks}
        waiting = tuple(
            _waiting(definition, row.state, list(found), still_open)
            for _, found in groupby(tasks, key=lambda task: task.ref)
        )
        return Place(words.state(definition, row.state), words.state_tone(definition, row.state), waiting, title)


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
