"""The small town with its pages: the portal over a test's runtime, and a signed-in browser for each of the cast.

house   the town on SQLite, loaded once a session and copied for each test. Import both fixtures where they are wanted.
"""

import re
import shutil
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from html import unescape
from secrets import token_hex

import pytest
from sqlalchemy import event

import portal
from engine import denials, fields, grants, sessions
from engine.core.catalog import Catalog
from engine.library import Library
from engine.runtime import Keys, Runtime
from engine.store.database import connect
from engine.store.queries import accounts, definitions
from engine.web.app import create_web
from engine.web.context import Settings, Wiring
from engine.web.raw_answers import posted
from tests import summary
from tests.servers import lock
from tests.verbs.stage import Stage
from workflows import actions, guards, methods

PEOPLE = ("carol", "erin", "bob", "frank", "alice", "dan", "mallory")
INPUT = re.compile(r"<input\b[^>]*>")
AREA = re.compile(r"<textarea\b([^>]*)>\n?(.*?)</textarea>", re.DOTALL)


class House(Stage):
    """A town in which an evaluation can run, with its portal."""

    def __init__(self, db):
        super().__init__(db, PEOPLE)
        # bob is on the panel and nothing else in this case; frank is its auditor as well.
        panel = {"person_ref": self.ref("bob"), "role": "calibration_panel", "unit_ref": self.unit("north").ref}
        grants.grant(self.rt, actor=self.actor("alice"), starts_on=date(2026, 1, 1), **panel)
        self._open()

    @classmethod
    def over(cls, db):
        """The same over a copy of a database that a House was loaded into."""
        house = cls.__new__(cls)
        house.now, house.rung = datetime(2026, 3, 2, 2, 0, tzinfo=UTC), []
        catalog = Catalog.collect(*fields.BUILT_IN, actions, guards, methods)
        house.rt = Runtime(db, Library(lambda: catalog), lambda: house.now, Keys(session=b"k" * 48, factors=b"f" * 48))
        with db.read() as reading:
            house.version = next(row for row in definitions.published(reading, "workflow"))
        house._open()
        return house

    def _open(self):
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
        self.csrf = value_of(self.get("/"), "csrf_token")

    def get(self, path, status=200):
        return self._read(self.client.get(path), path, status)

    def post(self, path, data, status=303, **more):
        """Post; the page that answers, or the path that it leads to."""
        answer = self.client.post(path, data={"csrf_token": self.csrf, **data}, **more)
        page = self._read(answer, path, status)
        return answer.headers["Location"] if status == 303 else page

    def fill(self, task_ref, answers, seen, act="submission", status=303, **more):
        """Post the answers of a form to one of its acts."""
        data = {**as_posted(answers), "seen": seen, "key": token_hex(10), **more}
        return self.post(f"/tasks/{task_ref}/{act}", data, status)

    def fire(self, case_ref, transition, seen, reason="", status=303, key=None):
        data = {"transition": transition, "seen": seen, "key": key or token_hex(10), "reason": reason}
        return self.post(f"/cases/{case_ref}/transitions", data, status)

    def _read(self, answer, path, status):
        page = answer.get_data(as_text=True)
        assert answer.status_code == status, f"{path}: {answer.status_code}\n{plain(page)[:3000]}"
        return page


def as_posted(answers):
    """Raw answers as a browser posts them: name → values."""
    data = {}
    for name, value in posted(answers):
        data.setdefault(name, []).append(value)
    return data


def value_of(page, name):
    """The value of the first input of a name."""
    tag = next(tag for tag in INPUT.findall(page) if f'name="{name}"' in tag)
    return unescape(re.search(r'value="([^"]*)"', tag)[1])


def plain(page):
    """A page without its tags."""
    body = re.sub(r"<(script|style|svg|head)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.fixture(scope="session")
def loaded_house(sqlite_template):
    """A file that holds the town."""
    template = summary.directory() / "house.sqlite3"
    with lock(template.with_suffix(".lock")):
        if not template.exists():
            building = template.with_suffix(".building")
            shutil.copy(sqlite_template, building)
            database = connect(f"sqlite:///{building}")
            House(database)
            database.close()
            building.rename(template)
    return template


@pytest.fixture
def house(loaded_house, sqlite_url):
    shutil.copy(loaded_house, sqlite_url.removeprefix("sqlite:///"))
    database = connect(sqlite_url)
    yield House.over(database)
    database.close()
