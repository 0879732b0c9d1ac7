"""Keys of the JSON API: which there are inside the reader's units, what each may, when it was used. Reads only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select

from admin.listing import Filter, Order
from admin.views import SecureModelView
from engine.core import times
from engine.core.case import Actor
from engine.core.messages import Text, readable
from engine.store import tables
from engine.store.queries import api_keys as queries
from engine.store.queries import definitions, units
from engine.web.context import now, runtime
from engine.web.language import show, t

STATES = {"live": "good", "over": "plain", "revoked": "bad"}


class Line(NamedTuple):
    """A key as the list shows it."""

    state: str
    who: str
    unit: str
    used_at: Any
    ends_at: Any
    scopes: tuple[str, ...]
    register: Text | None

    @property
    def tone(self) -> str:
        return STATES[self.state]


class ApiKeyView(SecureModelView):
    """Kunci API."""

    permission = ("admin",)
    column_list = ("name", "who", "unit", "scopes", "ends_at", "used_at", "state")
    orders: Mapping[str, Order] = {
        "newest": Order(lambda: (tables.ApiKey.id,), (int,), lambda row: (row.id,), descending=True),
        "oldest": Order(lambda: (tables.ApiKey.id,), (int,), lambda row: (row.id,)),
    }
    filters = (
        Filter(
            "key_state",
            "select",
            lambda view, state: queries.in_state(state, times.to_text(now())),
            lambda view: [(state, t(f"api_keys.state.{state}")) for state in STATES],
        ),
    )
    list_template = "backoffice/api_keys/list.html"

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return queries.keys_in_scope(actor)

    def search(self, text: str) -> ColumnElement[bool]:
        return tables.ApiKey.name.icontains(text, autoescape=True)

    def details(self, rows: Sequence[tables.ApiKey]) -> Mapping[int, Line]:
        """Row → what stands beside it: three questions, and what registers are called where a key is for one alone."""
        people = {row.person_id for row in rows}
        names = {
            row.id: row.name
            for row in self.db.execute(select(tables.Person.id, tables.Person.name).where(tables.Person.id.in_(people)))
        }
        places, used = (
            units.by_keys(self.db, {row.unit_id for row in rows}),
            queries.used(self.db, [r.id for r in rows]),
        )
        books = self._books() if any(row.register for row in rows) else {}
        return {row.id: _line(row, names, places, used, books) for row in rows}

    def _books(self) -> Mapping[str, Text]:
        """What the registers in force are called, by key."""
        rt = runtime()
        rows = definitions.published(self.db, "register")
        return {row.key: rt.library.register(self.db, row.digest).definition.name for row in rows}

    def cell(self, row: tables.ApiKey, name: str, more: Mapping[int, Line]) -> str:
        line = more[row.id]
        cells = {
            "who": lambda: line.who,
            "unit": lambda: line.unit,
            "scopes": lambda: "; ".join(t(f"api_keys.scope.{scope}") for scope in line.scopes),
            "ends_at": lambda: show(line.ends_at),
            "used_at": lambda: show(line.used_at) if line.used_at else "",
            "state": lambda: t(f"api_keys.state.{line.state}"),
        }
        return cells[name]() if name in cells else super().cell(row, name, more)


def _line(
    row: Any, names: Mapping[int, str], places: Mapping[int, Any], used: Mapping[int, str], books: Mapping[str, Text]
) -> Line:
    state = "revoked" if row.revoked_at else ("live" if times.to_datetime(row.ends_at) > now() else "over")
    last = used.get(row.id)
    return Line(
        state, names[row.person_id], places[row.unit_id].name, times.to_datetime(last) if last else None,
        times.to_datetime(row.ends_at), tuple(json.loads(row.scopes)),
        books.get(row.register, readable(row.register)) if row.register else None,
    )  # fmt: skip
