"""Where figures cannot be worked out of one, those of all others are; and the job says whose are missing."""

from datetime import date

import pytest
from sqlalchemy import delete

from engine import measuring
from engine.core.errors import BadRequest, Unavailable
from engine.core.messages import Message, Text
from engine.store.tables.registers import EntrySum
from tests.verbs.test_indicators import Office

SUM = EntrySum.__table__
NEXT_QUARTER = date(2026, 4, 6)


@pytest.fixture
def office(filled_db):
    return Office.over(filled_db("failing_figures", Office))


def breaks(patch, method, about, error):
    """Let no figures of one be worked out."""
    working = getattr(measuring, method)

    def broken(rt, db, indicator, who, days):
        if indicator.definition.key == "minutes_a_quarter" and about in (who if isinstance(who, list) else [who]):
            raise error
        return working(rt, db, indicator, who, days)

    patch.setattr(measuring, method, broken)


@pytest.mark.parametrize("error", [BadRequest(Message("store.overflow")), ZeroDivisionError(), KeyError("m0")])
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
