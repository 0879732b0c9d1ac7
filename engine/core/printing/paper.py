"""A document to be printed, as values: words that are already worded, in blocks. The one shape that typesetting gets.

`as_document` is also what the digest of a print is made of: nothing stands on the paper that is not in it, but the
reference, the code and the page numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar, Literal, TypeAlias

Style = Literal["", "bold", "italic", "muted", "struck"]


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look."""

    text: str
    style: Style = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph; `mark` hangs before it: `-`, `1.`."""

    runs: tuple[Run, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid, over so many columns and rows. tone: `head` is tinted, `title` is a tinted bold one."""

    lines: tuple[Line, ...] = ()
    across: int = 1
    down: int = 1
    tone: Literal["", "head", "title"] = ""
    align: Literal["left", "center"] = "left"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. widths: shares of the line. The first `head` rows come again on each page. bare: without rules.

    joined: it stands right below the block before it.
    """

    kind: ClassVar[str] = "grid"
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    head: int = 0
    bare: bool = False
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs: a heading of level 1 to 3, or text (level 0)."""

    kind: ClassVar[str] = "prose"
    lines: tuple[Line, ...]
    level: int = 0
    small: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """A place to sign. `signed` says how it was signed electronically; where it is empty there is room for a pen."""

    dated: str
    title: str
    name: str
    number: str
    signed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signatures:
    """Signatures beside each other."""

    kind: ClassVar[str] = "signatures"
    places: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A smooth curve over named marks, with the sentence that says the same to whoever does not see it."""

    kind: ClassVar[str] = "curve"
    heights: tuple[int, ...]
    marks: tuple[str, ...]
    axis: tuple[str, str]
    says: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with words, in the pixels of its picture. tone: `initial`, `final`, or `words` for words alone."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line along these points, x and y in turn; its head is at the last one."""

    points: tuple[int, ...]
    back: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and the arrows between them, with the sentence that tells whoever does not see it what it is.

    cuts: how far from the left a wide one may be cut into strips, where no box and no words are.
    """

    kind: ClassVar[str] = "picture"
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    words: tuple[Box, ...]
    cuts: tuple[int, ...]
    says: str


Block: TypeAlias = Grid | Prose | Signatures | Curve | Picture


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document. layout: `official` is laid out like the regulation's forms, `plain` like a letter, `book`
    with a table of contents.

    left, right: the line over the blocks: whose office, which period. running: what the head of later pages says.
    footer: the words of the footer, `page` with {page} and {pages}.
    """

    layout: Literal["plain", "official", "book"]
    language: str
    title: tuple[str, ...]
    left: str
    right: str
    running: str
    blocks: tuple[Block, ...]
    words: Mapping[str, str]
    landscape: bool = False
    emblem: bool = False

    def as_document(self) -> dict[str, Any]:
        """JSON for typesetting and for the digest."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        found = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        kind = getattr(value, "kind", None)
        return {"kind": kind, **found} if kind else found
    raise TypeError(f"a paper holds no {type(value).__name__}")
