"""Reports by schedule: in which zone their day begins, and two who change one at once; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from engine import accounts, outbox, report_schedules, schedule, sessions
from engine.core.catalog import Catalog
from engine.library import Library
from engine.store.queries import report_schedules as queries
from engine.store.tables import Job, Person, ReportReader, ReportSchedule, Unit
from tests.verbs.test_lock_order import until_both_wait
from tests.verbs.town import CAST, PASSWORD, Town
from workflows.reports import habits

EAST, WEST, MIDDLE = "Asia/Jayapura", "Asia/Jakarta", "Asia/Makassar"
DAILIES = {"reports": schedule.Daily("reports", report_schedules.begin, each_zone=True)}
WORKS = {schedule.KIND: lambda *asked: schedule.begin(DAILIES, *asked)}
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # the next one in every zone of the country


class Reported(Town):
    """The town with reports; Alice holds a post in it, Gina administers it without one."""

    def __init__(self, db):
        super().__init__(db, ("alice", "gina"))

    def _enter(self, db):
        super()._enter(db)
        catalog = Catalog.collect(habits)
        self.rt = replace(self.rt, library=Library(lambda: catalog))

    def keep(self, owner="alice", to=(), zone=WEST, name="Senin"):
        report_schedules.keep(
            self.rt, "discipline", "", actor=self.actor(owner), name=name, every="week", format="xlsx",
            to=[self.ref(each) for each in to], language="id", zone=zone,
        )  # fmt: skip

    def zone_of(self, name):
        token = accounts.sign_in(self.rt, CAST[name], PASSWORD, address="10.0.0.7", agent="Firefox").token
        return sessions.whoami(self.rt, token, self.now).zone

    def move(self, zone, *before):
        """Put the units of some zones into another."""
        with self.rt.db.begin() as db:
            db.execute(update(Unit.__table__).where(Unit.timezone.in_(before)).values(timezone=zone))

    def all(self, query):
        with self.rt.db.read() as db:
            return list(db.execute(query).scalars())

    def made(self):
        """Look at the clock; for whom files were asked so far."""
        schedule.Clock(lambda: DAILIES, every=0).tick(self.rt)
        while outbox.sweep(self.rt, WORKS):
            pass
        names = select(Person.name).join(Job, Job.asked_by == Person.id).order_by(Job.id)
        return self.all(names)


@pytest.fixture
def town(filled_db):
    return Reported.over(filled_db("reported_town", Reported))


def test_whoever_has_no_post_lives_by_the_zone_of_the_first_root_unit(town):
    assert town.zone_of("gina") == WEST
    town.move(EAST, WEST, MIDDLE)
    assert town.zone_of("gina") == EAST
    town.keep("gina", zone=town.zone_of("gina"))
    assert town.all(select(ReportSchedule.zone)) == [EAST]
    assert town.made() == []
    town.now = MONDAY
    assert town.made() == ["Gina"]


def test_schedules_of_a_zone_that_no_unit_has_any_more_go_over_to_that_of_the_root(town):
    town.keep(name="west", zone=WEST)
    town.keep(name="middle", zone=MIDDLE)
    town.move(EAST, WEST)
    town.now = MONDAY
    assert town.made() == ["Alice", "Alice"] == town.made()
    assert town.all(select(ReportSchedule.zone).order_by(ReportSchedule.name.desc())) == [EAST, MIDDLE]
    assert set(town.all(select(ReportSchedule.next_on))) == {"2026-03-16"}


def test_a_schedule_stays_in_the_zone_in_which_it_was_kept(town):
    town.keep(zone=MIDDLE)
    town.now = datetime(2026, 3, 8, 16, 30, tzinfo=UTC)  # Monday in Makassar, Sunday in Jakarta
    assert town.made() == ["Alice"]


def beside(town, first, then):
    """Do one in a transaction that stays open until the other waits for it."""
    with ThreadPoolExecutor(1) as pool:
        with town.rt.db.begin() as db:
            first(db)
            second = pool.submit(then)
            until_both_wait(town, 1)
        return second.result(timeout=30)


@pytest.mark.parametrize("filled_db", ["postgresql"], indirect=True)
def test_the_last_two_readers_leave_at_once_and_it_ends(town):
    town.keep(to=["dan", "gina"])
    (ref,) = town.all(select(ReportSchedule.ref))
    dan, gina = town.actor("dan"), town.actor("gina")
    beside(town, lambda db: queries.drop_reader(db, dan, ref), lambda: report_schedules.leave(town.rt, ref, actor=gina))
    assert town.all(select(ReportSchedule.id)) == []


@pytest.mark.parametrize("filled_db", ["postgresql"], indirect=True)
def test_one_that_ends_while_it_is_kept_again_stands_anew(town):
    town.keep()
    (ref,), alice = town.all(select(ReportSchedule.ref)), town.actor("alice")
    beside(town, lambda db: queries.drop(db, alice, ref), lambda: town.keep(to=["dan"]))
    assert town.all(select(ReportSchedule.ref)) != [ref]
    assert town.all(select(ReportReader.person_id)) == [town.person("dan").id]


@pytest.mark.parametrize("filled_db", ["postgresql"], indirect=True)
def test_two_days_that_begin_at_once_make_it_once(town):
    town.keep(zone=WEST)
    day, rt = MONDAY.date(), town.rt

    def begin():
        with rt.db.begin() as db:
            report_schedules.begin(rt, db, WEST, day)

    beside(town, lambda db: report_schedules.begin(rt, db, WEST, day), begin)
    assert len(town.all(select(Job.id))) == 1
