"""Stuck cases: the list, by cause, each with what mends it. And proposals to take cases back. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import g
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Query, contains_eager, joinedload

from admin import words
from admin.listing import Filter, Order
from admin.reading import SessionHandle
from admin.units import unit_options
from admin.views import SecureModelView
from engine import stuck
from engine.core.case import Actor
from engine.core.times import to_text
from engine.store import tables
from engine.store.queries import case_lists, cycle_lists, linked, rewinds
from engine.store.queries import stuck as queries
from engine.web.actor import may, require_actor
from engine.web.context import now, runtime
from engine.web.language import t
from engine.web.lately import Counted, Lately

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition

MOST_PROPOSALS = 20


class Cause(NamedTuple):
    """Why a case is stuck, in a sentence, and where that is mended: words and address, for whoever administers it."""

    words: str
    mends: tuple[tuple[str, str], ...]


class Stuck(NamedTuple):
    """One case of the list."""

    state: str
    tone: str
    causes: tuple[Cause, ...]
    title: str

    @property
    def mends(self) -> tuple[tuple[str, str], ...]:
        """Everywhere that something is mended, each place once."""
        return tuple(dict.fromkeys(mend for cause in self.causes for mend in cause.mends))


class StuckView(SecureModelView):
    """Kasus yang terhenti."""

    column_list = ("subject", "unit", "cycle", "state", "causes", "ref")
    orders: Mapping[str, Order] = {
        "newest": Order(lambda: (tables.Case.id,), (int,), lambda row: (row.id,), descending=True),
        "oldest": Order(lambda: (tables.Case.id,), (int,), lambda row: (row.id,)),
    }
    filters = (
        Filter(
            "cause",
            "select",
            lambda view, cause: tables.Case.id.in_(view.found().get(cause, [])),
            lambda view: [(cause, t(f"stuck.cause.{cause}")) for cause in queries.CAUSES],
        ),
        Filter("unit", "select", lambda view, ref: case_lists.below(ref), lambda view: view.units()),
    )
    list_template = "backoffice/stuck/list.html"
    section = "stuck"

    def __init__(self, session: SessionHandle, model: type, url: str, section: str) -> None:
        super().__init__(session, model, url, section)
        self.lately: Lately[dict[str, list[int]]] = Lately()

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        keys = {key for some in self.found().values() for key in some}
        # What was found a while ago and is over since, by this admin's own act perhaps, is not listed any more.
        return case_lists.cases_in_scope(self.db, actor) & tables.Case.id.in_(sorted(keys)) & queries.runs(self.asked)

    def search(self, text: str) -> ColumnElement[bool]:
        return case_lists.about_whom(text)

    def get_query(self) -> Query[Any]:
        query = super().get_query().outerjoin(tables.Person, tables.Person.id == tables.Case.subject_id)
        return query.options(
            contains_eager(tables.Case.subject), joinedload(tables.Case.unit), joinedload(tables.Case.cycle)
        )

    @property
    def asked(self) -> queries.Asked:
        """What the causes ask about, once a request."""
        if "stuck_asked" not in g:
            g.stuck_asked = stuck.asked(runtime(), self.db, now())
        return g.stuck_asked  # type: ignore[no-any-return]

    def counted(self) -> Counted[dict[str, list[int]]]:
        """Cause → the keys of the stuck cases in scope, once a request; kept for a while where that took long."""
        if "stuck" not in g:
            actor = require_actor()
            over = tuple(sorted((right.role, right.unit_id) for right in actor.rights))
            g.stuck = self.lately.counted(over, now(), lambda: self._find(actor))
        return g.stuck  # type: ignore[no-any-return]

    def _find(self, actor: Actor) -> dict[str, list[int]]:
        return queries.found(self.db, actor, self.asked, everything=cycle_lists.sees_everything(self.db, actor))

    def found(self) -> dict[str, list[int]]:
        """The same without when it was found."""
        return self.counted().found

    def units(self) -> list[tuple[str, str]]:
        return unit_options(self.db, require_actor())

    def counts(self) -> list[tuple[str, str]]:
        """Of each cause that there is, how many cases, in words where there are more than are looked for."""
        found = ((cause, len(self.found().get(cause, []))) for cause in queries.CAUSES)
        return [(cause, counted(count)) for cause, count in found if count]

    def proposals(self) -> list[dict[str, Any]]:
        """What waits for a second admin, for whoever could be that one."""
        if not may("admin"):
            return []
        rows = rewinds.waiting(self.db, require_actor(), to_text(now()), MOST_PROPOSALS)
        return [{"row": row, "to": words.state(self.definition(row.definition_digest), row.to_state)} for row in rows]

    def definition(self, digest: str) -> WorkflowDefinition:
        return runtime().library.workflow(self.db, digest).definition

    def details(self, rows: Sequence[tables.Case]) -> Mapping[int, Stuck]:
        keys = [row.id for row in rows]
        causes = {key: {cause for cause, some in self.found().items() if key in some} for key in keys}
        tasks: dict[int, list[Any]] = {}
        for task in queries.holders(self.db, keys):
            tasks.setdefault(task.case_id, []).append(task)
        things = [row.id for row in rows if row.subject_id is None]
        titles = linked.titles(self.db, things) if things else {}
        return {
            row.id: self._stuck(row, causes.get(row.id, set()), tasks.get(row.id, []), titles.get(row.id, ""))
            for row in rows
        }

    def _stuck(self, row: tables.Case, causes: set[str], tasks: Sequence[Any], title: str) -> Stuck:
        definition = self.definition(row.definition_digest)
        found = tuple(
            each for cause in queries.CAUSES if cause in causes for each in Told(definition, row.ref, tasks).of(cause)
        )
        return Stuck(words.state(definition, row.state), words.state_tone(definition, row.state), found, title)

    def cell(self, row: tables.Case, name: str, more: Mapping[int, Stuck]) -> str:
        place = more[row.id]
        cells = {
            "subject": lambda: row.subject.name if row.subject else place.title,
            "unit": lambda: row.unit.name,
            "cycle": lambda: row.cycle.name,
            "state": lambda: place.state,
            "causes": lambda: "; ".join(cause.words for cause in place.causes),
        }
        return cells[name]() if name in cells else super().cell(row, name, more)


def counted(count: int) -> str:
    """A number, or that there are more."""
    return t("stuck.more_than", count=queries.MOST) if count > queries.MOST else f"{count:n}"


@dataclass(frozen=True)
class Told:
    """The causes of one case in words, each with its mends."""

    definition: WorkflowDefinition
    case: str
    rows: Sequence[Any]  # open tasks, a row a holder

    @cached_property
    def tasks(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for row in self.rows:
            found.setdefault(row.ref, []).append(row)
        return found

    def of(self, cause: str) -> tuple[Cause, ...]:
        """A cause; one for each task where it lies in tasks."""
        match cause:
            case "nobody":
                return tuple(self._task(cause, some) for some in self.tasks.values() if some[0].person_ref is None)
            case "left":
                return tuple(self._task(cause, some) for some in self._held() if not any(row.active for row in some))
            case "no_account":
                return tuple(
                    self._task(cause, some)
                    for some in self._held()
                    if any(row.active for row in some) and not any(row.active and row.may_sign_in for row in some)
                )
        return (Cause(t(f"stuck.why.{cause}"), self._mends(cause)),)

    def _held(self) -> list[list[Any]]:
        return [some for some in self.tasks.values() if some[0].person_ref is not None]

    def _task(self, cause: str, rows: Sequence[Any]) -> Cause:
        names = ", ".join(row.name for row in rows if row.name)
        since = words.moment(rows[0].opened_at)[:10]
        said = t(f"stuck.why.{cause}", task=words.task(self.definition, rows[0].key), names=names, since=since)
        give = (t("admin.case.reassign"), f"/admin/cases/{self.case}/reassign?task={rows[0].ref}")
        also: tuple[tuple[str, str], ...] = ()
        if cause == "left":
            also = tuple(
                (t("stuck.mend.hand_over", name=row.name), f"/admin/people/{row.person_ref}/hand-over") for row in rows
            )
        if cause == "no_account":
            also = tuple((t("stuck.mend.person", name=row.name), f"/admin/people/{row.person_ref}") for row in rows)
        return Cause(said, (give, *also))

    def _mends(self, cause: str) -> tuple[tuple[str, str], ...]:
        repair = f"/admin/cases/{self.case}/repair"
        if cause == "dead":
            return ((t("stuck.mend.works"), "/admin/jobs/"),)
        if cause == "suspended":
            return ((t("repair.resume.go"), f"/admin/cases/{self.case}/resume"),)
        return ((t("repair.heading"), repair),)
