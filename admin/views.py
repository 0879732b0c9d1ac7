"""What every page of the backoffice that Flask-Admin serves derives from. A test fails where a view does not.

Flask-Admin is open by default: here nothing is shown without `scope`, and none of its own doors that write, read by
integer key or answer its JavaScript is registered. Its assets are not served.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from flask import Response, request
from flask_admin import BaseView, expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.model import BaseModelView
from sqlalchemy import ColumnElement, Connection, false, func
from sqlalchemy.orm import Query
from wtforms import Form

from admin import listing
from admin.export import stream
from admin.listing import Filter, Listing, Order
from admin.reading import SessionHandle
from engine.core.case import Actor
from engine.core.errors import NotAllowed, NotFound
from engine.core.messages import Message
from engine.web.actor import may, require_actor
from engine.web.language import t

OVERSEERS = ("admin", "auditor")


class SecureView(BaseView):
    """A page for those who oversee: closed to everybody else, and reading in one transaction."""

    permission: ClassVar[tuple[str, ...]] = OVERSEERS  # read by the door (engine.web.actor)
    section: ClassVar[str] = ""  # its entry of the menu

    def __init__(self, session: SessionHandle, url: str, section: str) -> None:
        self.session = session
        super().__init__(name=section, endpoint=f"admin_{section}", url=url)

    def is_accessible(self) -> bool:
        return may(*self.permission)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        raise NotAllowed(Message("error.not_allowed"))

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with self.session.reading():
            return fn(self, *args, **kwargs)

    @property
    def db(self) -> Connection:
        """The connection of this request's reading transaction, for queries."""
        return self.session.connection()


class SecureModelView(SecureView, ModelView):
    """A list over a table that nobody edits here, and the pages of its rows.

    A subclass names its columns, its orders, its filters and its `scope`; without a scope it shows nothing.
    """

    can_create = can_edit = can_delete = can_view_details = False
    create_view = edit_view = details_view = delete_view = action_view = ajax_lookup = ajax_update = export = None

    orders: ClassVar[Mapping[str, Order]]
    filters: ClassVar[Sequence[Filter]] = ()
    searched: ClassVar[bool] = True
    page_size = 50
    column_sortable_list = ()  # Flask-Admin's own sorting is never asked; see `orders`
    column_auto_select_related = False  # nor its joins: a view names what it loads

    def __init__(self, session: SessionHandle, model: Callable[[], type], url: str, section: str) -> None:
        # Not ModelView's own: it asks the mapper, and so maps all tables at the start, for what no page of ours uses.
        self.session = session
        BaseModelView.__init__(self, model, name=section, endpoint=f"admin_{section}", url=url)

    @property
    def model(self) -> Any:
        """The mapped class whose rows it lists."""
        return self._model()

    @model.setter
    def model(self, found: Callable[[], type]) -> None:
        self._model = found

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        """Which rows an actor may see. Closed until a subclass says otherwise."""
        return false()

    def search(self, text: str) -> ColumnElement[bool]:
        """Which rows a searched text means."""
        return false()

    def get_query(self) -> Query[Any]:
        return self.session.query(self.model).filter(self.scope(require_actor()))

    def get_count_query(self) -> Query[Any]:
        return self.session.query(func.count()).select_from(self.model).filter(self.scope(require_actor()))

    def get_one(self, id: Any) -> Any:
        """The row of a ref; NotFound outside the actor's scope."""
        found = self.get_query().filter(self.model.ref == id).one_or_none()
        if found is None:
            raise NotFound(Message("error.http.404"))
        return found

    def details(self, rows: Sequence[Any]) -> Mapping[Any, Any]:
        """What the list shows beside the table's own columns, asked once a page: key of a row → anything."""
        return {}

    @expose("/")
    def index_view(self) -> str:
        """The list, narrowed and searched by the address alone."""
        found = self.listing()
        return self.render(self.list_template, listing=found, more=self.details(found.page.rows))

    @expose("/export.csv")
    def export_view(self) -> Response:
        """The list as it is narrowed now, all pages of it."""
        listing.judge(self, request.args)
        titles = [self.column_title(name) for name in self.columns()]
        return stream(f"{self.name}.csv", titles, self._export_rows)

    def column_title(self, name: str) -> str:
        return t(f"admin.column.{self.name}.{name}")

    def listing(self, size: int | None = None) -> Listing:
        """What the address asks for."""
        return listing.read(self, request.args, size or self.page_size)

    def cells(self, row: Any, more: Mapping[Any, Any]) -> list[str]:
        """A row as text, one cell for each column."""
        return [self.cell(row, name, more) for name in self.columns()]

    def columns(self) -> Sequence[str]:
        """The columns of its file."""
        return self.column_list

    def cell(self, row: Any, name: str, more: Mapping[Any, Any]) -> str:
        """One cell as text."""
        found = getattr(row, name)
        return "" if found is None else str(found)

    def _export_rows(self, limit: int) -> listing.Rows:
        with self.session.reading():
            for rows in listing.batches(self, request.args, limit):
                more = self.details(rows)
                yield from (self.cells(row, more) for row in rows)
                self.session.expunge_all()

    def _refresh_forms_cache(self) -> None:
        # No form is made from a table: nothing of it can be assigned, whatever is posted.
        self._form_ajax_refs: dict[str, Any] = {}
        self._create_form_class = self._edit_form_class = self._delete_form_class = self._action_form_class = Form
        self.column_editable_list = {}

    def get_column_names(self, only_columns: Sequence[str], excluded_columns: Any) -> list[tuple[str, str]]:
        # Titles are column_title's. Flask-Admin asks the mapper for each name, which maps all tables at the start.
        return [(name, name) for name in only_columns]

    def init_actions(self) -> None:
        self._actions: list[Any] = []
        self._actions_data: dict[str, Any] = {}
