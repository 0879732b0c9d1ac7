"""One page of a list: searched, narrowed, ordered and paged by keyset, all from the address. Draws nothing.

Only the declared filters and orders are taken; a value that a filter does not offer is a bad request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, func, true, tuple_
from sqlalchemy.orm import Query

from engine.core.errors import BadRequest
from engine.core.messages import Message
from engine.web.pager import PARAM, Cursor, Page, read_cursor, with_args
from engine.web.reading import day

CAP = 10_000
BATCH = 500
LONGEST = 200  # characters of what is searched for
Rows = Iterator[list[str]]


class Order(NamedTuple):
    """A way to go through a list. The last column is unique; `place` reads their values off a row.

    `columns` is asked at the first list, not where a view is written: a start needs no table.
    """

    columns: Callable[[], tuple[Any, ...]]
    readers: tuple[Callable[[Any], Any], ...]
    place: Callable[[Any], tuple[Any, ...]]
    descending: bool = False
    parts: Callable[[Cursor | None], Sequence[Part]] | None = None


class Part(NamedTuple):
    """Some of the rows of a list, that come before or after all others; `after`: from which place on, None for all.

    Where each part has an index by which to go, and all together have none.
    """

    condition: ColumnElement[bool]
    columns: tuple[Any, ...]
    after: tuple[Any, ...] | None


class Filter(NamedTuple):
    """One way to narrow a list: `name` in the address, and the condition that a value means.

    kind: select (with `options`: pairs of value and words), date, text, check (value "1"), or led: no field, but what a
    link has brought along, until the reader takes it away (`told`: value → words, or None for what he may not ask).
    """

    name: str
    kind: str
    condition: Callable[[Any, str], ColumnElement[bool]]
    options: Callable[[Any], Sequence[tuple[str, str]]] = lambda view: ()
    told: Callable[[Any, str], str | None] = lambda view, value: None


class Control(NamedTuple):
    """A filter as the page draws it."""

    filter: Filter
    value: str
    options: tuple[tuple[str, str], ...]
    words: str = ""  # of a value that a link has brought along
    without: str = ""  # the address of the list without it


@dataclass(frozen=True, slots=True)
class Listing:
    """What the page of a list needs. `count` is exact up to CAP; `capped` says that there are more."""

    page: Page[Any]
    count: int
    capped: bool
    search: str
    controls: tuple[Control, ...]
    order: str
    orders: tuple[str, ...]
    query_string: str

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search) or any(control.value for control in self.controls)


class Listed(Protocol):
    """What a list asks of its view."""

    orders: Mapping[str, Order]
    filters: Sequence[Filter]
    model: Any
    session: Any

    def get_query(self) -> Query[Any]: ...
    def search(self, text: str) -> ColumnElement[bool]: ...


def read(view: Listed, args: Mapping[str, str], size: int) -> Listing:
    """Answer what an address asks of a list."""
    controls = tuple(_control(view, each, args) for each in view.filters)
    name, order = _order(view, args)
    cursor = read_cursor(args, order.readers)
    query = _narrowed(view, args, controls)
    found = _rows(query, order, cursor, size + 1)
    page = Page.of(found, size, cursor, order.place)
    count = len(page.rows) if cursor is None and page.next is None else _count(view, query)
    return Listing(
        page=page,
        count=min(count, CAP),
        capped=count > CAP,
        search=_searched(args),
        controls=controls,
        order=name,
        orders=tuple(view.orders),
        query_string=with_args(args, **{PARAM: None}).removeprefix("?"),
    )


def judge(view: Listed, args: Mapping[str, str]) -> None:
    """Raise what is wrong with what an address asks of a list; a file has begun before its rows are asked for."""
    controls = tuple(_control(view, each, args) for each in view.filters)
    _order(view, args)
    _narrowed(view, args, controls)


def narrowed(view: Listed, args: Mapping[str, str]) -> Query[Any]:
    """The rows that an address means, whatever their order; for what is done to all of them."""
    return _narrowed(view, args, tuple(_control(view, each, args) for each in view.filters))


def batches(view: Listed, args: Mapping[str, str], limit: int) -> Iterator[list[Any]]:
    """All rows that an address asks for, in its order, a batch at a time; at most `limit`."""
    controls = tuple(_control(view, each, args) for each in view.filters)
    _, order = _order(view, args)
    query = _narrowed(view, args, controls)
    cursor: Cursor | None = None
    while limit > 0:
        rows = _rows(query, order, cursor, min(BATCH, limit))
        if not rows:
            return
        yield rows
        limit -= len(rows)
        cursor = Cursor(order.place(rows[-1]))


def _control(view: Listed, each: Filter, args: Mapping[str, str]) -> Control:
    value = args.get(each.name, "").strip()[:LONGEST]
    if each.kind == "led":
        return _led(view, each, args, value)
    options = tuple(each.options(view))
    if value and each.kind == "select" and value not in dict(options):
        raise BadRequest(Message("admin.list.unknown_choice", found=value))
    if value and each.kind == "date" and day(value) is None:
        raise BadRequest(Message("admin.list.not_a_day", found=value))
    return Control(each, value, options)


def _led(view: Listed, each: Filter, args: Mapping[str, str], value: str) -> Control:
    words = each.told(view, value) if value else ""
    if words is None:
        raise BadRequest(Message("admin.list.unknown_choice", found=value))
    return Control(each, value, (), words, with_args(args, **{each.name: None, PARAM: None}))


def _order(view: Listed, args: Mapping[str, str]) -> tuple[str, Order]:
    name = args.get("order") or next(iter(view.orders))
    if name not in view.orders:
        raise BadRequest(Message("admin.list.unknown_choice", found=name[:LONGEST]))
    return name, view.orders[name]


def _narrowed(view: Listed, args: Mapping[str, str], controls: Sequence[Control]) -> Query[Any]:
    query = view.get_query()
    if searched := _searched(args):
        query = query.filter(view.search(searched))
    for control in controls:
        if control.value:
            query = query.filter(control.filter.condition(view, control.value))
    return query


def _searched(args: Mapping[str, str]) -> str:
    return " ".join(args.get("q", "").replace("\0", " ").split())[:LONGEST]


def _rows(query: Query[Any], order: Order, cursor: Cursor | None, limit: int) -> list[Any]:
    falling = order.descending != (cursor is not None and cursor.backwards)
    whole = Part(true(), order.columns(), cursor.values if cursor is not None else None)
    found: list[Any] = []
    for part in order.parts(cursor) if order.parts is not None else (whole,):
        if len(found) < limit:
            found += _ordered(query.filter(part.condition), part, falling).limit(limit - len(found)).all()
    return found


def _ordered(query: Query[Any], part: Part, falling: bool) -> Query[Any]:
    if part.after is not None:
        here, there = tuple_(*part.columns), tuple_(*part.after)
        query = query.filter(here < there if falling else here > there)
    return query.order_by(*(column.desc() if falling else column.asc() for column in part.columns))


def _count(view: Listed, query: Query[Any]) -> int:
    """How many rows, but no further than one above CAP: counting all of a large table costs more than the page."""
    keys = query.with_entities(*view.model.__table__.primary_key.columns).limit(CAP + 1)
    return int(view.session.query(func.count()).select_from(keys.subquery()).scalar())
