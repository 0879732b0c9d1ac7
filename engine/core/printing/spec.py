"""How a definition says what is printed, and laid out how: `prints:`, its blocks, columns, people and signatures.

Shapes only. What fits together is lint_prints.py's; what comes onto the paper is layout.py's.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.core.elements import AuthoredText, Element, Key

Path = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,2}$")]
Kind = Literal["people", "rows", "guidance", "choice", "values", "lines", "curve", "note", "signatures"]


class ColumnSpec(Element):
    """A column of a block of rows: which answers stand in it, and how.

    as: `text` says each thing once, `list` and `numbers` a line for each row, `rows` a cell for each row. A column
    without `from` stays empty, for a pen. `inside`: its label stands in each cell, not in the head of the table.
    """

    key: Key
    label: AuthoredText | None = None
    from_: tuple[Path, ...] = Field(default=(), alias="from")
    as_: Literal["text", "list", "numbers", "rows"] = Field(default="text", alias="as")
    inside: bool = False
    width: Annotated[int, Field(ge=1, le=100)] = 10


class PartySpec(Element):
    """Somebody of whom name, NIP, rank, post and unit are printed: who holds a role, or that person's superior."""

    key: Key
    label: AuthoredText | None = None
    role: Key
    superior: bool = False


class SignerSpec(Element):
    """Who signs: the holder of a role, by sending `form` or by firing `transition`; by hand where neither is named."""

    key: Key
    label: AuthoredText | None = None
    role: Key
    form: Key | None = None
    transition: Key | None = None


class BlockSpec(Element):
    """A part of a print, from the top down. Which of the other keys it takes follows from its `kind`."""

    key: Key
    kind: Kind
    heading: AuthoredText | None = None
    people: tuple[PartySpec, ...] = ()
    stacked: bool = False
    rows: Path | None = None
    split: Key | None = None
    group: Key | None = None
    title: Key | None = None
    match: tuple[Key, ...] = ()
    numbered: bool = False
    columns: tuple[ColumnSpec, ...] = ()
    of: Path | None = None
    values: tuple[Path, ...] = ()
    heights: dict[Key, tuple[Annotated[int, Field(ge=0, le=1000)], ...]] = Field(default_factory=dict)
    marks: tuple[AuthoredText, ...] = ()
    text: tuple[AuthoredText, ...] = ()
    signers: tuple[SignerSpec, ...] = ()


class PrintSpec(Element):
    """Something that a case is printed as: its title lines, its blocks, and the figures that its check code binds.

    states: in which it is offered; in all of them where none is named. emblem: room for the state's emblem on top.
    """

    key: Key
    label: AuthoredText | None = None
    title: tuple[AuthoredText, ...] = ()
    states: tuple[Key, ...] = ()
    landscape: bool = False
    emblem: bool = False
    figures: tuple[Path, ...] = ()
    blocks: tuple[BlockSpec, ...] = Field(min_length=1)


# What each kind of block needs and may have besides `key`, `kind` and `heading`.
NEEDS: dict[str, tuple[str, ...]] = {
    "people": ("people",),
    "rows": ("rows", "columns"),
    "guidance": ("rows", "match", "columns"),
    "choice": ("of",),
    "values": ("values",),
    "lines": ("of",),
    "curve": ("of", "heights", "marks"),
    "note": ("text",),
    "signatures": ("signers",),
}
TAKES: dict[str, tuple[str, ...]] = {
    "people": ("stacked",),
    "rows": ("split", "group", "title", "match", "numbered"),
    "lines": ("numbered",),
}


def paths(spec: PrintSpec) -> tuple[str, ...]:
    """Every path that a print reads, in the order of the document."""
    found: list[str] = []
    for block in spec.blocks:
        found += [path for path in (block.rows, block.of, *block.values) if path is not None]
        found += [path for column in block.columns for path in column.from_]
    return (*dict.fromkeys((*found, *spec.figures)),)
