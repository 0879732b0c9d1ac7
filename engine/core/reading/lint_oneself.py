"""May somebody decide about himself? A doubt, told where the deciding role stands: some flows mean it so.

Certain is it only of the subject's own role; of a role whose rule may find him as well, unless `except` or a guard
keeps the two apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import RoleSpec, State, TaskSpec, Transition, WorkflowDefinition
from engine.core.errors import Problem
from engine.core.messages import Message
from engine.core.rules import chain

# Rules that may find the very person whom the case is about; a superior is always somebody else.
MAY_FIND_HIM = frozenset({"holders_of_grant", "head_of_unit", "members_of_unit", "holder_of_post", "nominated"})


def oneself_problems(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield tasks in which the person whom a case is about ends it, or may come to decide on it in another role."""
    subjects = {role.key for role in definition.roles if role.rule == "subject"}
    if definition.subject != "person" or not subjects:
        return
    roles = {role.key: role for role in definition.roles}
    moves = {move.key: move for move in definition.transitions}
    shared = _ends_by_others(definition, subjects)
    for state in definition.states:
        for task in state.tasks:
            decided = [moves[key] for key in task.decide if key in moves]
            for path, role in _deciding(state, task):
                if role in subjects:
                    yield from _ends_his_own(path, role, decided, shared)
                elif role in roles and decided:
                    yield from _may_be_him(path, roles[role], decided, subjects)


def _ends_by_others(definition: WorkflowDefinition, subjects: set[str]) -> set[str]:
    """The final states that other people decide on; one to which only he leads (withdrawn) is his own business."""
    final = {state.key for state in definition.states if state.final}
    tasks = [task for state in definition.states for task in state.tasks if task.role not in subjects]
    decided = {key for task in tasks for key in task.decide}
    return {move.to for move in definition.transitions if move.key in decided and move.to in final}


def _deciding(state: State, task: TaskSpec) -> Iterator[tuple[str, str]]:
    """The roles that may decide in a task, its own and the one that it passes to when late, each with its place."""
    path = f"states.{state.key}.tasks.{task.key}"
    yield f"{path}.role", task.role
    if task.due is not None and task.due.passes_to is not None:
        yield f"{path}.due.passes_to", task.due.passes_to


def _ends_his_own(path: str, role: str, decided: list[Transition], shared: set[str]) -> Iterator[Problem]:
    ends = next((move for move in decided if move.to in shared), None)
    if ends is not None:
        message = Message("lint.decides_on_himself", role=role, transition=ends.key)
        yield Problem(path, message, warning=True)


def _may_be_him(path: str, role: RoleSpec, decided: list[Transition], subjects: set[str]) -> Iterator[Problem]:
    finds = any(rule.rule in MAY_FIND_HIM for rule in chain(role))
    if not finds or subjects.intersection(role.except_):
        return
    loose = next((move for move in decided if not _kept_apart(move, role.key, subjects)), None)
    if loose is not None:
        message = Message("lint.may_be_himself", role=role.key, transition=loose.key)
        yield Problem(path, message, warning=True)


def _kept_apart(move: Transition, role: str, subjects: set[str]) -> bool:
    """Whether a guard of the move names both roles: whatever it is called, it looks at the two together."""
    for guard in move.guards:
        named = {name for value in guard.options.values() if isinstance(value, list) for name in value}
        if role in named and named & subjects:
            return True
    return False
