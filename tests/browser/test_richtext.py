"""Rich text in a real browser: its buttons write marks, and without JavaScript there is a plain textarea."""

import pytest
from playwright.sync_api import expect

from tests.admin.city import City, copy_of
from tests.serving import serve


@pytest.fixture(scope="module")
def office(loaded_city, tmp_path_factory):
    database = copy_of(loaded_city, f"sqlite:///{tmp_path_factory.mktemp('office') / 'city.sqlite3'}")
    city = City(database)
    with serve(city.app) as url:
        yield url, city.token("admin")
    database.close()


@pytest.fixture
def area(office, open_page):
    """area(javascript=True) → the textarea of rich text in the gallery, empty."""
    url, token = office

    def area(javascript=True):
        page = open_page(url, "/healthz", javascript=javascript)
        page.context.add_cookies([{"name": "siklus", "value": token, "url": url}])
        page.goto("/admin/fields/")
        found = page.locator("#f-richtext")
        found.fill("")
        return found

    return area


def press(area, words):
    area.locator("xpath=..").get_by_role("button", name=words, exact=True).click()


def chosen(area):
    return area.evaluate("it => it.value.slice(it.selectionStart, it.selectionEnd)")


def test_a_button_puts_its_marks_round_what_is_chosen(area):
    text = area()
    text.fill("hasil")
    text.select_text()
    press(text, "Tebal")
    assert (text.input_value(), chosen(text)) == ("**hasil**", "hasil")
    press(text, "Miring")
    assert text.input_value() == "***hasil***"


def test_without_a_choice_a_word_to_write_over_stands_between_the_marks(area):
    text = area()
    press(text, "Miring")
    assert (text.input_value(), chosen(text)) == ("*kata*", "kata")


def test_lines_become_a_list(area):
    text = area()
    text.fill("satu\ndua")
    text.select_text()
    press(text, "Daftar bernomor")
    assert text.input_value() == "1. satu\n2. dua"


def test_a_link_waits_for_its_address(area):
    text = area()
    text.fill("laporan")
    text.select_text()
    press(text, "Tautan")
    assert (text.input_value(), chosen(text)) == ("[laporan](https://)", "https://")


def test_what_a_button_wrote_can_be_undone_by_keyboard(area):
    text = area()
    text.fill("hasil")
    text.select_text()
    press(text, "Tebal")
    text.press("Control+z")
    expect(text).to_have_value("hasil")


def test_without_javascript_there_are_no_buttons_and_the_marks_are_explained(area):
    text = area(javascript=False)
    expect(text.locator("xpath=..").get_by_role("button")).to_have_count(0)
    expect(text.locator("xpath=..")).to_contain_text("**tebal**, *miring*")
