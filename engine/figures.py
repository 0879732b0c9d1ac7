"""VERB figures: whether an installation is well, in numbers: work that waits, jobs, sessions, connections, days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.times import to_datetime, to_text
from engine.runtime import Runtime
from engine.store.queries import figures as queries


@dataclass(frozen=True, slots=True)
class Figures:
    """`waits`: seconds for which the longest waiting row has been due. `dailies`: Unix time of each daily work's last
    time. `connections`: in use, of the pool of this process for pages and work."""

    waiting: int
    dead: int
    waits: float
    jobs: Mapping[str, int]
    sessions: int
    dailies: Mapping[str, float]
    connections: int


def figures(rt: Runtime) -> Figures:
    """Ask the database, in one reading transaction."""
    now = rt.clock()
    with rt.db.read() as db:
        states, oldest = queries.outbox(db, to_text(now))
        jobs, sessions = queries.jobs(db), queries.sessions(db, to_text(now))
        dailies = {name: to_datetime(at).timestamp() for name, at in queries.dailies(db).items()}
    return Figures(
        waiting=states.get("ready", 0),
        dead=states.get("dead", 0),
        waits=(now - to_datetime(oldest)).total_seconds() if oldest else 0.0,
        jobs=jobs,
        sessions=sessions,
        dailies=dailies,
        connections=rt.db.engine.pool.checkedout(),
    )
