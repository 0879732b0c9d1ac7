"""The picture of a workflow for a page: the core's layout, the words of the language, and what a case has done.

    {% from 'macros/diagram.html' import diagram %}
    {{ diagram(picture(definition)) }}
    {{ diagram(picture(definition, current=case.state, moves=[('plan_drafted', 'approved'), …])) }}

`picture` is a name of the templates. Draws nothing: the SVG is in macros/diagram.html.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from flask import Flask

from engine.core import linkspec
from engine.core.drawing import diagram
from engine.core.messages import Message
from engine.web.labels import label
from engine.web.language import t, translate

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition

ROUND, HEAD = 9, 9  # radius of a corner; length of an arrow's head
LINKED = "link:"  # before the key of a case of another workflow; no state is called so
WIDE = 900  # pixels; a wider picture takes the width of its page


@dataclass(frozen=True, slots=True)
class Stage:
    """A state as drawn: `mark` is current, taken, ahead, or linked for a case of another workflow."""

    box: diagram.Box
    words: str
    mark: str
    count: str = ""  # how many cases stand in it, where that is told
    heat: int = 0  # and how many that is beside the others, from 0 to 5


class Arrow(NamedTuple):
    """A line as drawn: `path` and `head` are SVG path data; `taken` counts how often the case went along it."""

    line: diagram.Line
    path: str
    head: str
    taken: int
    source: str
    target: str
    automatic: bool


class Picture(NamedTuple):
    """Everything that the macro needs."""

    id: str
    name: str
    size: diagram.Diagram
    stages: tuple[Stage, ...]
    arrows: tuple[Arrow, ...]
    current: str
    of_case: bool

    @property
    def is_wide(self) -> bool:
        return self.size.width > WIDE

    @property
    def least(self) -> int:
        """The least width at which the words, drawn at 13 px, keep 12 px (WCAG 2.2, 1.4.4 leaves no smaller ones)."""
        return self.size.width * 12 // 13


def picture(
    definition: WorkflowDefinition,
    current: str | None = None,
    moves: Iterable[tuple[str, str]] = (),
    name: str = "diagram",
    counts: Mapping[str, tuple[str, int]] | None = None,
) -> Picture:
    """Picture a definition, or a case of it that stands in `current` after `moves` (from, to); `name` is its id.

    counts: state → how many cases stand in it, in words, and its heat from 0 to 5.
    """
    told = counts or {}
    words = {state.key: translate(label(state)) for state in definition.states}
    words |= {f"{LINKED}{link.key}": translate(label(link)) for link in definition.links}
    times = Counter(moves)
    drawn = diagram.lay_out(
        [*_nodes(definition, words)],
        [*_moves(definition)],
        notes={move: translate(Message("diagram.times", count=count)) for move, count in times.items() if count > 1},
    )
    visited = {key for move in times for key in move} | {current}
    automatic = {t.key for t in definition.transitions if t.automatic}
    return Picture(
        id=name,
        name=translate(definition.name),
        size=drawn,
        stages=tuple(
            Stage(b, words[b.node.key], _mark(b.node.key, current, visited), *told.get(b.node.key, ()))
            for b in drawn.boxes
        ),
        arrows=tuple(_arrow(line, times, words, automatic) for line in _last_taken(drawn.lines, times)),
        current=words.get(current or "", ""),
        of_case=current is not None,
    )


def add_diagram(app: Flask) -> None:
    """Give templates the name `picture`."""
    app.jinja_env.globals["picture"] = picture


def _nodes(definition: WorkflowDefinition, words: Mapping[str, str]) -> Iterator[diagram.Node]:
    for state in definition.states:
        yield diagram.Node(state.key, words[state.key], state.initial, state.final)
    for link in definition.links:
        yield diagram.Node(f"{LINKED}{link.key}", words[f"{LINKED}{link.key}"])


def _moves(definition: WorkflowDefinition) -> Iterator[diagram.Move]:
    for move in definition.transitions:
        yield from (diagram.Move(move.key, source, move.to, translate(label(move))) for source in move.from_)
    for link in definition.links:
        states = link.in_ or (link.states if isinstance(link, linkspec.FollowUpSpec) else ())
        if states:
            yield diagram.Move(f"{LINKED}{link.key}", states[0], f"{LINKED}{link.key}", t("canvas.opens"))


def _mark(key: str, current: str | None, visited: set[str | None]) -> str:
    if key.startswith(LINKED):
        return "linked"
    return "current" if key == current else "taken" if key in visited else "ahead"


def _last_taken(lines: Iterable[diagram.Line], times: Counter[tuple[str, str]]) -> list[diagram.Line]:
    """Taken lines are drawn over the others."""
    return sorted(lines, key=lambda line: times[line.source, line.target] > 0)


def _arrow(line: diagram.Line, times: Counter[tuple[str, str]], words: dict[str, str], automatic: set[str]) -> Arrow:
    return Arrow(
        line=line,
        path=path_of(line),
        head=head_of(line),
        taken=times[line.source, line.target],
        source=words[line.source],
        target=words[line.target],
        automatic=all(move.key in automatic for move in line.moves),
    )


def path_of(line: diagram.Line) -> str:
    """A line as SVG path data, as far as the base of its head."""
    *before, tip = line.points
    dx, dy = _way(line)
    return _rounded([*before, (tip[0] - dx * HEAD, tip[1] - dy * HEAD)])


def head_of(line: diagram.Line) -> str:
    """The head of a line as SVG path data."""
    tip, (dx, dy), wing = line.points[-1], _way(line), HEAD // 2 + 1
    base = (tip[0] - dx * HEAD, tip[1] - dy * HEAD)
    corners = [tip, (base[0] - dy * wing, base[1] - dx * wing), (base[0] + dy * wing, base[1] + dx * wing)]
    return "M" + "L".join(f"{x} {y}" for x, y in corners) + "Z"


def _way(line: diagram.Line) -> diagram.Point:
    (x1, y1), (x2, y2) = line.points[-2:]
    return _sign(x2 - x1), _sign(y2 - y1)


def _rounded(points: Sequence[diagram.Point]) -> str:
    path = f"M{points[0][0]} {points[0][1]}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (x1, y1), (x2, y2) = _towards(corner, before), _towards(corner, after)
        path += f"L{x1} {y1}Q{corner[0]} {corner[1]} {x2} {y2}"
    return f"{path}L{points[-1][0]} {points[-1][1]}"


def _towards(corner: diagram.Point, other: diagram.Point) -> diagram.Point:
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    return corner[0] + _sign(dx) * min(ROUND, abs(dx) // 2), corner[1] + _sign(dy) * min(ROUND, abs(dy) // 2)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
