"""Of whom figures cannot be worked out: what counts as that, and how a job carries it along and tells it at last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from engine import measuring
from engine.core.errors import EngineError, StaleCase, Unavailable
from engine.core.messages import Message, Param, readable
from engine.runtime import Runtime
from engine.store.queries import units

Failed = list[list[Any]]  # indicator, person or unit, how many, the keys of the first: JSON in the cursor of a job
NAMED = 5  # units of an indicator; people are counted alone, since a job's words stay
PASSING = (Unavailable, StaleCase)  # what the outbox tries again
LASTING = (EngineError, ArithmeticError, LookupError, TypeError, ValueError)


def with_more(failed: Failed, key: str, who: str, ids: Sequence[int]) -> Failed:
    """What failed before, and these."""
    if not ids:
        return failed
    same = bool(failed) and failed[-1][:2] == [key, who]
    count, first = failed[-1][2:] if same else (0, [])
    return [*(failed[:-1] if same else failed), [key, who, count + len(ids), [*first, *ids][:NAMED]]]


def told(rt: Runtime, db: Connection, done: int, failed: Failed) -> Message:
    """What a job says at its end that has tried so many people and units."""
    out = sum(count for _, _, count, _ in failed)
    if not out:
        return Message("indicator.all_done", count=done)
    names = {one.key: one.indicator.definition.name for one in measuring.published(rt, db)}
    called = units.by_keys(db, {each for _, who, _, ids in failed if who == "unit" for each in ids})
    lines = list[Param]()
    for key, who, count, ids in failed:
        name = names.get(key) or readable(key)
        some = tuple(called[each].name for each in ids if each in called) if who == "unit" else ()
        lines.append(Message(f"indicator.not_of_{who}", name=name, count=count, units=some))
    return Message("indicator.all_but", count=done - out, failed=tuple(lines))
