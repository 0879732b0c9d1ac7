"""The town behind the product's application, and programs that hold keys of its people."""

import json
from datetime import date
from secrets import token_hex

from sqlalchemy import select

import wsgi
from engine import api_keys, grants
from engine.core import apikeys
from engine.store.tables import Task
from tests.product import installation
from tests.verbs.stage import SHIPPED, Stage

HOLDERS = ("carol", "erin", "frank")  # each acts in a case; whoever has a key administers something
BOOKS = ("attendance", "daily_activity", "training")
PEOPLE = ("carol", "erin", "bob", "frank", "alice", "dan", "mallory", "gina")


class Office(Stage):
    """The town with its API."""

    def __init__(self, db):
        super().__init__(db, PEOPLE)
        for name in HOLDERS:
            given = {"person_ref": self.ref(name), "role": "admin", "unit_ref": self.unit("health").ref}
            grants.grant(self.rt, actor=self.actor("alice"), starts_on=date(2026, 1, 1), **given)

    @property
    def app(self):
        if not hasattr(self, "_app"):
            self._app = wsgi.create_app(installation(""), self.rt, strict_words=True)
        return self._app

    def key(self, name, unit="city", scopes=apikeys.SCOPES, called="Kunci", **more):
        """The text of a key."""
        about = {"name": called, "unit_ref": self.unit(unit).ref, "scopes": scopes, "days": 30}
        return api_keys.make(self.rt, actor=self.actor(name), **{**about, **more}).text

    def see_version(self, task_ref):
        """How often a draft of a task was saved."""
        with self.rt.db.read() as db:
            return db.execute(select(Task.version).where(Task.ref == task_ref)).scalar_one()

    def program(self, name, unit="city", scopes=apikeys.SCOPES, language="en", **more):
        """A program that holds a new key of somebody."""
        return Program(self.app, self.key(name, unit, scopes, **more), language)


class Books(Office):
    """The town with shipped registers in force."""

    def __init__(self, db):
        super().__init__(db)
        for name in BOOKS:
            self.publish((SHIPPED / f"registers/{name}.yaml").read_bytes(), name)


class Program:
    """Asks with a key; every answer is looked at."""

    def __init__(self, app, text, language="en"):
        self.text, self._client, self._language = text, app.test_client(), language

    def ask(self, method, path, body=None, once=None, **headers):
        """The raw answer."""
        headers = {"Accept-Language": self._language, **headers}
        if self.text:
            headers["Authorization"] = f"Bearer {self.text}"
        if once is not None:
            headers["Idempotency-Key"] = once
        given = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return self._client.open(f"/api/v1{path}", method=method, headers=headers, **given)

    def get(self, path, status=200):
        return self._json(self.ask("GET", path), status)

    def put(self, path, body, status=200):
        return self._json(self.ask("PUT", path, body), status)

    def post(self, path, body, status=200, once=None):
        return self._json(self.ask("POST", path, body, token_hex(10) if once is None else once), status)

    def all(self, path):
        """The items of every page of a list."""
        found, after = [], None
        while True:
            page = self.get(path + (f"{'&' if '?' in path else '?'}after={after}" if after else ""))
            found += page["items"]
            after = page["next"]
            if after is None:
                return found

    def _json(self, answer, status):
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, f"{answer.status_code}: {text[:2000]}"
        good = "application/json" if status < 400 else "application/problem+json"
        assert answer.mimetype == good, answer.mimetype
        return json.loads(text)
