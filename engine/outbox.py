"""Work after the commit: claim a row, run it, mark it done in the transaction of its own effects; sweep what was lost.

Without Redis a thread of the web process drains the rows. A row runs at least once; what it does inside our database
happens exactly once, since it commits together with `done`.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import outbox as queries

LEASE = timedelta(seconds=60)
ATTEMPTS = 8
SWEEP_EVERY = 5.0  # seconds
BATCH = 20

Work = Callable[[Runtime, Connection, Mapping[str, Any]], None]
log = logging.getLogger("siklus.outbox")


def run(rt: Runtime, row_id: int, works: Mapping[str, Work]) -> bool:
    """Run one row if it is ready and nobody holds its lease; True when it is done now."""
    now = rt.clock()
    with rt.db.begin() as db:
        row = queries.claim(db, row_id, to_text(now), to_text(now + LEASE))
    if row is None:
        return False
    try:
        with rt.db.begin() as db:
            works[row.kind](rt, db, json.loads(row.body))
            queries.done(db, row_id)
        return True
    except Exception as error:  # a job may fail in any way; the row keeps the reason and is tried again
        _failed(rt, row_id, row.attempts, error)
        return False


def sweep(rt: Runtime, works: Mapping[str, Work]) -> int:
    """Run every row that is due, whoever forgot to ring; answers with how many got done."""
    with rt.db.read() as db:
        due = queries.due(db, to_text(rt.clock()), BATCH)
    return sum(run(rt, row_id, works) for row_id in due)


class Runner:
    """The embedded runner: one thread that waits for the doorbell and sweeps every few seconds anyway."""

    def __init__(self, works: Mapping[str, Work]) -> None:
        self._works = works
        self._bell = threading.Event()
        self._leaving = threading.Event()
        self._thread: threading.Thread | None = None
        self._troubled = False

    @property
    def works(self) -> bool:
        """Whether rows are being run: the thread lives, and its last look at them did not fail."""
        return self._thread is not None and self._thread.is_alive() and not self._troubled

    def ring(self, ids: Sequence[int]) -> None:
        """Wake the runner after a commit; which rows does not matter, since it looks for itself."""
        self._bell.set()

    def start(self, rt: Runtime) -> None:
        self._thread = threading.Thread(target=self._work, args=(rt,), name="outbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the row at hand and leave."""
        self._leaving.set()
        self._bell.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _work(self, rt: Runtime) -> None:
        while not self._leaving.is_set():
            self._bell.clear()
            try:
                busy = sweep(rt, self._works)
                self._troubled = False
            except Exception as error:  # whatever it was: the rows wait, and a thread that ends would tell nobody
                log.error("outbox waits", extra={"error": type(error).__name__})
                self._troubled, busy = True, 0
            if not busy:
                self._bell.wait(SWEEP_EVERY)


def _failed(rt: Runtime, row_id: int, attempts: int, error: Exception) -> None:
    """Back off 2, 4, 8 … seconds; after the last attempt the row is dead and stays visible."""
    state = "dead" if attempts >= ATTEMPTS else "ready"
    again = rt.clock() + timedelta(seconds=2**attempts)
    log.warning("outbox row failed", extra={"row": row_id, "attempt": attempts, "error": type(error).__name__})
    with rt.db.begin() as db:
        queries.failed(db, row_id, state, to_text(again), f"{type(error).__name__}: {error}"[:2000])
