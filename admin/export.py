"""Lists as CSV (RFC 4180), sent as they are read, with nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence

from flask import Response, stream_with_context

from engine.web.cells import plain
from engine.web.downloads import saved_as
from engine.web.i18n import number
from engine.web.language import language, t

MOST_ROWS = 50_000
BYTE_ORDER_MARK = "\ufeff"  # else Excel reads UTF-8 as something older


def stream(name: str, titles: Sequence[str], rows: Callable[[int], Iterable[Sequence[str]]]) -> Response:
    """Answer with a file of these rows under these titles; `rows` is asked for one more than may be sent.

    Where there are more than MOST_ROWS, the last line says so.
    """
    lines = stream_with_context(_lines(titles, rows(MOST_ROWS + 1)))
    return saved_as(Response(lines, mimetype="text/csv"), f"siklus-{name}")


def _lines(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _line(titles)
    for count, row in enumerate(rows):
        if count == MOST_ROWS:
            yield _line([t("admin.list.cut", limit=number(MOST_ROWS, language()))])
            return
        yield _line(row)


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerow([plain(cell) for cell in cells])
    return text.getvalue()
