"""Roles of a workflow or a register: do their rules exist, with the options that they take, and find somebody?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.core.definition import RoleSpec, RuleSpec
from engine.core.errors import Problem
from engine.core.hints import instead
from engine.core.messages import Message
from engine.core.reading.declared import keys, unknown
from engine.core.roles import circle
from engine.core.rules import OPTIONS, RULES, chain

PEOPLE = ("person", "definition", "person_and_unit")  # subjects that are somebody
ALONE = ("subject", "public")  # rules beside which no other one is asked


def role_problems(specs: Sequence[RoleSpec], subject: str) -> Iterator[Problem]:
    """Yield what is wrong with roles; `subject`: what a case, or an entry of a register, is about."""
    roles = keys(specs)
    for role in specs:
        path = f"roles.{role.key}"
        for place, rule in enumerate(chain(role)):
            yield from _rule(path + ".else" * place, role, rule, roles)
        yield from _apart(path, role, specs)
        if role.rule == "subject" and subject not in PEOPLE:
            yield Problem(f"{path}.rule", Message("lint.subject_is_no_person", role=role.key, subject=subject))
    if around := circle(specs):
        yield Problem(f"roles.{around[0]}", Message("lint.role_circle", roles=around))


def _rule(path: str, role: RoleSpec, rule: RuleSpec, roles: tuple[str, ...]) -> Iterator[Problem]:
    if rule.rule not in RULES:
        yield Problem(f"{path}.rule", Message("lint.unknown_rule", name=rule.rule), hint=instead(rule.rule, RULES))
    else:
        yield from _rule_options(path, rule)
    for name in ("role", "by", "approved_by"):
        named = getattr(rule, name)
        if named is not None:
            yield from unknown(f"{path}.{name}", "role", named, roles)
    if rule.approved_by is not None and rule.approved_by in (rule.by, role.key):
        yield Problem(f"{path}.approved_by", Message("lint.approves_own", role=rule.approved_by))
    if rule.by == role.key:
        yield Problem(f"{path}.by", Message("lint.nominates_itself", role=role.key))
    if rule.rule in ALONE and rule is not role:
        yield Problem(f"{path}.rule", Message(f"lint.else_{rule.rule}", role=role.key))
    if rule.else_ is not None and rule.rule in ALONE:
        yield Problem(f"{path}.else", Message("lint.else_never", role=role.key))


def _apart(path: str, role: RoleSpec, specs: Sequence[RoleSpec]) -> Iterator[Problem]:
    """Yield what is wrong with `except`: a role that is not declared, the role itself, or nobody who would be left."""
    for index, key in enumerate(role.except_):
        yield from unknown(f"{path}.except.{index}", "role", key, keys(specs))
        if key == role.key:
            yield Problem(f"{path}.except.{index}", Message("lint.except_itself", role=key))
    if role.except_ and role.rule == "subject":
        yield Problem(f"{path}.except", Message("lint.except_subject", role=role.key))
    for other in specs:
        if other.key in role.except_ and other.key != role.key and not other.except_ and _is_same(other, role):
            yield Problem(f"{path}.except", Message("lint.except_everybody", role=role.key, other=other.key))


def _is_same(one: RoleSpec, other: RoleSpec) -> bool:
    """Whether two roles find the same people."""
    options = ("rule", *OPTIONS, "else_")
    return all(getattr(one, name) == getattr(other, name) for name in options)


def _rule_options(path: str, rule: RuleSpec) -> Iterator[Problem]:
    given = {name for name in OPTIONS if getattr(rule, name) is not None}
    takes = RULES[rule.rule]
    for name in takes.needs:
        if name not in given:
            yield Problem(path, Message("lint.rule_needs", rule=rule.rule, option=name))
    for name in sorted(given.difference(takes.needs, takes.may)):
        yield Problem(f"{path}.{name}", Message("lint.rule_takes_no", rule=rule.rule, option=name))
