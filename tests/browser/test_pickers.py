"""Choosing people, ranking and marking in a real browser: pointer, keyboard alone, without JavaScript, on a phone."""

import re
import time

import pytest
from playwright.sync_api import expect

from engine import cases
from tests.browser.hands import Keyboard
from tests.portal.naming import nomination
from tests.serving import serve


@pytest.fixture
def place(house):
    """The address, the task's page, and a way to sign in as carol."""
    _, task = nomination(house, signed=True)
    with serve(house.app) as url:
        yield url, task


@pytest.fixture
def carol(open_page, place, house):
    def carol(**how):
        url, task = place
        page = open_page(url, "/sign-in", **how)
        client = house.browser("carol").client
        for name in ("siklus", "siklus_form", "siklus_language"):
            page.context.add_cookies([{"name": name, "value": client.get_cookie(name).value, "url": url}])
        page.goto(f"/tasks/{task}")
        return page

    return carol


def kept(house, place):
    return cases.draft_of(house.rt, place[1], actor=house.actor("carol"))


def until(kept_is):
    """Wait until the server has it: a page says that it saved after each saving."""
    for _ in range(50):
        if kept_is():
            return
        time.sleep(0.1)
    raise AssertionError("the draft never held it")


def test_somebody_is_chosen_by_the_keyboard_alone(carol, place, house, accessible):
    page = carol()
    box = page.locator("#f-nominee")
    Keyboard(page).reach(box)
    page.keyboard.type("er")
    options = page.locator("#picker-list [role=option]")
    expect(options).to_have_count(1)
    expect(box).to_have_attribute("aria-expanded", "true")
    accessible(page)
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.locator("#p-nominee [data-picked]")).to_contain_text("Erin, Kapus, Puskesmas")
    expect(page.locator("#p-nominee [data-said]")).to_contain_text("Erin")
    expect(options).to_have_count(0)
    until(lambda: (kept(house, place) or {}).get("nominee") == house.ref("erin"))
    page.reload()
    expect(page.locator("#p-nominee [data-picked]")).to_contain_text("Erin, Kapus, Puskesmas")
    accessible(page)


def test_escape_closes_the_list_and_typing_saves_nothing(carol, place, house):
    page = carol()
    page.locator("#f-mentor").press_sequentially("ca")
    expect(page.locator("#picker-list [role=option]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#f-mentor")).to_have_attribute("aria-expanded", "false")
    page.locator("#f-mentor").fill("zz")
    expect(page.locator("#p-mentor [data-said]")).to_have_text("0 hasil")
    assert kept(house, place) is None


def test_a_choice_by_pointer_in_a_row_that_was_added_and_its_clearing(carol, place, house):
    page = carol()
    page.locator("button[value='add:team']").click()
    page.locator("#f-team-0-member").press_sequentially("bob")
    page.locator("#picker-list [role=option]", has_text="Bob").click()
    until(lambda: kept(house, place) and kept(house, place)["team"][0]["member"] == house.ref("bob"))
    page.locator("#f-office").press_sequentially("kec")
    page.locator("#picker-list [role=option]", has_text="Kecamatan Utara").click()
    until(lambda: kept(house, place)["office"])
    page.reload()
    page.locator("button[value='clear:office']").click()
    expect(page.locator("#p-office [data-picked]")).to_be_hidden()
    until(lambda: kept(house, place)["office"] == "")


def test_a_rubric_is_marked_by_the_keyboard_and_a_missing_mark_is_reached(carol, place, house, accessible):
    page = carol()
    way = Keyboard(page)
    way.pick(page.locator("#f-rubric-clarity-2"))
    until(lambda: (kept(house, place) or {}).get("rubric", {}).get("clarity") == "2")
    page.get_by_role("button", name="Periksa & kirim").click()
    page.get_by_role("link", name=re.compile("Beri nilai untuk 'Dampak'")).click()
    expect(page.locator("#f-rubric-impact")).to_be_focused()
    accessible(page)


def test_a_ranking_moves_by_buttons_keys_and_dragging(carol, place, house, accessible):
    page = carol()
    rows = page.locator("[data-ranking] > li")
    names = [text.strip() for text in page.locator("[data-ranking] [data-item]").all_inner_texts()]
    page.get_by_role("button", name=f"Naikkan {names[2]}").click()
    expect(rows.nth(1)).to_contain_text(names[2])
    page.keyboard.press("Alt+ArrowUp")
    expect(rows.nth(0)).to_contain_text(names[2])
    expect(page.locator("fieldset:has([data-ranking]) [data-said]")).to_have_text(f"{names[2]} sekarang urutan 1.")
    rows.nth(1).drag_to(rows.nth(0))
    expect(rows.nth(0)).to_contain_text(names[0])
    first = page.locator("[data-ranking] select").first.get_attribute("name").removeprefix("values-")
    until(lambda: (kept(house, place) or {}).get("values", {}).get(first) == "1")
    assert sorted(filter(None, kept(house, place)["values"].values())) == ["1", "2", "3"]
    accessible(page)


def test_all_of_it_without_javascript_on_a_phone_up_to_the_signature(carol):
    page = carol(width=360, height=740, javascript=False)
    page.wait_for_load_state()  # a page that is still on its way has no width
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#f-nominee").fill("er")
    page.keyboard.press("Enter")
    page.get_by_label("Erin", exact=False).check()
    page.locator("#f-rubric-clarity-2").check()
    page.locator("#f-rubric-impact").check()
    for key, where in (("service", "1"), ("loyal", "2"), ("harmonious", "3")):
        page.locator(f"[name=values-{key}]").select_option(where)
    page.get_by_role("button", name="Periksa & kirim").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa jawaban Anda")
    page.wait_for_load_state()  # a page that is still on its way has no width
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#password").fill("keliru-sekali-8")
    page.get_by_role("button", name="Tanda tangani dan kirim").click()
    expect(page.locator("#password-error")).to_contain_text("Kata sandi tidak cocok")
    expect(page.locator("#password")).to_have_value("")
    page.locator("#password").fill("pelecing-kangkung-9")
    page.get_by_role("button", name="Tanda tangani dan kirim").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("sudah dikirim")
    page.get_by_role("link", name="Baca yang dikirim").click()
    page.wait_for_load_state()  # a page that is still on its way has no width
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert "dengan kata sandi" in page.inner_text("main")


def test_what_a_search_found_and_what_is_signed_stand_on_a_phone_without_barriers(carol, house, place, accessible):
    page = carol(width=360, height=740)
    page.goto(f"/tasks/{place[1]}?find=nominee&q=er")
    expect(page.get_by_label("Erin", exact=False)).to_be_visible()
    accessible(page)
    answers = {"nominee": house.ref("erin"), "rubric": {"clarity": "1", "impact": "2"}}
    cases.save_draft(house.rt, place[1], answers, actor=house.actor("carol"), seen=0)
    page.goto(f"/tasks/{place[1]}/check")
    expect(page.locator("#password")).to_be_visible()
    accessible(page)


def test_on_a_phone_each_criterion_is_a_card(carol, place):
    page = carol(width=360, height=740)
    levels = page.locator("#f-rubric .marks-row").first.locator(".mark")
    first, second = (levels.nth(at).bounding_box() for at in (0, 1))
    assert second["y"] > first["y"] + first["height"] - 1
    page.set_viewport_size({"width": 1280, "height": 900})
    first, second = (levels.nth(at).bounding_box() for at in (0, 1))
    assert abs(second["y"] - first["y"]) < 2 and second["x"] > first["x"]
