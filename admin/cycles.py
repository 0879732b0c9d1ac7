"""Cycles: the list, and how far one has come. Reads only; opening and extending stand in cycle_acts.py."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_admin import expose
from sqlalchemy import ColumnElement, Connection

from admin import population, words
from admin.jobs import standing as job_standing
from admin.listing import Filter, Order
from admin.reading import SessionHandle
from admin.views import SecureModelView
from engine.core.case import CANCELLED, Actor
from engine.core.messages import message_from_document
from engine.store import tables
from engine.store.queries import case_lists, cycle_lists, jobs, scope
from engine.store.queries import cycles as cycle_queries
from engine.web import labels
from engine.web.actor import require_actor
from engine.web.context import now, runtime
from engine.web.language import t, today, translate
from engine.web.lately import Counted, Lately

MOST_LEFT = 200  # people whom the page of a cycle names


class Step(NamedTuple):
    """A state with how many cases of a cycle stand in it."""

    key: str
    words: str
    tone: str
    cases: int
    late: int


class Standing(NamedTuple):
    """A cycle and where its cases in the reader's scope stand. `ended` counts those in a final state."""

    cycle: Any
    definition: str
    steps: tuple[Step, ...]
    cases: int
    ended: int
    cancelled: int
    late: int


class Opening(NamedTuple):
    """How the job stands that opens cases of a cycle, and who in scope was left out, with the reason. job: None where
    nobody needs to know of it any more. follows: whether the reader may see the job's own page."""

    job: Any
    follows: bool
    left: tuple[tuple[Any, str], ...]
    most: int = MOST_LEFT


class CycleView(SecureModelView):
    """Siklus."""

    column_list = ("name", "definition", "period_start", "period_end", "cases", "ended", "late", "status")
    orders: Mapping[str, Order] = {
        "newest": Order(lambda: (tables.Cycle.id,), (int,), lambda row: (row.id,), descending=True),
        "oldest": Order(lambda: (tables.Cycle.id,), (int,), lambda row: (row.id,)),
    }
    filters = (
        Filter(
            "status",
            "select",
            lambda view, status: tables.Cycle.status == status,
            lambda view: [(status, t(f"admin.cycle_status.{status}")) for status in ("opening", "open", "closed")],
        ),
    )
    list_template = "backoffice/cycles/list.html"

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return cycle_lists.cycles_in_scope(actor, everything=cycle_lists.sees_everything(self.db, actor))

    def search(self, text: str) -> ColumnElement[bool]:
        return tables.Cycle.name.icontains(text, autoescape=True)

    def details(self, rows: Sequence[tables.Cycle]) -> Mapping[int, Standing]:
        return {found.cycle.id: found for found in standings(self.db, require_actor(), rows)}

    def cell(self, row: tables.Cycle, name: str, more: Mapping[int, Standing]) -> str:
        if name in ("definition", "cases", "ended", "late"):
            return str(getattr(more[row.id], name))
        if name == "status":
            return t(f"admin.cycle_status.{row.status}")
        return super().cell(row, name, more)

    def __init__(self, session: SessionHandle, model: type, url: str, section: str) -> None:
        super().__init__(session, model, url, section)
        self.lately: Lately[Any] = Lately()

    @expose("/<ref>")
    def cycle_page(self, ref: str) -> str:
        actor, cycle = require_actor(), self.get_one(ref)
        counted = counted_states(self.lately, self.db, actor, [cycle])
        (standing,) = standings(self.db, actor, [cycle], counted.found)
        definition = runtime().library.workflow(self.db, standing.cycle.definition_digest).definition
        opening = opening_of(self.db, require_actor(), standing.cycle)
        forms = [(form.key, translate(labels.label(form))) for form in definition.forms]
        whom = population.whom(self.db, cycle.population)
        found = {"standing": standing, "cycle": standing.cycle, "opening": opening, "counted": counted}
        return self.render("backoffice/cycles/cycle.html", forms=forms, whom=whom, **found)


def opening_of(db: Connection, reader: Actor, cycle: Any) -> Opening:
    """What a job does or has left undone for a cycle."""
    row = cycle_queries.job(db, cycle.job_ref) if cycle.job_ref else None
    left = cycle_queries.left(db, reader, cycle.id, today(), MOST_LEFT)
    reasons = tuple((each, translate(message_from_document(json.loads(each.reason)))) for each in left)
    if row is None:
        return Opening(None, False, reasons)
    seen = jobs.seen(db, reader, cycle.job_ref) is not None and reader.has("admin")
    shown = cycle.status == "opening" or row.state != "done"
    return Opening(job_standing(row, {}, reader) if shown else None, seen, reasons)


def counted_states(lately: Lately[Any], db: Connection, actor: Actor, cycles: Sequence[Any]) -> Counted[Any]:
    """How many cases of cycles stand in which state, counted lately where that takes long."""
    keys = [cycle.id for cycle in cycles]
    over = tuple(scope.units_of(actor, scope.OVERSEERS))
    return lately.counted((tuple(keys), over), now(), lambda: case_lists.by_state(db, actor, keys, now=now()))


def standings(
    db: Connection, actor: Actor, cycles: Sequence[Any], rows: Sequence[Any] | None = None
) -> tuple[Standing, ...]:
    """Where the cases of cycles stand, as far as the actor sees them; two questions however many cycles there are.

    rows: what `counted_states` has found.
    """
    counted: dict[int, dict[str, tuple[int, int]]] = {}
    for row in case_lists.by_state(db, actor, [cycle.id for cycle in cycles], now=now()) if rows is None else rows:
        counted.setdefault(row.cycle_id, {})[row.state] = (row.cases, row.late)
    return tuple(_standing(db, cycle, counted.get(cycle.id, {})) for cycle in cycles)


def _standing(db: Connection, cycle: Any, counted: Mapping[str, tuple[int, int]]) -> Standing:
    definition = runtime().library.workflow(db, cycle.definition_digest).definition
    keys = [state.key for state in definition.states]
    keys += [CANCELLED] if CANCELLED in counted else []
    steps = tuple(
        Step(key, words.state(definition, key), words.state_tone(definition, key), *counted.get(key, (0, 0)))
        for key in keys
    )
    return Standing(
        cycle=cycle,
        definition=translate(definition.name),
        steps=steps,
        cases=sum(step.cases for step in steps),
        ended=sum(step.cases for step in steps if step.key != CANCELLED and words.is_final(definition, step.key)),
        cancelled=counted.get(CANCELLED, (0, 0))[0],
        late=sum(step.late for step in steps),
    )
