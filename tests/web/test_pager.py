"""Paging by keyset: every row once, forwards and backwards, whatever the address says."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import BadRequest
from engine.web.pager import PARAM, Page, read_cursor, with_args


def query(rows, cursor, limit):
    """What a query with ORDER BY and a keyset condition answers."""
    if cursor is None:
        return rows[:limit]
    (place,) = cursor.values
    if cursor.backwards:
        return [row for row in reversed(rows) if row < place][:limit]
    return [row for row in rows if row > place][:limit]


def page_at(rows, size, text):
    cursor = read_cursor({PARAM: text} if text else {}, (int,))
    return Page.of(query(rows, cursor, size + 1), size, cursor, lambda row: (row,))


@given(st.lists(st.integers(-(2**63) + 1, 2**63 - 1), unique=True, max_size=40).map(sorted), st.integers(1, 7))
def test_walking_there_and_back_shows_every_row_once(rows, size):
    pages = [page_at(rows, size, None)]
    while pages[-1].next:
        pages.append(page_at(rows, size, pages[-1].next))
    assert [row for page in pages for row in page.rows] == rows
    back = [pages[-1]]
    while back[-1].previous:
        back.append(page_at(rows, size, back[-1].previous))
    assert [row for page in reversed(back) for row in page.rows] == rows


@pytest.mark.parametrize(
    "text",
    ["x", "!!!", "W10", "eyJhIjoxfQ", "WyI-IiwibiJd", "WyI-IiwxLDJd", "a" * 600, "\x00", "W1tb", "WyI-IixudWxsXQ"],
)
def test_a_cursor_that_nobody_gave_is_refused(text):
    with pytest.raises(BadRequest):
        read_cursor({PARAM: text}, (int,))


@pytest.mark.parametrize("value", [10**30, -(10**30), "a\x00b", "\ud800", float("inf")])
def test_a_cursor_that_no_column_can_be_compared_with_is_refused(value):
    text = base64.urlsafe_b64encode(json.dumps([">", value]).encode()).decode().rstrip("=")
    with pytest.raises(BadRequest):
        read_cursor({PARAM: text}, (str if isinstance(value, str) else int,))


def test_other_arguments_stay_in_the_address():
    assert with_args({"q": "a b", "page": "x"}, page="y") == "?q=a+b&page=y"
    assert with_args({"q": "", "page": "x"}, page=None) == "?"
