"""Posts: the list with who sits where; one post with its holders over time and the posts above it. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask_admin import expose
from sqlalchemy import ColumnElement, exists

from admin import asof, place_words, tenures, told
from admin.listing import Filter, Order
from admin.units import unit_options
from admin.views import SecureModelView
from engine.core.case import Actor
from engine.store import tables
from engine.store.queries import chairs, organisation, scope, units
from engine.web.actor import require_actor
from engine.web.language import t, today

if TYPE_CHECKING:
    from engine.store.queries.organisation import Place


def _vacant(value: str) -> ColumnElement[bool]:
    held = exists().where(tables.Appointment.__table__.c.post_id == tables.Post.id, chairs.sits(today()))
    return ~held if value == "yes" else held


class PostView(SecureModelView):
    """Jabatan."""

    column_list = ("name", "unit", "kind", "level", "position_class", "holder")
    orders: Mapping[str, Order] = {
        "name": Order(lambda: (tables.Post.name, tables.Post.id), (str, int), lambda row: (row.name, row.id)),
        "newest": Order(lambda: (tables.Post.id,), (int,), lambda row: (row.id,), descending=True),
    }
    filters = (
        Filter("unit", "select", lambda view, ref: chairs.below_unit(ref), lambda view: view.units()),
        Filter(
            "vacant",
            "select",
            lambda view, value: _vacant(value),
            lambda view: [("yes", t("admin.unit.is_vacant")), ("no", t("organisation.is_held"))],
        ),
    )
    list_template = "backoffice/posts/list.html"

    def is_visible(self) -> bool:
        return False  # reached from the units; the menu has one entry for the organisation

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return scope.scope_condition(actor, tables.Post.__table__.c.unit_id)

    def search(self, text: str) -> ColumnElement[bool]:
        return tables.Post.name.icontains(text, autoescape=True)

    def units(self) -> list[tuple[str, str]]:
        return unit_options(self.db, require_actor())

    def details(self, rows: Sequence[tables.Post]) -> Mapping[str, Any]:
        seated = self._seated(asof.AsOf(today(), None, None), [row.id for row in rows])
        return {"seated": seated, "units": units.by_keys(self.db, {row.unit_id for row in rows})}

    def cell(self, row: tables.Post, name: str, more: Mapping[str, Any]) -> str:
        if name == "holder":
            return "; ".join(held.person_name for held in more["seated"].get(row.id, ()))
        if name == "unit":
            return str(more["units"][row.unit_id].name)
        return place_words.kind(row.kind) if name == "kind" else super().cell(row, name, more)

    @expose("/<ref>")
    def post_page(self, ref: str) -> str:
        when, actor = asof.read(), require_actor()
        post = self.get_one(ref)
        line = organisation.upwards(self.db, ref, when.asked)
        place = line[0] if line else None
        seated = self._seated(when, [post.id, *(above.id for above in line)])
        held = organisation.tenures(self.db, post.id, when.known)
        return self.render(
            "backoffice/posts/post.html",
            post=post,
            place=place,
            unit=self._unit(place),
            line=[(above, seated.get(above.id, ())) for above in line[1:]],
            below=organisation.below(self.db, "post", "superior", ref, when.asked),
            held=held,
            drawing=tenures.draw(held, today()),
            sitting=seated.get(post.id, ()),
            history=told.of(self.db, "post", post.id),
            when=when,
            administers=actor.has("admin") and units.is_administered(self.db, actor, post.unit_id),
        )

    def _seated(self, when: asof.AsOf, posts: Sequence[int]) -> dict[int, list[Any]]:
        """Post → who sat on it that day."""
        found: dict[int, list[Any]] = {}
        for row in organisation.sitting(self.db, when.on, when.known, posts=posts):
            found.setdefault(row.post_id, []).append(row)
        return found

    def _unit(self, place: Place | None) -> Any:
        return units.by_ref(self.db, place.fields["unit"]) if place else None
