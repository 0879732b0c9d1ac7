"""A small generator of load: so many threads, each with one kept connection, each request timed."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection

EXPECTED = 303


@dataclass(frozen=True)
class Post:
    """One request: where, and the body as a browser sends it."""

    path: str
    body: str


@dataclass(frozen=True)
class Load:
    """What came of it: requests a second, the median and the 99th percentile in ms, and how many answered wrongly."""

    rate: float
    middle: float
    slowest: float
    errors: int


def load(host: str, port: int, posts: Sequence[Post], headers: dict[str, str], threads: int = 8) -> Load:
    """Send all posts, dealt out to the threads, and wait for the answers."""
    took: list[float] = []
    wrong: list[int] = []
    started = time.perf_counter()
    busy = [
        threading.Thread(target=_send, args=(host, port, posts[each::threads], headers, took, wrong))
        for each in range(threads)
    ]
    for thread in busy:
        thread.start()
    for thread in busy:
        thread.join()
    seconds = time.perf_counter() - started
    took.sort()
    return Load(
        len(posts) / seconds, took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000,
        len(posts) - len(took) + len(wrong),
    )  # fmt: skip


def _send(host: str, port: int, posts: Sequence[Post], headers: dict[str, str], took: list, wrong: list) -> None:
    connection = HTTPConnection(host, port, timeout=60)
    for post in posts:
        started = time.perf_counter()
        connection.request("POST", post.path, post.body, headers)
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - started)
        if answer.status != EXPECTED:
            wrong.append(answer.status)
    connection.close()
