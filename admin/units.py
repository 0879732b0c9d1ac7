"""Units: the tree with its chairs, and one unit with who sits where. Also units to choose from. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from flask import request
from flask_admin import expose
from sqlalchemy import ColumnElement, Connection

from admin.views import SecureModelView
from engine.core.case import Actor
from engine.store.queries import chairs, units
from engine.store.queries.scope import scope_condition
from engine.store.tables import Unit
from engine.web.actor import require_actor
from engine.web.language import today


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit in the tree: how deep, its own chairs, and those of itself and all below it."""

    unit: Any
    depth: int
    posts: int
    vacant: int
    posts_below: int
    vacant_below: int


@dataclass(frozen=True, slots=True)
class Chair:
    """A chair with everybody who sits on it today; nobody means vacant."""

    post: Any
    holders: tuple[Any, ...]


class UnitView(SecureModelView):
    """Unit."""

    column_list = ("name",)
    orders: Mapping[str, Any] = {}
    export_view = None

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return scope_condition(actor, Unit.__table__.c.id)

    @expose("/")
    def index_view(self) -> str:
        actor = require_actor()
        counts = {row.unit_id: (row.posts, row.vacant) for row in chairs.by_unit(self.db, actor, today())}
        only_vacant = request.args.get("vacant") == "1"
        branches = [branch for branch in tree(units.tree(self.db, actor), counts) if branch.vacant or not only_vacant]
        return self.render("backoffice/units/tree.html", branches=branches, only_vacant=only_vacant)

    @expose("/<ref>")
    def unit_page(self, ref: str) -> str:
        actor = require_actor()
        unit = self.get_one(ref)
        rows = chairs.of_unit(self.db, actor, unit.id, today())
        inside = [branch for branch in tree(units.tree(self.db, actor), {}) if branch.unit.parent_id == unit.id]
        return self.render(
            "backoffice/units/unit.html",
            unit=unit,
            parent=self._parent(unit),
            chairs=tuple(_chairs(rows)),
            inside=inside,
        )

    def _parent(self, unit: Unit) -> Unit | None:
        """The unit above, where the actor oversees it too."""
        return self.get_query().filter(Unit.id == unit.parent_id).one_or_none()


def tree(rows: Sequence[Any], counts: Mapping[int, tuple[int, int]]) -> list[Branch]:
    """The units of a scope from the top down; `counts`: unit → (chairs, vacant ones)."""
    known = {row.id for row in rows}
    below: dict[int | None, list[Any]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    found: list[Branch] = []
    for top in below.get(None, ()):
        found.extend(_branches(top, 0, below, counts))
    return found


def _branches(
    unit: Any, depth: int, below: Mapping[int | None, list[Any]], counts: Mapping[int, tuple[int, int]]
) -> list[Branch]:
    inside: list[Branch] = []
    direct: list[Branch] = []
    for child in below.get(unit.id, ()):
        branches = _branches(child, depth + 1, below, counts)
        direct.append(branches[0])
        inside.extend(branches)
    posts, vacant = counts.get(unit.id, (0, 0))
    all_posts = posts + sum(branch.posts_below for branch in direct)
    all_vacant = vacant + sum(branch.vacant_below for branch in direct)
    return [Branch(unit, depth, posts, vacant, all_posts, all_vacant), *inside]


def unit_options(db: Connection, actor: Actor) -> list[tuple[str, str]]:
    """The units of a scope to choose from, indented as in the tree: (ref, name)."""
    branches = tree(units.tree(db, actor), {})
    return [(branch.unit.ref, "\u2003" * branch.depth + branch.unit.name) for branch in branches]


def as_admin(actor: Actor) -> Actor:
    """The actor with his rights of administration alone: for choices that end in a verb."""
    return replace(actor, rights=tuple(right for right in actor.rights if right.role == "admin"))


def _chairs(rows: Sequence[Any]) -> Iterator[Chair]:
    for _, found in groupby(rows, key=lambda row: row.ref):
        together = list(found)
        yield Chair(together[0], tuple(row for row in together if row.holder_ref))
