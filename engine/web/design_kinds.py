"""What the designer shows of each kind of definition: its tabs, and on which of them something is edited.

Workflows and code lists have pages of their own. Every other kind is drawn from its model: what it says of itself and
its lists on one page, its forms and roles where it has any. A kind that comes later has its editor without a line here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.core.reading.shapes import ROOTS, shapes

Tabs = Sequence[tuple[str, str]]
OWN: Mapping[str, Tabs] = {
    "workflow": (
        ("flow", ""),
        ("forms", "forms/"),
        ("roles", "roles"),
        ("results", "results/"),
        ("simulate", "simulate"),
        ("book", "book"),
        ("compare", "compare"),
        ("history", "history"),
    ),
    "codelist": (("items", "items"), ("compare", "compare"), ("history", "history")),
}
# What a kind may have beside its own page, and what else it needs: a key of its model.
MAY_HAVE = (("forms", "forms/", "forms"), ("roles", "roles", "roles"))
TRIED = frozenset({"register"})  # can be tried out on a page (admin/design_tries.py)
BOOKS = frozenset({"workflow", "register"})  # have a procedure book (engine/core/book)
ONE_FORM = frozenset({"register"})
# The page on which what begins like this is edited; everything else is on the first page.
PAGES = (
    ("roles", "roles"),
    ("visible", "roles"),
    ("rights", "roles"),
    ("results", "results/"),
    ("scenarios", "simulate"),
    ("items", "items"),
    ("matrix", "items"),
)


def tabs_of(kind: str) -> Tabs:
    """The tabs of a design of this kind: name, and its address below the design."""
    if kind in OWN:
        return OWN[kind]
    known = shapes(ROOTS[kind])
    found = [("whole", ""), *((name, path) for name, path, key in MAY_HAVE if key in known)]
    found += [("try", "try")] if kind in TRIED else []
    found += [("book", "book")] if kind in BOOKS else []
    return (*found, ("compare", "compare"), ("history", "history"))


def tab_of(kind: str, part: str) -> str:
    """The tab that somebody told us he has open; the first one for anything else."""
    names = [name for name, _ in tabs_of(kind)]
    return part if part in names else names[0]


def page_of(kind: str, path: str, name: str = "") -> str:
    """Where, below the design, the element of a path is edited, or a property of the whole."""
    if path.startswith("forms."):
        return f"forms/{path.split('.')[1]}"
    pages = dict(tabs_of(kind)).values()
    place = next((page for start, page in PAGES if (path or name).startswith(start)), "")
    return place if place in pages else ""
