"""From the roles of a definition and the facts about people to who holds each role on a day.

Pure: `resolve` says which questions about people it needs answered (rules.py); the shell answers and asks again. Who
acts for whom is applied last (acting.py), so that every rule looks at who really holds a post.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, NamedTuple

from engine.core.acting import followed
from engine.core.case import Holder
from engine.core.messages import Param, readable
from engine.core.rules import Ask, chain, day_of, question, stands_on

if TYPE_CHECKING:
    from engine.core.definition import RoleSpec, RuleSpec

Held = dict[str, tuple[Holder, ...]]


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """The people around one case on one day.

    `subjects`: whom the case is about: one person, or everybody who wrote the definition that it is about. `known`: the
    answers so far. `overrides`: role → who was put in its place for this case; they come before any rule.
    `nominated`: role → whose nomination stands.
    """

    subjects: tuple[Holder, ...]
    unit_id: int
    today: date
    period_end: date | None = None
    workflow: str = ""
    known: Mapping[Ask, tuple[Holder, ...]] = field(default_factory=dict)
    overrides: Mapping[str, tuple[Holder, ...]] = field(default_factory=dict)
    nominated: Mapping[str, tuple[Holder, ...]] = field(default_factory=dict)


class Resolved(NamedTuple):
    """Role → its holders; whole only where no question is left."""

    held: Held
    asks: frozenset[Ask]


def resolve(roles: Sequence[RoleSpec], facts: RoleFacts, order: Sequence[RoleSpec] | None = None) -> Resolved:
    """Role key → its holders, each once, with the rule that found him; a role that nobody holds has none.

    order: what `in_order` says of them, where it is known already.
    """
    found: Held = {}
    asks: set[Ask] = set()
    unknown: set[str] = set()
    order = in_order(roles) if order is None else order
    for spec in order:
        holders = None if stands_on(spec) & unknown else _holders(spec, facts, found, asks)
        if holders is None:
            unknown.add(spec.key)
        else:
            found[spec.key] = holders
    if asks:
        return Resolved(found, frozenset(asks))
    found = followed(order, found, facts.subjects, facts.workflow)
    return Resolved({spec.key: found.get(spec.key, ()) for spec in roles}, frozenset())


def _holders(spec: RoleSpec, facts: RoleFacts, found: Held, asks: set[Ask]) -> tuple[Holder, ...] | None:
    """Who holds a role by the first of its rules that finds somebody; None while a question is open."""
    if spec.key in facts.overrides:
        return _apart(spec, facts.overrides[spec.key], found)
    for place, rule in enumerate(chain(spec)):
        holders = _by_rule(spec, rule, facts, found, asks)
        if holders is None:
            return None
        if fit := _apart(spec, _each_once(rule, place, holders, facts), found):
            return fit
    return ()


def _by_rule(
    spec: RoleSpec, rule: RuleSpec, facts: RoleFacts, found: Held, asks: set[Ask]
) -> tuple[Holder, ...] | None:
    if rule.rule == "subject":
        return facts.subjects
    if rule.rule == "public":
        return ()
    if rule.rule == "nominated":
        named = facts.nominated.get(spec.key, ())
        return named if len(named) >= (rule.count or 1) else ()
    on = day_of(rule, facts.today, facts.period_end)
    starts = [None] if rule.role is None else [holder.person_id for holder in found.get(rule.role, ())]
    questions = [question(rule, person, facts.unit_id, on) for person in starts]
    if missing := [ask for ask in questions if ask not in facts.known]:
        asks.update(missing)
        return None
    return tuple(holder for ask in questions for holder in facts.known[ask])


def _each_once(rule: RuleSpec, place: int, holders: tuple[Holder, ...], facts: RoleFacts) -> tuple[Holder, ...]:
    """Nobody judges himself: a rule never finds the subject of the case for another role than his own."""
    once: dict[int, Holder] = {}
    themselves = () if rule.rule == "subject" else {each.person_id for each in facts.subjects}
    for held in holders:
        if held.person_id not in themselves:
            once.setdefault(held.person_id, held)
    return tuple(
        held if (held.rule, held.fallback) == (rule.rule, place) else replace(held, rule=rule.rule, fallback=place)
        for held in once.values()
    )


def _apart(spec: RoleSpec, holders: tuple[Holder, ...], found: Held) -> tuple[Holder, ...]:
    if not spec.except_:
        return holders
    barred = {held.person_id for key in spec.except_ for held in found.get(key, ())}
    return tuple(held for held in holders if held.person_id not in barred)


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
    """The roles of which each depends on the next, by its rules or by `except`; nothing where there is no circle."""
    by_key = {spec.key: spec for spec in roles}
    try:
        TopologicalSorter(_stands_on(by_key)).prepare()
    except CycleError as around:
        return tuple(key for key in by_key if key in around.args[1])
    return ()


def labelled(spec: RoleSpec) -> Param:
    """What people call a role."""
    return spec.label if spec.label is not None else readable(spec.key)


def _stands_on(by_key: Mapping[str, RoleSpec]) -> dict[str, set[str]]:
    """Role → the roles that have to be known before it. That a role excepts itself is told elsewhere."""
    above = {key: {rule.role for rule in chain(spec) if rule.role is not None} for key, spec in by_key.items()}
    return {key: (above[key] | set(spec.except_) - {key}) & by_key.keys() for key, spec in by_key.items()}
