"""The first page of the backoffice: what needs somebody today, as numbers that lead to their lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_admin import expose

from admin.cycles import Standing, counted_states, standings
from admin.reading import SessionHandle
from admin.views import SecureView
from engine import monitoring as monitoring_rules
from engine import stuck
from engine.core.case import Actor
from engine.store import tables
from engine.store.queries import cycle_lists, monitoring
from engine.store.queries import stuck as stuck_queries
from engine.web.actor import require_actor
from engine.web.context import now, runtime
from engine.web.language import today, zone
from engine.web.lately import Counted, Lately

SHOWN = 6
# Where the list of each number is, narrowed to what it counts.
LISTS = {
    "overdue": "/admin/cases/?overdue=1",
    "soon": "/admin/cases/?soon=1",
    "waiting": "/admin/cases/?waiting=1",
    "stuck": "/admin/stuck/",
    "requested": "/admin/cases/?requested=1",
    "in_review": "/admin/definitions/?status=in_review",
    "opening": "/admin/cycles/?status=opening",
    "files": "/admin/imports/?undecided=1",
    "failed": "/admin/jobs/?job_state=failed",
    "vacant": "/admin/posts/?vacant=yes",
}
ALWAYS = (
    "overdue",
    "soon",
    "waiting",
    "stuck",
    "in_review",
    "vacant",
)  # shown at nought too: that nothing waits is worth knowing
OF_ADMINS = ("files", "failed")


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

    def __init__(self, session: SessionHandle, url: str, section: str) -> None:
        super().__init__(session, url, section)
        self.figures: Lately[tuple[Figure, ...]] = Lately()
        self.states: Lately[Any] = Lately()

    @expose("/")
    def index(self) -> str:
        actor = require_actor()
        everything = cycle_lists.sees_everything(self.db, actor)
        # Jobs and files are also scoped by who asks.
        over = tuple((right.role, right.unit_id) for right in actor.rights)
        figures = self.figures.counted((actor.ref, over), now(), lambda: self._figures(actor, everything))
        cycles, counted = self._cycles(actor, everything)
        shown = min((figures, counted), key=lambda each: each.at)
        return self.render("backoffice/home.html", figures=figures.found, cycles=cycles, counted=shown)

    def _figures(self, actor: Actor, everything: bool) -> tuple[Figure, ...]:
        moments = monitoring_rules.moments(runtime(), self.db, zone())
        found = monitoring.today(self.db, actor, moments, today(), everything=everything)
        asked = stuck.asked(runtime(), self.db, now())
        halted = stuck_queries.found(self.db, actor, asked, everything=everything)
        counts = {name: int(getattr(found, name)) for name in LISTS if name != "stuck"}
        counts["stuck"] = len({key for some in halted.values() for key in some})
        shown = [name for name in LISTS if name not in OF_ADMINS or actor.has("admin")]
        return tuple(Figure(name, counts[name], LISTS[name]) for name in shown if counts[name] or name in ALWAYS)

    def _cycles(self, actor: Actor, everything: bool) -> tuple[tuple[Standing, ...], Counted[Any]]:
        mine = cycle_lists.cycles_in_scope(actor, everything=everything)
        query = self.session.query(tables.Cycle).filter(mine, tables.Cycle.status != "closed")
        found = query.order_by(tables.Cycle.id.desc()).limit(SHOWN).all()
        counted = counted_states(self.states, self.db, actor, found)
        return standings(self.db, actor, found, counted.found), counted
