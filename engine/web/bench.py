"""A design on the table of whoever works at it: its draft, its problems with their jumps, its panels, its tabs.

Made by designing.open_bench. Reads no database and changes nothing: that is what engine/designs.py does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import request

from engine import designs
from engine.core.designing import panels
from engine.core.designing.choices import World, offered
from engine.core.designing.findings import Finding, findings
from engine.core.designing.panelparts import Choice, Label, Panel, Property
from engine.core.designing.panels import slug
from engine.core.designing.spots import Spot, find, text_of
from engine.core.messages import Message, Text, readable
from engine.core.sentences import say, vocabulary
from engine.web import design_words
from engine.web.context import runtime
from engine.web.design_kinds import page_of, tabs_of
from engine.web.language import t, translate
from engine.web.paths import here, safe_path

if TYPE_CHECKING:
    from engine.core.definition import CodeList
    from engine.core.designing.draft import Draft

ROOT = "/admin/designs"
DEFINITION = "definition"  # stands in addresses for the panel of the definition itself, whose path is empty
RIGHTS = ("admin", "auditor", "calibration_panel")
SHOWN = 100  # problems of one page


@dataclass(frozen=True, slots=True)
class Told:
    """A problem as the page says it: where it is mended, and in which words."""

    href: str
    at: str
    title: Text | None
    property: str
    words: str
    warning: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """One value that two people changed at once: in words, both values, and the edits that put this person's."""

    words: str
    theirs: str
    mine: str
    back: str
    edits: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else who has the design open, and the tab on which he is."""

    name: str
    tab: str


@dataclass
class Bench:
    """One design on the table of whoever works at it: `row` of store/queries/designs.py, the draft in it, and the
    published code lists by key. What is dear is worked out once, when a page asks."""

    row: Any
    draft: Draft
    codelists: Mapping[str, CodeList]
    can_undo: bool = False
    can_redo: bool = False
    others: tuple[Other, ...] = ()
    posts: tuple[Choice, ...] = ()
    doubts: tuple[Finding, ...] = ()  # found in the database: posts that nobody knows
    conflicts: tuple[Conflict, ...] = ()

    @property
    def ref(self) -> str:
        return str(self.row.ref)

    @property
    def kind(self) -> str:
        return str(self.row.kind)

    @property
    def number(self) -> int:
        """The number of the last step."""
        return int(self.row.number)

    @property
    def status(self) -> str:
        """open, in_review, closed or discarded."""
        return designs.status_of(self.row)

    @property
    def open(self) -> bool:
        """Whether it may still be changed."""
        return self.status == "open"

    @property
    def origin_words(self) -> str:
        """Where the design came from."""
        if self.row.from_ref is not None:
            return t("design.from_version", number=str(self.row.from_number))
        return t("design.from_nothing")

    @property
    def document(self) -> Mapping[str, Any]:
        return self.draft.document

    @property
    def root(self) -> str:
        """The address of the design, without a slash at its end."""
        return f"{ROOT}/{self.ref}"

    @property
    def here(self) -> str:
        """The page to come back to: this one, or the one from which the form came that led here."""
        if request.method == "GET":
            return here()
        path = safe_path(request.form.get("next"))
        return path if path.startswith(f"{self.root}/") else f"{self.root}/"

    @property
    def name(self) -> Text:
        return text_of(self.document.get("name")) or readable(str(self.document.get("key", "…")))

    @cached_property
    def world(self) -> World:
        """What the draft may name."""
        rights = tuple(Choice(right, Label(f"admin.right.{right}", readable(right))) for right in RIGHTS)
        outside = {"grant": rights, "post": self.posts}
        return World(self.document, runtime().catalog, self.codelists, outside)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Everything wrong or doubtful, in the order of the document."""
        return (*findings(self.document, runtime().catalog, self.codelists), *self.doubts)

    @cached_property
    def problems(self) -> tuple[Told, ...]:
        """The same as the page says it, errors first."""
        ordered = sorted(self.findings, key=lambda each: each.warning)
        return tuple(self._told(each) for each in ordered[:SHOWN])

    @property
    def more_problems(self) -> bool:
        return len(self.findings) > SHOWN

    @cached_property
    def errors(self) -> int:
        """How many problems keep the design from being handed in."""
        return sum(not each.warning for each in self.findings)

    @property
    def problems_words(self) -> str:
        """How many errors and how many doubts, in words."""
        doubts = len(self.findings) - self.errors
        if not self.findings:
            return t("design.count.fine")
        if not self.errors:
            return t("design.count.doubts", count=doubts)
        errors = Message("design.count.errors", count=self.errors)
        return (
            t("design.count.both", errors=errors, doubts=Message("design.count.doubts", count=doubts))
            if doubts
            else translate(errors)
        )

    def tabs(self, here: str) -> list[tuple[str, str, bool]]:
        """The tabs of this kind of design: words, address, whether it is this page."""
        return [(t(f"design.tab.{name}"), f"{self.root}/{path}", name == here) for name, path in tabs_of(self.kind)]

    def panel(self, path: str) -> Panel | None:
        """The panel of an element; `definition` is that of the definition itself."""
        at = "" if path == DEFINITION else path
        world = self.world
        return panels.panel(self.document, at, world.catalog, world.codelists, world.outside)

    @cached_property
    def selected(self) -> Panel | None:
        """The panel that the address asks for by `at`."""
        at = request.args.get("at", "")
        return self.panel(at) if at else None

    def choices(self, what: str) -> tuple[Choice, ...]:
        """All roles, states, forms, transitions, … of the draft."""
        return offered(self.world, what, Spot("", "", self.document, None))

    def href(self, path: str, name: str = "") -> str:
        """Where the element of a path is edited, with one of its properties in sight."""
        place = page_of(self.kind, path, name)
        anchor = f"#p-{path}.{name}" if name and path else f"#p-{name}" if name else "#design-side"
        return f"{self.root}/{place}?at={quote(path or DEFINITION)}{anchor}"

    def marks(self, path: str) -> tuple[Told, ...]:
        """The problems of one element, for badges on it."""
        return self._by_element.get(path, ())

    def reads(self, each: Property) -> str:
        """What the expression of a property says, in plain words."""
        return design_words.capital(self.says(each.path, each.value))

    def says(self, path: str, source: Any) -> str:
        """What an expression that stands at a path says, as a clause."""
        return translate(say(str(source), self._vocabulary.at(path)))

    def circle(self, each: Property, role: str) -> tuple[str, ...] | None:
        """The states of a role in a `seen_by` or `edited_by`; None where it is not in it."""
        listed = each.value if isinstance(each.value, list) else []
        found = next((one for one in listed if isinstance(one, Mapping) and one.get("role") == role), None)
        return None if found is None else tuple(found.get("states") or ())

    def day_of(self, due: Mapping[str, Any]) -> tuple[int, str]:
        """Month and day of a deadline that is a day of the period; January and nothing where it is none."""
        month, _, day = str(due.get("on", "")).partition("-")
        return (int(month), str(int(day))) if month.isdecimal() and day.isdecimal() else (1, "")

    @cached_property
    def _vocabulary(self) -> Any:
        return vocabulary(self.document, runtime().catalog, self.codelists)

    @cached_property
    def _by_element(self) -> Mapping[str, tuple[Told, ...]]:
        found: dict[str, tuple[Told, ...]] = {}
        for told in self.problems:
            found[told.at] = (*found.get(told.at, ()), told)
        return found

    def _told(self, found: Finding) -> Told:
        spot = find(self.document, found.at)
        model = slug(spot.model) if spot is not None and spot.model is not None else "workflow"
        return Told(
            self.href(found.at, found.name),
            found.at,
            found.title,
            design_words.property_name(model, found.name, spot.node() if spot is not None else None),
            design_words.problem(found.message, model),
            found.warning,
        )
