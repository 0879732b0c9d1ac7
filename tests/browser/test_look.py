"""Every shared part on one page, in a real browser: no barrier, no broken policy, no sideways scrolling."""

import pytest

from tests.serving import serve
from tests.web.site import make_site

SIZES = [(1280, 900), (360, 740), (320, 640)]


@pytest.fixture(scope="module")
def url():
    with serve(make_site()) as address:
        yield address


@pytest.fixture
def visit(open_page, url):
    """visit(path, language=…, token=…): the page as somebody sees it."""

    def visit(path, language="id", token="alice-token", **options):
        page = open_page(url, "/healthz", language, **options)
        cookies = {"siklus_language": language} | ({"siklus": token} if token else {})
        page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        page.goto(path)
        return page

    return visit


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_of_all_parts_has_no_barrier_and_fits_the_screen(visit, accessible, language, width, height):
    page = visit("/look", language, width=width, height=height)
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("path", ["/fail/refused", "/nowhere", "/fail/down"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_error_pages_have_no_barrier(visit, accessible, path, language):
    accessible(visit(path, language))
    accessible(visit(path, language, token=None, width=360))


def test_text_twice_as_large_still_fits(visit):
    page = visit("/look", width=640, height=900)
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_reads_and_switches_language_without_javascript(visit, url):
    page = visit("/look", javascript=False)
    assert page.locator("h1").inner_text().startswith("Evaluasi kinerja 2026")
    page.locator("summary", has_text="Baca alur sebagai daftar").first.click()
    assert page.locator(".diagram table").first.is_visible()
    page.get_by_role("button", name="English").click()
    assert page.url == f"{url}/look" and page.locator("html").get_attribute("lang") == "en"


def test_words_of_the_diagram_are_at_least_twelve_pixels(visit):
    for width in (1280, 360):
        page = visit("/look", width=width)
        heights = page.locator(".flow text").evaluate_all(
            "texts => texts.map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"
        )
        assert min(heights) >= 11.99


def test_what_a_finger_must_hit_is_large_enough(visit):
    page = visit("/look", width=360)
    small = page.locator("button:visible, .btn:visible, summary:visible").evaluate_all(
        "all => all.filter(e => e.getBoundingClientRect().height < 24 || e.getBoundingClientRect().width < 24)"
        ".map(e => e.textContent.trim())"
    )
    assert small == []
