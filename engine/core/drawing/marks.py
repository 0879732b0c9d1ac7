"""What a chart is made of: bars, lines, ticks, words, numbers, each at whole units of the picture. Values only.

A picture is 640 units wide and is shown about 300 to 512 px wide; its words are 26 units high on narrow screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.core.drawing.words import fitted, width_of, wrap

WIDTH = 640
TEXT, LINE = 26, 31  # the height of letters, and from one line of words to the next
OF_WORDS = 14  # the height of letters that `width_of` and `wrap` count in
SERIES = 6


@dataclass(frozen=True, slots=True)
class Series:
    """A row of numbers with its name; None where a number is missing."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the series of this place (from 0); its height and width are 1 at least."""

    x: int
    y: int
    width: int
    height: int
    series: int


@dataclass(frozen=True, slots=True)
class Trace:
    """A line of the series of this place: SVG path data with its gaps, and where each of its numbers stands."""

    path: str
    dots: tuple[tuple[int, int], ...]
    series: int


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of words from `y` on (the foot of the first line); `anchor` is start, middle or end."""

    x: int
    y: int
    anchor: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number to be written in the reader's language, or that there is none; `tick` of those of the scale."""

    x: int
    y: int
    anchor: str
    value: Decimal | None
    tick: bool = False


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line from one point to another."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """All marks of one chart. `grid` are the ticks' lines, `zeros` that of nought, `goals` where the goal is."""

    height: int
    bars: tuple[Bar, ...] = ()
    traces: tuple[Trace, ...] = ()
    words: tuple[Words, ...] = ()
    numbers: tuple[Number, ...] = ()
    grid: tuple[Stroke, ...] = ()
    zeros: tuple[Stroke, ...] = ()
    goals: tuple[Stroke, ...] = ()
    width: int = WIDTH


def room_of(text: str) -> int:
    """The width of a text in units of the picture."""
    return -(-width_of(text) * TEXT // OF_WORDS)


def room_of_number(number: Decimal, more: str = "") -> int:
    """The width of a number as it is written, with the points of its thousands."""
    return room_of(f"{number:,f}{more}")


def broken(text: str, room: int) -> tuple[str, ...]:
    """A text in lines no wider than `room`; a word that is wider ends with an ellipsis."""
    narrow = room * OF_WORDS // TEXT
    return tuple(fitted(line, narrow) for line in wrap(text, narrow))


def has_room(text: str, room: int, most: int) -> bool:
    """Whether a text keeps all of its letters in at most `most` lines of this room."""
    lines = wrap(text, room * OF_WORDS // TEXT)
    return len(lines) <= most and all(room_of(line) <= room for line in lines)
