"""A PostgreSQL server that can be stopped and started again under the same address."""

from __future__ import annotations

import shlex
import time
from pathlib import Path

from tests.servers import Servers, _postgresql_programs, _run, _unprivileged


class Restartable:
    """The server of a `Servers`, with its hand on the switch."""

    def __init__(self, servers: Servers) -> None:
        self.url = servers.postgresql()
        self._user = _unprivileged()
        copied = servers.directory / "pginstall" / "bin"
        self._programs = copied if copied.is_dir() else _postgresql_programs(servers.directory, self._user)
        self._data: Path = servers.directory / "postgresql" / "data"
        words = shlex.split((self._data / "postmaster.opts").read_text())[1:]
        at = words.index("-D")
        self._options = " ".join(words[:at] + words[at + 2 :])
        self._note = servers.directory / "postgresql.server.json"

    def stop(self, mode: str) -> None:
        """fast: sessions are ended; immediate: as by a crash."""
        self._control("-m", mode, "-w", "stop")

    def start(self) -> None:
        """Start it again, and wait until it answers."""
        self._control("-o", self._options, "-l", str(self._data.parent / "log"), "-w", "start")
        pid = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        self._note.write_text(f'{{"pid": {pid}, "url": "{self.url}"}}')

    def restart(self, mode: str, down: float) -> None:
        """Away for so many seconds, and back."""
        self.stop(mode)
        time.sleep(down)
        self.start()

    def _control(self, *words: str) -> None:
        _run([self._programs / "pg_ctl", "-D", self._data, *words], self._user)
