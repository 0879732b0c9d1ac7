"""The rules by which roles find people, and the questions about people that they ask. No person is known here.

A new rule is a line in RULES, a line in `question`, and its rows in store/queries/role_people.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from engine.core.definition import RoleSpec, RuleSpec


OPTIONS = ("role", "grant", "post", "steps", "seat", "settled", "by", "approved_by", "count")


@dataclass(frozen=True, slots=True)
class Takes:
    """The options that a rule needs, and those that it may have beside them."""

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


RULES: Mapping[str, Takes] = {
    "subject": Takes(),
    "superior_of": Takes(("role",), ("steps", "seat", "settled")),
    "head_of_unit": Takes((), ("role", "settled")),
    "holder_of_post": Takes(("post",), ("settled",)),
    "holders_of_grant": Takes(("grant",)),
    "members_of_unit": Takes((), ("role",)),
    "nominated": Takes(("by",), ("approved_by", "count")),
    "public": Takes(),  # nobody who is known: people who open a link of the register
}


class Ask(NamedTuple):
    """A question about people on a day (YYYY-MM-DD): by which rule, of whom or what.

    of: a person (`superior_of`, and the two rules of units when they start from a person), the key of a post or of a
    grant. unit: the unit, where the question starts from one.
    """

    rule: str
    of: int | str
    on: str
    unit: int = 0
    steps: int = 1
    seat: str = "definitive"


def chain(spec: RoleSpec) -> Iterator[RuleSpec]:
    """The rule of a role and those in its `else`, in the order in which they are asked."""
    rule: RuleSpec | None = spec
    while rule is not None:
        yield rule
        rule = rule.else_


def stands_on(spec: RoleSpec) -> frozenset[str]:
    """The roles that have to be known before this one."""
    return frozenset(rule.role for rule in chain(spec) if rule.role is not None) | frozenset(spec.except_)


def is_found_later(spec: RoleSpec) -> bool:
    """Whether nobody can hold a role when its case begins: people are nominated for it while the case runs."""
    return all(rule.rule == "nominated" for rule in chain(spec))


def day_of(rule: RuleSpec, today: date, period_end: date | None) -> date:
    """The day on which a rule is asked: today, or the day from which its holder stays."""
    if rule.settled is None or period_end is None:
        return today
    return min(today, period_end - timedelta(days=rule.settled))


def question(rule: RuleSpec, person: int | None, unit: int, on: date) -> Ask:
    """What to ask for a rule that starts from a person (the holder of its `role`), or from the unit of the case."""
    day = on.isoformat()
    match rule.rule:
        case "superior_of":
            return Ask("superior_of", person or 0, day, 0, rule.steps or 1, rule.seat or "definitive")
        case "holder_of_post":
            return Ask("holder_of_post", rule.post or "", day)
        case "holders_of_grant":
            return Ask("holders_of_grant", rule.grant or "", day, unit)
        case "head_of_unit" | "members_of_unit":
            return Ask(rule.rule, person, day) if person else Ask(rule.rule, 0, day, unit)
    raise ValueError(f"no rule is called {rule.rule!r}; the parser lets no such role through")


def certain(roles: tuple[RoleSpec, ...]) -> tuple[RuleSpec, ...]:
    """The rules that are always asked, of the case's unit or of nothing: what can be read before anybody is known."""
    first = [spec for spec in roles if spec.rule in ("holders_of_grant", "holder_of_post", "head_of_unit")]
    return tuple(spec for spec in first if spec.role is None)
