"""Where figures cannot be worked out of one, those of all others are; and the job says whose are missing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import DBAPIError

from engine import indicators, measuring
from engine.core.errors import BadRequest, Unavailable
from engine.core.messages import Message, Text
from engine.store.tables.registers import EntrySum
from tests.verbs.test_indicators import MINUTES, Office

SUM = EntrySum.__table__
NEXT_QUARTER, BEFORE, NOW = date(2026, 4, 6), date(2026, 3, 31), date(2026, 6, 30)
LASTING = [BadRequest(Message("store.overflow")), ZeroDivisionError(), KeyError("m0")]


@pytest.fixture
def office(filled_db):
    return Office.over(filled_db("failing_figures", Office))


def breaks(patch, method, about, error, upto=None):
    """Let no figures of one be worked out; `upto`: none of the days that end there.

    On PostgreSQL the transaction in which that happens is over, as after an error of the database.
    """
    working = getattr(measuring, method)

    def broken(rt, db, indicator, who, days):
        asked = about in (who if isinstance(who, list) else [who]) and upto in (None, days.last)
        if indicator.definition.key != "minutes_a_quarter" or not asked:
            return working(rt, db, indicator, who, days)
        if rt.db.dialect == "postgresql":
            with pytest.raises(DBAPIError):
                db.execute(text("SELECT 1/0"))
        raise error

    patch.setattr(measuring, method, broken)


@pytest.mark.parametrize("error", LASTING)
def test_a_unit_whose_figures_cannot_be_worked_out_holds_up_no_other(office, error):
    office.add(begun="08:00", ended="10:30")
    all_of_them = office.all_figures(office.today)
    assert office.said.key == "indicator.all_done"
    with pytest.MonkeyPatch.context() as patch:
        breaks(patch, "of_unit", office.unit("health").id, error)
        assert office.all_figures(NEXT_QUARTER) == all_of_them - 1
    assert office.said == Message(
        "indicator.all_but",
        count=all_of_them - 1,
        failed=(
            Message(
                "indicator.not_of_unit", name=Text("Angka", "Figure"), count=1, units=(office.unit("health").name,)
            ),
        ),
    )
    frozen = {name: office.kept("minutes_a_quarter", name, "unit_id")[-1].frozen_ref for name in ("city", "health")}
    assert frozen["city"] and frozen["health"] is None
    assert office.kept("twice_the_minutes", "city", "unit_id")
    office.all_figures(date(2026, 4, 7))
    assert office.kept("minutes_a_quarter", "health", "unit_id")[-1].frozen_ref


def test_people_whose_figures_cannot_be_worked_out_are_told_by_their_number_and_not_by_name(office):
    office.add(begun="08:00", ended="10:30")
    with pytest.MonkeyPatch.context() as patch:
        breaks(patch, "of_people", office.person("dan").id, ArithmeticError())
        office.all_figures(office.today)
    (line,) = office.said.params["failed"]
    assert (line.key, line.params["count"], line.params["units"]) == ("indicator.not_of_person", 1, ())
    assert [row.value for row in office.kept("minutes_a_quarter")] == ["150.00"]


def test_what_passes_by_itself_is_left_to_another_try(office):
    with pytest.MonkeyPatch.context() as patch:
        breaks(patch, "of_unit", office.unit("health").id, Unavailable(Message("store.busy")))
        with pytest.raises(Unavailable):
            office.all_figures(office.today)


def test_sums_beyond_64_bits_cost_the_units_that_they_belong_to_and_no_more(office):
    """They were taken before entries had a lower bound."""
    office.add(begun="08:00", ended="10:30")
    with office.rt.db.begin() as db:
        db.execute(delete(SUM))
        row = {"register": "daily_activity", "unit_id": office.unit("health").id, "day": "2026-01-05", "count": 1}
        db.execute(SUM.insert(), [{**row, "person_id": person, "m0": 2**62} for person in (1, 2, 3)])
    office.all_figures(office.today)
    if office.rt.db.dialect == "sqlite":
        lines = office.said.params["failed"]
        assert [line.params["count"] for line in lines] == [3, 3]  # the sum, and the ratio that it is above the line of
        assert {name for line in lines for name in line.params["units"]} == {
            office.unit(name).name for name in ("city", "north", "health")
        }
        with pytest.raises(BadRequest) as refused, office.rt.db.read() as db:
            one = measuring.named(office.rt, db, "minutes_a_quarter").indicator
            measuring.of_unit(office.rt, db, one, office.unit("city").id, measuring.Days(None, office.today))
        assert refused.value.message.key == "store.overflow"
    else:
        assert office.said.key == "indicator.all_done"
    assert office.kept("twice_the_minutes", "city", "unit_id")


@pytest.mark.parametrize(("who", "method", "name"), [("person", "of_people", "carol"), ("unit", "of_unit", "health")])
@pytest.mark.parametrize(("failing", "kept"), [(BEFORE, {(NOW, "30.00", False)}), (NOW, {(BEFORE, "150.00", True)})])
def test_days_that_cannot_be_worked_out_hold_up_no_others_of_the_same(office, who, method, name, failing, kept):
    about = (office.person if who == "person" else office.unit)(name).id
    office.publish(MINUTES.replace("people: 2\n", ""))
    office.add(begun="08:00", ended="10:30")
    office.now = datetime(2026, 4, 6, 2, tzinfo=UTC)
    office.add(begun="08:00", ended="08:30")
    with pytest.MonkeyPatch.context() as patch:
        breaks(patch, method, about, ArithmeticError(), failing)
        office.all_figures(NEXT_QUARTER)
    rows = office.kept("minutes_a_quarter", name, f"{who}_id")
    assert {(date.fromisoformat(row.last), row.value, bool(row.frozen_ref)) for row in rows} == kept
    (line,) = office.said.params["failed"]
    assert (line.key, line.params["count"]) == (f"indicator.not_of_{who}", 1)


def test_whoever_cannot_be_worked_out_over_any_days_is_counted_once(office):
    office.add(begun="08:00", ended="10:30")
    with pytest.MonkeyPatch.context() as patch:
        breaks(patch, "of_unit", office.unit("health").id, ArithmeticError())
        office.all_figures(NEXT_QUARTER)
    assert [line.params["count"] for line in office.said.params["failed"]] == [1]


@pytest.mark.parametrize("error", LASTING)
@pytest.mark.parametrize(("who", "method", "name"), [("person", "of_people", "carol"), ("unit", "of_unit", "city")])
def test_whoever_asks_gets_all_figures_but_those_that_cannot_be_worked_out(office, who, method, name, error):
    found = (office.person if who == "person" else office.unit)(name)
    asked = {"who": who, "actor": office.actor("carol" if who == "person" else "alice")}
    office.add(begun="08:00", ended="10:30")
    whole = indicators.refresh(office.rt, found.ref, **asked)
    (before,) = office.kept("minutes_a_quarter", name, f"{who}_id")
    office.now += timedelta(hours=1)
    office.add(begun="11:00", ended="11:30")
    with pytest.MonkeyPatch.context() as patch:
        breaks(patch, method, found.id, error)
        some = indicators.refresh(office.rt, found.ref, **asked)
    assert whole.failed == () and (some.done, some.failed) == (whole.done - 1, (Text("Angka", "Figure"),))
    assert office.kept("minutes_a_quarter", name, f"{who}_id") == [before]
    assert [row.value for row in office.kept("twice_the_minutes", name, f"{who}_id")] == ["360.00"]
    assert indicators.refresh(office.rt, found.ref, **asked).done == 1  # the one that failed may be asked for at once


def test_whoever_asks_is_told_what_passes_by_itself(office):
    with pytest.MonkeyPatch.context() as patch:
        breaks(patch, "of_people", office.person("carol").id, Unavailable(Message("store.busy")))
        with pytest.raises(Unavailable):
            indicators.refresh(office.rt, office.ref("carol"), who="person", actor=office.actor("carol"))
    assert office.kept("twice_the_minutes") == []
