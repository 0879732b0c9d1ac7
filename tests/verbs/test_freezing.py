"""When figures are frozen, and of whom: long after their days, of whoever left, of a unit that was closed; once."""

from datetime import date, timedelta

import pytest

from engine import indicators, ledger, measuring, organisation, people
from engine.core.case import SYSTEM
from engine.core.indicator import Days
from engine.store.queries import figures_kept
from tests.verbs.test_indicators import HEAD
from tests.verbs.test_indicators import Office as Indicators

WAITS = HEAD + "key: waits\nregister: daily_activity\nmethod: sum\nof: minutes\nwindow: month\nfreeze_after: 93\n"
SOON = WAITS.replace("waits", "soon").replace("93", "10")
MARCH, END = ("2026-03-01", "2026-03-31"), date(2026, 3, 31)


class Office(Indicators):
    """The office with two figures of a month: one is frozen soon, the other waits until attendance is locked."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        for each in (WAITS, SOON):
            self.publish(each)

    def of_march(self, key, name="carol", who="person_id"):
        return next((row for row in self.kept(key, name, who) if (row.first, row.last) == MARCH), None)


@pytest.fixture
def office(filled_db):
    office = Office.over(filled_db("freezing_office", Office))
    office.add(begun="08:00", ended="09:00")
    return office


@pytest.mark.parametrize(
    ("key", "days", "frozen"),
    [
        ("soon", 9, False), ("soon", 10, True), ("soon", 41, True), ("soon", 42, False),
        ("waits", 92, False), ("waits", 93, True), ("waits", 124, True), ("waits", 125, False),
    ],
)  # fmt: skip
def test_a_figure_is_frozen_on_its_day_or_within_the_grace_however_many_windows_lie_between(office, key, days, frozen):
    office.all_figures(office.today)
    office.all_figures(END + timedelta(days=days))
    row = office.of_march(key)
    assert (row.value, row.frozen_ref is not None) == ("60.00", frozen)
    ledger.verify(office.rt.db)


def test_only_the_running_window_the_one_before_and_those_to_be_frozen_are_worked_out(office):
    with office.rt.db.read() as db:
        one = measuring.named(office.rt, db, "waits")
    due = [(each.days.last.isoformat(), each.frozen) for each in indicators.due(one, date(2026, 7, 10))]
    assert due == [("2026-07-31", False), ("2026-06-30", False), ("2026-03-31", True)]


def test_what_is_frozen_is_not_worked_out_again(office):
    asked, of_people = [], measuring.of_people
    carol = office.person("carol").id

    def remembered(rt, db, indicator, people, days):
        asked.append((indicator.definition.key, days, carol in people))
        return of_people(rt, db, indicator, people, days)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "of_people", remembered)
        for days, again in ((10, True), (11, False)):
            asked.clear()
            office.all_figures(END + timedelta(days=days))
            assert (("soon", Days(date(2026, 3, 1), END), True) in asked) == again


def test_of_whoever_left_and_of_a_closed_unit_what_was_kept_is_worked_out_once_more_and_frozen(office):
    office.all_figures(office.today)
    office.add(begun="10:00", ended="10:30")
    people.set_active(office.rt, actor=SYSTEM, person_ref=office.ref("carol"), active=False)
    health, north = office.unit("health").ref, office.unit("north").ref
    organisation.merge_unit(
        office.rt, actor=office.actor("alice"), unit_ref=health, into_ref=north, starts_on=office.today
    )
    assert not office.unit("health").active and not office.person("carol").active
    office.all_figures(END + timedelta(days=1))
    assert office.of_march("soon").value == "60.00"
    office.all_figures(END + timedelta(days=10))
    for name, who in (("carol", "person_id"), ("health", "unit_id")):
        row = office.of_march("soon", name, who)
        assert (row.value, row.frozen_ref is not None) == ("90.00", True)
        assert all(each.last <= END.isoformat() for each in office.kept("soon", name, who))
    with office.rt.db.read() as db:
        left = figures_kept.next_of(db, "person", 0, 100, "soon", [END.isoformat()])
        assert office.person("carol").id not in left
    ledger.verify(office.rt.db)
