"""The figures of an installation: what waits and for how long, what gave up, who is signed in, which days began."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from engine import accounts, figures, jobs, schedule
from engine.core.messages import Message
from engine.core.times import to_datetime
from engine.store.queries import outbox
from engine.store.tables.work import Outbox
from tests.verbs.town import CAST, PASSWORD, Town


@pytest.fixture
def town(filled_db):
    town = Town.over(filled_db("town_carol_dan", lambda db: Town(db, accounts=("carol", "dan"))))
    with town.rt.db.begin() as db:
        db.execute(update(Outbox.__table__).values(state="done"))
    return town


def test_what_waits_and_what_has_given_up(town):
    assert (figures.figures(town.rt).waiting, figures.figures(town.rt).waits) == (0, 0)
    with town.rt.db.begin() as db:
        outbox.add(db, "x", "{}", "now", "2026-03-01T00:00:00.000Z")
        outbox.add(db, "x", "{}", "later", "2026-03-01T00:00:00.000Z", due="2099-01-01T00:00:00.000Z")
        db.execute(Outbox.__table__.insert().values(
            kind="x", body="{}", effect_key="dead", state="dead", next_at="2026-01-01T00:00:00.000Z",
            created_at="2026-01-01T00:00:00.000Z",
        ))  # fmt: skip
        jobs.ask(town.rt, db, kind="x", title=Message("jobs.over"), body={})
    found = figures.figures(town.rt)
    assert (found.waiting, found.dead, found.jobs) == (3, 1, {"queued": 1})
    assert found.waits == (town.rt.clock() - to_datetime("2026-03-01T00:00:00.000Z")).total_seconds()
    assert found.connections == (1 if town.rt.db.dialect == "sqlite" else 0), "the writer of SQLite stays open"


def test_sessions_that_have_not_ended(town):
    for name in ("carol", "carol", "dan"):
        accounts.sign_in(town.rt, CAST[name], PASSWORD, address="10.0.0.7", agent="")
    assert figures.figures(town.rt).sessions == 3
    later = replace(town.rt, clock=lambda: town.now + timedelta(days=2))
    assert figures.figures(later).sessions == 0


def test_when_each_day_began(town):
    dailies = {"midnight": schedule.Daily("midnight", lambda *_: None, each_zone=True)}
    for days in (0, 1):
        rt = replace(town.rt, clock=lambda days=days: town.now + timedelta(days=days))
        schedule.Clock(lambda: dailies, every=0).tick(rt)
    assert figures.figures(town.rt).dailies == {"midnight": (town.now + timedelta(days=1)).timestamp()}
