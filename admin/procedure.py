"""What a definition asks and whom it finds, in sentences: conditions of its transitions, rules of its roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from admin import words
from engine.core.rules import chain
from engine.web import labels
from engine.web.context import runtime
from engine.web.language import t, translate

if TYPE_CHECKING:
    from engine.core.definition import Call, RoleSpec, RuleSpec, WorkflowDefinition

GUARDS = ("tasks_done", "not_same_person", "form_sent")
FROM_UNIT = ("head_of_unit", "members_of_unit")


def condition(definition: WorkflowDefinition, guard: Call) -> str:
    """What a guard asks; one that came later says the first line of its own description."""
    if guard.name not in GUARDS:
        entry = runtime().catalog.get("guard", guard.name)
        return entry.doc if entry else guard.name
    return t(f"admin.guard.{guard.name}", **_named(definition, guard.options))


def rule(definition: WorkflowDefinition, role: RoleSpec) -> str:
    """How the people of a role are found, what is asked where nobody is, and who never holds it."""
    found = [_rule(definition, each) for each in chain(role)]
    told = [found[0], *(t("admin.rule.else", rule=each) for each in found[1:])]
    if role.except_:
        told.append(t("admin.rule.except", roles=_roles(definition, role.except_)))
    return " ".join(told)


def _rule(definition: WorkflowDefinition, rule: RuleSpec) -> str:
    named = {
        name: translate(labels.role_label(definition, key)) if (key := getattr(rule, name)) else ""
        for name in ("role", "by", "approved_by")
    }
    kind = rule.rule + ("_from" if rule.role and rule.rule in FROM_UNIT else "")
    kind += "_steps" if (rule.steps or 1) > 1 else ""
    kind += "_approved" if rule.approved_by else ""
    told = t(f"admin.rule.{kind}", grant=words.right(rule.grant or ""), post=rule.post or "", steps=rule.steps or 1,
             count=rule.count or 1, **named)  # fmt: skip
    told += " " + t("admin.rule.acting_seat") if rule.seat == "acting" else ""
    return told if rule.settled is None else f"{told} {t('admin.rule.settled', count=rule.settled)}"


def _named(definition: WorkflowDefinition, options: dict[str, Any]) -> dict[str, Any]:
    named = dict(options)
    if "roles" in options:
        named["roles"] = _roles(definition, options["roles"])
    if "form" in options:
        named["form"] = words.form(definition, str(options["form"]))
    return named


def _roles(definition: WorkflowDefinition, keys: Any) -> tuple[str, ...]:
    return tuple(translate(labels.role_label(definition, key)) for key in keys)
