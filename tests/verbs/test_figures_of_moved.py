"""A person's figure lists single entries to those alone who may read each: by the unit of its day and its version."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from engine import figure_lists, figure_rights
from engine.core.errors import NotFound
from engine.core.indicator import Days
from tests.verbs.stage import SHIPPED
from tests.verbs.test_indicators import HEAD
from tests.verbs.test_moved_people import NEW, OLD, READS, Books
from tests.verbs.test_registers import PRESENCE

AWAY = HEAD + "key: away\nregister: attendance\nmethod: sum\nof: unexplained_days\nwindow: month\n"
EVER = AWAY.replace("key: away", "key: away_ever").replace("window: month", "window: {length: as_of}")
LATE = HEAD + "key: late\nregister: presence\nmethod: sum\nof: late_minutes\nwindow: month\n"
ATTENDANCE = (SHIPPED / "registers/attendance.yaml").read_text(encoding="utf-8")
SINCE = ("alice", "carol", "mallory")  # who may know of her attendance now


class Moved(Books):
    """The books with figures over both registers."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        for each in (AWAY, EVER, LATE):
            self.publish(each)

    def detail(self, name, key="away", *span, about="carol"):
        days = Days(*map(date.fromisoformat, span)) if span else None
        with self.rt.db.read() as db:
            whom = figure_rights.about(self.rt, db, self.ref(about), "person", self.actor(name))
            return figure_lists.detail(self.rt, db, whom, self.actor(name), key, days)

    def entries(self, *asked):
        return sorted(str(day) for side in self.detail(*asked).counted for _, day, _ in side.entries)

    @contextmanager
    def asking(self):
        found = []

        def note(connection, cursor, statement, *rest):
            found.append(statement)

        event.listen(self.rt.db.engine, "before_cursor_execute", note)
        yield found
        event.remove(self.rt.db.engine, "before_cursor_execute", note)


@pytest.fixture
def office(filled_db):
    return Moved.over(filled_db("moved_figures", Moved))


@pytest.fixture
def moved(office):
    office.moved()
    return office


@pytest.mark.parametrize("name", SINCE)
@pytest.mark.parametrize("key", ["away", "away_ever"])
def test_a_figure_tells_its_entries_to_whoever_reads_all_of_them_and_its_number_to_all(moved, key, name):
    assert moved.detail(name, key).value == 2
    assert moved.entries(name, key) == (READS[name] if READS[name] == [OLD, NEW] else [])


@pytest.mark.parametrize("key", ["away", "away_ever"])
def test_whoever_reads_not_all_chooses_no_days_and_a_refusal_tells_of_no_entry(moved, key):
    for span in ((OLD, OLD), (NEW, NEW), ("2026-03-20", "2026-03-21"), ("2026-02-25", NEW)):
        with pytest.raises(NotFound):
            moved.detail("mallory", key, *span)
        for name in ("carol", "alice"):
            assert moved.entries(name, key, *span) == [day for day in (OLD, NEW) if span[0] <= day <= span[1]]
    if key == "away":
        assert moved.detail("mallory", key, "2026-03-01", "2026-03-31").value == 2


def test_of_months_since_the_move_the_new_unit_reads_each_entry_and_chooses_days(moved):
    moved.now += timedelta(days=31)
    moved.add("mallory", register="attendance", kind="unexplained")
    for span in ((), ("2026-04-01", "2026-04-30"), ("2026-04-02", "2026-04-02")):
        assert moved.entries("mallory", "away", *span) == ["2026-04-02"]


def test_a_later_version_opens_no_entry_that_an_earlier_one_kept_to_itself(office):
    yesterday, today = (office.today - timedelta(days=1)).isoformat(), office.today.isoformat()
    office.publish(PRESENCE.replace("read: [officer, superior]", "read: officer"))
    office.add("erin", register="presence", late="5")
    office.publish(PRESENCE.replace("Presensi", "Kehadiran"))
    office.add("erin", register="presence", late="3", day=office.today - timedelta(days=1))
    assert (office.detail("erin", "late").value, office.entries("erin", "late")) == (8, [])
    for day in (yesterday, today):
        with pytest.raises(NotFound):
            office.detail("erin", "late", day, day)
        assert office.entries("carol", "late", day, day) == [day]
    assert office.entries("carol", "late") == [yesterday, today]


def test_whoever_is_told_totals_alone_chooses_no_days(office):
    office.publish(PRESENCE.replace("read: [officer, superior]", "read: officer, totals: superior"))
    office.add("erin", register="presence", late="5")
    assert (office.detail("erin", "late").value, office.entries("erin", "late")) == (5, [])
    with pytest.raises(NotFound):
        office.detail("erin", "late", office.today.isoformat(), office.today.isoformat())


def test_as_many_questions_for_many_days_in_two_units_by_two_versions_as_for_one(moved):
    counts = []
    for days in ((), range(2, 12)):
        for number in days:
            moved.add("alice", register="attendance", day=moved.today - timedelta(days=number), kind="unexplained")
        if days:
            moved.publish(ATTENDANCE.replace("keep_years: 10", "keep_years: 11"), "attendance.yaml")
            moved.add("alice", register="attendance", day=moved.today - timedelta(days=20), kind="unexplained")
        moved.detail("alice", "away_ever")  # what is compiled once is compiled now
        with moved.asking() as asked:
            assert len(moved.entries("alice", "away_ever")) == 2 + len(days) + bool(days)
        counts.append(len(asked))
    assert counts[0] == counts[1]
