"""Saving a draft of 20 rows while ten people write: what a living form waits for, and what its page weighs.

Each of the ten holds his own session, task and connection, takes over from every answer what his page would, and sends
the whole form: flat out, one saving after the other, and at the pace of a page, which waits until nobody types.
"""

from __future__ import annotations

import gzip
import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlencode

from bench.server import served
from engine import sessions
from engine.store import migrate
from engine.store.database import connect
from engine.store.queries import accounts, case_lists
from engine.web.raw_answers import posted
from tests.verbs.stage import ROW, Stage

PEOPLE, ROWS, SAVINGS = 10, 20, 30
PACE = 1.2  # seconds, as in static/js/live.js
WORDS = "Ibu hamil yang datang terlayani pemeriksaan kehamilannya sesuai jam operasional puskesmas. "
HIDDEN = re.compile(r'<input type="hidden"[^>]* name="(csrf_token|_owner|seen|_base|_page|shown)" value="([^"]*)"')
BROUGHT = re.compile(r'<template data-value="#(seen|base)"[^>]*>([^<]*)</template>')
SCRIPT = re.compile(r'<script[^>]* src="([^"]+)"')


@dataclass(frozen=True)
class Saved:
    """Milliseconds of a saving: the median and the 95th percentile; how many a second; how many were refused."""

    middle: float
    slowest: float
    rate: float
    errors: int


@dataclass(frozen=True)
class Weight:
    """What a form page of 20 rows costs on the way, compressed: bytes of its HTML, of its scripts, of one saving."""

    page: int
    scripts: int
    saving: int


def measure(url: str, savings: int = SAVINGS) -> tuple[Saved, Saved, Weight]:
    """Ten people at once, flat out and at the pace of a page; then the weight of the page."""
    db = connect(url)
    migrate.upgrade(db)
    tasks, tokens = _prepared(Stage(db, ("carol",)))
    db.close()
    with served("ours", url) as (host, port, _):
        writers = [Writer(host, port, *each) for each in zip(tasks, tokens, strict=True)]
        for writer in writers:
            writer.save()  # warms caches, and gives each form its 20 rows
        flat, paced = _together(writers, savings, 0), _together(writers, max(5, savings // 4), PACE)
        weight = writers[0].weight()
        for writer in writers:
            writer.close()
    return flat, paced, weight


def _prepared(stage: Stage) -> tuple[list[str], list[str]]:
    """A task and a session for each writer: carol's form, in a cycle of its own."""
    tasks, tokens = [], []
    carol = stage.person("carol").id
    for _ in range(PEOPLE):
        opened = stage.open()
        with stage.rt.db.begin() as db:
            case = case_lists.case_of(db, opened.ref, carol)
            tokens.append(sessions.open_session(db, accounts.by_person(db, carol), "bench", datetime.now(UTC)).token)
        tasks.append(stage.task(case, "write_plan").ref)
    return tasks, tokens


class Writer:
    """One browser with an open form."""

    def __init__(self, host: str, port: int, task: str, token: str) -> None:
        self._connection = HTTPConnection(host, port, timeout=60)
        self._path, self._turn, self.took, self.errors = f"/tasks/{task}", 0, [], 0
        self._headers = {"Cookie": f"siklus={token}", "Accept-Encoding": "gzip"}
        page = self._open()
        self._beside = {name: unescape(value) for name, value in HIDDEN.findall(page)}

    def _open(self) -> str:
        self._connection.request("GET", self._path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if secret := answer.getheader("Set-Cookie"):
            self._headers["Cookie"] += f"; {secret.partition(';')[0]}"
        self.page_bytes = len(body)
        return gzip.decompress(body).decode()

    def save(self) -> None:
        """Save as the script of the page does, with another word each time."""
        self._turn += 1
        beside = {**self._beside, "_turn": self._turn}
        body = urlencode([*posted(_answers(self._turn)), *beside.items()])
        self.saving_bytes = len(body)
        headers = {**self._headers, "X-Fragment": "1", "Content-Type": "application/x-www-form-urlencoded"}
        started = time.perf_counter()
        self._connection.request("POST", f"{self._path}/draft", body, headers)
        answer = self._connection.getresponse()
        found = answer.read()
        self.took.append((time.perf_counter() - started) * 1000)
        if answer.status != 200:
            self.errors += 1
            return
        if answer.getheader("Content-Encoding") == "gzip":
            found = gzip.decompress(found)
        for name, value in BROUGHT.findall(found.decode()):
            self._beside["seen" if name == "seen" else "_base"] = unescape(value)

    def weight(self) -> Weight:
        """The page as it is opened again, with its rows."""
        page = self._open()
        return Weight(self.page_bytes, sum(self._bytes(script) for script in SCRIPT.findall(page)), self.saving_bytes)

    def _bytes(self, path: str) -> int:
        self._connection.request("GET", path, headers=self._headers)
        return len(self._connection.getresponse().read())

    def close(self) -> None:
        self._connection.close()


def _answers(turn: int) -> Mapping[str, list[dict[str, str]] | str]:
    """20 rows of about 400 characters, of which one changes."""
    return {"targets": list(_rows(turn)), "resources": f"{WORDS * 3}{turn}"}


def _rows(turn: int) -> Iterator[dict[str, str]]:
    for number in range(ROWS):
        words = {"leader_result": WORDS, "result": f"{number} {WORDS}", "indicator": f"{WORDS}{turn}", "target": WORDS}
        yield {**ROW, **words, "weight": "5", "aspect": "quantity"}


def _together(writers: list[Writer], savings: int, pace: float) -> Saved:
    for writer in writers:
        writer.took.clear()
    started = time.perf_counter()
    busy = [threading.Thread(target=_write, args=(writer, savings, pace, n)) for n, writer in enumerate(writers)]
    for thread in busy:
        thread.start()
    for thread in busy:
        thread.join()
    seconds = time.perf_counter() - started
    took = sorted(each for writer in writers for each in writer.took)
    errors = sum(writer.errors for writer in writers)
    return Saved(took[len(took) // 2], took[int(len(took) * 0.95)], len(took) / seconds, errors)


def _write(writer: Writer, savings: int, pace: float, number: int) -> None:
    time.sleep(pace * number / PEOPLE)  # nobody types in step with others
    for _ in range(savings):
        writer.save()
        time.sleep(pace)
