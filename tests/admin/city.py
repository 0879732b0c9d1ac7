"""The demo city behind the real application of wsgi, with a clock that stands still, and visitors by their posts."""

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import event, select

import wsgi
from engine import accounts, cycles, demo
from engine.core.catalog import Catalog
from engine.installation import Installation
from engine.library import Library
from engine.runtime import Keys, Runtime
from engine.store.database import Database, connect
from engine.store.queries import people
from engine.store.refs import new_ref
from engine.store.tables import Case, Cycle, DefinitionVersion, Event, Person, Post, Task, Unit, metadata

try:
    import pysqlite3 as sqlite3
except ImportError:
    import sqlite3

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday, 10:00 in Jakarta
CAST = {
    "employee": "bidan_penyelia",
    "supervisor": "kepala_puskesmas",
    "panel": "kabag_organisasi",
    "admin": "analis_sdm_muda",
    "approver": "kabid_kinerja",
    "dinkes_admin": "kasubbag_umum_dinkes",
    "auditor": "auditor_madya",
    "stranger": "guru_muda",
}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def runtime(database: Database) -> Runtime:
    catalog: Catalog = wsgi.build_catalog()
    return Runtime(database, Library(lambda: catalog), lambda: NOW, Keys(session=b"k" * 48, factors=b"f" * 48))


def load(database: Database) -> None:
    """The shipped city, and one cycle beside it in another office."""
    rt = runtime(database)
    demo.load(rt, wsgi.SHIPPED)
    with database.read() as db:
        version = db.execute(select(DefinitionVersion.ref).where(DefinitionVersion.key == "basic_cycle")).scalar_one()
    cycles.open_cycle(
        rt,
        actor=demo.actor_at(rt, CAST["admin"]),
        name="Evaluasi kinerja 2026 - Dinas Pendidikan",
        version_ref=version,
        period_start=date(2026, 1, 1),
        period_end=date(2026, 12, 31),
        population="'disdik' in units and kind != 'official'",
        key=new_ref(),
    )


@dataclass
class City:
    """The application over a loaded database."""

    database: Database
    clients: dict = field(default_factory=dict)
    tokens: dict = field(default_factory=dict)  # who → the cookie of a form secret, a token of it

    def __post_init__(self):
        self.rt = runtime(self.database)
        self.reopen()

    def reopen(self):
        """The application over the runtime as it is now."""
        installation = Installation(
            database_url="", owner_url=None, secret=b"k" * 48, host="127.0.0.1", port=0, https=False, proxies=0,
            hosts=("127.0.0.1", "localhost"), language="id",
        )  # fmt: skip
        self.app = wsgi.create_app(installation, self.rt, strict_words=True)

    def client(self, who, language="id"):
        """A browser; of nobody for "anonymous"."""
        if who not in self.clients:
            self.clients[who] = self.app.test_client(), None if who == "anonymous" else self.token(who)
        client, token = self.clients[who]
        if token:
            client.set_cookie("siklus", token)  # again and again: signing out takes it from the browser
        client.set_cookie("siklus_language", language)
        return client

    def token(self, who):
        post = CAST.get(who, who)
        with self.database.read() as db:
            person = people.by_key_of_post(db, post, NOW.date())
        name = person.nip or person.email
        return accounts.sign_in(self.rt, name, demo.PASSWORD, address="127.0.0.1", agent="test").token

    def get(self, who, path, language="id", status=200):
        answer = self.client(who, language).get(path)
        assert answer.status_code == status, f"{who} GET {path}: {answer.status_code}\n{words(answer)[:2000]}"
        return answer

    def csrf(self, who):
        """A token that this visitor's forms would carry."""
        client = self.client(who)
        for_cookie, token = self.tokens.get(who, (None, ""))
        if for_cookie is None or secret_of(client) != for_cookie:
            token = TOKEN.search(client.get("/nothing").get_data(as_text=True))[1]
            self.tokens[who] = secret_of(client), token
        return token

    def post(self, who, path, status=303, **form):
        form = {"csrf_token": self.csrf(who), "key": new_ref(), **form}
        answer = self.client(who).post(path, data=form)
        assert answer.status_code == status, f"{who} POST {path}: {answer.status_code}\n{words(answer)[:2000]}"
        return answer

    def remembered(self):
        """The database as it stands, to go back to with `back_to`."""
        kept = sqlite3.connect(":memory:")
        with self.connection() as live:
            live.backup(kept)
        return kept

    def back_to(self, kept):
        with self.connection() as live:
            kept.backup(live)

    @contextmanager
    def connection(self):
        """A connection of the driver, beside SQLAlchemy's."""
        live = sqlite3.connect(self.database.engine.url.database)
        try:
            yield live
        finally:
            live.close()

    def actor(self, who):
        return demo.actor_at(self.rt, CAST.get(who, who))

    def one(self, query):
        with self.database.read() as db:
            return db.execute(query).scalars().first()

    def all(self, query):
        with self.database.read() as db:
            return list(db.execute(query).scalars())

    def person(self, who):
        return self.actor(who).ref

    def unit(self, key):
        return self.one(select(Unit.ref).where(Unit.key == key))

    def post_ref(self, key):
        return self.one(select(Post.ref).where(Post.key == key))

    def cycle(self, part):
        return self.one(select(Cycle.ref).where(Cycle.name.contains(part)))

    def case(self, who, cycle="2027"):
        query = select(Case.ref).join(Cycle, Cycle.id == Case.cycle_id).join(Person, Person.id == Case.subject_id)
        return self.one(query.where(Person.ref == self.person(who), Cycle.name.contains(cycle)))

    def task(self, case_ref, key):
        return self.one(
            select(Task.ref).join(Case, Case.id == Task.case_id).where(Case.ref == case_ref, Task.key == key)
        )

    def definition(self, kind="workflow"):
        wanted = select(DefinitionVersion.ref).where(DefinitionVersion.kind == kind).order_by(DefinitionVersion.key)
        return self.one(wanted.where(DefinitionVersion.key == "basic_cycle") if kind == "workflow" else wanted)

    def event(self, *conditions):
        return self.one(select(Event.ref).where(*conditions).order_by(Event.at, Event.ref))

    def rows(self):
        """Every row of every table but of sessions, which remember that somebody came."""
        with self.connection() as live:
            return {
                name: sorted(map(repr, live.execute(f"SELECT * FROM {name}")))
                for name in metadata.tables
                if name != "web_session"
            }

    @contextmanager
    def counted(self):
        """The statements that run inside the block."""
        seen = []

        def count(connection, cursor, statement, parameters, context, many):
            seen.append(statement)

        event.listen(self.database.engine, "before_cursor_execute", count)
        try:
            yield seen
        finally:
            event.remove(self.database.engine, "before_cursor_execute", count)


def secret_of(client):
    """The cookie that holds the secret of a browser's forms; None where it has none."""
    found = client.get_cookie("siklus_form")
    return found and found.value


def words(answer):
    """A page as its words."""
    page = re.sub(r"<(script|style|svg).*?</\1>", " ", answer.get_data(as_text=True), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def copy_of(template, url):
    """A database of its own, like the loaded one."""
    shutil.copy(template, url.removeprefix("sqlite:///"))
    return connect(url)
