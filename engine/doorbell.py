"""Redis as a doorbell: ring for rows of the outbox, and listen for the rings in a worker. The only module with rq.

Nothing in Redis is believed. RQ would import whatever function a job's hash names and call it, so whoever can write to
Redis could run anything; here a job is its id, which is the key of a row, and there is one function. It overrides
private names of RQ, which is therefore pinned exactly; tests/verbs/test_doorbell.py holds the attacks.
"""

from __future__ import annotations

import logging
import re
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from redis import Redis, RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from engine import outbox
from engine.runtime import Runtime

QUEUE = "siklus"
PATIENCE = 0.5  # seconds that whoever acts waits for Redis
REST = 10.0  # seconds for which it is left alone after it did not answer
AT_MOST = 20.0  # seconds that one ring keeps a worker; the sweeper goes on with what is left
KEPT = 60  # seconds that a hash lives which nobody fetched
ROW = re.compile(r"[1-9][0-9]{0,17}")
log = logging.getLogger("siklus.doorbell")


class DoorbellJob(Job):
    """An RQ job of which nothing counts but its id."""

    answer: ClassVar[Callable[[int], None]]

    @classmethod
    def fetch(cls, id: str, connection: Redis | None = None, serializer: Any = None) -> Job:
        """A doorbell by its id; what is no key of a row is as good as gone."""
        if not ROW.fullmatch(id):
            raise NoSuchJobError
        return super().fetch(id, connection, serializer)

    def restore(self, raw_data: Any) -> None:
        """Take nothing from Redis: no function, callback, webhook, result, meta or time-out."""
        super().restore({b"data": b""})
        self.origin = QUEUE
        self.timeout = -1
        self.result_ttl = 0
        self.failure_ttl = KEPT
        self._status = JobStatus.QUEUED

    def _deserialize_data(self) -> None:
        self._func_name, self._instance, self._kwargs = "run_row", None, {}
        self._args = (int(self.id),)

    @property
    def func(self) -> Callable[[int], None]:
        return type(self).answer


class Bell:
    """Rings in Redis after a commit. It never fails and never waits long: a lost ring is found by the sweepers."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._queue: Queue | None = None
        self._quiet_until = 0.0

    def ring(self, ids: Sequence[int]) -> None:
        """Ask the workers to look at these rows."""
        if time.monotonic() < self._quiet_until:
            return
        try:
            for row_id in ids:
                self._enqueue(row_id)
        except RedisError as error:
            log.warning("doorbell is not heard", extra={"error": type(error).__name__})
            self._quiet_until = time.monotonic() + REST

    def _enqueue(self, row_id: int) -> None:
        if self._queue is None:
            client = Redis.from_url(self._url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
            self._queue = Queue(QUEUE, connection=client, job_class=DoorbellJob, serializer=JSONSerializer)
        job = DoorbellJob.create(
            run_row, args=(row_id,), id=str(row_id), connection=self._queue.connection, serializer=JSONSerializer,
            timeout=-1, result_ttl=0, failure_ttl=KEPT, ttl=KEPT, origin=QUEUE,
        )  # fmt: skip
        try:
            self._queue.enqueue_job(job, unique=True)
        except DuplicateJobError:
            return  # rung for already


def run_row(row_id: int) -> None:
    """What the hash of a job names; nobody calls it by that name."""
    raise RuntimeError("a doorbell names a row, and a worker knows what to do")


def listen(rt: Runtime, url: str, works: Mapping[str, outbox.Work], leave: threading.Event) -> None:
    """Answer rings in this thread, the main one, until a signal says to leave; while Redis is away, wait for it."""
    job_class = job_class_for(rt, works)
    while not leave.is_set():
        leave_on_signals(leave)  # RQ takes them over while it works
        client = Redis.from_url(url, socket_connect_timeout=PATIENCE)
        try:
            worker = worker_of(client, job_class)
            worker.work(with_scheduler=False, logging_level="WARNING")
            if worker._shutdown_requested_date is not None:
                return
        except RedisError as error:
            log.warning("doorbell is away", extra={"error": type(error).__name__})
        finally:
            client.close()
        leave_on_signals(leave)
        leave.wait(REST)  # it went on for another reason: Redis is away


def leave_on_signals(leave: threading.Event) -> None:
    """Let SIGTERM and SIGINT say that this process is to leave."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: leave.set())


def worker_of(client: Redis, job_class: type[DoorbellJob]) -> SimpleWorker:
    """A worker of RQ that runs doorbells in this process."""
    queue = Queue(QUEUE, connection=client, job_class=job_class, serializer=JSONSerializer)
    worker = SimpleWorker([queue], connection=client, job_class=job_class, serializer=JSONSerializer)
    worker.log_job_description = False
    return worker


def job_class_for(rt: Runtime, works: Mapping[str, outbox.Work]) -> type[DoorbellJob]:
    """Doorbells that run rows of this runtime."""
    return type("DoorbellJob", (DoorbellJob,), {"answer": staticmethod(_answering(rt, works))})


def _answering(rt: Runtime, works: Mapping[str, outbox.Work]) -> Callable[[int], None]:
    def answer(row_id: int) -> None:
        until = time.monotonic() + AT_MOST
        while outbox.run(rt, row_id, works) and time.monotonic() < until:
            continue  # the chunks of a job

    return answer
