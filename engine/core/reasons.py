"""Who may read the reason of a move: it is written to somebody, and may tell what a form keeps from others.

It is for those who have something to do in the state that the case came to, and for those who may read every form
that lay before whoever decided. Overseers and the author himself are the caller's to let through.
"""

from __future__ import annotations

from collections.abc import Collection

from engine.core.case import CANCELLED
from engine.core.definition import TaskSpec
from engine.core.workflow import Workflow


def may_read_reason(
    workflow: Workflow,
    transition: str,
    from_state: str,
    to_state: str,
    roles: Collection[str],
    readable: Collection[str],
) -> bool:
    """Whether a reader who holds `roles` and may open the forms `readable` may read why a case was moved."""
    if to_state == CANCELLED or any(_is_theirs(task, roles) for task in workflow.tasks(to_state)):
        return True
    deciding = [task for task in workflow.tasks(from_state) if transition in task.decide]
    return bool(deciding) and all(form in readable for task in deciding for form in task.shows)


def _is_theirs(task: TaskSpec, roles: Collection[str]) -> bool:
    return task.role in roles or (task.due is not None and task.due.passes_to in roles)
