"""Figures over answers of people who do not sign in: of months that the totals tell, so that no answer is found."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine import figure_lists, figure_rights, measuring
from engine.core.errors import InvalidDefinition, NotFound
from engine.core.indicator import Days
from engine.core.reading import measuring as reading
from engine.public_entries import Sender
from engine.store.queries import figures_kept
from tests.verbs.test_indicators import all_figures
from tests.verbs.test_public_forms import Hall

MANUAL = "manual: {definition: x, formula: x, source: x, period: x}"
HEAD = "kind: indicator\nformat: 1\nname: {id: Angka, en: Figure}\nfloor: 5\nwindow: quarter\n" + MANUAL + "\n"
MARK = HEAD + "key: mark\nabout: [person, unit]\nregister: officer_voices\nmethod: mean\nof: friendly_mark\n"
QUICK = HEAD + "key: quick\nabout: person\nregister: officer_voices\nmethod: ratio\nof: quick_mark\n"
QUICK += "over: {register: officer_voices}\n"
SECOND = Days(date(2026, 4, 1), date(2026, 6, 30))


class Figured(Hall):
    """The hall with two indicators over its survey of officers."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        for each in (MARK, QUICK):
            self.publish(each)

    def answers(self, month, *marks, about="carol", quick="2"):
        self.now = datetime(2026, month, 2, 2, tzinfo=UTC)
        code = self.code(self.link("dan", register="officer_voices", about=self.ref(about), per_device=500))
        for number, mark in enumerate(marks):
            self.answer(code, sender=Sender(f"203.0.{month}.{number}"), friendly=mark, quick=quick)

    def found(self, key="mark", about="carol", days=SECOND):
        self.now = datetime(2027, 1, 20, 2, tzinfo=UTC)
        with self.rt.db.read() as db:
            one = measuring.named(self.rt, db, key).indicator
            if about == "health":
                return measuring.of_unit(self.rt, db, one, self.unit(about).id, days).found
            person = self.person(about).id
            found = measuring.of_person(self.rt, db, one, person, days)
            assert measuring.of_people(self.rt, db, one, [person], days) == {person: found}
            return found.found


@pytest.fixture
def hall(filled_db):
    return Figured.over(filled_db("figured_hall", Figured))


def test_totals_and_a_figure_beside_each_other_give_away_no_answer(hall):
    hall.answers(4, "4", "4", "4", "4", "3")
    hall.answers(5, "1")
    found = hall.found()
    (group,) = hall.totals(about=hall.ref("carol"), register="officer_voices")[0].groups
    assert (group.count, group.means[0]) == (5, found.value) and found.n == 5
    whole = hall.found(days=Days(date(2026, 1, 1), date(2026, 12, 31)))
    assert (whole.value, whole.n) == (found.value, found.n)


def test_answers_of_months_that_are_not_told_are_too_few_and_not_even_counted(hall):
    hall.answers(4, "4", "4", "3")
    hall.answers(7, "1", "1")  # with those of April they are a group, which no quarter holds whole
    for days in (SECOND, Days(date(2026, 7, 1), date(2026, 9, 30))):
        assert (hall.found(days=days).outcome, hall.found(days=days).n) == ("few", 0)
    assert hall.found(days=Days(date(2026, 1, 1), date(2026, 12, 31))).n == 5
    assert hall.found(about="bob").outcome == "empty"


def test_a_figure_of_a_unit_leaves_out_whoever_has_no_totals_of_his_own(hall):
    hall.answers(4, "4", "4", "4", "4", "3")
    hall.answers(4, "1", about="bob")
    assert (hall.found(about="health").value, hall.found(about="health").n) == (hall.found().value, 5)


def test_months_in_which_too_few_gave_the_number_are_left_out_above_and_below(hall):
    hall.answers(4, "4", "4", "4", "4", "3")
    hall.answers(5, "4", "4", "4", "4", quick="")
    hall.answers(5, "4", quick="1")
    assert hall.found().n == 10
    told = hall.found("quick")
    assert (told.n, told.value) == (5, hall.found("quick", days=Days(date(2026, 4, 1), date(2026, 4, 30))).value)
    assert told.below == Decimal(5)


def test_nobody_chooses_the_days_of_such_a_figure(hall):
    hall.answers(4, "4", "4", "4", "4", "3")
    assert hall.found().n == 5
    with hall.rt.db.read() as db:
        erin = hall.actor("erin")
        whom = figure_rights.about(hall.rt, db, hall.ref("carol"), "person", erin)
        assert figure_lists.detail(hall.rt, db, whom, erin, "mark", SECOND).value == Decimal("3.80")
        with pytest.raises(NotFound):
            figure_lists.detail(hall.rt, db, whom, erin, "mark", Days(date(2026, 4, 1), date(2026, 4, 2)))


EARLY = MARK.replace("key: mark", "key: early") + "freeze_after: 7\n"


def test_an_indicator_that_would_be_frozen_before_it_is_told_is_refused(hall):
    with pytest.raises(InvalidDefinition) as invalid:
        hall.publish(EARLY)
    (problem,) = [each for each in invalid.value.problems if not each.warning]
    assert (problem.path, problem.message.key, problem.line) == ("freeze_after", "bind.public_frozen", 12)
    assert problem.message.params == {"name": "officer_voices", "found": 7, "least": 9}
    hall.publish(EARLY.replace("freeze_after: 7", "freeze_after: 9"))


def test_one_that_is_in_force_from_before_is_frozen_once_it_is_told(hall):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_frozen_untold", lambda indicator: ())
        hall.publish(EARLY)
    hall.rt.library._indicators.clear()
    hall.answers(4, "4", "4", "4", "4", "3")
    untold = ("open", None, False)
    for day, told in ((7, untold), (8, untold), (9, ("value", "3.80", True))):
        hall.now = datetime(2026, 7, day, 2, tzinfo=UTC)
        all_figures(hall.rt, hall.now.date())
        row = kept(hall, "early")
        assert (row.outcome, row.value, row.frozen_ref is not None) == told


def test_a_clock_that_went_back_freezes_nothing_that_is_not_told_yet(hall):
    hall.publish(EARLY.replace("freeze_after: 7", "freeze_after: 9"))
    hall.answers(4, "4", "4", "4", "4", "3")
    all_figures(hall.rt, date(2026, 7, 9))
    assert (kept(hall, "early").outcome, kept(hall, "early").frozen_ref) == ("open", None)


def kept(hall, key):
    with hall.rt.db.read() as db:
        return figures_kept.over(db, key, "2026-04-01", "2026-06-30", person_id=hall.person("carol").id)
