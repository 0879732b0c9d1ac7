"""Figures in a browser: worked out, opened down to one entry, a trend with its table; pages of people and units."""

from datetime import date, timedelta

import pytest

from engine import indicators
from tests.browser.test_portal import Tour
from tests.portal.test_figures import Town
from tests.serving import serve
from tests.verbs.test_indicators import MINUTES, SHARE
from tests.verbs.test_registers import DAILY


@pytest.mark.parametrize(("width", "language"), [(360, "id"), (1280, "en")])
def test_a_figure_leads_to_the_entry_it_is_made_of(house, open_page, accessible, width, language):
    house.__class__ = Town
    for text in (DAILY, MINUTES.replace("quarter", "month") + "goal: {at: 100}\n", SHARE):
        house.publish(text)
    house.add(begun="08:00", ended="09:30")
    house.all_figures(date(2026, 3, 2))
    house.add(begun="10:00", ended="10:30", day=date(2026, 2, 27))
    house.all_figures(date(2026, 3, 3))
    house.walk(house.case(), until="submit_evidence")
    with serve(house.app) as url:
        tour = Tour(house, url, open_page, accessible, language, width)
        page = tour.as_("carol", "/figures/")
        page.locator("form[action='/figures/refresh'] button").click()
        page.wait_for_url("**/figures/?person=*")
        accessible(page)
        page.locator("a[href^='/figures/over/minutes_a_month']").click()
        accessible(page)
        assert page.locator("svg.chart-picture .chart-bar").count() == 2
        page.locator("a[href^='/registers/daily_activity/']").first.click()
        assert page.locator("#d-2026-03-02").is_visible()
        tour.as_("carol", "/figures/catalog")
        unit = house.unit("health").ref
        house.now += timedelta(minutes=2)  # figures of a minute ago are not worked out again
        indicators.refresh(house.rt, unit, who="unit", actor=house.actor("alice"))
        tour.as_("alice", f"/figures/units/{unit}")
        tour.as_("alice", f"/units/{unit}/")
        for more in ("", "entries"):
            tour.as_("carol", f"/people/{house.ref('carol')}/{more}")
