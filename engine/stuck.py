"""Which cases nobody can move on, and why: what the queries must know of definitions. Reads only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine.runtime import Runtime
from engine.store.queries import stuck as queries
from engine.store.queries.stuck import Asked


def asked(rt: Runtime, db: Connection, now: datetime) -> Asked:
    """The time, and the states of all definitions by which cases run: the ends, and where nobody has a task."""
    over, resting = [], []
    for digest in queries.digests(db):
        workflow = rt.library.workflow(db, digest)
        over += [(digest, key) for key, state in workflow.states.items() if state.final]
        resting += [(digest, key) for key in workflow.automatic]
        resting += [(digest, key) for key, state in workflow.states.items() if not (state.final or state.tasks)]
    return Asked(now, tuple(over), tuple(sorted(set(resting))), queries.unable(db))
