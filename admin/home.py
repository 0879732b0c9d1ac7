"""The first page of the backoffice: what needs somebody today, as numbers that lead to their lists."""

from __future__ import annotations

from dataclasses import dataclass

from flask_admin import expose

from admin.cycles import Standing, standings
from admin.views import SecureView
from engine import monitoring as monitoring_rules
from engine.core.case import Actor
from engine.store.queries import chairs, cycle_lists, monitoring
from engine.store.tables import Cycle
from engine.web.actor import require_actor
from engine.web.context import runtime
from engine.web.language import today, zone

SHOWN = 6
# Where the list of each number is, narrowed to what it counts.
LISTS = {
    "overdue": "/admin/cases/?overdue=1",
    "soon": "/admin/cases/?soon=1",
    "waiting": "/admin/cases/?waiting=1",
    "requested": "/admin/cases/?requested=1",
    "in_review": "/admin/definitions/?status=in_review",
    "opening": "/admin/cycles/?status=opening",
    "files": "/admin/imports/?undecided=1",
    "failed": "/admin/jobs/?job_state=failed",
}
ALWAYS = ("overdue", "soon", "waiting", "in_review")  # shown at nought too: that nothing waits is worth knowing
OF_ADMINS = ("files", "failed")
VACANT = "/admin/posts/?vacant=yes"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, what it counts (the key of its words), where its list is."""

    name: str
    count: int
    path: str

    @property
    def tone(self) -> str:
        return "quiet" if self.count == 0 else "loud"


class HomeView(SecureView):
    """Beranda."""

    section = "home"

    @expose("/")
    def index(self) -> str:
        actor = require_actor()
        everything = cycle_lists.sees_everything(self.db, actor)
        figures, cycles = self._figures(actor, everything), self._cycles(actor, everything)
        return self.render("backoffice/home.html", figures=figures, cycles=cycles)

    def _figures(self, actor: Actor, everything: bool) -> tuple[Figure, ...]:
        moments = monitoring_rules.moments(runtime(), self.db, zone())
        found = monitoring.today(self.db, actor, moments, everything=everything)
        vacant = sum(row.vacant for row in chairs.by_unit(self.db, actor, today()))
        figures = [Figure(name, getattr(found, name), path) for name, path in LISTS.items()]
        shown = [figure for figure in figures if figure.name not in OF_ADMINS or actor.has("admin")]
        return (*(each for each in shown if each.count or each.name in ALWAYS), Figure("vacant", vacant, VACANT))

    def _cycles(self, actor: Actor, everything: bool) -> tuple[Standing, ...]:
        mine = cycle_lists.cycles_in_scope(actor, everything=everything)
        query = self.session.query(Cycle).filter(mine, Cycle.status != "closed")
        found = query.order_by(Cycle.id.desc()).limit(SHOWN).all()
        return standings(self.db, actor, found)
