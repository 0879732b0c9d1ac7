"""What a thing of a definition is called on a page: its label, or its key made readable. No translation files here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from engine.core.case import CANCELLED
from engine.core.messages import Message, Text, readable

if TYPE_CHECKING:
    from engine.core.definition import TaskSpec, WorkflowDefinition


class Labelled(Protocol):
    """A state, task, transition, role, form, field or result."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> Text | None: ...


def label(element: Labelled) -> Text:
    """The label of an element, or its key with blanks and a capital."""
    return element.label or readable(element.key)


def state_label(definition: WorkflowDefinition, key: str) -> Text | Message:
    """What the page calls a state; a cancelled case stands in one that no definition declares."""
    if key == CANCELLED:
        return Message("status.cancelled")
    return next((label(state) for state in definition.states if state.key == key), readable(key))


def role_label(definition: WorkflowDefinition, key: str) -> Text:
    """What the page calls a role."""
    return next((label(role) for role in definition.roles if role.key == key), readable(key))


def transition_label(definition: WorkflowDefinition, key: str) -> Text:
    """What the page calls a transition."""
    return next((label(move) for move in definition.transitions if move.key == key), readable(key))


def form_label(definition: WorkflowDefinition, key: str) -> Text:
    """What the page calls a form."""
    return next((label(form) for form in definition.forms if form.key == key), readable(key))


def link_label(definition: WorkflowDefinition, key: str) -> Text:
    """A kind of linked case by key."""
    return next((label(link) for link in definition.links if link.key == key), readable(key))


def task_label(definition: WorkflowDefinition, spec: TaskSpec) -> Text:
    """What the page calls a task: its own label, else that of the form it fills, else its key."""
    if spec.label is None and spec.fill is not None:
        return form_label(definition, spec.fill)
    return label(spec)


def task_of(definition: WorkflowDefinition, state: str, key: str) -> TaskSpec | None:
    """The task of a state, as declared; None for a state that has none of that name."""
    specs = next((found.tasks for found in definition.states if found.key == state), ())
    return next((spec for spec in specs if spec.key == key), None)


def any_task(definition: WorkflowDefinition, key: str) -> TaskSpec | None:
    """A task by its key alone, for lists of what is over."""
    return next((spec for state in definition.states for spec in state.tasks if spec.key == key), None)
