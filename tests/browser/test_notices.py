"""Notices on a phone and on a desk: free of barriers, no wider than the window, read by keyboard."""

import pytest

from engine import notices
from engine.store.refs import new_ref
from tests.browser.test_portal import Tour
from tests.serving import serve
from tests.verbs.stage import PLAN


@pytest.mark.parametrize(("width", "language"), [(360, "id"), (1280, "en")])
def test_what_one_was_told_is_read_and_marked_by_keyboard(house, open_page, accessible, width, language):
    case = house.case()
    house.send(case, "carol", "write_plan", PLAN)
    house.fire(case, "erin", "return_plan", reason="Target belum terukur; sebutkan angkanya.")
    notices.remind_case(house.rt, case, actor=house.actor("alice"), because="Mohon hari ini.", key=new_ref())
    with serve(house.app) as url:
        tour = Tour(house, url, open_page, accessible, language, width)
        page = tour.as_("carol", "/notices")
        assert page.locator(".notice-new").count() == 3
        page.locator(".notice-title-link").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/tasks/**")
        page = tour.as_("carol", "/notices?show=unread")
        assert page.locator(".notice-new").count() == 2
        tour.as_("carol", "/notices/choices")
        tour.as_("erin", f"/cases/{case}/remind")
        tour.as_("alice", f"/cases/{case}/notices")
        tour.as_("mallory", "/notices")
