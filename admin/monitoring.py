"""Monitoring: where the cases of a cycle wait, how far they are against the plan, and who is late. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_admin import expose

from admin import heat, late, pace
from admin.reading import SessionHandle
from admin.views import SecureView
from engine.core.case import Actor
from engine.core.errors import BadRequest, NotFound
from engine.core.messages import Message
from engine.store.queries import cycle_lists, monitoring, monitoring_units, scope
from engine.web import reading
from engine.web.actor import require_actor
from engine.web.context import now, runtime
from engine.web.i18n import number
from engine.web.language import language, today
from engine.web.lately import Counted, Lately

ROOT = "/admin/monitoring/"
LINES = 100  # units on one page


@dataclass(frozen=True, slots=True)
class Chosen:
    """The cycle that a page is about, those to choose from, and the unit at and below which it looks."""

    cycle: Any
    offered: tuple[Any, ...]
    level: monitoring_units.Level

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The cycles as a list of choices."""
        return [(row.ref, row.name) for row in self.offered]


class MonitoringView(SecureView):
    """Pemantauan."""

    section = "monitoring"

    def __init__(self, session: SessionHandle, url: str, section: str) -> None:
        super().__init__(session, url, section)
        self.lately: Lately[Any] = Lately()

    @expose("/")
    def where(self) -> str:
        """Units and states, with how many cases wait there."""
        actor, show = require_actor(), _one_of("show", heat.SHOWS)
        sort, start = _one_of("sort", heat.SORTS), reading.whole(request.args.get("from", "0")) or 0
        chosen = self._chosen(actor)
        if chosen is None:
            return self.render("backoffice/monitoring/nothing.html", part="where")
        counted = self._counted(actor, chosen, "where", lambda: self._waiting(chosen))
        definition = runtime().library.workflow(self.db, chosen.cycle.definition_digest).definition
        rows, waits = counted.found
        found = heat.table(definition, chosen.cycle.ref, chosen.level, rows, waits, today(), show, sort)
        told = {column.key: (number(column.total.count, language()), column.total.heat) for column in found.columns}
        return self.render(
            "backoffice/monitoring/where.html", part="where", chosen=chosen, counted=counted, heat=found, counts=told,
            definition=definition, sort=sort, start=start, lines=found.lines[start : start + LINES], size=LINES,
            turned=turned,
        )  # fmt: skip

    @expose("/plan")
    def plan(self) -> str:
        """States with how many cases have them behind, beside what the deadlines plan; and when the last one ends."""
        actor = require_actor()
        chosen = self._chosen(actor)
        if chosen is None:
            return self.render("backoffice/monitoring/nothing.html", part="plan")
        definition = runtime().library.workflow(self.db, chosen.cycle.definition_digest).definition
        span = pace.span(self.db, chosen.cycle)
        over = [state.key for state in definition.states if state.final]
        days = pace.window(chosen.cycle, span)
        counted = self._counted(actor, chosen, "plan", lambda: self._standing(chosen, over, pace.since(days, span)))
        found = pace.pace(definition, chosen.cycle, chosen.level, span, days, *counted.found)
        return self.render(
            "backoffice/monitoring/plan.html", part="plan", chosen=chosen, counted=counted, pace=found, turned=turned
        )

    @expose("/late")
    def late_holders(self) -> str:
        """Who holds tasks whose deadline has passed."""
        actor = require_actor()
        found = late.late_page(self.db, actor, self.lately)
        return self.render("backoffice/monitoring/late.html", part="late", late=found, turned=turned)

    def _chosen(self, actor: Actor) -> Chosen | None:
        """What the address names, else the newest open cycle and the reader's highest unit; None without a cycle."""
        everything = cycle_lists.sees_everything(self.db, actor)
        offered = tuple(cycle_lists.offered(self.db, actor, everything))
        if not offered:
            return None
        ref, unit = request.args.get("cycle", ""), request.args.get("unit") or None
        by_ref = {row.ref: row for row in offered}
        if ref and ref not in by_ref:
            raise NotFound(Message("cycle.not_found"))
        usual = (row for row in offered if row.status == "open" and row.opened_by is not None)
        level = monitoring_units.level(self.db, actor, unit, everything)
        if level is None:
            raise NotFound(Message("error.http.404"))
        return Chosen(by_ref[ref] if ref else next(usual, offered[0]), offered, level)

    def _counted(self, actor: Actor, chosen: Chosen, what: str, count: Callable[[], Any]) -> Counted[Any]:
        over = tuple(scope.units_of(actor, scope.OVERSEERS))
        unit = chosen.level.unit.id if chosen.level.unit is not None else None
        return self.lately.counted((what, chosen.cycle.id, unit, over), now(), count)

    def _waiting(self, chosen: Chosen) -> tuple[Any, Any]:
        level, cycle = chosen.level, chosen.cycle.id
        itself = level.unit.id if level.unit is not None else None
        rows = monitoring.by_unit(self.db, cycle, [unit.id for unit in level.units], now(), itself=itself)
        return rows, monitoring.waits(self.db, cycle, level.reach)

    def _standing(self, chosen: Chosen, over: list[str], since: Any) -> tuple[Any, Any]:
        level, cycle = chosen.level, chosen.cycle.id
        rows = monitoring.standing(self.db, cycle, level.reach)
        return rows, monitoring.ends(self.db, cycle, over, since, level.reach)


def turned(**changes: str | None) -> str:
    """This page with other arguments: what its links lead to."""
    asked: Mapping[str, str | None] = {**request.args.to_dict(), "from": None, "page": None, **changes}
    return f"{request.path}?{urlencode({name: value for name, value in asked.items() if value})}"


def _one_of(name: str, known: tuple[str, ...]) -> str:
    found = request.args.get(name) or known[0]
    if found not in known:
        raise BadRequest(Message("admin.list.unknown_choice", found=found[:60]))
    return found
