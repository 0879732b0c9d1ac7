"""Do the cases that entries begin, and the people whom entries are told to, make sense for a register by itself.

Whether a case fits the workflow that is named is bind_starts.py's.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import RegisterDefinition
from engine.core.errors import Problem
from engine.core.messages import Message
from engine.core.reading.declared import keys, twice, unknown

ABOUT_SOMEBODY = ("person", "person_and_unit")


def start_problems(register: RegisterDefinition) -> Iterator[Problem]:
    """Yield what is wrong with what entries begin, and with whom they are told."""
    yield from twice("starts", register.starts)
    for start in register.starts:
        yield from twice(f"starts.{start.key}.answers", start.answers)
        if register.about not in ABOUT_SOMEBODY:
            yield Problem(f"starts.{start.key}", Message("lint.start_of_nobody", start=start.key))
    if (cites := register.cites) is not None:
        if not (cites.registers or cites.rows):
            yield Problem("cites", Message("lint.cites_nothing"))
        if register.about not in ABOUT_SOMEBODY:
            yield Problem("cites", Message("lint.cites_of_nobody"))
        if register.key in cites.registers:
            yield Problem("cites.registers", Message("lint.cites_itself", name=register.key))
    for index, role in enumerate(register.tells):
        yield from unknown(f"tells.{index}", "role", role, keys(register.roles))
