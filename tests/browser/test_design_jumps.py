"""Eleven faults in one design: each is told in words, and followed by keyboard to where it is mended."""

import re

import pytest
from playwright.sync_api import Page, expect

from engine import design_beginnings
from tests.admin.test_design_problems import FAULTS, planted
from tests.browser.hands import Keyboard

# Whether the focus stands on what a problem is about, in sight and not only in the document.
STANDS = """(id) => {
    const held = document.activeElement, place = document.getElementById(id), box = held.getBoundingClientRect();
    return Boolean(place?.contains(held)) && box.width > 0 && box.top < innerHeight && box.bottom > 0;
}"""


@pytest.fixture
def visit(office, open_page):
    """visit(language) → the page of a design with all eleven faults, and who works there by keyboard."""
    url, city = office

    def visit(language) -> tuple[Page, Keyboard]:
        actor = city.actor("admin")
        ref = design_beginnings.begin(city.rt, planted(), name="Salah", actor=actor, origin="uji")
        page = open_page(url, "/healthz", language=language)
        cookies = {"siklus": city.token("admin"), "siklus_language": language}
        page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        page.goto(f"/admin/designs/{ref}/")
        return page, Keyboard(page)

    return visit


@pytest.mark.parametrize("language", ["id", "en"])
def test_eleven_faults_are_each_told_in_words_and_followed_by_keys_to_where_they_are_mended(visit, language):
    page, hand = visit(language)
    for _, *told, at, name in FAULTS:
        words = told[("id", "en").index(language)]
        anchor = f"p-{at}.{name}" if name else "design-side"
        finding = page.locator(".design-finding", has_text=words).locator(f"a[href*='at={at}'][href$='#{anchor}']")
        title = finding.inner_text().split(":")[0]
        hand.press(finding)
        expect(page.locator("#design-side h2").first).to_have_text(title)
        expect(page.locator("#design-work [aria-current=true]").last).to_contain_text(title)
        page.wait_for_function(STANDS, arg=anchor)
        assert not re.search(
            r"[a-z]_[a-z]|\b(states|transitions|roles)\.", page.locator("#design-problems").inner_text()
        )
