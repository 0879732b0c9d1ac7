"""The command `siklus`: which words it takes, and what becomes of an error. Longer commands stand in engine/commands.

Words for people only; what a command does stands in the verbs. Exit status: 0 good, 1 what was asked is not good,
2 the call is wrong.
"""

from __future__ import annotations

import argparse
import getpass
import json
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from engine import beginning, definition_check, demo
from engine.commands import care, placing, serving
from engine.commands.tools import Tools
from engine.core.errors import EngineError, InvalidDefinition, InvalidSubmission
from engine.core.messages import Message
from engine.core.reading import schema
from engine.store import migrate
from engine.web.i18n import translate

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are read as others


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
    _add(commands, "run", serving.run, "migrate, load the demo city into an empty database, serve")
    _add(commands, "serve", serving.serve, "migrate and serve")
    _add(commands, "worker", serving.worker, "do the work after commits, beside a server (rung for through REDIS_URL)")
    _add(commands, "settings", serving.settings, "tell what a start would refuse, and what is doubtful")
    _add(commands, "migrate", _migrate, "bring the database up to date")
    shown = _add(commands, "demo", _demo, "create and fill the database with the demo city, or with a shipped place")
    shown.add_argument("--place", metavar="NAME", help="a place instead, with the year of its scenario")
    check = _add(commands, "check", _check, "read definition files and name every problem")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--language", choices=("id", "en"))
    _add(commands, "schema", _schema, "print the JSON Schema of the definition format")
    care.add_backup(_add(commands, "backup", care.backup, "copy database and evidence files, while it serves"))
    care.add_restore(_add(commands, "restore", care.restore, "lay a backup into an empty place, or judge it (--check)"))
    audit = commands.add_parser("audit", help="the trail").add_subparsers(required=True, metavar="COMMAND")
    verify = _add(audit, "verify", care.verify, "recompute every stream; exit status 1 names the first bad event")
    verify.add_argument("--files", action="store_true", help="read every evidence file that was sent, too")
    files = commands.add_parser("files", help="evidence").add_subparsers(required=True, metavar="COMMAND")
    _add(files, "sweep", care.sweep, "drop files that nobody sent within seven days, and bytes that no row knows")
    _add_admin(commands.add_parser("admin", help="administrators").add_subparsers(required=True, metavar="COMMAND"))
    return parser


def _add_admin(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    create = _add(commands, "create", _create_admin, "appoint the first administrator of everything")
    create.add_argument(
        "--second", action="store_true", help="beside the first, as a pair of eyes that owes him nothing"
    )
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


def _migrate(tools: Tools, options: argparse.Namespace) -> int:
    rt = tools.runtime(tools.installation())
    migrate.upgrade(rt.db)
    print(f"The database stands at migration {migrate.current(rt.db)}.")
    return 0


def _demo(tools: Tools, options: argparse.Namespace) -> int:
    if options.place:
        return placing.load(tools, options.place)
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
    shipped = [path for name in ("codelists", "scores") for path in sorted((tools.shipped / name).glob("*.yaml"))]
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


def _create_admin(tools: Tools, options: argparse.Namespace) -> int:
    rt = tools.runtime(tools.installation())
    migrate.upgrade(rt.db)
    password = _one_time() if options.one_time else _typed_twice()
    if password is None:
        return 1
    newcomer = beginning.Newcomer(options.name, options.nip, options.kind, options.email)
    places = {"unit_name": options.unit, "timezone": options.timezone}
    one_time = options.one_time
    over = beginning.create_administrator(
        rt, newcomer, password=password, one_time=one_time, second=options.second, **places
    )
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
