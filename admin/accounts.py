"""Accounts: who can sign in, who has a code and has not used it, who has nothing yet, who is shut or held up.

Reads only; codes are given in account_acts.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, Connection

from admin import words
from admin.listing import Filter, Order
from admin.units import unit_options
from admin.views import SecureModelView
from engine import tries
from engine.core import times
from engine.core.case import Actor
from engine.store import tables
from engine.store.queries import account_lists as queries
from engine.store.queries import chairs, codes, people_search, scope
from engine.web.actor import require_actor
from engine.web.context import now, runtime
from engine.web.language import show, t, today

STATES = ("none", "waiting", "open", "shut", "held")
TONES = {"none": "plain", "waiting": "warn", "open": "good", "shut": "bad", "held": "bad"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody can sign in: one of STATES, with the moment that belongs to it."""

    state: str
    at: Any = None
    has_factor: bool = False
    units: tuple[str, ...] = ()

    @property
    def tone(self) -> str:
        return TONES[self.state]


class AccountView(SecureModelView):
    """Akun."""

    column_list = ("name", "nip", "email", "unit", "state", "at")
    orders: Mapping[str, Order] = {
        "name": Order(
            lambda: (tables.Person.name_lower, tables.Person.id), (str, int), lambda row: (row.name_lower, row.id)
        ),
        "newest": Order(lambda: (tables.Person.id,), (int,), lambda row: (row.id,), descending=True),
    }
    filters = (
        Filter("unit", "select", lambda view, ref: chairs.in_unit(ref, today()), lambda view: view.units()),
        Filter(
            "account",
            "select",
            lambda view, state: view.in_state(state),
            lambda view: [(state, t(f"admin.account_state.{state}")) for state in STATES],
        ),
    )
    list_template = "backoffice/accounts/list.html"

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return scope.person_condition(actor, tables.Person.__table__.c.id, today()) & tables.Person.active.is_(True)

    def search(self, text: str) -> ColumnElement[bool]:
        return people_search.named(text)

    def units(self) -> list[tuple[str, str]]:
        return unit_options(self.db, require_actor())

    def in_state(self, state: str) -> ColumnElement[bool]:
        """The condition of a state; whoever is held up is found by the tries of the last hours."""
        at = times.to_text(now())
        if state == "held":
            return tables.Person.__table__.c.id.in_(self._held())
        ways = {
            "none": ~codes.has_password() & ~codes.has_live_code(at) & ~codes.is_shut(),
            "waiting": codes.has_live_code(at) & ~codes.is_shut(),
            "open": codes.has_password() & ~codes.is_shut(),
            "shut": codes.is_shut(),
        }
        return ways[state]

    def _held(self) -> list[int]:
        failing = queries.failing(self.db, now())
        if not failing:
            return []
        known = queries.account_refs(self.db)
        return [row.id for row in known if tries.name_hash(runtime(), row.ref) in failing]

    def details(self, rows: Sequence[tables.Person]) -> Mapping[int, Standing]:
        failing = queries.failing(self.db, now())
        seats: dict[int, list[str]] = {}
        for chair in chairs.of_people(self.db, [row.id for row in rows], today()):
            seats.setdefault(chair.person_id, []).append(chair.unit)
        found = {row.id: row for row in queries.standings(self.db, [row.id for row in rows], times.to_text(now()))}
        held = {row.id for row in rows if failing and tries.name_hash(runtime(), row.ref) in failing}
        return {row.id: _standing(found[row.id], row.id in held, tuple(seats.get(row.id, ()))) for row in rows}

    def cell(self, row: tables.Person, name: str, more: Mapping[int, Standing]) -> str:
        standing = more[row.id]
        if name == "unit":
            return "; ".join(standing.units)
        if name == "state":
            return t(f"admin.account_state.{standing.state}")
        if name == "at":
            return show(standing.at) if standing.at else ""
        return words.nip(row.nip) if name == "nip" and row.nip else super().cell(row, name, more)

    @property
    def chosen_unit(self) -> str:
        """The ref of the unit that the list is narrowed to; "" for none."""
        return request.args.get("unit", "")


def standing_of(db: Connection, person_id: int) -> Standing:
    """How one person can sign in; whether he is held up just now is not asked."""
    return _standing(queries.standings(db, [person_id], times.to_text(now()))[0], False, ())


def _standing(row: Any, is_held: bool, units: tuple[str, ...]) -> Standing:
    has_factor = row.factor_since is not None
    if row.disabled_at is not None:
        return Standing("shut", times.to_datetime(row.disabled_at), has_factor, units)
    if row.expires_at is not None:
        return Standing("waiting", times.to_datetime(row.expires_at), has_factor, units)
    if not row.password_hash:
        return Standing("none", None, has_factor, units)
    if is_held:
        return Standing("held", None, has_factor, units)
    return Standing("open", times.to_datetime(row.seen_at) if row.seen_at else None, has_factor, units)
