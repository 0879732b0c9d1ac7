"""How wide and high the streets, columns and rows of a picture are, and where each of them begins. Pixels.

Boxes of a column are of one width, boxes of a row of one height: the grid is what makes thirty states look calm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from engine.core.drawing.cells import Cell
from engine.core.drawing.columns import Edge
from engine.core.drawing.streets import Route
from engine.core.drawing.tracks import LINE, Room, Tracks

EMPTY = 72  # width and height of a column or row of cells that holds no box
STUB = 8  # of a line before and after its words
ARROW = 16  # from the last turn of a line to the box where it arrives
GAP, ROW = 44, 40  # between two columns, between two rows, at least
LANE = 12  # from the boxes to the first line in a street between rows
PORTS = 16  # from the left side of a box to the first line below or above it


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that has a size. Corridors by their number on the map of streets.py."""

    lefts: tuple[int, ...]
    widths: tuple[int, ...]
    tops: tuple[int, ...]
    heights: tuple[int, ...]
    words: Mapping[int, int]  # how wide the words beside the boxes are, by the number of the street
    tracks: Tracks

    def across(self, corridor: int, edge: Edge, index: int) -> int:
        """Where an upright stretch runs."""
        before = PORTS if corridor % 2 else self.room_for_words(corridor)
        return self.lefts[corridor] + before + self.tracks.upright[edge, index]

    def down(self, corridor: int, edge: Edge, index: int) -> int:
        """Where a level stretch runs, or stand words alone."""
        return self._begins(corridor) + self.tracks.level[edge, index]

    def middle(self, row: int) -> int:
        """Where level lines run in a row of cells, or would."""
        return self._begins(row) + self.tracks.middles.get(row, 0)

    def _begins(self, corridor: int) -> int:
        free = self.heights[corridor] - self.tracks.heights.get(corridor, 0)
        return self.tops[corridor] + (free // 2 if corridor % 2 else LANE)

    def room_for_words(self, corridor: int) -> int:
        words = self.words.get(corridor, 0)
        return words + 2 * STUB if words else STUB

    def after_ports(self, corridor: int) -> int:
        """Where words below a box may begin: right of all lines that meet it there."""
        return self.lefts[corridor] + PORTS + self.tracks.widths.get(corridor, 0)


def ground_of(
    cells: Mapping[str, Cell],
    sizes: Mapping[str, tuple[int, int]],
    routes: Mapping[Edge, Route],
    rooms: Mapping[Edge, Room],
    words: Mapping[Edge, tuple[int, int]],
    tracks: Tracks,
    extent: Cell,
) -> Ground:
    """Measure the ground under boxes of these least sizes, in `extent` columns and rows."""
    beside: dict[int, int] = {}
    below: dict[int, int] = {}
    for edge, room in rooms.items():
        if room.column is None:
            street = routes[edge].corners[0][0]
            beside[street] = max(beside.get(street, 0), words[edge][0])
        else:
            below[room.column] = max(below.get(room.column, 0), words[edge][0])
    widths = [_width(x, cells, sizes, beside, below, tracks, 2 * extent[0] + 1) for x in range(2 * extent[0] + 1)]
    heights = [_height(y, cells, sizes, tracks, 2 * extent[1] + 1) for y in range(2 * extent[1] + 1)]
    return Ground(_begins(widths), tuple(widths), _begins(heights), tuple(heights), beside, tracks)


def _width(
    x: int,
    cells: Mapping[str, Cell],
    sizes: Mapping[str, tuple[int, int]],
    beside: Mapping[int, int],
    below: Mapping[int, int],
    tracks: Tracks,
    count: int,
) -> int:
    lines = tracks.widths.get(x, 0)
    if x % 2:
        boxes = [sizes[key][0] for key, (column, _) in cells.items() if 2 * column + 1 == x]
        return max([*boxes, EMPTY if not boxes else 0, 2 * PORTS + lines + below.get(x, 0)])
    words = beside.get(x, 0)
    if x in (0, count - 1):
        return lines + 2 * STUB if lines else 0
    return max(GAP, (words + 2 * STUB if words else STUB) + lines + ARROW)


def _height(y: int, cells: Mapping[str, Cell], sizes: Mapping[str, tuple[int, int]], tracks: Tracks, count: int) -> int:
    lines = tracks.heights.get(y, 0)
    if y % 2:
        boxes = [sizes[key][1] for key, (_, row) in cells.items() if 2 * row + 1 == y]
        return max([*boxes, EMPTY // 2 if not boxes else 0, lines + LINE])
    if y in (0, count - 1):
        return lines + 2 * LANE if lines else 0
    return max(ROW, lines + 2 * LANE)


def _begins(sizes: Sequence[int]) -> tuple[int, ...]:
    return tuple(accumulate(sizes, initial=0))
