"""Which role has a task: its own, and once its deadline is over the one that it passes to, where somebody holds that.

PermenPANRB 6/2022, article 14 and printed p.65, p.90: a plan or a rating that is late is the superior's superior's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.core.case import CaseView, Holder, TaskView
    from engine.core.definition import TaskSpec


def role_of(spec: TaskSpec, due: datetime | None, now: datetime, roles: Mapping[str, Sequence[Holder]]) -> str:
    """The role whose holders have a task now; `due` is its deadline (aware, the moment that no longer counts)."""
    if spec.due is None or spec.due.passes_to is None or due is None or now < due:
        return spec.role
    return spec.due.passes_to if roles.get(spec.due.passes_to) else spec.role


def role_in(case: CaseView, spec: TaskSpec, task: TaskView | None) -> str:
    """The same for a task of a case; of one that is not open, its own role."""
    return spec.role if task is None else role_of(spec, task.due, case.clock, case.roles)


def has_passed(case: CaseView, spec: TaskSpec, task: TaskView) -> bool:
    """Whether a task has gone to another role."""
    return role_in(case, spec, task) != spec.role
