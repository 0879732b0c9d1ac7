"""Serves an application over real HTTP from a thread, for browsers and for parallel requests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from waitress.server import create_server


@contextmanager
def serve(app, threads: int = 8) -> Iterator[str]:
    """Serve a WSGI application on a free port of 127.0.0.1; yield its address, without a slash at the end."""
    server = create_server(app, host="127.0.0.1", port=0, threads=threads, clear_untrusted_proxy_headers=True)
    thread = threading.Thread(target=server.run, name="waitress", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # In the server's own thread: its loop must not wait for a socket that another one closes.
        server.trigger.pull_trigger(lambda: _close(server))
        thread.join(10)


def _close(server) -> None:
    # A browser keeps its connections open; the server's loop ends only when the last one has gone.
    for channel in list(server.active_channels.values()):
        channel.will_close = True
    server.close()
