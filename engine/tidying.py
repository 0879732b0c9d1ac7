"""Daily housekeeping: bytes of old jobs and rows of the outbox that were done long ago. Nothing that is a fact."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection

from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import jobs, outbox, public

KEPT = timedelta(days=30)
BATCH = 500


def tidy(rt: Runtime, db: Connection, zone: str, day: date) -> None:
    """DAILY tidy: forget what jobs were given and made, and which works were done, thirty days after.

    Of public forms it forgets the marks of devices and networks, and the tickets, of the days before yesterday: what a
    day's limits and tickets were good for is over everywhere by then.
    """
    before = to_text(rt.clock() - KEPT)
    for job_id in jobs.with_parts_before(db, before, BATCH):
        jobs.drop_parts(db, job_id)
    outbox.forget_done(db, before, BATCH * 20)
    public.forget_before(db, (day - timedelta(days=1)).isoformat())


def sweep_files(rt: Runtime, db: Connection, zone: str, day: date) -> None:
    """DAILY files: ask for files that nobody sent to be dropped."""
    outbox.add_once(db, "files.sweep", "{}", f"files.sweep:daily:{day}", to_text(rt.clock()))
