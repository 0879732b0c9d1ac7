"""The commands that stay: run, serve, worker. SIGTERM and SIGINT let them finish what they are at."""

from __future__ import annotations

import argparse
import logging
import sys
import threading
from contextlib import suppress

from waitress import create_server

from engine import beginning, demo, doorbell, safety
from engine.commands import draining, memory, placing, watching
from engine.commands.tools import Tools
from engine.core.errors import Unavailable
from engine.core.messages import Message
from engine.installation import Installation
from engine.runtime import Runtime
from engine.store import migrate
from engine.web.i18n import translate
from engine.web.logs import log_to_stderr

log = logging.getLogger("siklus.start")
THREADS = 16
LARGEST_BODY = 110_000_000  # bytes that the server takes at all; each page has its own limit below that


def run(tools: Tools, options: argparse.Namespace) -> int:
    """Serve, with the demo city in an empty database."""
    installation = tools.installation()
    begin(installation, demo_city=True)
    rt = tools.runtime(installation)
    migrate.upgrade(rt.db)
    if demo.is_empty(rt):
        print("Loading the demo city …", flush=True)
        demo.load(rt, tools.shipped)
    return _listen(tools, installation, rt)


def serve(tools: Tools, options: argparse.Namespace) -> int:
    """Migrate and serve."""
    installation = tools.installation()
    begin(installation)
    rt = tools.runtime(installation)
    migrate.upgrade(rt.db)
    return _listen(tools, installation, rt)


def begin(installation: Installation, *, demo_city: bool = False) -> None:
    """Before a process serves or works: the logs, and whether its settings are safe. Raises BadRequest."""
    memory.share_arenas()
    log_to_stderr(installation.log)
    for message in safety.require(installation, demo=demo_city):
        log.warning("doubtful setting", extra={"message_key": message.key, "said": translate(message, "en")})


def _listen(tools: Tools, installation: Installation, rt: Runtime) -> int:
    safety.require(installation, demo=installation.https and demo.is_loaded(rt))
    app = tools.app(installation, rt)
    try:
        server = create_server(
            app, host=installation.host, port=installation.port, threads=THREADS, ident=None,
            max_request_body_size=LARGEST_BODY,
        )  # fmt: skip
    except OSError as error:
        raise Unavailable(Message("settings.address", port=str(installation.port), why=error.strerror or "")) from error
    draining.on_signals(server)
    if not installation.redis_url:
        tools.runner.start(rt)
    with suppress(OSError):  # a full disk under the log keeps nobody from working
        _greet(tools, installation, rt)
    try:
        server.run()
    finally:
        tools.runner.stop()
    return 0


def _greet(tools: Tools, installation: Installation, rt: Runtime) -> None:
    print(f"Siklus listens on http://{installation.host}:{installation.port}/  (stop it with Ctrl+C)")
    if demo.is_loaded(rt):
        print(demo.accounts_table(rt) or placing.accounts_table(tools, rt))
    elif beginning.administrator(rt) is None:
        print("Nobody administers this database yet: siklus admin create --nip … --name …")
    sys.stdout.flush()


def settings(tools: Tools, options: argparse.Namespace) -> int:
    """Tell what a start would refuse, and what is doubtful; exit status 1 when it would not start."""
    installation = tools.installation()
    wrong = list(safety.refused(installation, demo=_holds_the_demo(tools.runtime(installation))))
    for word, messages in (("refused", wrong), ("doubtful", list(safety.doubtful(installation)))):
        for message in messages:
            print(f"{word}: {translate(message, 'en')}")
    if not wrong:
        print("The settings are safe enough to start with.")
    return 1 if wrong else 0


def _holds_the_demo(rt: Runtime) -> bool:
    try:
        migrate.require(rt.db)
    except Unavailable:  # it may come to hold it, and is asked about again at the start
        return False
    return demo.is_loaded(rt)


def worker(tools: Tools, options: argparse.Namespace) -> int:
    """Do the work after commits, rung for or not."""
    installation, leave = tools.installation(), threading.Event()
    begin(installation)
    rt = tools.runtime(installation)
    migrate.upgrade(rt.db)
    watching.watch(installation.worker_memory)
    tools.runner.start(rt)  # the sweeper: what nobody rang for, and what is due by the clock
    doorbell.leave_on_signals(leave)
    with suppress(OSError):
        print("Siklus works (stop it with Ctrl+C)", flush=True)
    try:
        if installation.redis_url:
            doorbell.listen(rt, installation.redis_url, tools.works(), leave)
        else:
            leave.wait()
    finally:
        tools.runner.stop()
    return 0
