"""Role rules: from the roles of a definition and the facts about people to who holds each role on a day.

Pure: the store answers with the facts that `needs` asks for. A new rule is a line in RULES and a branch in `_found`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter

from engine.core.case import Holder
from engine.core.definition import RoleSpec
from engine.core.messages import Param

RULES: Mapping[str, tuple[str, ...]] = {
    "subject": (),
    "superior_of": ("role",),
    "holders_of_grant": ("grant",),
}
"""Each rule and the options it needs; it takes no others."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Which facts the roles of a definition ask for: how many steps up the line of superiors, and which grants."""

    superior_steps: int
    grants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """The people around one case on one day.

    `superiors`: person → the holders of his superior post. `grant_holders`: grant → who holds it over the case's
    unit. `overrides`: role → who was put in its place for this case; they come before any rule.
    """

    subject: Holder | None
    superiors: Mapping[int, tuple[Holder, ...]] = field(default_factory=dict)
    grant_holders: Mapping[str, tuple[Holder, ...]] = field(default_factory=dict)
    overrides: Mapping[str, tuple[Holder, ...]] = field(default_factory=dict)


def needs(roles: Sequence[RoleSpec]) -> Needs:
    """Say which facts `resolve` will read for these roles."""
    by_key = {spec.key: spec for spec in roles}
    steps = max((_steps(by_key, spec) for spec in roles), default=0)
    return Needs(steps, tuple(sorted({spec.grant for spec in roles if spec.grant is not None})))


def resolve(
    roles: Sequence[RoleSpec], facts: RoleFacts, order: Sequence[RoleSpec] | None = None
) -> dict[str, tuple[Holder, ...]]:
    """Role key → its holders, each once, with the rule that found him; a role that nobody holds has none.

    order: what `in_order` says of them, where it is known already.
    """
    found: dict[str, tuple[Holder, ...]] = {}
    for spec in in_order(roles) if order is None else order:
        found[spec.key] = _apart(spec, _found(spec, facts, found), found)
    return {spec.key: found.get(spec.key, ()) for spec in roles}


def in_order(roles: Sequence[RoleSpec]) -> tuple[RoleSpec, ...]:
    """The roles, each after those that it depends on; none where they go round, which no parser lets through."""
    by_key = {spec.key: spec for spec in roles}
    try:
        return tuple(by_key[key] for key in TopologicalSorter(_stands_on(by_key)).static_order())
    except CycleError:
        return ()


def kept_apart(spec: RoleSpec, held: Sequence[str]) -> tuple[str, ...]:
    """Those of the roles that somebody holds which keep him from holding this one."""
    return tuple(key for key in spec.except_ if key in held)


def circle(roles: Sequence[RoleSpec]) -> tuple[str, ...]:
    """The roles of which each depends on the next, as superior or by `except`; nothing where there is no circle."""
    by_key = {spec.key: spec for spec in roles}
    try:
        TopologicalSorter(_stands_on(by_key)).prepare()
    except CycleError as around:
        return tuple(key for key in by_key if key in around.args[1])
    return ()


def labelled(spec: RoleSpec) -> Param:
    """What people call a role."""
    return spec.label if spec.label is not None else spec.key


def _steps(by_key: Mapping[str, RoleSpec], spec: RoleSpec) -> int:
    return sum(step.rule == "superior_of" for step in _line(by_key, spec))


def _line(by_key: Mapping[str, RoleSpec], spec: RoleSpec) -> Iterator[RoleSpec]:
    """A role, the role it is the superior of, and so on; each once, so that a circle ends."""
    seen: set[str] = set()
    step: RoleSpec | None = spec
    while step is not None and step.key not in seen:
        seen.add(step.key)
        yield step
        step = by_key.get(step.role) if step.rule == "superior_of" and step.role is not None else None


def _stands_on(by_key: Mapping[str, RoleSpec]) -> dict[str, set[str]]:
    """Role → the roles that have to be known before it."""
    above = {key: {spec.role} if spec.role is not None else set() for key, spec in by_key.items()}
    return {key: (above[key] | set(spec.except_) - {key}) & by_key.keys() for key, spec in by_key.items()}


def _is_subject(held: Holder, facts: RoleFacts) -> bool:
    """Nobody judges himself: a rule never finds the subject of the case for another role than his own."""
    return facts.subject is not None and held.person_id == facts.subject.person_id


def _found(spec: RoleSpec, facts: RoleFacts, found: Mapping[str, tuple[Holder, ...]]) -> tuple[Holder, ...]:
    if spec.key in facts.overrides:
        return facts.overrides[spec.key]
    holders: tuple[Holder, ...]
    if spec.rule == "subject":
        holders = (facts.subject,) if facts.subject is not None else ()
    elif spec.rule == "superior_of":
        below = found.get(spec.role or "", ())
        holders = tuple(up for holder in below for up in facts.superiors.get(holder.person_id, ()))
    elif spec.rule == "holders_of_grant":
        holders = facts.grant_holders.get(spec.grant or "", ())
    else:
        raise ValueError(f"no rule is called {spec.rule!r}; the parser lets no such role through")
    once = {held.person_id: held for held in holders if spec.rule == "subject" or not _is_subject(held, facts)}.values()
    return tuple(held if held.rule == spec.rule else replace(held, rule=spec.rule) for held in once)


def _apart(spec: RoleSpec, holders: tuple[Holder, ...], found: Mapping[str, tuple[Holder, ...]]) -> tuple[Holder, ...]:
    if not spec.except_:
        return holders
    barred = {held.person_id for key in spec.except_ for held in found.get(key, ())}
    return tuple(held for held in holders if held.person_id not in barred)
