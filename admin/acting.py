"""Acting orders: the list of who acts for whom, now, in time to come and before. Reads only; acts in acting_acts.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, or_
from sqlalchemy.orm import Query, joinedload

from admin.listing import Filter, Order
from admin.views import SecureModelView
from engine.core.case import Actor
from engine.store import tables
from engine.store.queries import acting as queries
from engine.store.queries import definitions, scope
from engine.web import labels
from engine.web.context import runtime
from engine.web.language import t, today, translate

WHEN = ("current", "coming", "ended")


def when(row: tables.ActingOrder, on: date) -> str:
    """Whether an order holds on a day, will, or does no more."""
    day = on.isoformat()
    if row.ends_on is not None and row.ends_on <= day:
        return "ended"
    return "coming" if row.starts_on > day else "current"


def at_time(value: str, on: date) -> ColumnElement[bool]:
    """The orders of one of WHEN."""
    day = on.isoformat()
    over = and_(tables.ActingOrder.ends_on.is_not(None), tables.ActingOrder.ends_on <= day)
    if value == "ended":
        return over
    begun = tables.ActingOrder.starts_on <= day
    return and_(
        or_(tables.ActingOrder.ends_on.is_(None), tables.ActingOrder.ends_on > day),
        begun if value == "current" else ~begun,
    )


def scopes(db: Connection) -> dict[str, dict[str, str]]:
    """What an order may be bounded to, in words by key: the published workflows, their roles but that of the subject.

    A role that several workflows have is called as in the first.
    """
    found: dict[str, dict[str, str]] = {"workflow": {}, "role": {}}
    for row in definitions.published(db, "workflow"):
        definition = runtime().library.definition(db, row.digest)
        found["workflow"][definition.key] = translate(definition.name)
        for spec in definition.roles:
            if spec.rule != "subject":
                found["role"].setdefault(spec.key, translate(labels.label(spec)))
    return found


class ActingView(SecureModelView):
    """Penugasan Plt dan Plh."""

    column_list = ("person", "deputy", "kind", "number", "starts_on", "ends_on", "scope", "when")
    orders: Mapping[str, Order] = {
        "newest": Order(lambda: (tables.ActingOrder.id,), (int,), lambda row: (row.id,), descending=True),
        "starts": Order(
            lambda: (tables.ActingOrder.starts_on, tables.ActingOrder.id),
            (str, int),
            lambda row: (row.starts_on, row.id),
            descending=True,
        ),
    }
    filters = (
        Filter(
            "when",
            "select",
            lambda view, value: at_time(value, today()),
            lambda view: [(value, t(f"acting.when.{value}")) for value in WHEN],
        ),
    )
    list_template = "backoffice/acting/list.html"

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        table = tables.ActingOrder.__table__.c
        return and_(tables.ActingOrder.superseded_by.is_(None), scope.person_condition(actor, table.person_id, today()))

    def search(self, text: str) -> ColumnElement[bool]:
        return queries.of_named(text)

    def get_query(self) -> Query[tables.ActingOrder]:
        return super().get_query().options(joinedload(tables.ActingOrder.person), joinedload(tables.ActingOrder.deputy))

    def details(self, rows: Sequence[tables.ActingOrder]) -> Mapping[str, Mapping[str, str]]:
        """The words of what orders are bounded to; nothing is asked where none is."""
        return scopes(self.db) if any(any(queries.reach(row.scope)) for row in rows) else {}

    def cell(self, row: tables.ActingOrder, name: str, more: Mapping[str, Mapping[str, str]]) -> str:
        cells = {
            "person": lambda: row.person.name,
            "deputy": lambda: row.deputy.name,
            "kind": lambda: t(f"acting.kind.{row.kind}"),
            "scope": lambda: self.reach(row, more),
            "when": lambda: t(f"acting.when.{when(row, today())}"),
        }
        return cells[name]() if name in cells else super().cell(row, name, more)

    @staticmethod
    def reach(row: tables.ActingOrder, more: Mapping[str, Mapping[str, str]]) -> str:
        """In what the deputy acts, in words; what is published no more is readable all the same."""
        found = [
            more[kind].get(key) or translate(labels.readable(key))
            for kind, keys in zip(("workflow", "role"), queries.reach(row.scope), strict=True)
            for key in keys
        ]
        return ", ".join(found) or t("acting.everything")

    @staticmethod
    def state(row: tables.ActingOrder) -> str:
        """One of WHEN, today."""
        return when(row, today())
