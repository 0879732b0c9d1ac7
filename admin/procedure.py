"""What a definition asks, in sentences: the conditions of its transitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from admin import words
from engine.web import labels
from engine.web.context import runtime
from engine.web.language import t, translate

if TYPE_CHECKING:
    from engine.core.definition import Call, WorkflowDefinition

GUARDS = ("tasks_done", "not_same_person", "form_sent", "children_done", "final_by_rule", "not_final_by_rule")


def condition(definition: WorkflowDefinition, guard: Call) -> str:
    """What a guard asks; one that came later says the first line of its own description."""
    if guard.name not in GUARDS:
        entry = runtime().catalog.get("guard", guard.name)
        return entry.doc if entry else guard.name
    return t(f"admin.guard.{guard.name}", **_named(definition, guard.options))


def _named(definition: WorkflowDefinition, options: dict[str, Any]) -> dict[str, Any]:
    named = dict(options)
    if "roles" in options:
        named["roles"] = _roles(definition, options["roles"])
    if "form" in options:
        named["form"] = words.form(definition, str(options["form"]))
    return named


def _roles(definition: WorkflowDefinition, keys: Any) -> tuple[str, ...]:
    return tuple(translate(labels.role_label(definition, key)) for key in keys)
