"""Words as paper takes them: every character shows, long words may break, paragraphs are lines.

What no font holds (emoji, most scripts that are not Latin, control characters) stands there by its number, `[U+1F600]`,
so that nobody takes a gap or a reversed text for what was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.core.messages import Message, Text
from engine.core.printing.glyphs import is_printable
from engine.core.printing.paper import Cell, Line, Run, Style

BREAK = "\u200b"  # a place where a line may end; nothing is seen
LONG, PIECE = 18, 10
LONG_WORD = re.compile(rf"[^\s{BREAK}]{{{LONG},}}")
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Voice:
    """In which language a paper speaks, and who words its messages."""

    language: str
    say: Callable[[Message | Text], str]

    def key(self, key: str) -> str:
        """The words of a key that takes nothing."""
        return self.say(Message(key))


def printable(text: str) -> str:
    """The text in characters that can be printed; tabs and other blanks become a space."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(letter) for letter in unicodedata.normalize("NFC", text))


def _shown(letter: str) -> str:
    if letter in "\t\r\v\f\u00a0\u2007\u202f":
        return " "
    if letter == "\n" or (is_printable(letter) and letter.isprintable()):
        return letter
    return " " if letter.isspace() else f"[U+{ord(letter):04X}]"


def breakable(text: str) -> str:
    """The text with invisible places to break inside long words, so that no word leaves its cell."""
    return LONG_WORD.sub(lambda word: _pieces(word[0]), text)


def _pieces(word: str) -> str:
    return BREAK.join(word[start : start + PIECE] for start in range(0, len(word), PIECE))


def run(text: str, style: Style = "") -> Run:
    """Words of one look."""
    return Run(breakable(printable(text).replace("\n", " ")), style)


def lines(text: str, style: Style = "", mark: str = "") -> tuple[Line, ...]:
    """Each paragraph as a line; the first one with the mark. Empty ones are left out."""
    parts = [part.strip() for part in printable(text).split("\n")]
    kept = [part for part in parts if part]
    return tuple(Line((Run(breakable(part), style),), mark if at == 0 else "") for at, part in enumerate(kept))


def marked(texts: Iterable[str], mark: str) -> tuple[Line, ...]:
    """A list: each text with `-` before it, or counted where the mark is `1.`."""
    kept = [text for text in texts if text.strip()]
    found: list[Line] = []
    for at, text in enumerate(kept, 1):
        found += lines(text, mark=f"{at}." if mark == "1." else mark)
    return tuple(found)


def cell(text: str, style: Style = "", **how: object) -> Cell:
    """A cell of plain words; a dash where there are none."""
    return Cell(lines(text or NOTHING, style), **how)  # type: ignore[arg-type]
