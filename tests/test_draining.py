"""SIGTERM: what was asked is answered, nothing new is taken, and the process is gone in time."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# A server with pages that take a while, as the command starts its own.
SERVER = """
import sys, time
from waitress import create_server
from engine.commands import draining

def app(environ, start):
    wait = float(environ["PATH_INFO"].strip("/") or 0)
    body = environ["wsgi.input"].read()
    time.sleep(wait)
    answer = b"x" * 3_000_000 if environ["QUERY_STRING"] == "large" else b"got %d" % len(body)
    start("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]

server = create_server(app, host=sys.argv[1], port=int(sys.argv[2]), threads=8)
draining.on_signals(server, float(sys.argv[3]))
print("listens", flush=True)
server.run()
print("left", flush=True)
"""


@contextmanager
def serving(patience=20.0, host="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, host, str(port), str(patience)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "listens\n"
        yield process, port
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def ask():
    """ask(port, path): a connection on which this was asked, closed after the test."""
    opened = []

    def asked(port, path):
        opened.append(HTTPConnection("127.0.0.1", port, timeout=20))
        opened[-1].request("GET", path)
        return opened[-1]

    yield asked
    for connection in opened:
        connection.close()


def until_heard(ask, port):
    """Wait until the server has read what was sent before: it takes connections, and reads them, in turn."""
    for _ in range(2):
        assert ask(port, "/0").getresponse().read() == b"got 0"


def until_closed(port):
    """Wait until nobody is let in any more."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            return
        time.sleep(0.02)
    raise AssertionError("the door stays open")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_what_is_under_way_is_answered_and_nothing_new_is_taken(host, ask):
    with serving(host=host) as (process, port):
        slow = [ask(port, "/1.5") for _ in range(12)]  # more than it has threads
        large, idle = ask(port, "/1?large"), ask(port, "/0")
        assert idle.getresponse().read() == b"got 0"
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        until_closed(port)
        assert [connection.getresponse().read() for connection in slow] == [b"got 0"] * 12
        assert len(large.getresponse().read()) == 3_000_000
        assert process.stdout.readline() == "left\n"
        assert process.wait(5) == 0
        assert time.monotonic() - began < 15, "it ends with the last answer, before its patience does"


def test_a_body_that_is_still_coming_is_waited_for(ask):
    with serving() as (process, port), socket.create_connection(("127.0.0.1", port)) as half:
        half.sendall(b"POST /0 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nConnection: close\r\n\r\n01234")
        until_heard(ask, port)
        process.send_signal(signal.SIGTERM)
        until_closed(port)
        half.sendall(b"56789")
        assert b"got 10" in b"".join(iter(lambda: half.recv(1000), b""))
        assert process.wait(5) == 0


def test_nobody_keeps_it_longer_than_its_patience(ask):
    with serving(patience=1.0) as (process, port):
        ask(port, "/60")
        until_heard(ask, port)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert time.monotonic() - began < 8


def test_a_second_signal_ends_it_at_once(ask):
    with serving() as (process, port):
        ask(port, "/60")
        until_heard(ask, port)
        process.send_signal(signal.SIGINT)
        until_closed(port)
        process.send_signal(signal.SIGINT)
        process.wait(10)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_commands_leave_on_sigterm_with_status_0(command, sqlite_url, tmp_path):
    environment = {
        **os.environ, "SIKLUS_DATABASE_URL": sqlite_url, "SIKLUS_SECRET_KEY": "k" * 40, "SIKLUS_FACTOR_KEY": "f" * 40,
        "PORT": "0", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "wsgi", command], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline().startswith("Siklus ")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
