"""Each page of the portal in each of its moods is free of barriers, fits a phone, and breaks no policy."""

import pytest

from engine import cases
from tests.serving import serve
from tests.verbs.stage import PLAN, ROW

WORDS = {
    "id": {"check": "Periksa & kirim", "send": "Kirim", "return": "Kembalikan SKP", "approve": "Tetapkan SKP"},
    "en": {"check": "Check & send", "send": "Send", "return": "Return the plan", "approve": "Approve the plan"},
}


class Tour:
    """A visitor who looks at each page as somebody, in one language and one width."""

    def __init__(self, house, url, open_page, look, language, width):
        self.house, self.url, self.look = house, url, look
        self.words = WORDS[language]
        self.language, self.width, self.open_page = language, width, open_page

    def as_(self, name, path):
        """Open a page as one of the cast, and look at it."""
        page = self.open_page(self.url, "/sign-in", language=self.language, width=self.width)
        browser = self.house.browser(name, self.language)
        for cookie in ("siklus", "siklus_form", "siklus_language"):
            page.context.add_cookies(
                [{"name": cookie, "value": browser.client.get_cookie(cookie).value, "url": self.url}]
            )
        page.goto(path)
        return self.seen(page)

    def press(self, page, what):
        page.get_by_role("button", name=self.words[what], exact=True).click()
        page.wait_for_load_state()
        return self.seen(page)

    def seen(self, page):
        self.look(page)
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, f"{page.url} is {too_wide} px wider than the window"
        return page


@pytest.mark.parametrize(("language", "width"), [("id", 360), ("en", 1280)])
def test_no_page_has_a_barrier(house, open_page, accessible, language, width):
    case = house.case()
    task = house.task(case, "write_plan").ref
    with serve(house.app) as url:
        tour = Tour(house, url, open_page, accessible, language, width)
        a_plan_is_written(tour, case, task)
        a_plan_is_decided(tour, case)
        pages_grow_stale(tour, case)
        house.fire(case, "erin", "return_plan", reason="Sekali lagi.")
        house.walk(case)
        tour.as_("carol", f"/cases/{case}")
        tour.as_("carol", "/")
        tour.as_("mallory", "/")
        tour.as_("mallory", f"/cases/{case}")


def a_plan_is_written(tour, case, task):
    """From the empty form over its mistakes to the confirmation."""
    tour.as_("carol", "/")
    tour.as_("erin", f"/cases/{case}")
    page = tour.as_("carol", f"/tasks/{task}")
    tour.press(page, "check")
    saved = cases.draft_of(tour.house.rt, task, actor=tour.house.actor("carol"))
    assert saved is not None
    seen = tour.house.task(case, "write_plan").version
    cases.save_draft(tour.house.rt, task, PLAN, actor=tour.house.actor("carol"), seen=seen)
    page = tour.as_("carol", f"/tasks/{task}")
    tour.press(page, "check")
    page = tour.press(page, "send")
    assert "/confirmation" in page.url
    page.goto(page.url.removesuffix("/confirmation"))
    tour.seen(page)


def a_plan_is_decided(tour, case):
    """A reason that is missing, then a return."""
    tour.as_("erin", "/")
    page = tour.as_("erin", f"/cases/{case}")
    page = tour.press(page, "return")
    assert page.locator("[role=alert]").count() == 1
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"


def pages_grow_stale(tour, case):
    """A decision, a draft and a form for which somebody else was faster."""
    page = tour.as_("erin", f"/cases/{case}")
    tour.house.fire(case, "erin", "return_plan", reason="Bobot belum sesuai.")
    tour.press(page, "approve")
    tour.as_("carol", "/")
    task = tour.house.task(case, "write_plan")
    page = tour.as_("carol", f"/tasks/{task.ref}")
    cases.save_draft(tour.house.rt, task.ref, {"targets": [ROW]}, actor=tour.house.actor("carol"), seen=0)
    tour.press(page, "check")
    tour.house.send(case, "carol", "write_plan", PLAN)
    tour.press(page, "check")
