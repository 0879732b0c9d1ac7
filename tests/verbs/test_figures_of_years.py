"""Whoever has figures of many years finds each of them: none is cut off behind those of other indicators."""

from datetime import date, timedelta

import pytest

from engine import figure_lists, figure_rights, indicators, measuring
from engine.core.errors import Refused
from engine.core.indicator import Days
from engine.store.queries import figures_kept
from engine.store.refs import new_ref
from tests.verbs.test_indicators import Office

MONTHS = 450  # more than thirty-seven years


@pytest.fixture
def office(filled_db):
    return Office.over(filled_db("figures_of_years", Office))


def month(before):
    """The first and the last day of the month so many before March 2026."""
    number = 2026 * 12 + 2 - before
    first, after = (date(each // 12, each % 12 + 1, 1) for each in (number, number + 1))
    return first, after - timedelta(days=1)


def keep_months(office, **about):
    with office.rt.db.begin() as db:
        digest = measuring.named(office.rt, db, "late_mean").digest
        for before in range(1, MONTHS):
            first, last = month(before)
            row = figures_kept.FIGURE.insert().values(
                ref=new_ref(), indicator="late_mean", definition_digest=digest, first=first.isoformat(),
                last=last.isoformat(), value=f"{before}.00", outcome="value", n=9, people=9, as_of="2020",
                inputs=bytes(32), **about,
            )  # fmt: skip
            db.execute(row)


@pytest.mark.parametrize("who", ["person", "unit"])
def test_figures_of_years_hide_no_other_and_none_of_their_own(office, who):
    found = office.person("carol") if who == "person" else office.unit("city")
    office.add(begun="08:00", ended="10:30")
    keep_months(office, **{f"{who}_id": found.id})
    asked = {"who": who, "actor": office.actor("carol" if who == "person" else "alice")}
    assert indicators.refresh(office.rt, found.ref, **asked).done
    with pytest.raises(Refused):
        indicators.refresh(office.rt, found.ref, **asked)
    with office.rt.db.read() as db:
        whom = figure_rights.about(office.rt, db, found.ref, who, asked["actor"])
        lines = figure_lists.lines(office.rt, db, whom, asked["actor"])
        values = {line.definition.key: line.value for line in lines if line.row is not None}
        assert values["twice_the_minutes"] == 300
        for before in (2, 100, MONTHS - 1):
            days = Days(*month(before))
            detail = figure_lists.detail(office.rt, db, whom, asked["actor"], "late_mean", days)
            assert detail.row.value == f"{before}.00"
            assert len(detail.trend) >= 1 and all(point.last <= days.last for point in detail.trend)
