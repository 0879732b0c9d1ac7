"""A small town with the cast, loaded through the verbs, and a clock that tests move by hand.

city (WIB) ── north ── health (WITA)     alice: admin of the city     bob, erin: chiefs of north and health
           └─ south                      dan: admin of north          carol: works for erin
                                         frank: auditor of the city   mallory: works in south
                                         gina: admin of the city too, without a post: she approves
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from engine import people
from engine.core.case import SYSTEM, Actor, Right
from engine.core.catalog import Catalog
from engine.library import Library
from engine.runtime import Keys, Runtime
from engine.store.queries.people import runs
from engine.store.tables.ledger import Event
from engine.store.tables.people import AccessGrant, Person, Post, Unit

PASSWORD = "pelecing-kangkung-9"
CAST = {
    "alice": "198001012005012001",
    "bob": "197502022000031002",
    "carol": "199003032015032003",
    "dan": "198504042010011004",
    "erin": "198205052008012005",
    "frank": "197806062003121006",
    "mallory": "199107072016012007",
    "gina": "198808082012012008",
}
NAMES = {"mayor": "Wali Kota"}
CITY = {
    "units": [
        {"key": "city", "name": "Kota Tirta", "kind": "city", "parent": None},
        {"key": "north", "name": "Kecamatan Utara", "kind": "district", "parent": "city"},
        {"key": "health", "name": "Puskesmas", "kind": "office", "parent": "north", "timezone": "Asia/Makassar"},
        {"key": "south", "name": "Kecamatan Selatan", "kind": "district", "parent": "city"},
    ],
    "posts": [
        {"key": "mayor", "name": "Wali Kota", "unit": "city", "superior": None, "class": "pejabat_negara"},
        {"key": "hr", "name": "Kepala BKPSDM", "unit": "city", "superior": "mayor", "class": "jpt_pratama"},
        {"key": "auditor", "name": "Inspektur", "unit": "city", "superior": "mayor", "class": "jpt_pratama"},
        {"key": "chief_north", "name": "Camat Utara", "unit": "north", "superior": "mayor", "class": "administrator"},
        {"key": "clerk_north", "name": "Sekcam", "unit": "north", "superior": "chief_north", "class": "pengawas"},
        {"key": "chief_health", "name": "Kapus", "unit": "health", "superior": "chief_north", "class": "pengawas"},
        {"key": "midwife", "name": "Bidan", "unit": "health", "superior": "chief_health", "class": "jf"},
        {"key": "clerk_south", "name": "Staf", "unit": "south", "superior": "mayor", "class": "pelaksana"},
        {"key": "vacant", "name": "Perawat", "unit": "health", "superior": "chief_health", "class": "jf"},
    ],
    "people": [
        {"key": "mayor", "name": "Wali Kota", "kind": "official", "nip": None, "email": "mayor@tirta.go.id"},
        *({"key": key, "name": key.title(), "kind": "pns", "nip": nip, "grade": "III/a"} for key, nip in CAST.items()),
    ],
    "appointments": [
        {"person": person, "post": post, "from": "2024-01-01", "until": None, "kind": "definitive"}
        for person, post in {
            "mayor": "mayor", "alice": "hr", "bob": "chief_north", "carol": "midwife", "dan": "clerk_north",
            "erin": "chief_health", "frank": "auditor", "mallory": "clerk_south",
        }.items()
    ],
    "grants": [
        {"person": "alice", "role": "admin", "unit": "city", "from": "2026-01-01", "until": None},
        {"person": "gina", "role": "admin", "unit": "city", "from": "2026-01-01", "until": None},
        {"person": "dan", "role": "admin", "unit": "north", "from": "2026-01-01", "until": None},
        {"person": "frank", "role": "auditor", "unit": "city", "from": "2026-01-01", "until": None},
        {"person": "bob", "role": "calibration_panel", "unit": "south", "from": "2026-01-01", "until": None},
    ],
    "accounts": [],
}  # fmt: skip


def runtime(db, clock, queue=lambda ids: None):
    """A runtime without any extension in its catalog."""
    catalog = Catalog([])
    return Runtime(db, Library(lambda: catalog), clock, Keys(session=b"k" * 48, factors=b"f" * 48), queue=queue)


class Town:
    """The runtime with its clock, and the cast by name."""

    built = CITY

    def __init__(self, db, accounts=()):
        self._enter(db)
        city = {**self.built, "accounts": [{"person": key} for key in accounts]}
        people.load(self.rt, city, actor=SYSTEM, password=PASSWORD)

    @classmethod
    def over(cls, db):
        """The same over a copy of a database that such a town was loaded into (`filled_db`)."""
        town = cls.__new__(cls)
        town._enter(db)
        return town

    def _enter(self, db):
        self.now = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
        self.rung = []
        self.rt = runtime(db, lambda: self.now, self.rung.extend)

    def wait(self, **delta):
        self.now += timedelta(**delta)

    def ref(self, name):
        return self.person(name).ref

    def person(self, name):
        with self.rt.db.read() as db:
            return db.execute(select(Person.__table__).where(Person.name == NAMES.get(name, name.title()))).one()

    def unit(self, key):
        return self._of(Unit.__table__, key)

    def post(self, key):
        return self._of(Post.__table__, key)

    def _of(self, table, key):
        with self.rt.db.read() as db:
            return db.execute(select(table).where(table.c.key == key)).one()

    def actor(self, name):
        """One of the cast as an actor, with the rights of today, as a request would find him."""
        person, day = self.person(name), self.now.date().isoformat()
        grants = AccessGrant.__table__
        with self.rt.db.read() as db:
            held = db.execute(select(grants).where(grants.c.person_id == person.id, runs(grants, day))).all()
        return Actor(person.id, person.ref, person.name, tuple(Right(row.ref, row.role, row.unit_id) for row in held))

    def events(self, name):
        """The kinds of the events in a person's stream, in order."""
        with self.rt.db.read() as db:
            stream = f"person:{self.ref(name)}"
            return list(db.execute(select(Event.kind).where(Event.stream == stream).order_by(Event.seq)).scalars())
