"""The closing lines of a test run: counts per kind, what was really used, what was not run and why.

A kind is a folder of tests/. Workers of xdist report what they used through files of the session's folder.
"""

import os
from collections import Counter
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote, unquote

import pytest

DIRECTORY = "SIKLUS_TEST_DIRECTORY"
OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


def directory() -> Path:
    """Answer the folder that all processes of this session share."""
    return Path(os.environ[DIRECTORY])


def used(what: str) -> None:
    """Note that a test really used this, such as "PostgreSQL 18.6"."""
    _note("used", what)


def not_run(why: str) -> NoReturn:
    """Skip this test and say so in the summary; in CI (CI=true) fail it."""
    _note("not_run", why)
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(f"NOT RUN, and this is CI: {why}", pytrace=False)
    pytest.skip(f"NOT RUN: {why}")


def pytest_terminal_summary(terminalreporter):
    kinds = _counts(terminalreporter.stats)
    if not kinds:
        return
    terminalreporter.section("what was tested")
    for name, counts in sorted(kinds.items()):
        terminalreporter.write_line(f"{name:<14}" + ", ".join(f"{counts[o]} {o}" for o in OUTCOMES if counts[o]))
    if names := notes("used"):
        terminalreporter.write_line("on            " + ", ".join(names))
    for why in notes("not_run"):
        terminalreporter.write_line(f"NOT RUN       {why}", red=True, bold=True)


def _counts(stats: dict) -> dict[str, Counter]:
    counts: dict[str, Counter] = {}
    for outcome in OUTCOMES:
        for report in stats.get(outcome, []):
            counts.setdefault(kind(report.nodeid), Counter())[outcome] += 1
    return counts


def kind(nodeid: str) -> str:
    """Name the folder below tests/, or the file's subject when it stands directly in tests/."""
    parts = nodeid.partition("::")[0].split("/")
    return parts[1] if len(parts) > 2 else parts[-1].removeprefix("test_").removesuffix(".py")


def _note(which: str, text: str) -> None:
    folder = directory() / which
    folder.mkdir(exist_ok=True)
    (folder / quote(text, safe=" ")[:200]).touch()


def notes(which: str) -> list[str]:
    """Answer what was noted as "used" or as "not_run" by any process of this session."""
    folder = directory() / which
    return sorted(unquote(note.name) for note in folder.iterdir()) if folder.exists() else []
