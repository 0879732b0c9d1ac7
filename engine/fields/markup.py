"""The small markup of rich text: paragraphs, lists, bold, italic and links. From text to blocks; knows no HTML.

`**tebal**`, `*miring*`, `[kata](https://…)`, lines that begin with `- ` or `1. `, a blank line between paragraphs, and
a backslash before a mark that is meant as itself. What is no mark stays text, so every text has a meaning. Reading
takes time in proportion to the text: marks are found by bounded patterns, and paired in one pass over each line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from engine.core.errors import InvalidSubmission
from engine.fields.addresses import address, host

BULLET = re.compile(r"\s{0,3}[-•]\s+(?=\S)")
NUMBERED = re.compile(r"\s{0,3}[0-9]{1,3}[.)]\s+(?=\S)")
MARKS = re.compile(
    r"\\(?P<escaped>[\\*\[\]()\-.])"
    r"|\[(?P<words>[^\[\]\n]{1,200})\]\((?P<to>[^\s()]{1,2000})\)"
    r"|(?P<bare>https?://[^\s<>()\[\]*\\]{1,2000}(?<![.,;:!?]))"
    r"|(?P<mark>\*\*|\*)"
)
MAIL = re.compile(r"mailto:[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}\Z")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text that is alike; `to` where it is a link, `host` where its words do not say where it leads."""

    text: str
    bold: bool = False
    italic: bool = False
    to: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a list: its lines, or its items."""

    kind: Literal["paragraph", "bullets", "numbers"]
    lines: tuple[tuple[Span, ...], ...]


@dataclass(slots=True)
class _Piece:
    """A piece of a line: text, a link, or a mark that counts only when its other half is found."""

    text: str
    mark: str = ""
    to: str = ""
    counts: bool = field(default=False)


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a text, in order."""
    found: list[tuple[Literal["paragraph", "bullets", "numbers"], list[str]]] = []
    apart = True
    for written in text.split("\n"):
        if not written.strip():
            apart = True
            continue
        kind, words = _kind(written)
        if (apart and kind == "paragraph") or not found or found[-1][0] != kind:
            found.append((kind, []))
        found[-1][1].append(words)
        apart = False
    return tuple(Block(kind, tuple(tuple(_spans(each)) for each in lines)) for kind, lines in found)


def plain(text: str) -> str:
    """The text as it reads without marks: what exports and lists hold. A link is followed by where it leads."""
    return "\n\n".join(
        "\n".join(f"{'•' if mark == '-' else mark} {words}".strip() for mark, words in marked(block))
        for block in blocks(text)
    )


def marked(block: Block) -> Iterator[tuple[str, str]]:
    """The lines of a block without marks inside, each with what stands before it: `-`, `1.` or nothing."""
    for number, line in enumerate(block.lines, start=1):
        before = {"paragraph": "", "bullets": "-", "numbers": f"{number}."}[block.kind]
        yield before, "".join(_words(span) for span in line)


def _words(span: Span) -> str:
    return f"{span.text} ({span.to})" if span.host or span.to.startswith("mailto:") else span.text


def _kind(line: str) -> tuple[Literal["paragraph", "bullets", "numbers"], str]:
    if found := BULLET.match(line):
        return "bullets", line[found.end() :]
    if found := NUMBERED.match(line):
        return "numbers", line[found.end() :]
    return "paragraph", line.strip()


def _spans(line: str) -> Iterator[Span]:
    pieces = list(_pieces(line))
    _pair(line, pieces)
    bold = italic = False
    for piece in pieces:
        if piece.counts:
            bold, italic = bold != (piece.mark == "**"), italic != (piece.mark == "*")
        elif piece.text:
            shown = host(piece.to) if piece.to and piece.to != piece.text else ""
            yield Span(piece.text, bold, italic, piece.to, shown)


def _pieces(line: str) -> Iterator[_Piece]:
    end = 0
    for found in MARKS.finditer(line):
        if found.start() > end:
            yield _Piece(line[end : found.start()])
        end = found.end()
        yield _piece(found)
    if end < len(line):
        yield _Piece(line[end:])


def _piece(found: re.Match[str]) -> _Piece:
    if found["mark"]:
        return _Piece(found[0], mark=found[0])
    if found["escaped"]:
        return _Piece(found["escaped"])
    to = _address(found["to"] or found["bare"])
    if not to:
        return _Piece(found[0])
    return _Piece(found["words"] if found["words"] else to, to=to)


def _address(written: str) -> str:
    """The address as it may stand in a link; "" where it may not, and the text stays text."""
    if MAIL.match(written):
        return written
    try:
        return address(written)
    except InvalidSubmission:
        return ""


def _pair(line: str, pieces: list[_Piece]) -> None:
    """Find the other half of each mark: it opens before a word and closes after one; what has none is text."""
    waiting: dict[str, _Piece] = {}
    for before, piece, after in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False):
        if not piece.mark:
            continue
        opened = waiting.get(piece.mark)
        if opened is not None and before is not opened and before is not None and not before.text[-1:].isspace():
            opened.counts = piece.counts = True
            del waiting[piece.mark]
        elif opened is None and after is not None and not after.text[:1].isspace():
            waiting[piece.mark] = piece
