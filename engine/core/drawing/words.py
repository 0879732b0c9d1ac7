"""How wide words are, where they break, and where they find room in a diagram.

Widths are of a plain sans serif, rounded up: the page's font is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

NARROW, WIDE = frozenset("iljtfrI.,:;'|!()[] -"), frozenset("mwMWQO@%&—")
LINE_HEIGHT = 17
STEP, TRIES, EVEN = 9, 60, 4


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
    """Words on a line, centred at x, y. `side`: 0 may move up and down, 1 only down, -1 only up, after trying along."""

    lines: tuple[str, ...]
    x: int
    y: int
    side: int = 0

    @staticmethod
    def height(lines: Sequence[str]) -> int:
        return LINE_HEIGHT * len(lines)

    @property
    def rect(self) -> Rect:
        width, height = max(map(width_of, self.lines), default=0) + 6, self.height(self.lines)
        return Rect(self.x - width // 2, self.y - height // 2, width, height)

    def moved(self, dx: int, dy: int) -> Label:
        return replace(self, x=self.x + dx, y=self.y + dy)


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


def _broken(text: str, width: int) -> tuple[str, ...]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


def place(label: Label, points: Sequence[tuple[int, int]], taken: Sequence[Rect]) -> Label:
    """The nearest place to the wished one where the label covers nothing that is `taken`."""
    for dx, dy in _shifts(label.side, points):
        tried = label.moved(dx, dy)
        room = tried.rect
        if not any(room.covers(rect) for rect in taken):
            return tried
    below = max((rect.bottom for rect in taken), default=0)
    return replace(label, y=below + label.height(label.lines))


def _shifts(side: int, points: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    room = max(abs(a[0] - b[0]) for a, b in pairwise(points)) // 3 if side else 0
    along = [0, *(sign * dx for dx in range(STEP, room, STEP) for sign in (-1, 1))]
    for step in range(TRIES):
        away = [-step * STEP, step * STEP] if side == 0 else [side * step * STEP]
        for dy in away:
            for dx in along:
                yield dx, dy
