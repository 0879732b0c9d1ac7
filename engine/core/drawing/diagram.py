"""Where the states and moves of a definition stand in a picture: whole numbers, in pixels. Draws nothing.

Time runs from left to right in columns. A move to the next column is a straight line or an elbow in the gap; a move
that skips columns runs in a lane above all boxes, a return in a lane below, so that no line ever crosses a box. Moves
between the same two states share one line. The parts: columns in columns.py, lanes in lanes.py, words
and their places in words.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from engine.core.drawing.columns import Edge, columns_of, returns_of
from engine.core.drawing.lanes import Span, levels_of
from engine.core.drawing.words import Label, Rect, place, width_of, wrap

WIDTH, LINE, PAD = 122, 18, 11  # of a box: least width, height of a line of words, room round them
GAP, ROW = 64, 52  # between columns at least; between boxes of one column
MARGIN, LANE, LEAD = 13, 34, 30  # round everything; between two lanes; from the boxes to the first lane
PORT, CHANNEL = 16, 12  # between two lines that meet one side of a box; between two lines in one gap
MOVE_WIDTH = 88  # of the words on a move, where they may break

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """A state to be placed."""

    key: str
    words: str
    initial: bool = False
    final: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A transition from one state to another."""

    key: str
    source: str
    target: str
    words: str


@dataclass(frozen=True, slots=True)
class Box:
    """A placed state; x and y are its upper left corner."""

    node: Node
    lines: tuple[str, ...]
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
    """A whole picture."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def lay_out(nodes: Sequence[Node], moves: Sequence[Move]) -> Diagram:
    """Place `nodes` and `moves` (between declared nodes only; others are left out)."""
    known = {node.key for node in nodes}
    grouped: dict[Edge, list[Move]] = {}
    for move in moves:
        if move.source in known and move.target in known:
            grouped.setdefault((move.source, move.target), []).append(move)
    first = next((node.key for node in nodes if node.initial), nodes[0].key if nodes else "")
    keys = [node.key for node in nodes]
    returns = returns_of(keys, list(grouped), first)
    columns = columns_of(keys, [edge for edge in grouped if edge not in returns])
    boxes = _boxes({node.key: node for node in nodes}, columns, grouped)
    column_of = {key: index for index, column in enumerate(columns) for key in column}
    return _Drawing(columns, column_of, boxes, grouped, returns).finish()


def _boxes(
    nodes: Mapping[str, Node], columns: Sequence[Sequence[str]], grouped: Mapping[Edge, Sequence[Move]]
) -> dict[str, Box]:
    words = {key: wrap(node.words, WIDTH - 3 * PAD) for key, node in nodes.items()}
    width = max([WIDTH, *(width_of(line) + 2 * PAD for lines in words.values() for line in lines)])
    height = 2 * PAD + LINE * max([2, *(len(lines) for lines in words.values())])
    tallest = max((len(column) for column in columns), default=0)
    middle = tallest * (height + ROW) // 2
    boxes, x = {}, 0
    for index, column in enumerate(columns):
        y = middle - len(column) * (height + ROW) // 2
        for key in column:
            boxes[key] = Box(nodes[key], words[key], x, y, width, height)
            y += height + ROW
        x += width + _gap(column, columns[index + 1] if index + 1 < len(columns) else [], grouped)
    return boxes


def _gap(column: Sequence[str], following: Sequence[str], grouped: Mapping[Edge, Sequence[Move]]) -> int:
    between = [moves for (s, t), moves in grouped.items() if s in column and t in following]
    widest = max((width_of(line) for moves in between for line in _words(moves)), default=0)
    return max(GAP + CHANNEL * max(0, len(between) - 1), widest + 18)


def _words(moves: Sequence[Move], width: int = MOVE_WIDTH) -> tuple[str, ...]:
    return tuple(line for move in moves for line in wrap(move.words, width))


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Boxes that stand, and the lines still to be led between them."""

    columns: Sequence[Sequence[str]]
    column_of: Mapping[str, int]
    boxes: Mapping[str, Box]
    grouped: Mapping[Edge, Sequence[Move]]
    returns: frozenset[Edge]

    def finish(self) -> Diagram:
        near = [edge for edge in self.grouped if edge not in self.returns and self._distance(edge) == 1]
        far = [edge for edge in self.grouped if edge not in self.returns and edge not in near]
        paths = self._elbows(near) | self._lanes(far, -1) | self._lanes(sorted(self.returns), 1)
        rects = [Rect(box.x, box.y, box.width, box.height) for box in self.boxes.values()]
        lines = []
        for edge, points in paths.items():
            label = place(self._wanted(edge, points), points, rects)
            rects.append(label.rect)
            moves = tuple(self.grouped[edge])
            lines.append(Line(*edge, moves, edge in self.returns, points, label))
        return _moved(tuple(self.boxes.values()), lines)

    def _distance(self, edge: Edge) -> int:
        return self._column(edge[1]) - self._column(edge[0])

    def _column(self, key: str) -> int:
        return self.column_of[key]

    def _elbows(self, edges: Sequence[Edge]) -> dict[Edge, tuple[Point, ...]]:
        """Lead the moves between neighbouring columns through the gap between them."""
        paths: dict[Edge, tuple[Point, ...]] = {}
        for edge in edges:
            start, end = self.boxes[edge[0]], self.boxes[edge[1]]
            leaving = sorted((e for e in edges if e[0] == edge[0]), key=lambda e: self.boxes[e[1]].y)
            arriving = sorted((e for e in edges if e[1] == edge[1]), key=lambda e: self.boxes[e[0]].y)
            y1 = start.middle[1] + _spread(leaving.index(edge), len(leaving))
            y2 = end.middle[1] + _spread(arriving.index(edge), len(arriving))
            beside = [e for e in edges if self._column(e[0]) == self._column(edge[0])]
            turn = start.right + (end.x - start.right) * (beside.index(edge) + 1) // (len(beside) + 1)
            bent = ((start.right, y1), (turn, y1), (turn, y2), (end.x, y2))
            paths[edge] = bent if y1 != y2 else (bent[0], bent[3])
        return paths

    def _lanes(self, edges: Sequence[Edge], side: int) -> dict[Edge, tuple[Point, ...]]:
        """Lead moves through lanes below (`side` 1) or above (-1) all boxes."""
        spans = [Span(e, self._column(e[0]), self._column(e[1]), *map(self._is_inner(side), e)) for e in edges]
        levels = levels_of(spans)
        edge_of_all = (
            max((b.bottom for b in self.boxes.values()), default=0)
            if side > 0
            else min((b.y for b in self.boxes.values()), default=0)
        )
        paths = {}
        for edge in edges:
            y = edge_of_all + side * (LEAD + LANE * levels[edge])
            if edge[0] == edge[1]:
                paths[edge] = self._loop(self.boxes[edge[0]])
                continue
            leave, arrive = self._end(edge, 0, side, levels), self._end(edge, 1, side, levels)
            paths[edge] = (*leave, (leave[-1][0], y), (arrive[-1][0], y), *reversed(arrive))
        return paths

    def _loop(self, box: Box) -> tuple[Point, ...]:
        """A move to the same state: out below, round the lower left corner, in at the left."""
        out, back, inside = box.x + PAD, box.x - 2 * CHANNEL, box.middle[1] + box.height // 4
        y = box.bottom + ROW // 2
        return (out, box.bottom), (out, y), (back, y), (back, inside), (box.x, inside)

    def _is_inner(self, side: int) -> Callable[[str], bool]:
        def inner(key: str) -> bool:
            column = self.columns[self._column(key)]
            return key != column[-1 if side > 0 else 0]

        return inner

    def _end(self, edge: Edge, which: int, side: int, levels: Mapping[Edge, int]) -> tuple[Point, ...]:
        """How a lane's line meets its box: straight at the outer side, or through the gap beside an inner box."""
        key = edge[which]
        box = self.boxes[key]
        order = self._ports(key, side, levels)
        at = order.index((edge, which))
        if not self._is_inner(side)(key):
            room = min(PORT, (box.width - 2 * PAD) // len(order))
            x = box.middle[0] + (2 * at - len(order) + 1) * room // 2
            return ((x, box.bottom if side > 0 else box.y),)
        y = box.middle[1] + side * box.height // 4
        before = side < 0 and which == 1  # arrives from the left, at the left side
        x = box.x - CHANNEL * (at + 1) if before else box.right + CHANNEL * (at + 1)
        return ((box.x if before else box.right, y), (x, y))

    def _ports(self, key: str, side: int, levels: Mapping[Edge, int]) -> list[tuple[Edge, int]]:
        """The lane ends at one box from left to right, so that no two of them cross."""
        ends = [(edge, i) for edge in levels for i in (0, 1) if edge[i] == key and edge[0] != edge[1]]

        def rank(end: tuple[Edge, int]) -> tuple[int, int]:
            edge, which = end
            outgoing = which == 0
            left = outgoing == (side > 0)  # returns leave at the left, skips arrive there
            return (0, levels[edge]) if left else (1, -levels[edge])

        return sorted(ends, key=rank)

    def _wanted(self, edge: Edge, points: Sequence[Point]) -> Label:
        moves = self.grouped[edge]
        if len(points) == 2:
            (x1, y), (x2, _) = points
            lines = _words(moves)
            return Label(lines, (x1 + x2) // 2, y - 8 - Label.height(lines) // 2, side=0)
        if len(points) == 4 and self._distance(edge) == 1 and edge not in self.returns:
            lines = _words(moves)
            return Label(lines, points[1][0], (points[1][1] + points[2][1]) // 2, side=0)
        if edge[0] == edge[1]:
            lines = _words(moves)
            (x1, y), (x2, _) = points[1:3]
            return Label(lines, (x1 + x2) // 2, y + 3 + Label.height(lines) // 2, side=1)
        (x1, y), (x2, _) = next((a, b) for a, b in pairwise(points[1:]) if a[1] == b[1])
        lines = _words(moves, max(MOVE_WIDTH, abs(x2 - x1) - 24))
        return Label(lines, (x1 + x2) // 2, y, side=1 if edge in self.returns else -1)


def _spread(index: int, count: int) -> int:
    return (2 * index - count + 1) * PORT // 2


def _moved(boxes: tuple[Box, ...], lines: Sequence[Line]) -> Diagram:
    """Move everything so that the picture begins at the margin, and say how large it is."""
    xs = [b.x for b in boxes] + [p[0] for n in lines for p in n.points] + [n.label.rect.x for n in lines]
    ys = [b.y for b in boxes] + [p[1] for n in lines for p in n.points] + [n.label.rect.y for n in lines]
    dx, dy = MARGIN - min(xs, default=0), MARGIN - min(ys, default=0)
    right = [b.right for b in boxes] + [p[0] for n in lines for p in n.points] + [n.label.rect.right for n in lines]
    under = [b.bottom for b in boxes] + [p[1] for n in lines for p in n.points] + [n.label.rect.bottom for n in lines]
    return Diagram(
        max(right, default=0) + dx + MARGIN,
        max(under, default=0) + dy + MARGIN,
        tuple(replace(b, x=b.x + dx, y=b.y + dy) for b in boxes),
        tuple(
            replace(n, points=tuple((x + dx, y + dy) for x, y in n.points), label=n.label.moved(dx, dy)) for n in lines
        ),
    )
