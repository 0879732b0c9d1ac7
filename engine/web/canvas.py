"""The picture of a draft that its designer works on: what is drawn where, and which element each thing opens.

    {% set drawn = canvas(bench.draft, bench.findings, selected) %}

`canvas` is a name of the templates. A draft may be incomplete or wrong in any way. Draws nothing: the SVG is in
backoffice/designs/canvas.html. What a stroke on it changes is admin/design_strokes.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Flask

from engine.core.designing.draft import Draft
from engine.core.designing.spots import elements, key_of, title_of
from engine.core.drawing import diagram
from engine.core.drawing.words import LINE_HEIGHT, Rect, width_of
from engine.web.diagram import head_of, path_of
from engine.web.language import t, translate

SHOWN = 3  # tasks in a box; how many more there are is said
PILL = 22  # height of a badge


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
    """A box: the state itself, its tasks, and the moves that leave it."""

    key: str
    box: diagram.Box
    item: Item
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


@dataclass(frozen=True, slots=True)
class _Note:
    """A line in a box: whose it is, and how it is said."""

    text: str
    path: str
    tone: str
    name: str = ""


def canvas(draft: Draft, found: Iterable[Found] = (), selected: str = "") -> Canvas:
    """Draw a draft with its problems."""
    document = draft.document
    faults = Counter(each.at for each in found)
    states = [state for state in elements(document, "states") if key_of(state)]
    notes = {key_of(state): _notes(document, state, faults) for state in states} | _linked_notes(document)
    nodes = [*(_node(state, notes[key_of(state)]) for state in states), *_linked_nodes(document, notes)]
    moves = [*_moves(document, faults), *_links(document)]
    drawn = diagram.lay_out(nodes, moves, draft.places)
    arrows = [_arrow(line, document, faults) for line in drawn.lines]
    stages = tuple(_stage(box, notes[box.node.key], arrows, faults) for box in drawn.boxes)
    return Canvas(drawn, stages, selected, bool(draft.places))


def standing(draft: Draft) -> dict[str, tuple[int, int]]:
    """In which cell each state of a draft is drawn."""
    return {stage.key: stage.box.cell for stage in canvas(draft).stages if not stage.linked}


def add_canvas(app: Flask) -> None:
    """Give templates the name `canvas`."""
    app.jinja_env.globals["canvas"] = canvas


def _node(state: Mapping[str, Any], notes: Sequence[_Note]) -> diagram.Node:
    words = translate(title_of(state))
    texts = tuple(note.text for note in notes)
    return diagram.Node(key_of(state), words, bool(state.get("initial")), bool(state.get("final")), texts)


def _notes(document: Mapping[str, Any], state: Mapping[str, Any], faults: Mapping[str, int]) -> list[_Note]:
    """The lines in the box of a state: first or last one, then what is to be done, by whom and by when."""
    own = f"states.{key_of(state)}"
    tasks = elements(state, "tasks")
    notes = [_Note(t(f"canvas.{word}"), own, "stage-mark") for word in ("initial", "final") if state.get(word)]
    for task in tasks[:SHOWN]:
        path, name = f"{own}.tasks.{key_of(task)}", _task_name(document, task)
        notes.append(_Note(name, path, "stage-task", name))
        notes.append(_Note(_who_and_when(document, task), path, "stage-who"))
        if faults[path]:
            notes.append(_Note(t("canvas.problems", count=faults[path]), path, "stage-bad"))
    if len(tasks) > SHOWN:
        notes.append(_Note(t("canvas.more_tasks", count=len(tasks) - SHOWN), own, "stage-who"))
    return notes or [_Note(t("canvas.no_tasks"), own, "stage-who")]


def _task_name(document: Mapping[str, Any], task: Mapping[str, Any]) -> str:
    """What a task is called: its own label, else that of the form it fills."""
    form = None if task.get("label") else _named(document, "forms", task.get("fill"))
    return translate(title_of(form or task))


def _who_and_when(document: Mapping[str, Any], task: Mapping[str, Any]) -> str:
    role = _named(document, "roles", task.get("role"))
    said = [_due(task.get("due")), translate(title_of(role)) if role else str(task.get("role") or t("canvas.nobody"))]
    return " · ".join(each for each in said if each)


def _due(due: Any) -> str:
    """By when, in as few words as can be; nothing for a task without a deadline, or one that cannot be read."""
    if not isinstance(due, Mapping):
        return ""
    month, _, day = str(due.get("on") or "").partition("-")
    if month.isdecimal() and day.isdecimal() and 1 <= int(month) <= 12:
        return t("canvas.by_date", day=int(day), month=t(f"calendar.month.{int(month)}")[:3])
    return t("canvas.by_days", count=int(due["working_days"])) if str(due.get("working_days")).isdecimal() else ""


def _named(document: Mapping[str, Any], listed: str, key: Any) -> Mapping[str, Any] | None:
    return next((each for each in elements(document, listed) if key_of(each) == key), None)


def _moves(document: Mapping[str, Any], faults: Mapping[str, int]) -> Iterable[diagram.Move]:
    for move in elements(document, "transitions"):
        path = f"transitions.{key_of(move)}"
        notes = _about(move, faults[path])
        for source in move.get("from") or ():
            yield diagram.Move(path, str(source), str(move.get("to")), translate(title_of(move)), notes)


def _about(move: Mapping[str, Any], faults: int) -> tuple[str, ...]:
    """Lines below the words of a move: that it happens by itself, that it has conditions, that something is wrong."""
    conditions = len(elements(move, "guards")) + bool(move.get("when"))
    said = [t("canvas.automatic")] if move.get("automatic") else []
    said += [t("canvas.conditions", count=conditions)] if conditions else []
    return (*said, *([t("canvas.problems", count=faults)] if faults else []))


def _linked(document: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Cases of other workflows: inside this one, and after it."""
    for listed in ("children", "follow_ups"):
        yield from ((f"{listed}.{key_of(each)}", each) for each in elements(document, listed))


def _linked_notes(document: Mapping[str, Any]) -> dict[str, list[_Note]]:
    notes = {}
    for path, link in _linked(document):
        kind = t("canvas.child" if path.startswith("children") else "canvas.follow_up")
        every = str(link.get("every") or "")
        often = t(f"canvas.every.{every}") if every in ("half_year", "quarter", "month") else ""
        notes[path] = [_Note(text, path, "stage-who") for text in (kind, often) if text]
    return notes


def _linked_nodes(document: Mapping[str, Any], notes: Mapping[str, Sequence[_Note]]) -> Iterable[diagram.Node]:
    for path, link in _linked(document):
        yield diagram.Node(path, translate(title_of(link)), notes=tuple(note.text for note in notes[path]))


def _links(document: Mapping[str, Any]) -> Iterable[diagram.Move]:
    for path, link in _linked(document):
        states = link.get("in") or link.get("states") or ()
        if states:
            yield diagram.Move(path, str(states[0]), path, t("canvas.opens"))


def _stage(box: diagram.Box, notes: Sequence[_Note], arrows: Sequence[Arrow], faults: Mapping[str, int]) -> Stage:
    key = box.node.key
    linked = "." in key
    own = key if linked else f"states.{key}"
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
        tuple(_task(path, box, lines) for path in dict.fromkeys(n.path for n in notes) if path != own),
        tuple(arrow for arrow in arrows if arrow.source == key),
        _badge(box, t("canvas.problems", count=count)) if count else None,
        linked,
    )


def _task(path: str, box: diagram.Box, lines: Sequence[tuple[_Note, Words]]) -> Item:
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
    linked = "." in line.target
    return Arrow(line.source, line.target, path_of(line), head_of(line), line.backward, linked, tuple(items))


def _ways(line: diagram.Line, document: Mapping[str, Any]) -> str:
    ends = [_named(document, "states", key) for key in (line.source, line.target)]
    source, target = (translate(title_of(end)) if end else "" for end in ends)
    return t("canvas.from_to", source=source, target=target) if source and target else ""
