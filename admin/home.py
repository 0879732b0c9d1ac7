"""The first page of the backoffice: what needs somebody today, as numbers that lead to their lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask_admin import expose
from sqlalchemy import func

from admin.cycles import Standing, standings
from admin.views import SecureView
from engine.core.case import Actor
from engine.store.queries import case_lists, chairs, cycle_lists
from engine.store.tables import Cycle, DefinitionVersion
from engine.web.actor import require_actor
from engine.web.context import now
from engine.web.language import today

LONG_WAIT = timedelta(days=7)
SHOWN = 6


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
        return self.render("backoffice/home.html", figures=self._figures(actor), cycles=self._cycles(actor))

    def _figures(self, actor: Actor) -> tuple[Figure, ...]:
        cases = case_lists.attention(self.db, actor, now=now(), since=now() - LONG_WAIT)
        in_review = self.session.query(func.count()).filter(DefinitionVersion.status == "in_review").scalar()
        vacant = sum(row.vacant for row in chairs.by_unit(self.db, actor, today()))
        return (
            Figure("overdue", cases.overdue, "/admin/cases/?overdue=1"),
            Figure("waiting", cases.waiting, "/admin/cases/?waiting=1"),
            Figure("in_review", in_review, "/admin/definitions/?status=in_review"),
            Figure("vacant", vacant, "/admin/units/?vacant=1"),
        )

    def _cycles(self, actor: Actor) -> tuple[Standing, ...]:
        everything = cycle_lists.sees_everything(self.db, actor)
        mine = cycle_lists.cycles_in_scope(actor, everything=everything)
        query = self.session.query(Cycle).filter(mine, Cycle.status != "closed")
        found = query.order_by(Cycle.id.desc()).limit(SHOWN).all()
        return standings(self.db, actor, found)
