"""Whether whoever acted in place of a task's own role did so once its deadline was over. Nothing is read here.

Only that way round: after the deadline its own role may still act where nobody holds the one that it passes to, and who
held what on a day is not judged from the events.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.audit_dues import SUBMITTED, Dues, nodes

Roles = Mapping[tuple[str, str], tuple[tuple[str, str], ...]]


def wrong_role(dues: Dues, row: Any) -> bool:
    """Whether a form was sent, or a step taken, by the role to which a task passes, though it had not passed yet.

    Asked before the event itself is told to `dues`; of visits whose event does not say its deadlines nothing is known.
    """
    if dues.visit is None or row.role is None or (row.n is None and row.kind != SUBMITTED):
        return False
    digest, state = dues.visit
    public = json.loads(row.leaf)["public"] if row.n is None else {}
    by = _of(dues, digest).get((state, str(public.get("form") if row.n is None else row.transition)), ())
    if any(own == row.role for own, _ in by) or not any(to == row.role for _, to in by):
        return False
    task = str(public.get("task"))
    known = {of: dues.put[of] for of in dues.here if of in dues.put}
    over = [known[task]] if task in known else list(known.values()) if row.n is not None else []
    return bool(over) and not dues.here & dues.unsure and min(over) > row.at


def _of(dues: Dues, digest: str) -> Roles:
    """By state and by form or transition: the roles of the tasks, each with the one that it passes to."""
    if digest not in dues.passing:
        found: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
        for place, roles in _passing(dues.body(digest)):
            found[place] = (*found.get(place, ()), roles)
        dues.passing[digest] = found
    return dues.passing[digest]


def _passing(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    for state in nodes(document, "states"):
        for task in nodes(state, "tasks"):
            due = task.get("due")
            to = str(due.get("passes_to")) if isinstance(due, dict) else ""
            for name in (task.get("fill"), *(task.get("decide") or ())):
                yield (str(state.get("key")), str(name)), (str(task.get("role")), to)
