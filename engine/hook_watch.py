"""The watch over what happened to cases, for programs that are told of it (webhooks.py): asks that each event be told.

A tick of each process that works; a start must not wait for it, so it brings in nothing heavy.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.core.proof import canonical
from engine.core.times import to_datetime, to_text
from engine.looks import Every
from engine.store.queries import api_hooks as queries
from engine.store.queries import outbox

if TYPE_CHECKING:
    from engine.runtime import Runtime

KIND = "webhooks.send"
LOOKS_EVERY = 5.0  # seconds
AT_ONCE = 200  # events of one webhook between two looks
BACK = timedelta(minutes=5)  # how much longer than its moment an act may take to be committed
MINUTE = timedelta(minutes=1)


class Watch:
    """Looks for what happened, for one process, and asks that it be told: each event once to each webhook."""

    def __init__(self, every: float = LOOKS_EVERY) -> None:
        self._looks = Every(every)

    def tick(self, rt: Runtime) -> int:
        """Answers how many tellings were asked for."""
        if rt.hooks is None or not self._looks.is_due():
            return 0
        with rt.db.read() as db:
            hooks = queries.all_hooks(db)
        return sum(_look(rt, hook) for hook in hooks)


def _look(rt: Runtime, hook: Any) -> int:
    now, prefix = rt.clock(), f"{KIND}:{hook.ref}:"
    since = max(to_text(to_datetime(hook.since) - BACK), hook.made_at)
    with rt.db.read() as db:
        if outbox.rests(db, KIND, prefix, to_text(now)):
            return 0  # it did not take what it was told last: what happens meanwhile is asked for afterwards
        refs = queries.untold(db, hook.unit_id, since, prefix, AT_ONCE)
    caught_up = len(refs) < AT_ONCE and now - to_datetime(hook.since) >= MINUTE
    if not refs and not caught_up:
        return 0
    with rt.db.begin() as db:
        asked = [outbox.add_once(db, KIND, _body(hook.ref, ref), prefix + ref, to_text(now)) for ref in refs]
        if caught_up:
            queries.looked(db, hook.ref, to_text(now))
    return sum(each is not None for each in asked)


def _body(hook: str, event: str) -> str:
    return canonical.canonical({"hook": hook, "event": event}).decode()
