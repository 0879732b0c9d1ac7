"""Units: the tree on a day, and one unit with who sat where, what it was before, who may see it. Reads only.

What is done to units and posts stands in unit_acts.py and post_acts.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import request
from flask_admin import expose
from sqlalchemy import ColumnElement, Connection

from admin import asof, organisation_tree, told, words
from admin.asof import AsOf
from admin.organisation_tree import Branch, Leaf
from admin.views import SecureModelView
from engine.core.case import Actor
from engine.store import tables
from engine.store.queries import chairs, grants_over, organisation, scope, units
from engine.web.actor import require_actor
from engine.web.language import today

if TYPE_CHECKING:
    from engine.store.queries.organisation import Place

LONGEST = 100


@dataclass(frozen=True, slots=True)
class Chair:
    """A chair on a day with everybody who sat on it; nobody means vacant."""

    ref: str
    name: str
    level: str | None
    superior: str
    holders: tuple[Any, ...]


class UnitView(SecureModelView):
    """Unit."""

    column_list = ("name",)
    orders: Mapping[str, Any] = {}
    export_view = None

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return scope.scope_condition(actor, tables.Unit.__table__.c.id)

    @expose("/")
    def index_view(self) -> str:
        """The tree on a day; searched, or narrowed to vacancies, it is a flat list."""
        when, actor = asof.read(), require_actor()
        searched = " ".join(request.args.get("q", "").split())[:LONGEST]
        only_vacant, under = request.args.get("vacant") == "1", request.args.get("under")
        leaves = self._leaves(actor, when)
        branches = organisation_tree.grow(leaves, self._counts(actor, when), under)
        known = {leaf.ref: leaf for leaf in leaves}
        flat = searched or only_vacant
        return self.render(
            "backoffice/units/tree.html",
            branches=branches,
            found=list(_found(branches, searched, only_vacant)) if flat else None,
            path=lambda ref: organisation_tree.path(known, ref),
            units=len(leaves),
            when=when,
            searched=searched,
            only_vacant=only_vacant,
            under=known.get(under or ""),
        )

    def _leaves(self, actor: Actor, when: AsOf) -> list[Leaf]:
        if when.is_now:
            rows = units.tree(self.db, actor)
            refs = {row.id: row.ref for row in rows}
            return [Leaf(row.ref, row.name, refs.get(row.parent_id)) for row in rows]
        keys = units.keys_in_scope(self.db, actor)
        places = organisation.places(self.db, "unit", when.asked, keys)
        return [Leaf(place.ref, place.name, place.fields["parent"]) for place in places.values()]

    def _counts(self, actor: Actor, when: AsOf) -> dict[str, tuple[int, int]]:
        """Unit → its posts, and those of them on which nobody sat."""
        if when.is_now:
            return {row.ref: (row.posts, row.vacant) for row in chairs.by_unit(self.db, actor, when.on)}
        places = organisation.places(self.db, "post", when.asked)
        taken = {row.post_id for row in organisation.sitting(self.db, when.on, when.known)}
        found: dict[str, tuple[int, int]] = {}
        for place in places.values():
            posts, vacant = found.get(place.fields["unit"], (0, 0))
            found[place.fields["unit"]] = (posts + 1, vacant + (place.id not in taken))
        return found

    @expose("/<ref>")
    def unit_page(self, ref: str) -> str:
        when, actor = asof.read(), require_actor()
        unit = self.get_one(ref)
        place = organisation.place(self.db, "unit", ref, when.asked)
        posts = organisation.below(self.db, "post", "unit", ref, when.asked)
        seated = organisation.sitting(self.db, when.on, when.known, posts=[post.id for post in posts]) if posts else []
        return self.render(
            "backoffice/units/unit.html",
            unit=unit,
            place=place,
            parent=self._parent(place),
            chairs=list(_chairs(posts, seated, self._names(posts))),
            inside=organisation.below(self.db, "unit", "parent", ref, when.asked),
            history=told.of(self.db, "unit", unit.id),
            when=when,
            today=today(),
            administers=_administers(self.db, actor, unit.id),
        )

    def _parent(self, place: Place | None) -> tables.Unit | None:
        """The unit above, where the actor oversees it too."""
        above = place.fields["parent"] if place else None
        return self.get_query().filter(tables.Unit.ref == above).one_or_none() if above else None

    def _names(self, posts: Sequence[Place]) -> dict[str, str]:
        above = {post.fields["superior"] for post in posts if post.fields["superior"]}
        return units.post_names(self.db, above)

    @expose("/<ref>/access")
    def access_page(self, ref: str) -> str:
        """Who may see a unit, by which right over which unit, and who gave it."""
        unit = self.get_one(ref)
        day = asof.read().on
        rights = grants_over.unit(self.db, unit.id, day)
        return self.render("backoffice/units/access.html", unit=unit, rights=rights, roles=words.RIGHTS, on=day)


def _found(branches: Sequence[Branch], searched: str, only_vacant: bool) -> Iterator[Branch]:
    for branch in organisation_tree.every(branches):
        if searched.lower() in branch.unit.name.lower() and (branch.vacant or not only_vacant):
            yield branch


def _chairs(posts: Iterable[Place], seated: Sequence[Any], names: Mapping[str, str]) -> Iterator[Chair]:
    by_post: dict[int, list[Any]] = {}
    for row in seated:
        by_post.setdefault(row.post_id, []).append(row)
    for post in posts:
        above = names.get(post.fields["superior"] or "", "")
        yield Chair(post.ref, post.name, post.fields["level"], above, tuple(by_post.get(post.id, ())))


def _administers(db: Connection, actor: Actor, unit_id: int) -> bool:
    """Whether buttons are worth showing: the verbs ask the same again, and more."""
    return actor.has("admin") and units.is_administered(db, actor, unit_id)


def unit_options(db: Connection, actor: Actor) -> list[tuple[str, str]]:
    """The units of a scope to choose from, indented as in the tree: (ref, name)."""
    rows = units.offered(db, actor)  # by name
    known = {row.id for row in rows}
    below: dict[int | None, list[Any]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    found, waiting = [], [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        found.append((row.ref, "\u2003" * depth + row.name))
        waiting += [(each, depth + 1) for each in reversed(below.get(row.id, ()))]
    return found


def as_admin(actor: Actor) -> Actor:
    """The actor with his rights of administration alone: for choices that end in a verb."""
    return replace(actor, rights=tuple(right for right in actor.rights if right.role == "admin"))
