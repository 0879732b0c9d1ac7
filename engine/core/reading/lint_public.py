"""Is a register that people fill in without signing in safe: who they are is asked of nobody, what they say of none.

So that no single answer can be found out, nobody reads, verifies or corrects one unless the register says `single`,
and nobody answers about himself;
and a month is only counted once nothing can be added to it any more, which wants an end to the days back.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import RegisterDefinition, RoleSpec
from engine.core.errors import Problem
from engine.core.messages import Message
from engine.core.registerspec import PUBLIC
from engine.core.rules import chain, stands_on

CLOSED = ("read", "verify", "correct")
MOST_DAYS_BACK = 31


def public_problems(register: RegisterDefinition) -> Iterator[Problem]:
    """Yield what is wrong with a register's public side; the paths are by names."""
    public = tuple(role.key for role in register.roles if role.rule == PUBLIC)
    yield from _roles(register, public)
    if not register.is_public:
        if register.public is not None:
            yield Problem("public", Message("lint.public_nobody"))
        return
    if register.a_day == "one":
        yield Problem("a_day", Message("lint.public_one_a_day"))
    if not register.shown.single:
        yield from _closed(register)


def _roles(register: RegisterDefinition, public: tuple[str, ...]) -> Iterator[Problem]:
    """The public only adds, and nobody is found by way of it."""
    for right in (*CLOSED, "totals"):
        for index, role in enumerate(getattr(register.rights, right)):
            if role in public:
                yield Problem(f"rights.{right}.{index}", Message("lint.public_only_adds", role=role))
    for role in register.roles:
        if stands_on(role).intersection(public) or (role.key in public and role.except_):
            yield Problem(f"roles.{role.key}", Message("lint.public_is_nobody", role=role.key))


def _closed(register: RegisterDefinition) -> Iterator[Problem]:
    for right in CLOSED:
        if getattr(register.rights, right):
            yield Problem(f"rights.{right}", Message("lint.public_single", right=right))
    himself = {role.key for role in register.roles if any(rule.rule == "subject" for rule in chain(role))}
    for index, role in enumerate(register.rights.add):
        if role in himself:
            yield Problem(f"rights.add.{index}", Message("lint.public_of_himself", role=role))
    days = register.days
    if days.ahead or days.back is None or days.back > MOST_DAYS_BACK:
        yield Problem("days", Message("lint.public_days", most=MOST_DAYS_BACK))
    if not register.measures:
        yield Problem("measures", Message("lint.public_no_measures"), warning=True)


def in_workflow(roles: tuple[RoleSpec, ...]) -> Iterator[Problem]:
    """In a workflow somebody has every task: no role of it is the public's."""
    for role in roles:
        if any(rule.rule == PUBLIC for rule in chain(role)):
            yield Problem(f"roles.{role.key}.rule", Message("lint.public_in_workflow", role=role.key))
