"""Which way a line takes between the boxes of the grid: through the streets between them and through empty cells.

Points of this map are (across, down). Odd numbers are columns and rows of cells, even ones the streets between them, so
cell (c, r) lies at (2c + 1, 2r + 1). A line to the right leaves a box at its right and arrives at the left; every
other one leaves and arrives below or above. The cheapest way wins: short, few turns, not where others run already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from engine.core.drawing.cells import Cell
from engine.core.drawing.columns import Edge

Spot = tuple[int, int]
Place = tuple[int, int, int]  # across, down, and 1 where a line runs upright, 0 where it runs level
ACROSS, DOWN, TURN = 6, 4, 7  # price of a step to the side, of a step up or down, of a turn
CELL, ALONG, OVER = 2, 1, 3  # added: through an empty cell, beside a line, over a line
WRONG = 5  # added to the side that is meant for the others: returns run below, skips above


@dataclass(frozen=True, slots=True)
class Route:
    """The corners of a line; stretches run level and upright by turns. The first one and the last are the corners
    where it meets its boxes' streets, so a straight line has the same corner twice."""

    source: Spot
    target: Spot
    corners: tuple[Spot, ...]
    upright: bool  # the first stretch

    def is_upright(self, index: int) -> bool:
        return self.upright == (index % 2 == 0)

    @property
    def stretches(self) -> int:
        return len(self.corners) - 1

    def begin(self, index: int) -> Spot:
        """Where a stretch begins; the first one in its box."""
        return self.corners[index] if index else self.source

    def end(self, index: int) -> Spot:
        return self.corners[index + 1] if index + 1 < self.stretches else self.target


def routes_of(cells: Mapping[str, Cell], edges: Sequence[Edge], returns: frozenset[Edge]) -> dict[Edge, Route]:
    """Lead every edge between boxes in `cells` (columns and rows from 0). Short ones choose first."""
    spots = {key: (2 * column + 1, 2 * row + 1) for key, (column, row) in cells.items()}
    across = max((x for x, _ in spots.values()), default=0) + 2
    down = max((y for _, y in spots.values()), default=0) + 2
    town = _Map(across, down, frozenset(spots.values()), [0] * (across * down * 2))

    def length(edge: Edge) -> tuple[int, int]:
        (x1, y1), (x2, y2) = spots[edge[0]], spots[edge[1]]
        return abs(x2 - x1) + abs(y2 - y1), edges.index(edge)

    return {edge: town.lead(spots[edge[0]], spots[edge[1]], edge in returns) for edge in sorted(edges, key=length)}


@dataclass(frozen=True, slots=True)
class _Map:
    across: int
    down: int
    boxes: frozenset[Spot]
    used: list[int]  # how many lines run through a spot, by its number

    def lead(self, source: Spot, target: Spot, is_return: bool) -> Route:
        if source == target:
            corner = (source[0], source[1] + 1)
            return self._keep(Route(source, target, (corner,) * 4, upright=True))
        starts, goals = _ends(source, target, is_return)
        path = self._search(starts, goals, source[1], is_return)
        corners, way = [path[0][:2]], path[0][2]
        for x, y, new in path:
            if new != way:
                corners.append((x, y))
                way = new
        corners.append(path[-1][:2])
        return self._keep(Route(source, target, tuple(corners), upright=bool(path[0][2])))

    def _keep(self, route: Route) -> Route:
        for index in range(route.stretches):
            (x1, y1), (x2, y2) = route.corners[index], route.corners[index + 1]
            for x in range(min(x1, x2), max(x1, x2) + 1):
                for y in range(min(y1, y2), max(y1, y2) + 1):
                    self.used[self._number(x, y, int(route.is_upright(index)))] += 1
        return route

    def _search(self, starts: Mapping[Place, int], goals: Mapping[Place, int], row: int, back: bool) -> list[Place]:
        """A* from the cheapest start to the cheapest goal."""
        gx, gy = next(iter(goals))[:2]
        best = dict(starts)
        came: dict[Place, Place] = {}
        queue = [(price + self._far(place, gx, gy), price, place) for place, price in starts.items()]
        queue.sort()
        done = (1 << 30, next(iter(goals)))
        while queue and queue[0][0] < done[0]:
            _, price, place = heappop(queue)
            if price > best[place]:
                continue
            if place in goals:
                done = min(done, (price + goals[place], place))
            for following, more in self._steps(place, row, back):
                if price + more < best.get(following, 1 << 30):
                    best[following] = price + more
                    came[following] = place
                    heappush(queue, (price + more + self._far(following, gx, gy), price + more, following))
        return _backwards(came, done[1])

    def _steps(self, spot: Place, row: int, back: bool) -> Iterator[tuple[Place, int]]:
        x, y, upright = spot
        if not (x % 2 and y % 2):
            yield (x, y, 1 - upright), TURN
        for step in (-1, 1):
            a, b = (x, y + step) if upright else (x + step, y)
            if not (0 <= a < self.across and 0 <= b < self.down) or (a, b) in self.boxes:
                continue
            number = self._number(a, b, upright)
            price = (DOWN if upright else ACROSS) + ALONG * self.used[number] + OVER * self.used[number ^ 1]
            if a % 2 and b % 2:
                price += CELL
            elif not upright and b % 2 == 0 and (b < row) == back:
                price += 1
            yield (a, b, upright), price

    def _far(self, spot: Place, x: int, y: int) -> int:
        return ACROSS * abs(spot[0] - x) + DOWN * max(0, abs(spot[1] - y) - 2)

    def _number(self, x: int, y: int, upright: int) -> int:
        return (y * self.across + x) * 2 + upright


def _ends(source: Spot, target: Spot, is_return: bool) -> tuple[dict[Place, int], dict[Place, int]]:
    """Where a line may begin and end, each with the price of that side."""
    (x1, y1), (x2, y2) = source, target
    if x2 > x1:
        return {(x1 + 1, y1, 0): 0}, {(x2 - 1, y2, 0): 0}
    below, above = (0, WRONG) if is_return else (WRONG, 0)
    starts = {(x1, y1 + 1, 1): below, (x1, y1 - 1, 1): above}
    goals = {(x2, y2 + 1, 1): below, (x2, y2 - 1, 1): above}
    return starts, goals


def _backwards(came: Mapping[Place, Place], last: Place) -> list[Place]:
    path = [last]
    while path[-1] in came:
        path.append(came[path[-1]])
    return path[::-1]
