"""A Valkey behind a road that can be cut, left without an answer, or made slow."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

OPEN, CLOSED, SILENT, SLOW = "open", "closed", "silent", "slow"
DELAY = 2.0  # seconds, of a slow road, each way of the first byte


class Road:
    """A TCP proxy before a server; `state` says what becomes of what travels."""

    def __init__(self, url: str) -> None:
        self._to = (urlsplit(url).hostname, urlsplit(url).port)
        self._listening: socket.socket | None = None
        self._lines: set[socket.socket] = set()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.state = CLOSED
        self.become(OPEN)

    def become(self, state: str) -> None:
        """Cut every line, and behave like this from now on."""
        self.state = state
        for line in list(self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        if state == CLOSED and self._listening is not None:
            listening, self._listening = self._listening, None
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()
        elif state != CLOSED and self._listening is None:
            self._listening = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
            threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            self._lines.add(line)
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        if self.state == SILENT:
            with suppress(OSError):
                while line.recv(65536):
                    pass
        else:
            with suppress(OSError), socket.create_connection(self._to) as server:
                self._lines.add(server)
                back = threading.Thread(target=self._carry, args=(server, line), daemon=True)
                back.start()
                self._carry(line, server)
                back.join()
                self._lines.discard(server)
        self._lines.discard(line)
        line.close()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                if self.state == SLOW:
                    time.sleep(DELAY)
                target.sendall(piece)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
