"""The submit page under load: the whole product beside the usual stack, in turns, each in a process of its own.

Ours does what it always does: session, CSRF, rights of today, judging ten fields, submission, event with its hashes,
idempotency. The other one validates, inserts and updates.
"""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from secrets import token_hex
from urllib.parse import urlencode

from bench import naive
from bench.acts import ANSWERS, Ours
from bench.floor import analyze
from bench.load import Load, Post, load
from bench.server import served
from engine import cases, sessions
from engine.store import migrate
from engine.store.database import connect
from engine.store.queries import accounts
from engine.store.refs import new_ref
from engine.web.raw_answers import posted

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Beside:
    """The medians of the rounds of both, and the quartiles of ours / theirs in requests a second."""

    ours: Load
    naive: Load
    low: float
    ratio: float
    high: float


def measure(url: str, *, rounds: int = 5, count: int = 200) -> Beside:
    """Load both pages in turns with 8 clients; the first round warms caches."""
    db = connect(url)
    migrate.upgrade(db)
    ours = Ours(db, count, ("carol",))
    naive.create_tables(url, count)
    theirs = [Post(f"/cases/{number}/answers", urlencode(ANSWERS)) for number in range(1, count + 1)]
    pairs = []
    with served("ours", url) as (host, port, _), served("naive", url) as (other_host, other_port, _):
        headers, token = _signed_in(ours, host, port)
        for turn in range(rounds + 1):
            tasks = ours.prepare()
            posts = [Post(f"/tasks/{task}/submission", _body(token)) for _, task, _, _ in tasks]
            usual = load(other_host, other_port, theirs, FORM)
            pairs.append((load(host, port, posts, headers), usual))
            if turn == 0:
                analyze(url)
            for case, _, seen, transition in tasks:
                cases.fire(ours.stage.rt, case, transition, actor=ours.erin, seen=seen, key=new_ref())
    db.close()
    low, middle, high = statistics.quantiles((mine.rate / other.rate for mine, other in pairs[1:]), n=4)
    return Beside(
        _median([mine for mine, _ in pairs[1:]]), _median([other for _, other in pairs[1:]]), low, middle, high
    )


def _signed_in(ours: Ours, host: str, port: int) -> tuple[dict[str, str], str]:
    """carol's cookies, and the token that her forms carry."""
    with ours.stage.rt.db.begin() as db:
        account = accounts.by_person(db, ours.carol.person_id)
        token = sessions.open_session(db, account, "bench", datetime.now(UTC)).token
    connection = HTTPConnection(host, port)
    connection.request("GET", "/", headers={"Cookie": f"siklus={token}"})
    answer = connection.getresponse()
    page = answer.read().decode()
    form = answer.getheader("Set-Cookie").partition(";")[0]
    connection.close()
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return {**FORM, "Cookie": f"siklus={token}; {form}"}, found[1]


def _body(token: str) -> str:
    return urlencode([*posted(ANSWERS), ("csrf_token", token), ("seen", "0"), ("key", token_hex(10))])


def _median(runs: list[Load]) -> Load:
    return Load(
        statistics.median(run.rate for run in runs),
        statistics.median(run.middle for run in runs),
        statistics.median(run.slowest for run in runs),
        sum(run.errors for run in runs),
    )
