"""Four people carry the Bidan's evaluation from draft to finalized in a real Chromium, with one return for rework.

The HR officer opens the cycle; the employee, her superior and the panel do the rest: with mouse and JavaScript, with
JavaScript off, and by keyboard alone. Then the trail is read, and the predikat is what the matrix says.
"""

import pytest
from playwright.sync_api import expect

from tests import journey
from tests.browser.hands import BrowserHand, Keyboard, Mouse
from tests.portal.test_evaluation import sign_in_name
from tests.serving import serve


@pytest.fixture
def city(product, demo_city):
    found = product(demo_city)
    journey.open_cycle(found.rt)
    return found


@pytest.mark.parametrize(
    ("way", "javascript"),
    [
        pytest.param(Mouse, True, id="mouse"),
        pytest.param(Mouse, False, id="without_javascript"),
        pytest.param(Keyboard, True, id="keyboard_alone"),
    ],
)
def test_four_people_carry_an_evaluation_from_draft_to_finalized(city, open_page, way, javascript):
    with serve(city.app) as url:
        hands = {}
        for post in (journey.BIDAN, journey.KEPALA, journey.PANEL):
            page = open_page(url, "/sign-in", javascript=javascript)
            hands[post] = BrowserHand(page, sign_in_name(city.rt, post), way(page))
        journey.carry(hands)
        page = hands[journey.BIDAN].page
        page.goto("/")
        page.get_by_role("link", name=journey.CYCLE).click()
        expect(page.locator(".standing-state")).to_have_text("Selesai")
        assert journey.trail_of(page.content()) == journey.expected_trail(journey.names(city.rt))
        assert page.locator("#history time").count() >= len(journey.expected_trail(journey.names(city.rt)))
        expect(page.locator(".result-value")).to_have_text(journey.expected_predicate())
        expect(page.locator(".matrix-here")).to_have_count(1)
