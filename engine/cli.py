"""The command `siklus`: run, serve, migrate, demo, check, schema, audit verify, files sweep, admin create.

Words for people only; what a command does stands in the verbs. Exit status: 0 good, 1 what was asked is not good,
2 the call is wrong.
"""

from __future__ import annotations

import argparse
import getpass
import json
import secrets
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from waitress import create_server

from engine import beginning, definition_check, demo, doorbell, evidence_care, ledger, outbox
from engine.core.catalog import Catalog
from engine.core.errors import EngineError, InvalidDefinition, InvalidSubmission, Unavailable
from engine.core.messages import Message
from engine.core.reading import schema
from engine.installation import Installation
from engine.runtime import Runtime
from engine.store import migrate
from engine.web.i18n import translate
from engine.web.logs import log_as_json

THREADS = 16
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are read as others
LARGEST_BODY = 110_000_000  # bytes that the server takes at all; each page has its own limit below that


@dataclass(frozen=True, slots=True)
class Tools:
    """What the composition root lends the commands."""

    installation: Callable[[], Installation]
    catalog: Callable[[], Catalog]
    runtime: Callable[[Installation], Runtime]
    app: Callable[[Installation, Runtime], Flask]
    runner: outbox.Runner
    works: Callable[[], Mapping[str, outbox.Work]]
    shipped: Path


def run(tools: Tools, arguments: Sequence[str]) -> int:
    """Run one command; every error of the product becomes one line on stderr and exit status 1."""
    options = _parser().parse_args(arguments)
    command: Callable[[Tools, argparse.Namespace], int] = options.command
    try:
        return command(tools, options)
    except InvalidDefinition as error:
        for problem in error.problems:
            print(f"{problem.path}: {translate(problem.message, 'en')}", file=sys.stderr)
        return 1
    except InvalidSubmission as error:
        for field, message in error.errors.items():
            print(f"siklus: {field}: {translate(message, 'en')}", file=sys.stderr)
        return 1
    except EngineError as error:
        print(f"siklus: {translate(error.message, 'en')}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="siklus", description="Evaluation cycles of civil servants")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "run", _run, "migrate, load the demo city into an empty database, serve")
    _add(commands, "serve", _serve, "migrate and serve")
    _add(commands, "worker", _worker, "do the work after commits, beside a server (rung for through REDIS_URL)")
    _add(commands, "migrate", _migrate, "bring the database up to date")
    _add(commands, "demo", _demo, "create and fill the database with the demo city")
    check = _add(commands, "check", _check, "read definition files and name every problem")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--language", choices=("id", "en"))
    _add(commands, "schema", _schema, "print the JSON Schema of the definition format")
    audit = commands.add_parser("audit", help="the trail").add_subparsers(required=True, metavar="COMMAND")
    verify = _add(audit, "verify", _verify, "recompute every stream; exit status 1 names the first bad event")
    verify.add_argument("--files", action="store_true", help="read every evidence file that was sent, too")
    files = commands.add_parser("files", help="evidence").add_subparsers(required=True, metavar="COMMAND")
    _add(files, "sweep", _sweep, "drop files that nobody sent within seven days, and bytes that no row knows")
    _add_admin(commands.add_parser("admin", help="administrators").add_subparsers(required=True, metavar="COMMAND"))
    return parser


def _add_admin(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    create = _add(commands, "create", _create_admin, "appoint the first administrator of everything")
    create.add_argument("--nip", required=True)
    create.add_argument("--name", required=True)
    create.add_argument("--email")
    create.add_argument("--kind", choices=("pns", "pppk"), default="pns")
    create.add_argument("--unit", default="Pemerintah Daerah", help="name of the first unit of an empty database")
    create.add_argument("--timezone", default="Asia/Jakarta", help="of that unit")
    create.add_argument("--one-time", action="store_true", help="print a password that must be changed at once")


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    command: Callable[[Tools, argparse.Namespace], int],
    help_text: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text, description=help_text)
    parser.set_defaults(command=command)
    return parser


def _run(tools: Tools, options: argparse.Namespace) -> int:
    installation = tools.installation()
    rt = tools.runtime(installation)
    migrate.upgrade(rt.db)
    if demo.is_empty(rt):
        print("Loading the demo city …", flush=True)
        demo.load(rt, tools.shipped)
    return _listen(tools, installation, rt)


def _serve(tools: Tools, options: argparse.Namespace) -> int:
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


def _worker(tools: Tools, options: argparse.Namespace) -> int:
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


def _migrate(tools: Tools, options: argparse.Namespace) -> int:
    rt = tools.runtime(tools.installation())
    migrate.upgrade(rt.db)
    print(f"The database stands at migration {migrate.current(rt.db)}.")
    return 0


def _demo(tools: Tools, options: argparse.Namespace) -> int:
    rt = tools.runtime(tools.installation())
    migrate.upgrade(rt.db)
    if not demo.is_empty(rt):
        print("siklus: this database holds people already; the demo city goes into an empty one", file=sys.stderr)
        return 1
    demo.load(rt, tools.shipped)
    print(demo.accounts_table(rt))
    return 0


def _check(tools: Tools, options: argparse.Namespace) -> int:
    language = options.language or tools.installation().language
    shipped = sorted((tools.shipped / "codelists").glob("*.yaml"))
    lines = definition_check.check_files(options.files, shipped, tools.catalog())
    for line in lines:
        print(f"{line.file}:{line.line}:{line.column}: {_worded(line.message, line.hint, language)}")
    return 1 if any(not line.warning for line in lines) else 0


def _worded(message: Message, hint: Message | None, language: str) -> str:
    sentence = translate(message, language)
    return f"{sentence} {translate(hint, language)}" if hint else sentence


def _schema(tools: Tools, options: argparse.Namespace) -> int:
    print(json.dumps(schema.json_schema(tools.catalog()), indent=2, ensure_ascii=False))
    return 0


def _verify(tools: Tools, options: argparse.Namespace) -> int:
    rt = tools.runtime(tools.installation())
    migrate.require(rt.db)
    report = ledger.verify(rt.db)
    print(
        f"{report.events} events in {report.streams} streams, {report.cases} cases, {report.definitions} definitions:"
    )
    print("every hash, state, result, definition, appointment and right is as recorded.")
    if options.files:
        checked = evidence_care.verify(rt)
        print(f"{checked.files} evidence files, {checked.octets} bytes: each is the one that was sent.")
    print("Who holds which task, drafts, units and posts are working data; docs/audit.md lists what is not compared.")
    return 0


def _sweep(tools: Tools, options: argparse.Namespace) -> int:
    rt = tools.runtime(tools.installation())
    migrate.require(rt.db)
    unsent, strays = evidence_care.sweep(rt), evidence_care.drop_strays(rt)
    print(f"{unsent} files that nobody sent and {strays} without a row were dropped.")
    return 0


def _create_admin(tools: Tools, options: argparse.Namespace) -> int:
    rt = tools.runtime(tools.installation())
    migrate.upgrade(rt.db)
    password = _one_time() if options.one_time else _typed_twice()
    if password is None:
        return 1
    newcomer = beginning.Newcomer(options.name, options.nip, options.kind, options.email)
    places = {"unit_name": options.unit, "timezone": options.timezone}
    over = beginning.create_administrator(rt, newcomer, password=password, one_time=options.one_time, **places)
    print(f"{options.name} administers {', '.join(over)}. Sign in with the NIP.")
    if options.one_time:
        print(f"The password, to be changed at the first sign-in: {password}")
    return 0


def _one_time() -> str:
    """Twenty letters and digits in groups: 99 bits of chance."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


def _typed_twice() -> str | None:
    """A password from the terminal, without showing it; None, and the reason on stderr, where there is none."""
    if not sys.stdin.isatty():
        print("siklus: a password is typed on a terminal; without one use --one-time", file=sys.stderr)
        return None
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        print("siklus: these are two different passwords", file=sys.stderr)
        return None
    return password
