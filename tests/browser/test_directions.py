"""A direction given on one screen is a task on another within five seconds; pages of a team on a phone and a desk."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_portal import Tour
from tests.portal.test_registers import LATENESS
from tests.serving import serve
from tests.verbs.stage import SHIPPED
from tests.verbs.test_registers import DAILY, Office

SOON = 5_000  # milliseconds


@pytest.mark.parametrize(("width", "language"), [(360, "id"), (1280, "en")])
def test_a_direction_is_on_the_open_task_list_within_five_seconds(house, open_page, accessible, width, language):
    house.publish(DAILY)
    for name in ("follow_up.yaml", "registers/direction.yaml", "registers/feedback.yaml"):
        house.publish((SHIPPED / name).read_bytes(), name)
    house.today = house.now.date()
    Office.add(house)
    with serve(house.app) as url:
        tour = Tour(house, url, open_page, accessible, language, width)
        carol = tour.as_("carol", "/")
        assert carol.locator("#bell").get_attribute("data-told") == "0"
        erin = tour.as_("erin", "/team/")
        erin.locator("a[href^='/registers/direction/add']").first.click()
        erin.locator("textarea").fill("Susun jadwal posyandu")
        erin.locator("input[type=date]").nth(1).fill(house.today.replace(day=9).isoformat())
        erin.locator("button[type=submit].btn-primary").last.click()
        carol.wait_for_selector(
            f"text={'Laporkan tindak lanjut' if language == 'id' else 'Report what was done'}", timeout=SOON
        )
        assert carol.locator("#bell").get_attribute("data-told") == "2"
        tour.as_("erin", "/registers/direction/people")
        tour.as_("carol", "/registers/direction/")
        tour.as_("carol", "/registers/feedback/people")
        if width == 360:
            follows(tour, house)


def follows(tour, house):
    """What an entry asks comes and goes with the answer before it, and nothing that was typed goes with it."""
    house.publish(LATENESS)
    erin = tour.as_("erin", f"/registers/lateness/add?person={house.ref('carol')}")
    late, why = erin.get_by_label("Terlambat"), erin.get_by_label("Mengapa")
    late.fill("5")
    late.blur()
    why.fill("Hujan")
    late.fill("0")
    late.blur()
    expect(why).to_have_count(0)
    late.fill("12")
    late.blur()
    expect(why).to_be_visible()
    expect(late).to_have_value("12")
