"""The commands that stay: run, serve, worker. SIGTERM and SIGINT let them finish what they are at."""

from __future__ import annotations

import argparse
import sys
import threading

from waitress import create_server

from engine import beginning, demo, doorbell
from engine.commands.tools import Tools
from engine.core.errors import Unavailable
from engine.core.messages import Message
from engine.installation import Installation
from engine.runtime import Runtime
from engine.store import migrate
from engine.web.logs import log_as_json

THREADS = 16
LARGEST_BODY = 110_000_000  # bytes that the server takes at all; each page has its own limit below that


def run(tools: Tools, options: argparse.Namespace) -> int:
    """Serve, with the demo city in an empty database."""
    installation = tools.installation()
    rt = tools.runtime(installation)
    migrate.upgrade(rt.db)
    if demo.is_empty(rt):
        print("Loading the demo city …", flush=True)
        demo.load(rt, tools.shipped)
    return _listen(tools, installation, rt)


def serve(tools: Tools, options: argparse.Namespace) -> int:
    """Migrate and serve."""
    installation = tools.installation()
    rt = tools.runtime(installation)
    migrate.upgrade(rt.db)
    return _listen(tools, installation, rt)


def _listen(tools: Tools, installation: Installation, rt: Runtime) -> int:
    log_as_json()
    app = tools.app(installation, rt)
    try:
        server = create_server(
            app, host=installation.host, port=installation.port, threads=THREADS, ident=None,
            max_request_body_size=LARGEST_BODY,
        )  # fmt: skip
    except OSError as error:
        raise Unavailable(Message("settings.address", port=str(installation.port), why=error.strerror or "")) from error
    if not installation.redis_url:
        tools.runner.start(rt)
    print(f"Siklus listens on http://{installation.host}:{installation.port}/  (stop it with Ctrl+C)")
    if demo.is_loaded(rt):
        print(demo.accounts_table(rt))
    elif beginning.administrator(rt) is None:
        print("Nobody administers this database yet: siklus admin create --nip … --name …")
    sys.stdout.flush()
    try:
        server.run()
    finally:
        tools.runner.stop()
    return 0


def worker(tools: Tools, options: argparse.Namespace) -> int:
    """Do the work after commits, rung for or not."""
    log_as_json()
    installation, leave = tools.installation(), threading.Event()
    rt = tools.runtime(installation)
    migrate.upgrade(rt.db)
    tools.runner.start(rt)  # the sweeper: what nobody rang for, and what is due by the clock
    print("Siklus works (stop it with Ctrl+C)", flush=True)
    try:
        if installation.redis_url:
            doorbell.listen(rt, installation.redis_url, tools.works(), leave)
        else:
            doorbell.leave_on_signals(leave)
            leave.wait()
    finally:
        tools.runner.stop()
    return 0
