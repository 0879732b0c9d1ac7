"""Words for whoever holds a role: for whom he acts, and how a rule finds people. Shared by portal and backoffice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from engine.core import rules
from engine.core.messages import Message
from engine.web import labels
from engine.web.language import t, translate

if TYPE_CHECKING:
    from engine.core.case import Holder
    from engine.core.definition import RoleSpec, RuleSpec, WorkflowDefinition
    from engine.store.queries.acting import Shared

RIGHTS = ("admin", "auditor", "calibration_panel")
FROM_UNIT = ("head_of_unit", "members_of_unit")


def add_holding(app: Flask) -> None:
    """Give templates `holder_words(holder)`, and `acted(name, shared)` for an act of the trail."""
    app.jinja_env.globals.update(holder_words=named, acted=acted)


def acted(name: str | None, shared: Shared) -> str:
    """Who did something, and in whose place."""
    if shared.number is None or shared.kind is None:
        return t("acting.after", name=name or "", principal=shared.name)
    return for_whom(name or "", shared.name, shared.kind, shared.number)


def named(holder: Holder) -> str:
    """A holder by name, and for whom he acts under which order, or in whose place he is."""
    if holder.instead_of is None:
        return holder.name
    if holder.order is None:
        return t("acting.after", name=holder.name, principal=holder.instead_of.name)
    return for_whom(holder.name, holder.instead_of.name, holder.order.kind, holder.order.number)


def for_whom(name: str, principal: str, kind: str, number: str) -> str:
    """`B, for A (Plh, number N)`."""
    return t("acting.for", name=name, principal=principal, kind=Message(f"acting.kind.{kind}"), number=number)


def rule(definition: WorkflowDefinition, role: RoleSpec) -> str:
    """How the people of a role are found, what is asked where nobody is, and who never holds it."""
    found = [_rule(definition, each) for each in rules.chain(role)]
    told = [found[0], *(t("admin.rule.else", rule=each) for each in found[1:])]
    if role.except_:
        roles = tuple(translate(labels.role_label(definition, key)) for key in role.except_)
        told.append(t("admin.rule.except", roles=roles))
    return " ".join(told)


def _rule(definition: WorkflowDefinition, rule: RuleSpec) -> str:
    named_roles = {
        name: translate(labels.role_label(definition, key)) if (key := getattr(rule, name)) else ""
        for name in ("role", "by", "approved_by")
    }
    kind = rule.rule + ("_from" if rule.role and rule.rule in FROM_UNIT else "")
    kind += "_steps" if (rule.steps or 1) > 1 else ""
    kind += "_approved" if rule.approved_by else ""
    right = t(f"admin.right.{rule.grant}") if rule.grant in RIGHTS else rule.grant or ""
    counts = {"steps": rule.steps or 1, "count": rule.count or 1}
    told = t(f"admin.rule.{kind}", grant=right, post=rule.post or "", **counts, **named_roles)
    told += " " + t("admin.rule.acting_seat") if rule.seat == "acting" else ""
    return told if rule.settled is None else f"{told} {t('admin.rule.settled', count=rule.settled)}"
