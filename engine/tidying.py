"""Daily housekeeping: bytes of old jobs and rows of the outbox that were done long ago. Nothing that is a fact."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection

from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import jobs, outbox

KEPT = timedelta(days=30)
BATCH = 500


def tidy(rt: Runtime, db: Connection, zone: str, day: date) -> None:
    """DAILY tidy: forget what jobs were given and made, and which works were done, thirty days after."""
    before = to_text(rt.clock() - KEPT)
    for job_id in jobs.with_parts_before(db, before, BATCH):
        jobs.drop_parts(db, job_id)
    outbox.forget_done(db, before, BATCH * 20)


def sweep_files(rt: Runtime, db: Connection, zone: str, day: date) -> None:
    """DAILY files: ask for files that nobody sent to be dropped."""
    outbox.add_once(db, "files.sweep", "{}", f"files.sweep:daily:{day}", to_text(rt.clock()))
