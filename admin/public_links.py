"""Links of public forms: which there are inside the reader's units, about whom, whether they are open. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, and_, or_

from admin.listing import Filter, Order
from admin.views import SecureModelView
from engine.core import codes
from engine.core.case import Actor
from engine.store import tables
from engine.store.queries import definitions, scope
from engine.store.queries import public as queries
from engine.web.context import runtime
from engine.web.language import t, today, translate

if TYPE_CHECKING:
    from engine.core.messages import Text

STATES = {"open": "good", "coming": "info", "over": "plain", "ended": "bad"}


@dataclass(frozen=True, slots=True)
class Line:
    """A link as the list shows it."""

    register: str
    about: str
    state: str

    @property
    def tone(self) -> str:
        return STATES[self.state]


def surveys(db: Connection) -> dict[str, Text]:
    """Register in force → its name."""
    rows = definitions.published(db, "register")
    return {row.key: runtime().library.register(db, row.digest).definition.name for row in rows}


def state_of(row: Any, day: str) -> str:
    """One of STATES, on a day."""
    if row.ended_ref is not None:
        return "ended"
    if row.starts_on > day:
        return "coming"
    return "over" if row.ends_on is not None and row.ends_on <= day else "open"


def in_state(state: str, day: str) -> ColumnElement[bool]:
    """The links of one of STATES on a day."""
    live, begun = tables.PublicLink.ended_ref.is_(None), tables.PublicLink.starts_on <= day
    runs = or_(tables.PublicLink.ends_on.is_(None), tables.PublicLink.ends_on > day)
    return {
        "ended": ~live, "coming": and_(live, ~begun), "over": and_(live, begun, ~runs), "open": and_(live, begun, runs),
    }[state]  # fmt: skip


class PublicLinkView(SecureModelView):
    """Tautan publik."""

    permission = ("admin",)
    column_list = ("register", "about", "label", "code", "starts_on", "ends_on", "state")
    searched = False
    orders: Mapping[str, Order] = {
        "newest": Order(lambda: (tables.PublicLink.id,), (int,), lambda row: (row.id,), descending=True),
        "oldest": Order(lambda: (tables.PublicLink.id,), (int,), lambda row: (row.id,)),
    }
    filters = (
        Filter(
            "link_state",
            "select",
            lambda view, state: in_state(state, today().isoformat()),
            lambda view: [(state, t(f"links.state.{state}")) for state in STATES],
        ),
    )
    list_template = "backoffice/public_links/list.html"

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        table = tables.PublicLink.__table__.c
        unit = scope.scope_condition(actor, table.unit_id, scope.OVERSEERS[:1])
        person = scope.person_condition(actor, table.person_id, today(), scope.OVERSEERS[:1])
        nobody = and_(
            table.person_id.is_(None), table.unit_id.is_(None), scope.over_everything(actor, scope.OVERSEERS[:1])
        )
        return or_(and_(table.unit_id.is_not(None), unit), and_(table.person_id.is_not(None), person), nobody)

    def details(self, rows: Sequence[tables.PublicLink]) -> Mapping[int, Line]:
        """Each link in words: three questions for the whole page."""
        people, units = queries.named(self.db, rows)
        names = surveys(self.db)
        day = today().isoformat()
        return {
            row.id: Line(
                translate(names[row.register]) if row.register in names else row.register,
                people.get(row.person_id or 0) or units.get(row.unit_id or 0) or t("links.everybody"),
                state_of(row, day),
            )
            for row in rows
        }

    def cell(self, row: tables.PublicLink, name: str, more: Mapping[int, Line]) -> str:
        line = more[row.id]
        cells = {
            "register": lambda: line.register,
            "about": lambda: line.about,
            "code": lambda: codes.grouped(row.code),
            "state": lambda: t(f"links.state.{line.state}"),
        }
        return cells[name]() if name in cells else super().cell(row, name, more)
