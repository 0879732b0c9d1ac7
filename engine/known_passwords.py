"""The passwords that everybody tries first: the 30,000 most common ones, which zxcvbn carries. Its one home.

The list is read when somebody first chooses a password; a server starts without it. What else makes a password easy
stands in core.passwords.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import zxcvbn

from engine.core.messages import Message
from engine.core.passwords import judge_password

SHORTEST = 4  # of a common password that is looked for inside another one


def judge(password: str, context: Iterable[str] = ()) -> Message | None:
    """Answer why a password is refused, or None. `context`: names, numbers and addresses of its owner."""
    return judge_password(password, context, common())


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """The list, in lower case."""
    words = zxcvbn.frequency_lists.FREQUENCY_LISTS["passwords"]
    return frozenset(word for word in words if len(word) >= SHORTEST)
