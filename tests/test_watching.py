"""A worker in which a work hangs ends, so that it is started anew; one that eats memory fails instead."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HANGS = """
import time
from engine import outbox
from engine.commands import watching
from engine.web.logs import log_to_stderr
log_to_stderr()
outbox._at_work[1] = (7, time.monotonic() - 1)
watching.watch(0)
time.sleep(30)
"""
EATS = """
from engine.commands import watching
watching.watch(300)
try:
    bytearray(10**9)
except MemoryError:
    print("failed, and lives", len(bytearray(10**6)))
"""


def run(program):
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=25)


def test_a_process_in_which_a_work_hangs_says_so_and_ends():
    done = run(HANGS)
    assert done.returncode == 70
    assert json.loads(done.stderr.splitlines()[-1])["rows"] == [7]


def test_what_eats_memory_fails_and_nothing_else():
    done = run(EATS)
    assert done.stdout == "failed, and lives 1000000\n", done.stderr
