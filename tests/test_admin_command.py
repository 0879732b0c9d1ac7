"""`siklus admin create` as somebody types it: on a terminal without showing the password, elsewhere with --one-time."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALISA = ("--nip", "198709152011012912", "--name", "Alisa Permatasari", "--unit", "Pemerintah Kota Tirta Mekar")
COMMAND = [sys.executable, "-m", "wsgi", "admin", "create", *ALISA]
ON_A_TERMINAL = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
PASSWORD = "tujuh belas sendok teh"


@pytest.fixture
def surroundings(tmp_path):
    return {**os.environ, "SIKLUS_DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3", "SIKLUS_SECRET_KEY": "k" * 40}


def run(surroundings, *more):
    return subprocess.run(
        [*COMMAND, *more], cwd=ROOT, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def typed(surroundings, *lines):
    """Run it on a terminal; answer all that the terminal showed and the exit status."""
    command = [sys.executable, "-c", ON_A_TERMINAL, *COMMAND]
    with subprocess.Popen(
        command, cwd=ROOT, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as process:
        shown = b""
        for line in lines:
            while not shown.endswith(b": "):
                more = process.stdout.read(1)
                if not more:
                    return shown.decode(), process.wait()
                shown += more
            process.stdin.write(f"{line}\n".encode())
            shown += process.stdout.read(1)
        shown += process.stdout.read()
        return shown.decode(), process.wait()


def test_on_a_terminal_the_password_is_asked_twice_and_not_shown(surroundings):
    shown, status = typed(surroundings, PASSWORD, PASSWORD)
    assert status == 0, shown
    assert "administers Pemerintah Kota Tirta Mekar" in shown and PASSWORD not in shown


def test_two_different_passwords_leave_nothing(surroundings):
    shown, status = typed(surroundings, PASSWORD, "delapan belas sendok teh")
    assert status == 1 and "two different passwords" in shown
    assert run(surroundings, "--one-time").returncode == 0


def test_a_password_of_one_time_is_printed_once_and_a_second_administrator_refused(surroundings):
    first = run(surroundings, "--one-time")
    assert first.returncode == 0, first.stderr
    assert re.search(r"first sign-in: ([a-z2-9]{5}-){3}[a-z2-9]{5}\n", first.stdout)
    second = run(surroundings, "--one-time")
    assert second.returncode == 1 and "Alisa Permatasari administers everything already" in second.stderr


def test_without_a_terminal_it_says_how_to_go_on(surroundings):
    refused = run(surroundings)
    assert refused.returncode == 1 and "--one-time" in refused.stderr


def test_a_wrong_nip_is_named(surroundings):
    refused = run(surroundings, "--one-time", "--nip", "123")
    assert refused.returncode == 1 and refused.stderr.startswith("siklus: nip: ")
