"""Asks a malware scanner about a file: a command, or clamd at a socket. What it does not call clean is not clean.

`SIKLUS_SCAN=/usr/bin/clamdscan --no-summary` (exit status 0 clean, 1 infected; the path is appended), or
`SIKLUS_SCAN=unix:/run/clamav/clamd.ctl`, `SIKLUS_SCAN=tcp:127.0.0.1:3310` (INSTREAM of clamd's protocol).
"""

from __future__ import annotations

import shlex
import socket
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from engine.core.errors import FileRefused, Unavailable
from engine.core.messages import Message

SECONDS = 60
PIECE = 64 * 1024
INFECTED = 1  # exit status of clamscan, clamdscan and their like


@dataclass(frozen=True, slots=True)
class Scan:
    """The scanner of an installation, as its setting names it."""

    address: str

    def look(self, path: Path) -> None:
        """Return where the scanner calls the file clean; raises FileRefused, or Unavailable when it does not answer."""
        try:
            clean = self._ask_clamd(path) if self.address.startswith(("unix:", "tcp:")) else self._run(path)
        except (OSError, ValueError, subprocess.SubprocessError) as silent:
            raise Unavailable(Message("file.scanner_silent")) from silent
        if not clean:
            raise FileRefused(Message("file.refused.malware"))

    def _run(self, path: Path) -> bool:
        done = subprocess.run([*shlex.split(self.address), str(path)], capture_output=True, timeout=SECONDS)
        if done.returncode not in (0, INFECTED):
            raise subprocess.SubprocessError(f"the scanner ended with status {done.returncode}")
        return done.returncode == 0

    def _ask_clamd(self, path: Path) -> bool:
        with self._connect() as daemon, path.open("rb") as file:
            daemon.sendall(b"zINSTREAM\0")
            while piece := file.read(PIECE):
                daemon.sendall(struct.pack(">I", len(piece)) + piece)
            daemon.sendall(struct.pack(">I", 0))
            answer = b""
            while piece := daemon.recv(1024):
                answer += piece
        answer = answer.rstrip(b"\0\n")
        if not answer.endswith((b" OK", b" FOUND")):
            raise ValueError("the scanner did not judge the file")
        return answer.endswith(b" OK")

    def _connect(self) -> socket.socket:
        family, _, address = self.address.partition(":")
        if family == "tcp":
            host, _, port = address.rpartition(":")
            return socket.create_connection((host, int(port)), timeout=SECONDS)
        daemon = socket.socket(socket.AF_UNIX)
        daemon.settimeout(SECONDS)
        try:
            daemon.connect(address)
        except OSError:
            daemon.close()
            raise
        return daemon
