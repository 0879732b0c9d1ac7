"""One server for the load: `python -m bench.server ours|naive ADDRESS` serves on a free port and prints it.

A process of its own, so that whoever asks does not share an interpreter with whoever answers. As `siklus serve` does:
waitress with 16 threads.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from waitress import create_server

import wsgi
from bench import naive
from bench.settings import installation
from engine.commands.memory import share_arenas
from engine.commands.serving import THREADS


@contextmanager
def served(which: str, url: str) -> Iterator[tuple[str, int, int]]:
    """A server in a process of its own: host, port, process id."""
    process = subprocess.Popen([sys.executable, "-m", "bench.server", which, url], stdout=subprocess.PIPE, text=True)
    try:
        port = int(process.stdout.readline())
        yield "127.0.0.1", port, process.pid
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def main(which: str, url: str) -> None:
    """Serve until somebody ends the process."""
    share_arenas()
    app = wsgi.create_app(installation(url)) if which == "ours" else naive.create_app(url)
    server = create_server(app, host="127.0.0.1", port=0, threads=THREADS)
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
