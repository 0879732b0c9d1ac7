"""Beside which others a line runs in a street, and where its words find room. Pixels, but only across the street.

Every corridor (a street, a row or a column of cells) is cut into tracks; two stretches that overlap never share one,
so lines may cross but never cover each other. Words get room of their own: those of a line to the right beside the box
it leaves, all others in a street between two rows, above or below a box.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.core.drawing.columns import Edge
from engine.core.drawing.streets import Route

LINE = 14  # from one line to the next
AIR = 8  # above and below words, together
Name = tuple[Edge, int]  # a stretch of a line; WORDS in place of the number: its words alone
WORDS = -1


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a line (or words) in a corridor: from low to high along it, so thick, and in which order it likes to
    stand (small: left or above)."""

    name: Name
    low: int
    high: int
    thick: int
    order: tuple[int, ...]


@dataclass(slots=True)
class Tracks:
    """Where the stretches of the corridors run. `level` and `upright`: name → pixels from where the tracks begin. How
    thick the tracks are together, by the corridor's number on the map of streets.py."""

    level: dict[Name, int] = field(default_factory=dict)
    upright: dict[Name, int] = field(default_factory=dict)
    heights: dict[int, int] = field(default_factory=dict)
    middles: dict[int, int] = field(default_factory=dict)  # of a row of cells: where level lines run
    widths: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Room:
    """Where the words of a line stand: on a stretch (beside the box for one that leaves it), or alone in a street.
    `column` is that of the cell above or below which they stand, None beside the box."""

    name: Name
    corridor: int
    column: int | None


def room_of(edge: Edge, route: Route) -> Room:
    """Find the room for the words of a line."""
    if not route.upright:
        return Room((edge, 0), route.corners[0][1], None)
    best: tuple[int, int, int] | None = None
    for index in range(route.stretches):
        (x1, y), (x2, _) = route.corners[index], route.corners[index + 1]
        columns = [x for x in range(min(x1, x2), max(x1, x2)) if x % 2]
        if not route.is_upright(index) and y % 2 == 0 and columns and (best is None or len(columns) > best[0]):
            best = (len(columns), index, columns[len(columns) // 2])
    if best:
        return Room((edge, best[1]), route.corners[best[1]][1], best[2])
    return Room((edge, 1 if edge[0] == edge[1] else WORDS), route.corners[0][1], route.source[0])


def tracks_of(
    routes: Mapping[Edge, Route], rooms: Mapping[Edge, Room], words: Mapping[Edge, tuple[int, int]]
) -> Tracks:
    """Give every stretch its track. `words`: width and height of the words on each line."""
    found = Tracks()
    _level(found, routes, rooms, words)
    _upright(found, routes)
    return found


def _level(
    found: Tracks, routes: Mapping[Edge, Route], rooms: Mapping[Edge, Room], words: Mapping[Edge, tuple[int, int]]
) -> None:
    corridors: dict[int, list[Stretch]] = {}
    for edge, route in routes.items():
        room = rooms[edge]
        for index in range(route.stretches):
            if not route.is_upright(index):
                (x1, y), (x2, _) = route.corners[index], route.corners[index + 1]
                thick = max(LINE, words[edge][1] + AIR if room.name == (edge, index) else 0)
                stretch = Stretch((edge, index), min(x1, x2), max(x1, x2), thick, _leaning(route, index))
                corridors.setdefault(y, []).append(stretch)
        if room.name[1] == WORDS and room.column is not None:
            alone = Stretch(room.name, room.column, room.column, words[edge][1] + AIR, (0,))
            corridors.setdefault(room.corridor, []).append(alone)
    for y, stretches in corridors.items():
        if y % 2:
            found.heights[y], found.middles[y] = _row(found.level, stretches)
        else:
            found.heights[y] = _stack(found.level, _packed(stretches), 0)


def _leaning(route: Route, index: int) -> tuple[int, ...]:
    """Between what is above and what is below: -1, 0 or 1, then how a stretch stands among its like."""
    here = route.corners[index][1]
    before = route.begin(index - 1)[1] - here if index else 0
    after = route.end(index + 1)[1] - here if index + 1 < route.stretches else 0
    side = _sign(_sign(before) + _sign(after))
    if here % 2:
        return side, max(abs(before), abs(after))
    length = abs(route.corners[index][0] - route.corners[index + 1][0])
    return side, -side * length


def _row(into: dict[Name, int], stretches: Sequence[Stretch]) -> tuple[int, int]:
    """Tracks of a row of cells: level lines in the midst, above them what comes from above or goes there. Answers how
    thick they are, and where the midst is."""
    level = _packed(s for s in stretches if s.order[0] == 0)
    above = _packed(s for s in stretches if s.order[0] < 0)[::-1]
    below = _packed(s for s in stretches if s.order[0] > 0)
    begins = sum(map(_thick, above))
    return _stack(into, [*above, *level, *below], 0), begins + sum(map(_thick, level)) // 2


def _upright(found: Tracks, routes: Mapping[Edge, Route]) -> None:
    corridors: dict[int, list[Stretch]] = {}
    for edge, route in routes.items():
        for index in range(route.stretches):
            if route.is_upright(index):
                (x, y1), (_, y2) = route.corners[index], route.corners[index + 1]
                order = _beside_box(route, index) if x % 2 else _between(found, edge, route, index)
                stretch = Stretch((edge, index), min(y1, y2), max(y1, y2), LINE, order)
                corridors.setdefault(x, []).append(stretch)
    for x, stretches in corridors.items():
        found.widths[x] = _stack(found.upright, _packed(stretches), 0)


def _beside_box(route: Route, index: int) -> tuple[int, ...]:
    """Below a box, from left to right: what goes to the left, the longest last; what goes to the right, the longest
    first. So no two of them cross at once."""
    here = route.corners[index][0]
    before = route.begin(index - 1)[0] - here if index else 0
    after = route.end(index + 1)[0] - here if index + 1 < route.stretches else 0
    side = _sign(_sign(before) + _sign(after))
    return side, -side * max(abs(before), abs(after))


def _between(found: Tracks, edge: Edge, route: Route, index: int) -> tuple[int, ...]:
    """Between two columns: of the lines that go down, those from further below are further left; of those that go up,
    those from further above."""
    first, last = _height(found, edge, route, index, 0), _height(found, edge, route, index, 1)
    if index and route.corners[index - 1][0] > route.corners[index][0]:
        first, last = last, first
    return (0, -first[0], -first[1]) if last > first else (1, *first)


def _height(found: Tracks, edge: Edge, route: Route, index: int, end: int) -> tuple[int, int]:
    neighbour = index + 1 if end else index - 1
    return route.corners[index + end][1], found.level.get((edge, neighbour), 0)


def _packed(stretches: Iterable[Stretch]) -> list[list[Stretch]]:
    """Tracks in order: each stretch stands after all that it overlaps and that like to stand before it."""
    tracks: list[list[Stretch]] = []
    for stretch in sorted(stretches, key=lambda s: s.order):
        after = [
            i + 1
            for i, track in enumerate(tracks)
            if any(s.low <= stretch.high and stretch.low <= s.high for s in track)
        ]
        place = max(after, default=0)
        if place == len(tracks):
            tracks.append([])
        tracks[place].append(stretch)
    return tracks


def _stack(into: dict[Name, int], tracks: Iterable[Sequence[Stretch]], at: int) -> int:
    """Put tracks one after the other, and say where they end."""
    for track in tracks:
        thick = _thick(track)
        into |= {stretch.name: at + thick // 2 for stretch in track}
        at += thick
    return at


def _thick(track: Sequence[Stretch]) -> int:
    return max(stretch.thick for stretch in track)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
