"""Work after the commit: claim a row, run it, mark it done in the transaction of its own effects; sweep what was lost.

Without Redis threads of the web process drain the rows. A row runs at least once; what it does inside our database
happens exactly once, since it commits together with `done`, and only for who holds the newest claim.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection

from engine.core.errors import EngineError, StaleCase, Unavailable
from engine.core.messages import Message
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import outbox as queries

LEASE = timedelta(seconds=60)
RENEWED_EVERY = 20.0  # seconds, while a work is outside any transaction
ATTEMPTS = 8
SWEEP_EVERY = 5.0  # seconds
TROUBLED_EVERY = 1.0  # seconds, while the database is away
LONGEST = 120.0  # seconds that a transaction of a work may take, which is made for one or two
LONGEST_APART = 900.0  # and the part before it: whatever takes longer hangs
BATCH = 20
QUICK, SLOW = "quick", "slow"  # lanes: each has a thread of its own
BREATH = 0.005  # seconds between two rows: SQLite has one writer, and people wait for it too

Plain: TypeAlias = Callable[[Runtime, Connection, Mapping[str, Any]], bool | None]
log = logging.getLogger("siklus.outbox")
_at_work: dict[int, tuple[int, float]] = {}  # thread → the row that it runs, and when it would have to be done


@dataclass(frozen=True, slots=True)
class Staged:
    """Work with a part before its transaction, or with a word to say when it fails.

    inside: as of a plain work, with what `before` found. Either answers True when the row is to run again at once.
    before: what takes long or asks the world; meanwhile the lease is renewed. lane: with what else it takes turns.
    failed: told of an error in the transaction that notes it, and whether it was the last attempt; True gives up now.
    """

    inside: Callable[[Runtime, Connection, Mapping[str, Any], Any], bool | None]
    before: Callable[[Runtime, Mapping[str, Any]], Any] | None = None
    failed: Callable[[Runtime, Connection, Mapping[str, Any], Exception, bool], bool] | None = None
    lane: str = SLOW


Work: TypeAlias = Plain | Staged


def run(rt: Runtime, row_id: int, works: Mapping[str, Work]) -> bool:
    """Run one row if it is ready and nobody holds its lease; True when it is done now, or has come further."""
    now = rt.clock()
    with rt.db.begin() as db:
        row = queries.claim(db, row_id, to_text(now), to_text(now + LEASE))
    if row is None:
        return False
    if row.attempts > ATTEMPTS:  # nobody who took it came back to say why: it ends its process, eats it, or hangs
        _failed(rt, row, works.get(row.kind), Unavailable(Message("jobs.vanished", times=ATTEMPTS)))
        return False
    try:
        work, body = works[row.kind], json.loads(row.body)
        with _watched(row, LONGEST_APART):
            found = _before(rt, row, work, body)
        with _watched(row, LONGEST), rt.db.begin() as db:
            more = work.inside(rt, db, body, found) if isinstance(work, Staged) else work(rt, db, body)
            if not (queries.again(db, row, to_text(rt.clock())) if more else queries.done(db, row)):
                raise StaleCase(Message("store.raced"))  # the lease ended, and somebody else took the row
        return True
    except Exception as error:  # a job may fail in any way; the row keeps the reason and is tried again
        _failed(rt, row, works.get(row.kind), error)
        return False


@contextmanager
def _watched(row: Any, longest: float) -> Iterator[None]:
    thread = threading.get_ident()
    _at_work[thread] = (row.id, time.monotonic() + longest)
    try:
        yield
    finally:
        del _at_work[thread]


def hanging() -> list[int]:
    """The rows of this process that take longer than any work may: their threads do nothing else any more."""
    now = time.monotonic()
    return [row for row, until in list(_at_work.values()) if now > until]


def _before(rt: Runtime, row: Any, work: Work, body: Mapping[str, Any]) -> Any:
    if not isinstance(work, Staged) or work.before is None:
        return None
    with _renewing(rt, row):
        return work.before(rt, body)


@contextmanager
def _renewing(rt: Runtime, row: Any) -> Iterator[None]:
    """Keep the lease of a row while the block lasts, from a thread of its own."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEWED_EVERY):
            try:
                with rt.db.begin() as db:
                    queries.renew(db, row, to_text(rt.clock() + LEASE))
            except EngineError as error:  # the next one may succeed; if none does, somebody else takes the row
                log.warning("lease not renewed", extra={"row": row.id, "error": type(error).__name__})

    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _failed(rt: Runtime, row: Any, work: Work | None, error: Exception) -> None:
    """Back off 2, 4, 8 … seconds; after the last attempt the row is dead and stays visible."""
    last = row.attempts >= ATTEMPTS
    again = rt.clock() + timedelta(seconds=2**row.attempts)
    log.warning("outbox row failed", extra={"row": row.id, "attempt": row.attempts, "error": type(error).__name__})
    with rt.db.begin() as db:
        if not queries.failed(db, row, "dead" if last else "ready", to_text(again), f"{type(error).__name__}: {error}"):
            return
        told = isinstance(work, Staged) and work.failed is not None
        if told and work.failed(rt, db, json.loads(row.body), error, last) and not last:
            queries.give_up(db, row)


def _lanes(works: Mapping[str, Work]) -> dict[str, list[str]]:
    """The kinds of work of each lane but the quick one, which has all others."""
    found: dict[str, list[str]] = {SLOW: []}
    for kind, work in works.items():
        if isinstance(work, Staged) and work.before is not None:
            found.setdefault(work.lane, []).append(kind)
    return found


def sweep(rt: Runtime, works: Mapping[str, Work], lane: str | None = None) -> int:
    """Run every row that is due, whoever forgot to ring; answers with how many got done or came further.

    lane: only works of this one; the quick one has those without a part before their transaction.
    """
    lanes = _lanes(works)
    apart = lanes[lane] if lane in lanes else [kind for kinds in lanes.values() for kind in kinds]
    with rt.db.read() as db:
        due = queries.due(db, to_text(rt.clock()), BATCH, apart, None if lane is None else lane in lanes)
    done = 0
    for row_id in due:
        done += run(rt, row_id, works)
        time.sleep(BREATH)
    return done


class Runner:
    """The embedded runner: a thread for each lane, that waits for the doorbell and sweeps every few seconds anyway.

    An address that never answers holds up nobody's tasks, and a program that is told no letters. `tick` is called
    before each sweep of the quick lane: what is due by the clock is asked for there.
    """

    def __init__(
        self, works: Callable[[], Mapping[str, Work]], tick: Callable[[Runtime], object] = lambda rt: None
    ) -> None:
        self._build, self._works = works, dict[str, Work]()
        self._tick = tick
        self._bells = {lane: threading.Event() for lane in (QUICK, SLOW)}
        self._leaving = threading.Event()
        self._threads: list[threading.Thread] = []
        self._troubled: set[str] = set()

    @property
    def works(self) -> bool:
        """Whether rows are being run: the threads live, and their last look at the rows did not fail."""
        alive = bool(self._threads) and all(each.is_alive() for each in self._threads)
        return alive and not self._troubled and not hanging()

    def ring(self, ids: Sequence[int]) -> None:
        """Wake the runner after a commit; which rows does not matter, since it looks for itself."""
        for bell in self._bells.values():
            bell.set()

    def start(self, rt: Runtime) -> None:
        """Begin to run rows; what runs them is loaded now."""
        self._works = dict(self._build())
        self._bells |= {lane: threading.Event() for lane in _lanes(self._works).keys() - self._bells.keys()}
        for lane in self._bells:
            thread = threading.Thread(target=self._work, args=(rt, lane), name=f"outbox-{lane}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Finish the rows at hand and leave."""
        self._leaving.set()
        self.ring([])
        for thread in self._threads:
            thread.join(timeout=30)

    def _work(self, rt: Runtime, lane: str) -> None:
        while not self._leaving.is_set():
            self._bells[lane].clear()
            try:
                if lane == QUICK:
                    self._tick(rt)
                busy = sweep(rt, self._works, lane)
                self._troubled.discard(lane)
            except Exception as error:  # whatever it was: the rows wait, and a thread that ends would tell nobody
                log.error("outbox waits", extra={"error": type(error).__name__})
                self._troubled.add(lane)
                busy = 0
            if busy:
                for other in self._bells.keys() - {lane}:
                    self._bells[other].set()  # what one did may have asked for work of another
            else:
                self._bells[lane].wait(TROUBLED_EVERY if lane in self._troubled else SWEEP_EVERY)
