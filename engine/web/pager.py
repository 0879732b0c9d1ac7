"""Pages of a long list by keyset: a page begins after a row, not after a number of rows, so page 4,000 costs what
page 1 costs and a new row shifts nothing. Asks no database: the query does, with `Cursor` in hand.

    cursor = read_cursor(request.args, (datetime.fromisoformat, int))   # one reader per column of the order
    rows = queries.cases(db, actor, cursor=cursor, limit=SIZE + 1)      # one more than shown; reversed if backwards
    page = Page.of(rows, SIZE, cursor, lambda row: (row.opened_at.isoformat(), row.id))
    {{ pager(page) }}                                                   # macros/navigation.html
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

from engine.core.errors import BadRequest
from engine.core.messages import Message
from engine.web.reading import can_be_kept

PARAM = "page"
LONGEST = 500
Row = TypeVar("Row")


class Cursor(NamedTuple):
    """A place in an ordered list: the sort values of a row, and which way to read from there."""

    values: tuple[Any, ...]
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """What one page shows, and the cursors of its neighbours as text for the address (None = there is none)."""

    rows: tuple[Row, ...]
    previous: str | None
    next: str | None

    @classmethod
    def of(
        cls, found: Sequence[Row], size: int, cursor: Cursor | None, place: Callable[[Row], tuple[Any, ...]]
    ) -> "Page[Row]":
        """Make a page of at most `size` rows out of `size + 1` found ones.

        `found` is in the order of reading: reversed when the cursor is backwards. `place` answers the sort values of a
        row as JSON has them (text, integer); no order goes by a column that may hold nothing.
        """
        more = len(found) > size
        rows = tuple(found[:size])
        backwards = cursor is not None and cursor.backwards
        if backwards:
            rows = rows[::-1]
        if not rows:
            return cls((), None, None)
        has_previous = more if backwards else cursor is not None
        has_next = True if backwards else more
        return cls(
            rows,
            _text(place(rows[0]), True) if has_previous else None,
            _text(place(rows[-1]), False) if has_next else None,
        )


def read_cursor(args: Mapping[str, str], readers: Sequence[Callable[[Any], Any]]) -> Cursor | None:
    """The cursor of an address, each value read by the reader of its column; BadRequest for anything else."""
    text = args.get(PARAM, "")
    if not text:
        return None
    try:
        if len(text) > LONGEST:
            raise ValueError("too long")
        way, *values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if None in values:
            raise ValueError("a place in an order has all its values")
        read = tuple(reader(v) for reader, v in zip(readers, values, strict=True))
        if not all(map(can_be_kept, read)):
            raise ValueError("no column holds this")
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error, RecursionError):
        raise BadRequest(Message("error.cursor")) from None
    return Cursor(read, way == "<")


def with_args(args: Mapping[str, str], **changes: str | None) -> str:
    """The query string of this address with some arguments changed (None takes one away)."""
    merged = {**args, **changes}
    return "?" + urlencode({name: value for name, value in merged.items() if value})


def _text(values: tuple[Any, ...], backwards: bool) -> str:
    packed = json.dumps(["<" if backwards else ">", *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")
