"""For random histories of appointments and moves, "on D" and "as known at T" equal a slow reference."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import changes, restaffing, staffing
from engine.core.case import SYSTEM
from engine.core.errors import EngineError
from engine.core.times import to_text
from engine.staffing import Act
from engine.store.queries import organisation as read
from engine.store.queries import staffing as holds
from tests.verbs.town import Town

ALWAYS = "0001-01-01"
DAYS = [date(2026, 1, 1) + timedelta(days=40 * n) for n in range(8)]
PEOPLE = ("carol", "dan", "mallory")
CHAIRS = ("midwife", "vacant", "clerk_south", "clerk_north")
UNITS = ("health", "south", "north")
day, until = st.sampled_from(DAYS), st.sampled_from([None, *DAYS])
kind = st.sampled_from(["definitive", "plt"])
number, chair = st.integers(0, 9), st.sampled_from(CHAIRS)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("appoint"), st.sampled_from(PEOPLE), chair, day, until, kind),
        st.tuples(st.just("end"), number, day),
        st.tuples(st.just("correct"), number, day, until),
        st.tuples(st.just("put"), st.just("post"), chair, st.sampled_from([*CHAIRS, "mayor"]), until),
        st.tuples(st.just("put"), st.just("unit"), st.sampled_from(UNITS), st.sampled_from([*UNITS, "city"]), until),
        st.tuples(st.just("take_back"), chair, day),
        st.tuples(st.just("wait"), st.integers(1, 90)),
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


class Undone(Exception):
    """Ends the transaction of one history, so that the next begins with the same town."""


class History:
    """What was done, twice: in the database, and as plain lists through which each question walks from the start."""

    def __init__(self, town, db):
        self.town, self.db, self.now, self.moments = town, db, town.now, [to_text(town.now)]
        self.posts = {key: town.post(key) for key in (*CHAIRS, "mayor")}
        self.units = {key: town.unit(key) for key in (*UNITS, "city")}
        self.people = {name: town.person(name) for name in PEOPLE}
        self.held = [  # ref, person, post, from, until, recorded, replaced
            [row.ref, row.person_ref, row.post_id, row.starts_on, row.ends_on, row.recorded_at, None]
            for post in self.posts.values()
            for row in read.tenures(db, post.id)
        ]
        self.said = {}  # thing → [from, value or None for taken back, recorded]
        rows = [("post", post.ref) for post in self.posts.values()] + [
            ("unit", unit.ref) for unit in self.units.values()
        ]
        self.first = {ref: getattr(changes.thing(db, kind, ref).row, ABOVE[kind]) for kind, ref in rows}

    @property
    def act(self):
        return Act(self.town.rt, self.db, SYSTEM, self.now)

    def today(self):
        return staffing.organisation_day(self.db, self.now).isoformat()

    # What is done.

    def wait(self, days):
        self.now += timedelta(days=days)
        runtime = replace(self.town.rt, clock=lambda: self.now)
        for kind, rows in (("post", self.posts), ("unit", self.units)):
            for row in rows.values():
                changes.turn(runtime, self.db, {"kind": kind, "ref": row.ref})

    def appoint(self, name, post, starts_on, ends_on, kind):
        person, post = self.people[name], self.posts[post]
        about = {"person": person, "post": post, "kind": kind, "starts_on": starts_on, "ends_on": ends_on}
        added = staffing.add_appointment(self.act, order_number=None, **about)
        self.held.append([added.ref, person.ref, post.id, *texts(starts_on, ends_on), to_text(self.now), None])

    def end(self, number, ends_on):
        old = self.nth(number)
        row = holds.appointment(self.db, old[0])
        restaffing.end_appointment(self.act, row, ends_on=ends_on)
        self.replace(old, row.id, old[3], ends_on.isoformat())

    def correct(self, number, starts_on, ends_on):
        old = self.nth(number)
        row = holds.appointment(self.db, old[0])
        about = {"kind": row.kind, "starts_on": starts_on, "ends_on": ends_on, "order_number": None}
        restaffing.correct_appointment(self.act, row, reason="SK", **about)
        self.replace(old, row.id, *texts(starts_on, ends_on))

    def put(self, kind, key, above, starts_on):
        rows = self.posts if kind == "post" else self.units
        ref, value = rows[key].ref, rows[above].ref
        verb = {"post": restaffing.change_post, "unit": restaffing.change_unit}[kind]
        if verb(self.act, ref, {ABOVE[kind]: value}, starts_on=starts_on):
            since = starts_on.isoformat() if starts_on else self.since(ref)
            self.said.setdefault(ref, []).append((since, value, to_text(self.now)))

    def take_back(self, key, on):
        ref = self.posts[key].ref
        restaffing.take_back(self.act, "post", ref, on)
        self.said[ref].append((on.isoformat(), None, to_text(self.now)))

    def nth(self, number):
        return self.held[number % len(self.held)]

    def replace(self, old, key, starts_on, ends_on):
        old[6] = to_text(self.now)
        self.held.append([holds.successor(self.db, key), old[1], old[2], starts_on, ends_on, to_text(self.now), None])

    # What the reference answers.

    def steps(self, ref, known):
        latest = {since: value for since, value, recorded in self.said.get(ref, []) if recorded <= known}
        return sorted((since, value) for since, value in latest.items() if value is not None)

    def since(self, ref):
        return ([ALWAYS] + [since for since, _ in self.steps(ref, "9") if since <= self.today()])[-1]

    def above(self, ref, on, known):
        return ([self.first[ref]] + [value for since, value in self.steps(ref, known) if since <= on])[-1]

    def holders(self, post, on, known):
        return sorted(
            person
            for _, person, held, since, ends, recorded, replaced in self.held
            if held == post and since <= on and (ends is None or on < ends)
            and recorded <= known and (replaced is None or replaced > known)
        )  # fmt: skip


ABOVE = {"post": "superior", "unit": "parent"}


def texts(starts_on, ends_on):
    return starts_on.isoformat(), ends_on.isoformat() if ends_on else None


def agree(history):
    """Every post and unit, on every day, as known at every moment: the database and the reference say the same."""
    db = history.db
    for known in history.moments:
        for on in DAYS:
            for kind, rows in (("post", history.posts), ("unit", history.units)):
                found = read.places(db, kind, read.When(on, known), [row.id for row in rows.values()])
                for row in rows.values():
                    expected = history.above(row.ref, on.isoformat(), known)
                    assert found[row.ref].fields[ABOVE[kind]] == expected, (kind, row.key, on, known)
            seated = read.sitting(db, on, known, posts=[row.id for row in history.posts.values()])
            for post in history.posts.values():
                who = sorted(row.person_ref for row in seated if row.post_id == post.id)
                assert who == history.holders(post.id, on.isoformat(), known), (post.key, on, known)


def sound(history):
    """What the verbs promise of every day: no circle, no post with two definitive holders; today's row is today's."""
    db = history.db
    for on in DAYS:
        seated = [row.post_id for row in read.sitting(db, on) if row.kind == "definitive"]
        assert len(seated) == len(set(seated)), on
        for ref in history.first:
            passed = []
            while ref in history.first:
                assert ref not in passed, on
                passed.append(ref)
                ref = history.above(ref, on.isoformat(), "9")
    history.wait(0)
    for kind, rows in (("post", history.posts), ("unit", history.units)):
        for row in rows.values():
            now = getattr(changes.thing(db, kind, row.ref).row, ABOVE[kind])
            assert now == history.above(row.ref, history.today(), "9"), row.key


def test_on_a_day_and_as_known_then_equal_a_slow_reference(filled_db):
    town = Town.over(filled_db("town", Town))

    @given(acts=ACTS)
    @settings(max_examples=40 if town.rt.db.dialect == "sqlite" else 10, suppress_health_check=list(HealthCheck))
    def holds_for(acts):
        with suppress(Undone), town.rt.db.begin() as db:
            history = History(town, db)
            for name, *given_to in acts:
                history.now += timedelta(minutes=1)
                with suppress(EngineError), db.begin_nested():
                    getattr(history, name)(*given_to)
                    history.moments.append(to_text(history.now))
            agree(history)
            sound(history)
            raise Undone

    holds_for()
