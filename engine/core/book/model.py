"""What a procedure book consists of: chapters of headings, sentences, facts and tables. Messages and texts only.

The same book speaks every language, on a page and on paper; who draws it chooses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.core.definition import WorkflowDefinition
from engine.core.messages import Message, Text

Said: TypeAlias = Message | Text


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a chapter; `anchor` is its place on a page."""

    words: Said
    level: Literal[2, 3] = 2
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences; each a paragraph. quiet: an aside."""

    lines: tuple[Said, ...]
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list, under a line that leads to it where there is one."""

    items: tuple[Said, ...]
    lead: Said | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what is said to each, line by line."""

    pairs: tuple[tuple[Said, tuple[Said, ...]], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; the first cell of a row names it. `shares`: how wide the columns are."""

    caption: Said
    head: tuple[Said, ...]
    rows: tuple[tuple[tuple[Said, ...], ...], ...]
    shares: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """The picture of the flow; None where a draft has no flow that can be drawn."""

    definition: WorkflowDefinition | None


Block: TypeAlias = Heading | Prose | Points | Facts | Table | Flow


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter; `key` is its anchor."""

    key: str
    title: Said
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A whole book."""

    title: Text
    help: Text | None
    chapters: tuple[Chapter, ...]

    def sentences(self) -> Iterator[Said]:
        """Everything that the book says, in reading order."""
        for chapter in self.chapters:
            yield chapter.title
            for block in chapter.blocks:
                yield from _said(block)


def _said(block: Block) -> Iterator[Said]:
    match block:
        case Heading():
            yield block.words
        case Prose():
            yield from block.lines
        case Points():
            yield from (*((block.lead,) if block.lead else ()), *block.items)
        case Facts():
            for name, lines in block.pairs:
                yield from (name, *lines)
        case Table():
            yield from block.head
            for row in block.rows:
                for cell in row:
                    yield from cell
        case Flow():
            return
