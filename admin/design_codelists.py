"""A code list in the designer: its items with their words and days, several pasted at once, its table of two values.

Saved by the same edits as everything of a design; publishing goes by the road of definitions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from flask import Blueprint, render_template, request

from admin import design_acts
from admin.sent import Answer
from engine.core.building import bulk
from engine.core.designing import acts, keys, panelparts, spots
from engine.core.errors import NotFound
from engine.core.messages import Message, Text
from engine.web import designing, panelposts
from engine.web.actor import permit

pages = Blueprint("admin_design_codelists", __name__, url_prefix="/admin/designs")
LINES = {"row": "matrix.rows", "column": "matrix.columns"}
LONGEST = 60_000


class ItemLine(NamedTuple):
    """An item as its row shows it, and its neighbours for moving it."""

    path: str
    key: str
    title: Text
    written: Mapping[str, Any]
    up: str | None
    down: str | None
    last: bool


class Grid(NamedTuple):
    """The table of a list: its lines, and what each cell says."""

    rows: tuple[tuple[str, Text], ...]
    columns: tuple[tuple[str, Text], ...]
    cells: Mapping[tuple[str, str], str]


@pages.route("/<ref>/items", methods=["GET", "POST"])
@permit("admin")
def items(ref: str) -> Answer:
    """The items and the table of a code list."""
    bench = designing.open_bench(ref)
    if bench.kind != "codelist":
        raise NotFound(Message("designs.not_found"))
    if request.method == "GET":
        return _page(bench)
    do = request.form.get("do", "save")
    text = request.form.get("text", "").replace("\r\n", "\n")[:LONGEST]
    if do == "look":
        return _page(bench, text, bulk.pasted(text, spots.elements(bench.document, "items")))
    wanted = list(_saved(bench))
    if do == "paste":
        found = bulk.pasted(text, spots.elements(bench.document, "items"))
        wanted = [*wanted, *(acts.Add("items", item, None) for item in found.items)]
    elif do in LINES:
        wanted += _new_line(bench, LINES[do])
    return design_acts.done(ref, wanted)


def _page(bench: designing.Bench, text: str = "", found: bulk.Pasted | None = None) -> str:
    listed = tuple(_lines(bench))
    return render_template(
        "backoffice/designs/items.html",
        bench=bench,
        lines=listed,
        grid=_grid(bench),
        choices=[(line.key, line.title) for line in listed],
        text=text,
        found=found,
        about=_about(bench),
    )


def _about(bench: designing.Bench) -> panelparts.Panel | None:
    """The panel of the list itself, without its table, which has a section of its own."""
    panel = bench.panel(designing.DEFINITION)
    named = tuple(each for each in panel.properties if each.name != "matrix") if panel is not None else ()
    return replace(panel, properties=named) if panel is not None else None


def _lines(bench: designing.Bench) -> Iterator[ItemLine]:
    found = spots.elements(bench.document, "items")
    keys = [spots.key_of(each) for each in found]
    for index, each in enumerate(found):
        up = keys[index - 1] if index else None
        down = keys[index + 2] if index + 2 < len(keys) else None
        path = f"items.{keys[index] or index}"
        yield ItemLine(path, keys[index], spots.title_of(each), each, up, down, index == len(found) - 1)


def _grid(bench: designing.Bench) -> Grid | None:
    spot = spots.find(bench.document, "matrix")
    if spot is None:
        return None
    rows, columns = (
        tuple((spots.key_of(each), spots.title_of(each)) for each in spots.elements(spot.node(), name))
        for name in ("rows", "columns")
    )
    written = spot.node().get("cells")
    cells = {
        (str(row), str(column)): str(value)
        for row, line in (written.items() if isinstance(written, Mapping) else ())
        for column, value in (line.items() if isinstance(line, Mapping) else ())
    }
    return Grid(rows, columns, cells)


def _saved(bench: designing.Bench) -> Iterator[acts.Edit]:
    """What the controls say now, where it is something else than stood there."""
    for path in request.form.getlist("row"):
        panel = bench.panel(path) if path.startswith(("items.", "matrix.")) else None
        if panel is not None:
            yield from panelposts.puts(panel, request.form)
    grid = _grid(bench)
    for row, _ in grid.rows if grid is not None else ():
        for column, _ in grid.columns if grid is not None else ():
            value, was = (request.form.get(f"{word}:{row}:{column}") for word in ("cell", "was-cell"))
            if value is not None and value != (was or ""):
                yield acts.Put(f"matrix.cells.{row}.{column}", value or None, was or None)


def _new_line(bench: designing.Bench, path: str) -> Iterator[acts.Edit]:
    """One more row or column of the table, by its label; the table comes to be with the first."""
    label = panelposts.text(request.form, f"new-{path.rpartition('.')[2]}")
    if label is not None:
        both = {language: label.get(language) or next(iter(label.values())) for language in ("en", "id")}
        yield acts.Add(path, {"key": keys.new_key(bench.document, path, both), "label": both}, None)
