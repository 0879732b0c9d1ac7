"""How a server leaves: it takes no new connection, answers what it was asked, and is gone within its patience.

A proxy that tries again elsewhere then loses no request (docs/operations.md). Everything that touches the server's
sockets runs in the thread of its own loop, called there through its trigger.
"""

from __future__ import annotations

import signal
import threading
import time
from typing import Any

PATIENCE = 25.0  # seconds for requests under way; systemd waits for thirty
QUIET = 0.5  # seconds without a word after which a connection is idle: a request may be on its way
LOOKS_EVERY = 0.1


def on_signals(server: Any, patience: float = PATIENCE) -> None:
    """Have SIGTERM or SIGINT end `server.run()` when all is answered; a second signal ends it at once."""
    leave = threading.Event()

    def told(*_: object) -> None:
        if leave.is_set():
            raise KeyboardInterrupt
        leave.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, told)
    threading.Thread(target=_drain, args=(server, leave, patience), name="draining", daemon=True).start()


def _drain(server: Any, leave: threading.Event, patience: float) -> None:
    leave.wait()
    sockets = server.map if hasattr(server, "map") else server._map  # one map for all that listens
    listening = [each for each in sockets.values() if hasattr(each, "active_channels")]
    until = time.monotonic() + patience
    for each in listening:
        each.trigger.pull_trigger(lambda each=each: _stop_listening(each))
    while any(each.active_channels or each.accepting for each in listening) and time.monotonic() < until:
        for each in listening:
            each.trigger.pull_trigger(lambda each=each: _close_idle(each))
        time.sleep(LOOKS_EVERY)
    for each in listening:
        each.trigger.pull_trigger(sockets.clear)  # the loop ends when it has nothing to look at


def _stop_listening(server: Any) -> None:
    """Take what the system has accepted for us, then no more."""
    before = None
    while before != len(server.active_channels):
        before = len(server.active_channels)
        server.handle_accept()
    server.accepting = False
    server.del_channel()
    server.socket.close()


def _close_idle(server: Any) -> None:
    now = time.time()
    for channel in list(server.active_channels.values()):
        busy = channel.requests or channel.request is not None or channel.total_outbufs_len
        if not busy and now - channel.last_activity > QUIET:
            channel.will_close = True
