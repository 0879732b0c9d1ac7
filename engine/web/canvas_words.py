"""What is said in the boxes and on the lines of the designer's canvas: tasks, by whom, by when, conditions, problems.

Reads a draft that may be incomplete or wrong; where the words stand is canvas.py's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.designing.spots import elements, key_of, title_of
from engine.web.language import t, translate

LINKED = ("children.", "follow_ups.")  # how the paths of cases of other workflows begin
SHOWN = 3  # tasks in a box; how many more there are is said


@dataclass(frozen=True, slots=True)
class Note:
    """A line in a box: whose it is, and how it is said."""

    text: str
    path: str
    tone: str
    name: str = ""


def notes_of(document: Mapping[str, Any], state: Mapping[str, Any], faults: Mapping[str, int]) -> list[Note]:
    """The lines in the box of a state: first or last one, then what is to be done, by whom and by when."""
    own = f"states.{key_of(state)}"
    tasks = elements(state, "tasks")
    notes = [Note(t(f"canvas.{word}"), own, "stage-mark") for word in ("initial", "final") if state.get(word)]
    for task in tasks[:SHOWN]:
        path, name = f"{own}.tasks.{key_of(task)}", _task_name(document, task)
        notes.append(Note(name, path, "stage-task", name))
        notes.append(Note(_who_and_when(document, task), path, "stage-who"))
        if faults[path]:
            notes.append(Note(t("canvas.problems", count=faults[path]), path, "stage-bad"))
    if len(tasks) > SHOWN:
        notes.append(Note(t("canvas.more_tasks", count=len(tasks) - SHOWN), own, "stage-who"))
    return notes or [Note(t("canvas.no_tasks"), own, "stage-who")]


def _task_name(document: Mapping[str, Any], task: Mapping[str, Any]) -> str:
    """What a task is called: its own label, else that of the form it fills."""
    form = None if task.get("label") else named(document, "forms", task.get("fill"))
    return translate(title_of(form or task))


def _who_and_when(document: Mapping[str, Any], task: Mapping[str, Any]) -> str:
    role = named(document, "roles", task.get("role"))
    said = [_due(task.get("due")), translate(title_of(role)) if role else str(task.get("role") or t("canvas.nobody"))]
    return " · ".join(each for each in said if each)


def _due(due: Any) -> str:
    """By when, in as few words as can be; nothing for a task without a deadline, or one that cannot be read."""
    if not isinstance(due, Mapping):
        return ""
    if due.get("by"):
        return t("canvas.by_answer")
    month, _, day = str(due.get("on") or "").partition("-")
    if month.isdecimal() and day.isdecimal() and 1 <= int(month) <= 12:
        return t("canvas.by_date", day=int(day), month=t(f"calendar.month.{int(month)}")[:3])
    return t("canvas.by_days", count=int(due["working_days"])) if str(due.get("working_days")).isdecimal() else ""


def about(move: Mapping[str, Any], faults: int) -> tuple[str, ...]:
    """Lines below the words of a move: that it happens by itself, that it has conditions, that something is wrong."""
    conditions = len(elements(move, "guards")) + bool(move.get("when"))
    said = [t("canvas.automatic")] if move.get("automatic") else []
    said += [t("canvas.conditions", count=conditions)] if conditions else []
    return (*said, *([t("canvas.problems", count=faults)] if faults else []))


def linked(document: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Cases of other workflows: inside this one, and after it."""
    for listed in ("children", "follow_ups"):
        yield from ((f"{listed}.{key_of(each)}", each) for each in elements(document, listed))


def linked_notes(document: Mapping[str, Any]) -> dict[str, list[Note]]:
    notes = {}
    for path, link in linked(document):
        kind = t("canvas.child" if path.startswith("children") else "canvas.follow_up")
        every = str(link.get("every") or "")
        often = t(f"canvas.every.{every}") if every in ("half_year", "quarter", "month") else ""
        notes[path] = [Note(text, path, "stage-who") for text in (kind, often) if text]
    return notes


def named(document: Mapping[str, Any], listed: str, key: Any) -> Mapping[str, Any] | None:
    return next((each for each in elements(document, listed) if key_of(each) == key), None)


def several(value: Any) -> list[str]:
    """The words of a list; nothing for what is none."""
    return [str(each) for each in value] if isinstance(value, list) else []
