"""What keeps a worker from being poisoned: a bound on memory, and an end for a process in which a work hangs.

Whoever runs it (systemd, compose) starts it again; the row has been counted when it was taken, and gives up at last.
"""

from __future__ import annotations

import logging
import os
import threading
import time

from engine import outbox

try:
    import resource
except ImportError:  # no such bound on this system
    resource = None

LOOKS_EVERY = 5.0  # seconds
STATUS = 70  # EX_SOFTWARE of sysexits.h
log = logging.getLogger("siklus.worker")


def watch(megabytes: int) -> None:
    """Bound this process, and end it when a work hangs. With a bound, what eats memory fails instead of all."""
    if resource is not None and megabytes:
        most = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    threading.Thread(target=_look, name="watching", daemon=True).start()


def _look() -> None:
    while not (rows := outbox.hanging()):
        time.sleep(LOOKS_EVERY)
    log.error("a work hangs, and its process ends", extra={"rows": rows})
    logging.shutdown()
    os._exit(STATUS)  # a thread that hangs cannot be ended in any other way
