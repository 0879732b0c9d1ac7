"""The denials: acts that were refused, by whom and when. Reads only; nothing else remembers a refused act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement

from admin import words
from admin.listing import Order
from admin.trail import by_day
from admin.views import SecureModelView
from engine.core.case import Actor
from engine.store import tables
from engine.store.queries import event_lists
from engine.web.language import t, today


class DenialView(SecureModelView):
    """Penolakan."""

    column_list = ("at", "who", "act", "target", "message_key", "address")
    orders: Mapping[str, Order] = {
        "newest": Order(
            lambda: (tables.Denial.at, tables.Denial.id), (str, int), lambda row: (row.at, row.id), descending=True
        ),
        "oldest": Order(lambda: (tables.Denial.at, tables.Denial.id), (str, int), lambda row: (row.at, row.id)),
    }
    filters = (by_day("from"), by_day("until"))
    list_template = "backoffice/denials/list.html"

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return event_lists.denials_in_scope(self.db, actor, today())

    def search(self, text: str) -> ColumnElement[bool]:
        return tables.Denial.actor_id.in_(event_lists.ids_of(text))

    def details(self, rows: Sequence[tables.Denial]) -> Mapping[int, Any]:
        ids = sorted({row.actor_id for row in rows if row.actor_id})
        return {row.id: row for row in event_lists.people_of_streams(self.db, [], ids)}

    def cell(self, row: tables.Denial, name: str, more: Mapping[int, Any]) -> str:
        if name == "at":
            return words.moment(row.at)
        if name == "who":
            return more[row.actor_id].name if row.actor_id in more else t("admin.anonymous")
        if name == "message_key":
            return words.reason(row.message_key)
        return super().cell(row, name, more)
