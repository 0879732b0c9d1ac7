"""How wide words are and where they break in a diagram.

Widths are of a plain sans serif, rounded up: the page's font is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

NARROW, WIDE = frozenset("iljtfrI.,:;'|!()[] -"), frozenset("mwMWQO@%&—")
LINE_HEIGHT = 17
EVEN = 4


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle that others may not cover."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def covers(self, other: Rect) -> bool:
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


@dataclass(frozen=True, slots=True)
class Label:
    """Words on a line, centred at x, y; one part for each of its moves, and a note below all of them."""

    parts: tuple[tuple[str, ...], ...]
    note: str = ""
    x: int = 0
    y: int = 0

    @property
    def lines(self) -> tuple[str, ...]:
        """All words; the note is the last of them."""
        return (*(line for part in self.parts for line in part), *([self.note] if self.note else []))

    @property
    def width(self) -> int:
        return max(map(width_of, self.lines), default=0) + 6

    @property
    def height(self) -> int:
        return LINE_HEIGHT * len(self.lines)

    @property
    def rect(self) -> Rect:
        return Rect(self.x - self.width // 2, self.y - self.height // 2, self.width, self.height)

    def at(self, x: int, y: int) -> Label:
        return replace(self, x=x, y=y)


@lru_cache(maxsize=4096)
def width_of(text: str) -> int:
    """The width of a text of 14 px, in pixels."""
    return sum(5 if c in NARROW else 12 if c in WIDE else 10 if c.isupper() else 8 for c in text)


@lru_cache(maxsize=4096)
def wrap(text: str, width: int) -> tuple[str, ...]:
    """Break a text between words into lines of at most `width`, of about the same length; a longer word keeps a line
    to itself."""
    lines = _broken(text, width)
    least = max((width_of(word) for word in text.split()), default=0)
    even = (_broken(text, narrower) for narrower in range(least, width, EVEN))
    return next((found for found in even if len(found) <= len(lines)), lines)


@lru_cache(maxsize=4096)
def fitted(text: str, width: int) -> str:
    """A text that is no wider than `width`: its end gives way to an ellipsis."""
    if width_of(text) <= width:
        return text
    end = max((i for i in range(len(text)) if width_of(text[:i].rstrip() + "…") <= width), default=0)
    return text[:end].rstrip() + "…"


def _broken(text: str, width: int) -> tuple[str, ...]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)
