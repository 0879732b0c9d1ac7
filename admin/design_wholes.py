"""A kind of definition without pages of its own, in the designer: what it says of itself, and its lists.

Reads the draft alone. Drawn from the model of the kind, so a kind that comes later is edited here without a line of its
own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from admin.design_lists import Row, row
from engine.core.designing import panelparts, spots
from engine.core.messages import Text
from engine.web import design_kinds, design_words, designing
from engine.web.language import translate

MOST_LINES = 4
APART = ("label", "help", "title", "name")
TOLD = ("expression", "choice", "choices", "line", "lines", "number", "decimal", "date", "text", "boolean")


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of the definition: its path, what it is called, its elements as rows."""

    path: str
    label: panelparts.Words
    help: panelparts.Words
    rows: tuple[Row, ...]


def about(bench: designing.Bench) -> panelparts.Panel | None:
    """What the definition says of itself, without what is edited on another page."""
    panel = bench.panel(designing.DEFINITION)
    if panel is None:
        return None
    here = (each for each in panel.properties if not design_kinds.page_of(bench.kind, "", each.name))
    return replace(panel, properties=tuple(here))


def grids(bench: designing.Bench) -> tuple[panelparts.Property, ...]:
    """What is ticked for each role, in a table."""
    panel = bench.panel(designing.DEFINITION)
    listed = panel.properties if panel is not None else ()
    return tuple(each for each in listed if each.is_grid and design_kinds.page_of(bench.kind, "", each.name) == "roles")


def ticked(
    grid: panelparts.Property, offered: Callable[[panelparts.Property], Sequence[panelparts.Choice]]
) -> tuple[panelparts.Choice, ...]:
    """The rows of such a table: everything that may be ticked in one of its columns, each once."""
    inside = [each for part in grid.parts for each in part.properties]
    return tuple({one.value: one for each in inside for one in offered(each)}.values())


def lists(bench: designing.Bench, words: str = "") -> tuple[Listed, ...]:
    """The lists of the definition, in the order of its model."""
    panel = bench.panel(designing.DEFINITION)
    parts = panel.parts if panel is not None else ()
    model = panel.model if panel is not None else ""
    return tuple(
        Listed(
            part.path,
            part.label,
            panelparts.Label(f"design.{model}.{part.name}_help", Text("", "")),
            tuple(_rows(bench, part.path, words)),
        )
        for part in parts
    )


def _rows(bench: designing.Bench, home: str, words: str) -> Iterator[Row]:
    found = spots.elements(bench.document, home)
    for index, element in enumerate(found):
        path = f"{home}.{spots.key_of(element) or index}"
        yield row(bench, home, found, index, words, tuple(_lines(bench, path)), ())


def _lines(bench: designing.Bench, path: str) -> Iterator[str]:
    """What an element says besides its name, each in words."""
    panel = bench.panel(path)
    said = (each for each in (panel.properties if panel is not None else ()) if each.name not in APART)
    told = [each for each in said if each.value not in (None, [], {}) and each.kind in TOLD]
    for each in told[:MOST_LINES]:
        yield f"{design_words.worded(each.label)}: {_told(bench, each)}"


def _told(bench: designing.Bench, each: panelparts.Property) -> str:
    if each.kind == "expression":
        return bench.says(each.path, each.value)
    written = each.value if isinstance(each.value, list) else [each.value]
    known = {one.value: one for one in each.choices}
    if known:
        return ", ".join(design_words.worded(known[value].label) for value in written if value in known)
    if (text := spots.text_of(each.value)) is not None:
        return translate(text)
    return design_words.value(bench.document, each.value)
