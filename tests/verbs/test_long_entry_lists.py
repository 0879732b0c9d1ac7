"""Lists of entries longer than a page shows: nothing is hidden behind what nobody asked for, sums are of all."""

from datetime import timedelta

import pytest

from engine import entry_lists, entry_rights, entry_units, registers, teams
from engine.store.queries import entries as queries
from engine.store.refs import new_ref
from tests.verbs.stage import SHIPPED
from tests.verbs.test_outbox import replace_erin_by_bob
from tests.verbs.test_registers import PRESENCE, Office

SERVED = {"service": "KTP", "served": "4", "waited": "10", "worked": "8", "in_time": "4"}


OF_NOBODY = PRESENCE.replace("key: presence", "key: weather").replace("a_day: one", "about: none")
OF_NOBODY = OF_NOBODY.replace("  officer: subject\n", "").replace(
    "{rule: superior_of, role: officer}", "{rule: holder_of_post, post: chief_health}"
)
OF_NOBODY = OF_NOBODY.replace("[officer, superior]", "superior")


class Desk(Office):
    """The office of a superior whose people write much."""

    def write(self, count, **when):
        return [self.add(begun=f"{8 + hour}:00", ended=f"{8 + hour}:30", **when) for hour in range(count)]

    def waiting(self, name, most, register="daily_activity"):
        """The refs of what waits for somebody, and how many there are."""
        first, actor = self.today.replace(day=1), self.actor(name)
        with self.rt.db.read() as db:
            found = entry_rights.published(self.rt, db, register)
            listed = entry_units if found.register.definition.about == "unit" else entry_lists
            members = listed.team(self.rt, db, found, actor, first, self.today)
            asked = (found.register, members, first, self.today, actor, most)
            rows, count = entry_lists.waiting(self.rt, db, *asked)
        return [row.ref for row in rows], count

    def month(self, name, register="daily_activity", about="carol"):
        with self.rt.db.read() as db:
            found = entry_rights.published(self.rt, db, register).register
            about = entry_rights.subject(db, found, self.ref(about) if about else "", self.today)
            first = self.today.replace(day=1)
            return entry_lists.month(self.rt, db, found, about, first, self.actor(name), self.today)


@pytest.fixture
def desk(filled_db, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 2)
    return Desk.over(filled_db("register_office", Office))


def test_what_waits_is_found_behind_whatever_was_judged(desk):
    refs = desk.write(6)
    registers.judge_entries(desk.rt, refs[:3], "verified", actor=desk.actor("erin"))
    assert desk.waiting("erin", 2) == (refs[3:5], 3)
    registers.judge_entries(desk.rt, refs[3:5], "returned", actor=desk.actor("erin"), note="Tambahkan bukti.")
    assert desk.waiting("erin", 2) == (refs[5:], 1)
    assert desk.waiting("bob", 2) == ([], 0)


def test_what_one_may_not_read_hides_nothing_that_waits(desk):
    desk.write(4, day=desk.today - timedelta(days=1))
    refs = desk.write(3)
    replace_erin_by_bob(desk)
    assert desk.waiting("bob", 2) == (refs[:2], 3)


def test_entries_about_units_wait_for_the_head_but_not_those_that_he_made(desk):
    desk.publish((SHIPPED / "registers/service_times.yaml").read_bytes(), "service_times")
    asked = (desk.rt, "service_times", desk.unit("health").ref, desk.today, SERVED)
    by = ("erin", "carol", "erin", "carol", "carol")
    refs = [registers.add_entry(*asked, actor=desk.actor(name), key=new_ref()).ref for name in by]
    assert desk.waiting("erin", 2, "service_times") == ([refs[1], refs[3]], 3)
    assert desk.waiting("carol", 2, "service_times") == ([], 0)  # she reads what erin made, and verifies nothing


def test_of_a_long_month_the_newest_entries_are_shown_and_the_sums_are_of_all(desk):
    early, late = desk.today - timedelta(days=1), desk.today
    desk.write(2, day=early)
    refs = desk.write(3, day=late)
    for name in ("carol", "erin"):
        month = desk.month(name)
        (day,) = month.days
        assert [row.ref for row in day.rows] == refs[1:]
        assert (day.day, day.sums[0], month.sums[0], month.is_cut) == (late, 90, 150, True)


def test_a_month_that_fits_is_whole(desk):
    desk.write(1, day=desk.today - timedelta(days=1))
    desk.write(1)
    month = desk.month("erin")
    assert [len(day.rows) for day in month.days] == [1, 1]
    assert (month.sums[0], month.is_cut) == (60, False)


def test_the_superior_until_yesterday_finds_his_days_behind_those_he_may_not_read(desk):
    refs = desk.write(2, day=desk.today - timedelta(days=1))
    desk.write(3)
    replace_erin_by_bob(desk)
    month = desk.month("erin")
    assert [row.ref for day in month.days for row in day.rows] == refs
    assert (month.sums[0], month.is_cut) == (60, False)


def test_a_team_with_more_entries_in_a_day_than_are_fetched_says_so(desk):
    def shown():
        with desk.rt.db.read() as db:
            return teams.team(desk.rt, db, desk.actor("erin"), desk.today, desk.today.replace(day=1))

    desk.write(2)
    assert not shown().is_cut
    desk.add(begun="20:00", ended="20:30")
    assert shown().is_cut
    (carol,) = (mate for mate in shown().mates if mate.subject.name == "Carol")
    assert (len(carol.today["daily_activity"]), carol.month["daily_activity"][0]) == (2, 3)


def test_the_month_of_what_is_about_nobody_has_its_entries(desk):
    desk.publish(OF_NOBODY)
    asked = (desk.rt, "weather", "", desk.today, {"late": "7"})
    ref = registers.add_entry(*asked, actor=desk.actor("erin"), key=new_ref()).ref
    month = desk.month("erin", "weather", None)
    (day,) = month.days
    assert [row.ref for row in day.rows] == [ref] and month.sums == (7,)
