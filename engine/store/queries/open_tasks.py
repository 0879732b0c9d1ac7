"""Questions about open tasks across cases: which cases a change of people touches, and who holds what now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_, select

from engine.store.tables.cases import Case, Task, TaskHolder
from engine.store.tables.people import UnitClosure


@dataclass(frozen=True, slots=True)
class Held:
    """An open task with its deadline as it is stored, and its stored holders as (person, basis)."""

    id: int
    ref: str
    key: str
    due: str | None
    holds: frozenset[tuple[int, str | None]]


def cases_about(db: Connection, people: Sequence[int], unit_id: int | None, held_by: Sequence[int] = ()) -> list[str]:
    """The refs of cases with an open task that are about one of the people, lie at or below a unit, or are held by."""
    below = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id == unit_id)
    query = select(Case.ref).join(Task, Task.case_id == Case.id).where(Task.state == "open")
    held = select(TaskHolder.task_id).where(TaskHolder.person_id.in_(held_by))
    touched = or_(Case.subject_id.in_(people), Case.unit_id.in_(below), Task.id.in_(held))
    return list(db.execute(query.where(touched).distinct().order_by(Case.ref)).scalars())


def among(tasks: Iterable[Sequence[Any]]) -> list[Held]:
    """The open ones among the tasks that `case_head` found."""
    found: dict[int, tuple[tuple[str, str, str | None], set[tuple[int, str | None]]]] = {}
    for task_id, ref, key, state, _, due, _, person, _, basis, *_ in tasks:
        if state == "open":
            _, holds = found.setdefault(task_id, ((ref, key, due), set()))
            if person is not None:
                holds.add((person, basis))
    return [Held(task_id, *named, frozenset(holds)) for task_id, (named, holds) in sorted(found.items())]
