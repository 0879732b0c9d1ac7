"""What somebody who has signed in must still show or do before he may act. Pure: the account and the session say it.

A session of which SECOND_FACTOR is missing is a half one: it opens nothing but the page that asks for the factor. The
other steps let him act as himself, on their own pages alone. The way of a request stands in docs/accounts.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SECOND_FACTOR = "second_factor"  # the account has one, and this session has not shown it
NEW_PASSWORD = "new_password"  # somebody else has seen the password
ENROLMENT = "enrolment"  # the office asks for a second factor, and the account has none


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account has, with the rights of today by their names."""

    must_change: bool
    has_factor: bool
    rights: frozenset[str] = frozenset()
    must_enrol: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown in one session, besides the password. `by_provider`: its word instead of the password."""

    factor: bool
    by_provider: bool = False

    @property
    def provider_factor(self) -> bool:
        """Whether the second factor was the provider's: one of our own is then not asked for."""
        return self.by_provider and self.factor


STEPS: tuple[tuple[str, Callable[[Standing, Shown], bool]], ...] = (
    (SECOND_FACTOR, lambda account, session: account.has_factor and not session.factor),
    (NEW_PASSWORD, lambda account, session: account.must_change and not session.by_provider),
    (ENROLMENT, lambda account, session: account.must_enrol and not (account.has_factor or session.provider_factor)),
)


def what_is_missing(account: Standing, session: Shown) -> tuple[str, ...]:
    """The steps between being signed in and acting, in the order in which they are taken; none for most requests."""
    return tuple(step for step, is_missing in STEPS if is_missing(account, session))
