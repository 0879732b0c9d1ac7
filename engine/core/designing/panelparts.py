"""What a panel of the designer consists of, as values: labels, choices, properties, parts. Reads no document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from engine.core.messages import Text

Kind = Literal[
    "text",
    "texts",
    "line",
    "lines",
    "number",
    "decimal",
    "boolean",
    "date",
    "choice",
    "choices",
    "expression",
    "calls",
    "circles",
    "due",
    "element",
    "list",
    "nodes",
    "raw",
]
Group = Literal["content", "rules", "people"]


@dataclass(frozen=True, slots=True)
class Label:
    """Words by their key in the translation files; `otherwise` where nobody has worded it: an extension came later."""

    key: str
    otherwise: Text


Words: TypeAlias = Text | Label


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen: what is written, and what people read."""

    value: str
    label: Words
    help: Words | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """One thing that can be set. `value` is as the document says, None where it says nothing; `default` holds then.

    kind: text in both languages, texts (several), line, lines, number (whole), decimal, boolean, date, choice, choices,
    expression, calls, circles (roles, each in some states), due (its day; what it brings besides: see `parts`), element
    (a node of its own: see `parts`), list (elements that have panels), nodes (small ones edited here: see `parts`; a
    new one begins as `fresh`), raw (nothing but its text can be shown). `least` and `most` bound a number or a length.
    `refers`: what the choices are (role, state, …), "" where they are fixed words. `addable`: what a list takes.
    """

    path: str
    name: str
    kind: Kind
    value: Any
    label: Words
    help: Words | None = None
    choices: tuple[Choice, ...] = ()
    required: bool = False
    many: bool = False
    default: Any = None
    least: Any = None
    most: Any = None
    refers: str = ""
    group: Group = "content"
    parts: tuple[Panel, ...] = ()
    addable: tuple[Choice, ...] = ()
    fresh: Mapping[str, Any] | None = None

    @property
    def is_grid(self) -> bool:
        """Whether it holds nothing but choices of the same things: drawn as a table to tick, with a column for each."""
        inside = [each for part in self.parts for each in part.properties]
        of = {(each.kind, each.refers) for each in inside}
        return self.kind == "element" and len(inside) > 1 and len(of) == 1 and of.pop()[0] == "choices"

    @property
    def held(self) -> Any:
        """What holds: what is written, else the default."""
        return self.default if self.value is None else self.value


@dataclass(frozen=True, slots=True)
class Part:
    """The elements of a list that stand inside an element: tasks of a state, sections of a form."""

    path: str
    name: str
    label: Words
    items: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """An element to be edited. `model` says what it is (state, task, …); `key` is None where it has none."""

    path: str
    model: str
    title: Words
    key: str | None
    properties: tuple[Property, ...]
    parts: tuple[Part, ...] = ()

    def property(self, name: str) -> Property | None:
        """The property of a name."""
        return next((each for each in self.properties if each.name == name), None)
