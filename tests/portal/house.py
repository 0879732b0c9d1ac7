"""The small town with its pages: the portal over the runtime of a test, and a signed-in browser for each of the cast."""

import re
from contextlib import contextmanager
from functools import partial
from html import unescape

from sqlalchemy import event

import portal
from engine import denials, sessions
from engine.store.queries import accounts
from engine.web.app import create_web
from engine.web.context import Settings, Wiring
from tests.verbs.stage import Stage

PEOPLE = ("carol", "erin", "frank", "alice", "dan", "mallory")
INPUT = re.compile(r"<input\b[^>]*>")
AREA = re.compile(r"<textarea\b([^>]*)>\n?(.*?)</textarea>", re.DOTALL)


class House(Stage):
    """A town in which an evaluation can run, with its portal."""

    def __init__(self, db):
        super().__init__(db, PEOPLE)
        wiring = Wiring(whoami=partial(sessions.whoami, self.rt), record_denial=partial(denials.record, self.rt))
        self.app = create_web(self.rt, wiring, Settings(strict_words=True))
        portal.register(self.app, self.rt)

    def browser(self, name, language="id"):
        """A signed-in test client."""
        client = self.app.test_client()
        with self.rt.db.begin() as db:
            account = accounts.by_person(db, self.person(name).id)
            token = sessions.open_session(db, account, "test", self.now).token
        client.set_cookie("siklus", token)
        client.set_cookie("siklus_language", language)
        return Browser(client)

    @contextmanager
    def counted(self):
        """Collect the statements that run inside."""
        found = []

        def note(connection, cursor, statement, *rest):
            found.append(statement)

        event.listen(self.rt.db.engine, "before_cursor_execute", note)
        try:
            yield found
        finally:
            event.remove(self.rt.db.engine, "before_cursor_execute", note)


class Browser:
    """Opens pages and posts their forms, as a browser without JavaScript does."""

    def __init__(self, client):
        self.client = client

    def get(self, path, status=200):
        answer = self.client.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code}\n{text_of(answer)}"
        return answer.get_data(as_text=True)

    def post(self, path, data, status=303, **more):
        """Post with a fresh token; the answer's text, or the path that it leads to."""
        token = value_of(self.get("/"), "csrf_token")
        answer = self.client.post(path, data={"csrf_token": token, **data}, **more)
        assert answer.status_code == status, f"{path}: {answer.status_code}\n{text_of(answer)}"
        return answer.headers["Location"] if status == 303 else answer.get_data(as_text=True)


def value_of(page, name):
    """The value of the first input of a name."""
    tag = next(tag for tag in INPUT.findall(page) if f'name="{name}"' in tag)
    return unescape(re.search(r'value="([^"]*)"', tag)[1])


def text_of(answer):
    """What a reader sees of an answer, roughly."""
    return plain(answer.get_data(as_text=True))[:3000]


def plain(page):
    """A page without its tags."""
    body = re.sub(r"<(script|style|svg|head)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))
