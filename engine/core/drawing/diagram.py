"""Where the states and moves of a definition stand in a picture: whole numbers, in pixels. Draws nothing.

Time runs from left to right. States stand in the cells of a grid (cells.py), lines run through the streets between
them (streets.py) on tracks of their own (tracks.py), and the streets are as wide as lines and words need (ground.py).
So no line crosses a box or the words of another line, and no words cover anything, whatever is drawn. Moves between
the same two states share one line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from engine.core.drawing.cells import Cell, cells_of, ranks
from engine.core.drawing.columns import Edge, returns_of
from engine.core.drawing.ground import PORTS, STUB, Ground, ground_of
from engine.core.drawing.streets import Route, routes_of
from engine.core.drawing.tracks import Room, room_of, tracks_of
from engine.core.drawing.words import Label, Rect, fitted, width_of, wrap

WIDTH, LINE, NOTE, PAD = (
    122,
    18,
    17,
    11,
)  # of a box: least width, height of a line of words and of a note, room round them
NOTED = 184  # least width of a box with notes
BOLD = 116  # hundredths: how much wider a state's words are than plain ones
ASIDE = 14  # from the first and last line at a side of a box to its corners
AWAY = 6  # from words to a line that passes them
MARGIN = 13  # round everything
MOVE_WIDTH, MOVE_LINES = 104, 3  # of the words on a move: where they may break, and into how many lines at most

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """A state to be placed; each of its notes is a line of smaller words below its own."""

    key: str
    words: str
    initial: bool = False
    final: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """A transition from one state to another; its notes are lines below its words."""

    key: str
    source: str
    target: str
    words: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A placed state; x and y are its upper left corner, `cell` its column and row."""

    node: Node
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    cell: Cell
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> Point:
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn line: one or more moves from `source` to `target`; `points` run along it, only level and upright."""

    source: str
    target: str
    moves: tuple[Move, ...]
    backward: bool
    points: tuple[Point, ...]
    label: Label


@dataclass(frozen=True, slots=True)
class Diagram:
    """A whole picture. `columns` and `rows`: the number of each one that is drawn, and where its middle is."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    columns: tuple[Point, ...] = ()
    rows: tuple[Point, ...] = ()


def lay_out(
    nodes: Sequence[Node],
    moves: Sequence[Move],
    places: Mapping[str, Cell] | None = None,
    notes: Mapping[Edge, str] | None = None,
) -> Diagram:
    """Place `nodes` and `moves` (between declared nodes only; others are left out).

    A state in `places` stands in that column and row, 0, 0 being where the first state would stand by itself.
    `notes`: a line below the words of a whole line.
    """
    return _laid_out(tuple(nodes), tuple(moves), tuple((places or {}).items()), tuple((notes or {}).items()))


@lru_cache(maxsize=64)
def _laid_out(
    nodes: tuple[Node, ...],
    moves: tuple[Move, ...],
    places: tuple[tuple[str, Cell], ...],
    notes: tuple[tuple[Edge, str], ...],
) -> Diagram:
    grouped = _grouped(nodes, moves)
    keys = [node.key for node in nodes]
    first = next((node.key for node in nodes if node.initial), keys[0] if keys else "")
    returns = returns_of(keys, list(grouped), first)
    cells = cells_of(keys, [edge for edge in grouped if edge not in returns], first, dict(places))
    columns, rows = ranks([column for column, _ in cells.values()]), ranks([row for _, row in cells.values()])
    ranked = {key: (columns.index(cells[key][0]), rows.index(cells[key][1])) for key in keys}
    routes = routes_of(ranked, list(grouped), returns)
    rooms = {edge: room_of(edge, route) for edge, route in routes.items()}
    note = dict(notes)
    labels = {edge: Label(tuple(map(_words, group)), note.get(edge, "")) for edge, group in grouped.items()}
    sizes = {edge: (label.width, label.height) for edge, label in labels.items()}
    tracks = tracks_of(routes, rooms, sizes)
    words = {node.key: wrap(node.words, (NOTED * 100 // BOLD if node.notes else WIDTH) - 2 * PAD) for node in nodes}
    boxes = {node.key: _least(node, words[node.key]) for node in nodes}
    ground = ground_of(ranked, boxes, routes, rooms, sizes, tracks, (len(columns), len(rows)))
    placed = {
        node.key: _box(
            node, words[node.key], cells[node.key], ranked[node.key], _ports(node.key, routes, ground), ground
        )
        for node in nodes
    }
    lines = [
        _line(grouped[edge], edge in returns, route, rooms[edge], labels[edge], placed, ground)
        for edge, route in routes.items()
    ]
    return Diagram(
        ground.lefts[-1] + 2 * MARGIN,
        ground.tops[-1] + 2 * MARGIN,
        tuple(placed.values()),
        tuple(_centred(line, lines) for line in lines),
        _middles(columns, ground.lefts, ground.widths),
        tuple((number, ground.middle(2 * i + 1) + MARGIN) for i, number in enumerate(rows)),
    )


def _grouped(nodes: Sequence[Node], moves: Sequence[Move]) -> dict[Edge, list[Move]]:
    known = {node.key for node in nodes}
    grouped: dict[Edge, list[Move]] = {}
    for move in moves:
        if move.source in known and move.target in known:
            grouped.setdefault((move.source, move.target), []).append(move)
    return grouped


def _words(move: Move) -> tuple[str, ...]:
    lines = wrap(move.words, MOVE_WIDTH)
    for wider in (MOVE_WIDTH * 3 // 2, MOVE_WIDTH * 2):
        if len(lines) > MOVE_LINES:
            lines = wrap(move.words, wider)
    return (*(fitted(line, 2 * MOVE_WIDTH) for line in lines), *move.notes)


def _least(node: Node, lines: Sequence[str]) -> tuple[int, int]:
    """The least size of a box: its words, and its notes below a line."""
    width = max([NOTED if node.notes else WIDTH, *(width_of(line) * BOLD // 100 + 2 * PAD for line in lines)])
    height = 2 * PAD + LINE * max(1 if node.notes else 2, len(lines))
    return width, height + (NOTE * len(node.notes) + PAD if node.notes else 0)


def _ports(key: str, routes: Mapping[Edge, Route], ground: Ground) -> list[int]:
    """How high the lines run that meet a box at its sides."""
    ends = [
        (edge, route, 0 if edge[0] == key else route.stretches - 1) for edge, route in routes.items() if key in edge
    ]
    return [ground.down(route.corners[i][1], edge, i) for edge, route, i in ends if not route.upright]


def _box(node: Node, lines: tuple[str, ...], cell: Cell, at: Cell, ports: Sequence[int], ground: Ground) -> Box:
    """A box as high as its words and the lines at its sides need, about the middle of its row."""
    x, y = 2 * at[0] + 1, 2 * at[1] + 1
    width, row, band = ground.widths[x], ground.tops[y], ground.heights[y]
    first, last = min(ports, default=ground.middle(y)) - ASIDE, max(ports, default=ground.middle(y)) + ASIDE
    height = max(_least(node, lines)[1], last - first)
    top = min(max(ground.middle(y) - height // 2, last - height), first)
    top = max(row, min(top, row + band - height))
    notes = tuple(fitted(note, width - 2 * PAD) for note in node.notes)
    return Box(node, lines, notes, cell, ground.lefts[x] + MARGIN, top + MARGIN, width, height)


def _line(
    moves: Sequence[Move],
    backward: bool,
    route: Route,
    room: Room,
    label: Label,
    boxes: Mapping[str, Box],
    ground: Ground,
) -> Line:
    edge = (moves[0].source, moves[0].target)
    fixed = [
        ground.across(route.corners[i][0], edge, i)
        if route.is_upright(i)
        else ground.down(route.corners[i][1], edge, i)
        for i in range(route.stretches)
    ]
    points = [_port(boxes[edge[0]], route.source, route.corners[0], fixed[0])]
    for index, (one, other) in enumerate(pairwise(fixed)):
        points.append((one, other) if route.is_upright(index) else (other, one))
    points.append(_port(boxes[edge[1]], route.target, route.corners[-1], fixed[-1]))
    return Line(
        *edge,
        tuple(moves),
        backward,
        tuple((x + MARGIN, y + MARGIN) for x, y in points),
        label.at(*_middle(room, route, label, ground)),
    )


def _port(box: Box, cell: Point, corner: Point, fixed: int) -> Point:
    """Where a line meets its box, at the side of that corner; `fixed` is the other coordinate."""
    if corner[0] == cell[0]:
        return fixed, (box.bottom if corner[1] > cell[1] else box.y) - MARGIN
    return (box.right if corner[0] > cell[0] else box.x) - MARGIN, fixed


def _middle(room: Room, route: Route, label: Label, ground: Ground) -> Point:
    edge, index = room.name
    y = ground.down(room.corridor, edge, index) + MARGIN
    if room.column is None:
        street = route.corners[0][0]
        return ground.lefts[street] + MARGIN + STUB + ground.words[street] // 2, y
    left, right = ground.after_ports(room.column), ground.lefts[room.column + 1] - PORTS
    alone = route.stretches == 1 or route.source == route.target
    return (left + label.width // 2 if alone else (left + right) // 2) + MARGIN, y


def _centred(line: Line, others: Sequence[Line]) -> Line:
    """Words in a street move to the middle of the stretch that they stand on, when no other line passes there."""
    on = [part for part in pairwise(line.points) if part[0][1] == part[1][1] == line.label.y]
    if line.points[0][1] == line.label.y or not on:
        return line
    (x1, y), (x2, _) = on[0]
    moved = line.label.at((x1 + x2) // 2, y)
    room = moved.rect
    passing = [p for other in others for p in pairwise(other.points) if other is not line and p[0][0] == p[1][0]]
    if room.width > abs(x1 - x2) or any(room.covers(_around(*part)) for part in passing):
        return line
    return replace(line, label=moved)


def _around(a: Point, b: Point) -> Rect:
    return Rect(min(a[0], b[0]) - AWAY, min(a[1], b[1]), abs(a[0] - b[0]) + 2 * AWAY, abs(a[1] - b[1]) + 1)


def _middles(numbers: Sequence[int], begins: Sequence[int], sizes: Sequence[int]) -> tuple[Point, ...]:
    return tuple((n, begins[2 * i + 1] + MARGIN + sizes[2 * i + 1] // 2) for i, n in enumerate(numbers))
