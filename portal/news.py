"""News on an open page: how many notices are unread, told within seconds and without a reload.

A browser listens to a stream of events (WHATWG HTML, 9.2) while one of the few places for that is free: each listener
keeps a thread of the server busy, so nobody has one for long. Where none is free the stream says how things are and
ends, and the browser asks again by itself, after as many seconds as it was told.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress

from flask import Blueprint, Flask, Response, current_app, render_template, request, stream_with_context

from engine import watch
from engine.core.errors import Unavailable
from engine.runtime import Runtime
from engine.store.queries import notices as queries
from engine.web.actor import current, permit, require_actor
from engine.web.context import runtime

pages = Blueprint("news", __name__)
EXTENSION = "siklus_news"
EVENTS = "text/event-stream"
PLACES = 4  # of the sixteen threads of a process
BEAT = 0.5  # seconds between two looks
LISTENING = 15.0  # seconds; then the browser comes again, and somebody else may have the place
LEAST, MOST = 4.0, 60.0  # seconds between two questions of a page without a place
A_SECOND = 60.0  # such questions that a process answers
SOON = 1.0  # seconds until whoever had a place comes again


class News:
    """What the threads of one process share: the watch over notices, the places, the pace."""

    def __init__(self, rt: Runtime) -> None:
        self.watch = watch.Watch(rt.db)
        self.places = threading.BoundedSemaphore(PLACES)
        self.pace = watch.Pace(LEAST, MOST, A_SECOND)


class Place:
    """A place that somebody has; it is free again when it is left, however often."""

    def __init__(self, places: threading.Semaphore) -> None:
        self._places, self._held = places, threading.Lock()

    def leave(self) -> None:
        """Give it back, once."""
        if self._held.acquire(blocking=False):
            self._places.release()


@pages.get("/notices/stream")
@permit("signed_in")
def stream() -> Response:
    """The bell as fragments, as it is now and each time that something is new; for scripts, so 204 to others."""
    person_id, news, found = require_actor().person_id or 0, _news(), current()
    if request.accept_mimetypes.best != EVENTS or found is None:
        return Response(status=204)
    if not news.places.acquire(blocking=False):
        return _events(_event(found.unread, news.pace.next()))
    answer = _events(stream_with_context(_listening(runtime(), news, person_id, found.unread)))
    answer.call_on_close(Place(news.places).leave)
    return answer


def _events(said: str | Iterator[str]) -> Response:
    answer = Response(said, mimetype=EVENTS)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"  # nginx would keep events back
    return answer


def _listening(rt: Runtime, news: News, person_id: int, unread: int) -> Iterator[str]:
    """What a page hears; while the database cannot be read, nothing, and the page comes again by itself."""
    with suppress(Unavailable):
        yield from _heard(rt, news, person_id, unread)


def _heard(rt: Runtime, news: News, person_id: int, unread: int) -> Iterator[str]:
    count, until = news.watch.count(person_id), time.monotonic() + LISTENING
    yield _event(unread, SOON)
    while time.monotonic() < until:
        time.sleep(BEAT)
        if (now := news.watch.count(person_id)) == count:
            yield ":\n\n"  # nothing: only so can a page that is gone be told from one that waits
            continue
        count = now
        with rt.db.read() as db:
            unread = queries.unread(db, person_id)
        yield _event(unread, SOON)


def _event(unread: int, again: float) -> str:
    """An event: its id is the number, by which a page knows whether that is news to it; again: seconds."""
    page = render_template("portal/news.html", unread=unread)
    lines = "".join(f"data: {line}\n" for line in page.splitlines() if line.strip())
    return f"retry: {again * 1000:.0f}\nid: {unread}\n{lines}\n"


def _news() -> News:
    found: News = current_app.extensions[EXTENSION]
    return found


def add_news(app: Flask, rt: Runtime) -> None:
    """Let pages of the application be told of news."""
    app.extensions[EXTENSION] = News(rt)
