"""The open page that checks a print, in each of its moods: no barrier, fits a phone, and works by keyboard alone."""

import re

import pytest

from tests.pdf import text_of
from tests.portal.test_prints import printed
from tests.serving import serve
from tests.verbs.test_prints import code_on

SAID = {"id": ("Asli", "Tidak asli: isi kertas telah diubah"), "en": ("Genuine", "Not genuine: the paper was altered")}


@pytest.fixture
def held(house):
    """A print of a finished case: its file and its reference."""
    case = house.case()
    house.walk(case, until="send_to_calibration")
    house.fire(case, "bob", "finalize")
    pdf = printed(house.browser("carol"), f"/cases/{case}", "d_1_1").data
    return pdf, re.search(r"prints/([a-z2-7]{26})", text_of(pdf))[1]


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("language", ["id", "en"])
def test_whoever_holds_a_paper_finds_out_whether_it_was_altered(
    house, held, open_page, accessible, language, width, tmp_path
):
    pdf, ref = held
    genuine, altered = SAID[language]
    with serve(house.app) as url:
        page = open_page(url, f"/prints/{ref}", language, width)
        if language == "en":
            page.get_by_role("button", name="English").click()
            page.goto(f"/prints/{ref}")
        fits(page, accessible)
        compare(page, code_on(pdf))
        for at, printed in enumerate(page.locator("#as-printed ~ dl dd").all_inner_texts()):
            page.locator(f"#figure-{at}").fill(printed.partition("(")[0].strip())
        compare(page, code_on(pdf))
        assert page.locator("#verdict").inner_text().strip() == genuine
        fits(page, accessible)
        page.locator("#figure-0").fill("Somebody Else")
        compare(page, code_on(pdf))
        assert page.locator("#verdict").inner_text().strip() == altered
        assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
        fits(page, accessible)
        file = tmp_path / "print.pdf"
        file.write_bytes(pdf)
        page.locator("#pdf").set_input_files(file)
        page.locator("form[enctype] button").press("Enter")
        page.wait_for_url("**/file")
        assert genuine in page.locator("#verdict").inner_text()
        fits(page, accessible)


def compare(page, code):
    """Type the code and send the form from the keyboard."""
    page.locator("#check-code").fill(code)
    with page.expect_navigation():
        page.locator("#check-code").press("Enter")


def fits(page, accessible):
    accessible(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} px wider than the window"
