"""Which lane a line takes that runs past boxes: short ones near the boxes, long ones outside, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.core.drawing.columns import Edge

UNIT = 4  # parts of a column, so that a line that turns in the gap reaches a little further than one that does not


@dataclass(frozen=True, slots=True)
class Span:
    """The columns that a line runs over; an inner end meets its box through the gap beside it."""

    edge: Edge
    source: int
    target: int
    source_inner: bool
    target_inner: bool

    @property
    def reach(self) -> tuple[int, int]:
        ends = [self.source * UNIT + self.source_inner, self.target * UNIT + self.target_inner]
        own = self.edge[0] == self.edge[1]
        return min(ends) - own, max(ends) + own


def levels_of(spans: Sequence[Span]) -> dict[Edge, int]:
    """The lane of each line, 0 nearest to the boxes. Lines that only touch at one box may share a lane."""
    lanes: list[list[tuple[int, int]]] = []
    levels: dict[Edge, int] = {}
    for span in sorted(spans, key=lambda s: (s.reach[1] - s.reach[0], s.reach, s.edge)):
        low, high = span.reach
        level = next((i for i, lane in enumerate(lanes) if all(high <= a or b <= low for a, b in lane)), len(lanes))
        if level == len(lanes):
            lanes.append([])
        lanes[level].append((low, high))
        levels[span.edge] = level
    return levels
