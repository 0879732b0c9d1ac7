"""Entries of whoever moves in mid-month are read by the unit of their day: in lists, in forms, as what one may cite."""

from datetime import date, timedelta

import pytest

from engine import entry_cites, entry_lists, entry_rights, grants
from engine.core.errors import NotFound
from tests.verbs.stage import SHIPPED
from tests.verbs.test_indicators import move
from tests.verbs.test_openings import begun, case_in
from tests.verbs.test_registers import PRESENCE, Office

REMARK = PRESENCE.replace("key: presence", "key: remark") + "cites: {registers: [attendance]}\n"
REPORT = """
kind: workflow
format: 1
key: kept
name: Rekap
roles:
  employee: subject
  keeper: {rule: holders_of_grant, grant: admin}
entries:
  log: attendance
states:
  open:
    initial: true
    tasks:
      write: {role: keeper, fill: report}
      close: {role: keeper, decide: finish, after: write, shows: report}
  closed: {final: true}
transitions:
  finish: {from: open, to: closed}
visible:
  report: {keeper: [open, closed]}
forms:
  report:
    prefill: {done: entries.log}
    sections:
      all:
        fields:
          done: {type: table, columns: {day: {type: date}, times: {type: number}}}
"""


class Books(Office):
    """The office with the shipped attendance, which administrators keep; mallory is that of the south."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        self.publish((SHIPPED / "registers/attendance.yaml").read_bytes(), "attendance.yaml")
        self.publish(REMARK)
        whom = {"person_ref": self.ref("mallory"), "role": "admin", "unit_ref": self.unit("south").ref}
        grants.grant(self.rt, actor=self.actor("alice"), starts_on=date(2026, 1, 1), **whom)

    def moved(self):
        """Carol's entry of yesterday counts in the health office, that of today in the south; she sits there now."""
        self.report = self.publish(REPORT)
        self.kept = case_in(self, 2026, self.report)
        for name in ("mallory", "carol"):
            move(self, name, "clerk_south", self.today)
        self.add("dan", register="attendance", day=self.today - timedelta(days=1), kind="unexplained")
        self.add("mallory", register="attendance", kind="unexplained")

    def about(self, db):
        register = entry_rights.published(self.rt, db, "attendance").register
        return register, entry_rights.subject(db, register, self.ref("carol"), self.today)

    def month(self, name):
        with self.rt.db.read() as db:
            asked = (*self.about(db), self.today.replace(day=1), self.actor(name), self.today)
            return entry_lists.month(self.rt, db, *asked)


@pytest.fixture
def books(filled_db):
    books = Books.over(filled_db("moved_people", Books))
    books.moved()
    return books


OLD, NEW = "2026-03-01", "2026-03-02"
READS = {"dan": [OLD], "erin": [OLD], "mallory": [NEW], "alice": [OLD, NEW], "carol": [OLD, NEW]}


@pytest.mark.parametrize("name", READS)
def test_a_month_shows_the_entries_of_ones_own_unit_alone_and_sums_of_those(books, name):
    month = books.month(name)
    assert sorted(row.day for day in month.days for row in day.rows) == READS[name]
    assert month.sums[3] == len(READS[name])  # days unexplained
    corrects = READS[name] if name in ("dan", "mallory", "alice") else []
    assert sorted(row.day for day in month.days for row in day.rows if row.ref in month.correctable) == corrects


def test_a_month_without_an_entry_for_the_old_unit_is_none_for_its_administrator(books):
    books.now += timedelta(days=40)
    with pytest.raises(NotFound):
        books.month("dan")


@pytest.mark.parametrize(("name", "days"), [("dan", [OLD]), ("alice", [OLD, NEW])])
def test_a_form_begins_with_the_entries_of_the_days_on_which_the_person_was_in_ones_unit(books, name, days):
    raw = begun(books, books.kept, name, "report").raw
    assert [row["day"] for row in raw["done"]] == days


@pytest.mark.parametrize("name", READS)
def test_an_entry_is_about_those_alone_that_its_maker_reads_by_the_unit_of_their_day(books, name):
    with books.rt.db.read() as db:
        remark = entry_rights.published(books.rt, db, "remark").register
        asked = (remark, books.about(db)[1], books.today, books.actor(name))
        found = entry_cites.offered(books.rt, db, *asked)
    assert sorted(str(each.day) for each in found) == READS[name]
