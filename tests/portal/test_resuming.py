"""A form sent after its session's end: the text comes back after signing in, to its own account and to nobody else."""

import re
from datetime import timedelta
from html import unescape

import pytest

from engine import cases, sessions
from tests.portal.house import plain
from tests.portal.pages import OpenForm, task_of_dan
from tests.verbs.stage import PLAN
from tests.verbs.town import CAST, PASSWORD

TEXT = "kendaraan roda dua <b>&"


@pytest.fixture
def case(house):
    return house.case()


@pytest.fixture
def task(house, case):
    return house.task(case, "write_plan").ref


@pytest.fixture
def carol(house):
    return house.browser("carol")


@pytest.fixture
def late(house, carol, task):
    """A page on which carol wrote until her session had ended."""
    page = OpenForm(carol, f"/tasks/{task}")
    page["resources"] = TEXT
    house.wait(hours=13)
    return page


def kept(house, task):
    return cases.draft_of(house.rt, task, actor=house.actor("carol"))


def sign_in(browser, page, name="carol", **changes):
    """Sign in on the page that a form was answered with."""
    form = OpenForm(browser, "/sign-in", form="/sign-in", html=page)
    data = {**dict(form.fields), "name": CAST[name], "password": PASSWORD, **changes}
    return browser.client.post("/sign-in", data=data)


@pytest.mark.parametrize("act", ["draft", "check"])
def test_the_text_is_saved_when_the_same_person_signs_in_again(house, carol, task, late, act):
    asked = late.posted(act)
    assert asked.status_code == 401 and "Sesi Anda berakhir sebelum isian tersimpan" in plain(asked.text)
    assert TEXT in unescape(asked.text)
    answer = sign_in(carol, asked.text)
    assert answer.location == f"/tasks/{task}" and kept(house, task)["resources"] == TEXT
    assert "Tulisan Anda dari sebelum sesi berakhir sudah disimpan" in plain(carol.get(answer.location))


def test_a_wrong_password_loses_nothing(house, carol, task, late):
    asked = late.posted()
    again = sign_in(carol, asked.text, password="salah-sekali-lagi")
    assert again.status_code == 422 and TEXT in unescape(again.text)
    empty = sign_in(carol, again.text, password="")
    assert sign_in(carol, empty.text).location == f"/tasks/{task}" and kept(house, task)["resources"] == TEXT


def test_another_person_gets_nothing_of_it(house, carol, task, late):
    asked = late.posted()
    answer = sign_in(carol, asked.text, name="dan")
    assert answer.location == "/" and kept(house, task) is None
    page = carol.get("/")
    assert "milik akun lain" in plain(page) and TEXT not in unescape(page)


def test_a_page_of_somebody_else_is_not_shown_to_whoever_is_signed_in_now(house, carol, task, late):
    dan = house.browser("dan")
    late["csrf_token"] = "of another session"
    asked = late.posted(client=dan.client)
    assert asked.status_code == 401 and TEXT not in unescape(asked.text)
    answer = sign_in(dan, asked.text)  # carol comes back to the computer
    assert answer.location == f"/tasks/{task}" and kept(house, task)["resources"] == TEXT


def test_a_page_of_an_earlier_session_of_the_same_person_is_shown_once_more(house, carol, task, late):
    later = house.browser("carol")
    asked = late.posted(client=later.client)
    assert asked.status_code == 400 and "belum tersimpan" in plain(asked.text) and kept(house, task) is None
    again = OpenForm(later, f"/tasks/{task}", html=asked.text)
    assert again["resources"] == TEXT and again["seen"] == "0"
    assert again.posted().status_code == 303 and kept(house, task)["resources"] == TEXT


def test_what_was_saved_meanwhile_is_joined_or_asked(house, carol, task, late):
    cases.save_draft(house.rt, task, {**PLAN, "resources": "dari kantor"}, actor=house.actor("carol"), seen=0)
    answer = sign_in(carol, late.posted().text)
    assert answer.status_code == 409 and "Pilih tulisan yang dipakai" in plain(answer.text)
    page = OpenForm(carol, f"/tasks/{task}", form=f"/tasks/{task}/draft", html=answer.text)
    mine = next(value for value in re.findall(r'value="(mine [^"]+)"', answer.text) if "resources" in value)
    for name, value in [(n, v) for n, v in re.findall(r'name="(_pick-\d+)" value="(theirs [^"]+)"', answer.text)]:
        page[name] = mine if "resources" in value else unescape(value)
    assert page.posted(do="choose").status_code == 303
    assert kept(house, task)["resources"] == TEXT and kept(house, task)["targets"] == PLAN["targets"]


def test_words_for_a_task_that_went_to_somebody_else_are_shown_to_their_writer(house, case, carol, task, late):
    house.send(case, "carol", "write_plan", PLAN)
    answer = sign_in(carol, late.posted().text)
    assert answer.status_code in (409, 422) and TEXT in unescape(answer.text)


def test_a_button_of_a_row_counts_as_pressed(house, carol, task, late):
    late["targets-0-result"] = "satu"
    sign_in(carol, late.posted(do="copy:targets:0").text)
    assert [row["result"] for row in kept(house, task)["targets"]] == ["satu", "satu"]


def carried(page):
    return unescape(re.search(r'name="carried" value="([^"]+)"', page)[1])


def flipped(text, at):
    return text[:at] + ("B" if text[at] == "A" else "A") + text[at + 1 :]


SPOILED = {
    "cut": lambda text: text[:-8],
    "another signature": lambda text: flipped(text, 0),
    "another text": lambda text: flipped(text, 60),
    "gone": lambda text: "",
    "no letters of base 64": lambda text: "é" * 50,
    "made up": lambda text: "x" * 40,
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED.keys())
def test_a_carried_text_that_was_altered_is_no_text(house, carol, task, late, spoil):
    asked = late.posted()
    answer = sign_in(carol, asked.text, carried=spoil(carried(asked.text)))
    assert answer.location == "/" and kept(house, task) is None


def test_a_carried_text_is_good_for_half_a_day(house, carol, task, late):
    asked = late.posted()
    house.now += timedelta(hours=12, minutes=1)
    again = sign_in(carol, asked.text, password="salah-sekali-lagi")
    assert "tidak terbawa" in plain(again.text) and TEXT not in unescape(again.text)
    assert sign_in(carol, asked.text).location == "/" and kept(house, task) is None


def test_the_page_for_signing_in_carries_no_password_and_no_secret(house, carol, task, late):
    late["password"] = "kata-sandi-tanda-tangan"
    asked = late.posted("submission")
    assert asked.status_code == 401 and "kata-sandi-tanda-tangan" not in asked.text
    sealed = sign_in(carol, asked.text, password="salah-sekali-lagi").text
    assert "kata-sandi-tanda-tangan" not in sealed


def test_a_form_without_an_owner_and_a_living_page_get_the_plain_answer(house, carol, task, late):
    living = late.posted(living=True)
    assert living.status_code == 401 and "carried" not in living.text
    late.fields = [pair for pair in late.fields if pair[0] != "_owner"]
    plainly = late.posted()
    assert plainly.status_code == 401 and "carried" not in plainly.text and TEXT in unescape(plainly.text)


def test_the_owner_of_a_page_cannot_be_made_up(house, carol, task, late):
    for made_up in (CAST["dan"], house.ref("dan"), "", "é", "x" * 500):
        late["_owner"] = made_up
        asked = late.posted()
        if "carried" in asked.text:
            assert sign_in(carol, asked.text, name="dan").location == "/"
    assert kept(house, task) is None


def test_a_session_says_whose_it_is_and_brings_a_token_that_counts(house, carol, task):
    page = OpenForm(carol, f"/tasks/{task}")
    found = carol.client.get("/session").json
    assert (
        found["owner"] == page["_owner"] and found["owner"] != house.browser("dan").client.get("/session").json["owner"]
    )
    page["csrf_token"] = found["csrf"]
    assert page.posted().status_code == 303
    sessions.sign_out(house.rt, carol.client.get_cookie("siklus").value)
    answer = carol.client.get("/session", headers={"X-Fragment": "1"})
    assert answer.status_code == 401 and "owner" not in answer.text.partition("<main")[0]


def test_a_device_keeps_nothing_where_it_was_switched_off(house, carol, task):
    assert "data-keep=" in carol.get(f"/tasks/{task}")
    assert carol.post("/sessions/device", {"keep": "off"}) == "/sessions"
    assert "data-keep=" not in carol.get(f"/tasks/{task}") and "tidak aktif" in plain(carol.get("/sessions"))
    assert carol.post("/sessions/device", {"keep": "on"}) == "/sessions"
    assert "data-keep=" in carol.get(f"/tasks/{task}")


def test_the_key_of_a_device_is_the_account_s_own(house, case, carol, task):
    house.send(case, "carol", "write_plan", PLAN)
    key = re.compile(r'data-keep="([^"]+)"')
    house.fire(case, "erin", "return_plan", reason="x")
    again = house.task(case, "write_plan").ref
    first = key.search(carol.get(f"/tasks/{again}"))[1]
    assert first == key.search(house.browser("carol").get(f"/tasks/{again}"))[1]
    assert first != key.search(house.browser("dan").get(f"/tasks/{task_of_dan(house)}"))[1]
