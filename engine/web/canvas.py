"""The picture of a draft that its designer works on: what is drawn where, and which element each thing opens.

    {% set drawn = canvas(bench.draft, bench.findings, selected) %}

`canvas` is a name of the templates. A draft may be incomplete or wrong in any way. Draws nothing: the SVG is in
backoffice/designs/canvas.html. What a stroke on it changes is admin/design_strokes.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from engine.core.designing.draft import Draft
from engine.core.designing.spots import elements, key_of, title_of
from engine.core.drawing import diagram
from engine.core.drawing.words import LINE_HEIGHT, Rect, fitted, width_of, wrap
from engine.core.sizes import MOST_LINES
from engine.web.canvas_words import LINKED, Note, about, linked, linked_notes, named, notes_of, several
from engine.web.diagram import head_of, path_of
from engine.web.language import t, translate

PILL = 22  # height of a badge
FAR, FAR_LINE = 20, 24  # size of the words that are read from afar, and height of a line of them


class Found(Protocol):
    """A problem, at the element that it opens."""

    @property
    def at(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words as drawn; `tone` is a class of theirs."""

    text: str
    x: int
    y: int
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be selected: its path and name, its words, the room they take, and more about it in words."""

    path: str
    name: str
    words: tuple[Words, ...]
    room: Rect
    about: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """How many problems there are, in words, on the upper border of a box."""

    text: str
    room: Rect


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line with the moves on it. `linked`: it leads to a case of another workflow."""

    source: str
    target: str
    path: str
    head: str
    backward: bool
    linked: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A box: the state itself, its tasks, and the moves that leave it. `far`: its words as seen from afar."""

    key: str
    box: diagram.Box
    item: Item
    far: tuple[Words, ...]
    tasks: tuple[Item, ...]
    arrows: tuple[Arrow, ...]
    badge: Badge | None
    linked: bool


@dataclass(frozen=True, slots=True)
class Canvas:
    """Everything that the template needs. `selected`: the path of the element whose panel is open."""

    size: diagram.Diagram
    stages: tuple[Stage, ...]
    selected: str
    placed: bool


def canvas(draft: Draft, found: Iterable[Found] = (), selected: str = "") -> Canvas:
    """Draw a draft with its problems."""
    document = draft.document
    faults = Counter(each.at for each in found)
    states = [state for state in elements(document, "states") if key_of(state)]
    notes = {key_of(state): notes_of(document, state, faults) for state in states} | linked_notes(document)
    nodes = [*(_node(state, notes[key_of(state)]) for state in states), *_linked_nodes(document, notes)]
    moves = [*_moves(document, faults), *_links(document)][:MOST_LINES]  # what is beyond is told as a problem
    drawn = diagram.lay_out(nodes, moves, draft.places)
    arrows = [_arrow(line, document, faults) for line in drawn.lines]
    stages = tuple(_stage(box, notes[box.node.key], arrows, faults) for box in drawn.boxes)
    return Canvas(drawn, stages, selected, bool(draft.places))


def standing(draft: Draft) -> dict[str, tuple[int, int]]:
    """In which cell each state of a draft is drawn."""
    return {stage.key: stage.box.cell for stage in canvas(draft).stages if not stage.linked}


def _node(state: Mapping[str, Any], notes: Sequence[Note]) -> diagram.Node:
    words = translate(title_of(state))
    texts = tuple(note.text for note in notes)
    return diagram.Node(key_of(state), words, bool(state.get("initial")), bool(state.get("final")), texts)


def _moves(document: Mapping[str, Any], faults: Mapping[str, int]) -> Iterable[diagram.Move]:
    for move in elements(document, "transitions"):
        path = f"transitions.{key_of(move)}"
        notes = about(move, faults[path])
        for source in several(move.get("from")):
            yield diagram.Move(path, source, str(move.get("to")), translate(title_of(move)), notes)


def _linked_nodes(document: Mapping[str, Any], notes: Mapping[str, Sequence[Note]]) -> Iterable[diagram.Node]:
    for path, link in linked(document):
        yield diagram.Node(path, translate(title_of(link)), notes=tuple(note.text for note in notes[path]))


def _links(document: Mapping[str, Any]) -> Iterable[diagram.Move]:
    for path, link in linked(document):
        for state in [*several(link.get("in")), *several(link.get("states"))][:1]:
            yield diagram.Move(path, state, path, t("canvas.opens"))


def _stage(box: diagram.Box, notes: Sequence[Note], arrows: Sequence[Arrow], faults: Mapping[str, int]) -> Stage:
    key = box.node.key
    is_linked = key.startswith(LINKED)
    own = key if is_linked else f"states.{key}"
    x, y = box.x + diagram.PAD, box.y + diagram.PAD + 14
    title = [Words(line, x, y + diagram.LINE * i, "stage-title") for i, line in enumerate(box.lines)]
    y += diagram.LINE * len(title) + diagram.PAD // 2
    below = [
        Words(text, x, y + diagram.NOTE * i, note.tone)
        for i, (text, note) in enumerate(zip(box.notes, notes, strict=True))
    ]
    lines = list(zip(notes, below, strict=True))
    count = faults[own]
    return Stage(
        key,
        box,
        Item(
            own,
            box.node.words,
            (*title, *(w for n, w in lines if n.path == own)),
            Rect(box.x, box.y, box.width, box.height),
        ),
        tuple(_far(box, t("canvas.problems", count=count) if count else "")),
        tuple(_task(path, box, lines) for path in dict.fromkeys(n.path for n in notes) if path != own),
        tuple(arrow for arrow in arrows if arrow.source == key),
        _badge(box, t("canvas.problems", count=count)) if count else None,
        is_linked,
    )


def _far(box: diagram.Box, problems: str) -> Iterator[Words]:
    """The name of a state in large words, as much of it as the box holds, and how many problems there are."""
    room = (box.width - 20) * 14 * 100 // (FAR * diagram.BOLD)
    found, most = wrap(box.node.words, room), max(1, (box.height - 12) // FAR_LINE - bool(problems))
    shown = [fitted(line, room) for line in found[:most]]
    if len(found) > most:
        shown[-1] = fitted(f"{found[most - 1]}…", room)
    for i, text in enumerate([*shown, problems] if problems else shown):
        yield Words(text, box.x + 8, box.y + 6 + FAR_LINE * (i + 1) - 3, "stage-bad" if i == len(shown) else "")


def _task(path: str, box: diagram.Box, lines: Sequence[tuple[Note, Words]]) -> Item:
    own = [(note, words) for note, words in lines if note.path == path]
    top, height = own[0][1].y - 14, diagram.NOTE * len(own) + 2
    room = Rect(box.x + 4, top, box.width - 8, height)
    return Item(path, own[0][0].name, tuple(words for _, words in own), room)


def _badge(box: diagram.Box, text: str) -> Badge:
    width = width_of(text) + 16
    return Badge(text, Rect(box.right - width - 6, box.y - PILL // 2, width, PILL))


def _arrow(line: diagram.Line, document: Mapping[str, Any], faults: Mapping[str, int]) -> Arrow:
    room, y, items = line.label.rect, line.label.rect.y, []
    for move, part in zip(line.moves, line.label.parts, strict=True):
        tones = ["move-note"] * len(move.notes)
        tones[-1:] = ["move-bad"] if faults[move.key] else tones[-1:]
        tones = [""] * (len(part) - len(tones)) + tones
        words = tuple(
            Words(text, line.label.x, y + 13 + LINE_HEIGHT * i, tone)
            for i, (text, tone) in enumerate(zip(part, tones, strict=True))
        )
        height = LINE_HEIGHT * len(part)
        items.append(Item(move.key, move.words, words, Rect(room.x, y, room.width, height), _ways(line, document)))
        y += height
    is_linked = line.target.startswith(LINKED)
    return Arrow(line.source, line.target, path_of(line), head_of(line), line.backward, is_linked, tuple(items))


def _ways(line: diagram.Line, document: Mapping[str, Any]) -> str:
    ends = [named(document, "states", key) for key in (line.source, line.target)]
    source, target = (translate(title_of(end)) if end else "" for end in ends)
    return t("canvas.from_to", source=source, target=target) if source and target else ""
