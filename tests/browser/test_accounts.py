"""From an administrator's slip to somebody's own password, and being asked once more who one is, in a real Chromium."""

import io
import re
import sqlite3

import pypdf
import pytest
from playwright.sync_api import expect

from engine import demo

HR = "198206272004121911"
GOOD = "empat puluh perahu cadik"
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
LOOKS = {"wide, English": (1280, "en"), "a telephone, Indonesian": (360, "id")}


@pytest.mark.parametrize(("width", "language"), LOOKS.values(), ids=LOOKS.keys())
def test_a_unit_gets_slips_and_one_of_its_people_sets_a_password_with_his(
    live_server, demo_city, open_page, accessible, width, language
):
    office = open_page(live_server, "/sign-in", language=language, width=width)
    sign_in(office, HR, demo.PASSWORD)
    office.goto(f"{live_server}/admin/accounts/")
    accessible(office)
    unit = office.locator("#unit option", has_text="Dinas Kesehatan").first.get_attribute("value")
    office.goto(f"{live_server}/admin/accounts/?unit={unit}&account=none")
    with office.expect_navigation():
        office.locator(".office-acts a").click()
    accessible(office)
    long_ago(demo_city)
    submit(office)
    accessible(office)
    office.locator("#confirm_password").fill("salah-sekali-lagi")
    submit(office)
    expect(office.locator(".error-summary")).to_be_visible()
    office.locator("#confirm_password").fill(demo.PASSWORD)
    submit(office)
    accessible(office)
    name, nip, code = slips(office)[0]
    expect(office.get_by_text(name)).to_have_count(0)

    his = open_page(live_server, "/sign-in", language=language, width=width)
    with his.expect_navigation():
        his.locator("a[href='/activate']").click()
    accessible(his)
    typed = {"#name": nip, "#check_code": code.lower(), "#new_password": GOOD, "#again_password": "lain sama sekali"}
    for field, text in typed.items():
        his.locator(field).press_sequentially(text)
    with his.expect_navigation():
        his.keyboard.press("Enter")
    accessible(his)
    expect(his.locator("#again_password")).to_have_attribute("aria-invalid", "true")
    his.locator("#check_code").fill(code)
    for field in ("#new_password", "#again_password"):
        his.locator(field).fill(GOOD)
    submit(his)
    expect(his).to_have_url(f"{live_server}/")
    his.goto(f"{live_server}/sessions")
    accessible(his)
    assert his.locator(".task-list li").count() == 1


def test_forgetting_the_password_where_no_mail_is_sent_leads_to_whom_to_ask(live_server, open_page, accessible):
    page = open_page(live_server, "/forgotten")
    accessible(page)
    expect(page.locator("main form")).to_have_count(0)


def sign_in(page, name, password):
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    submit(page)


def submit(page):
    with page.expect_navigation():
        press(page)


def press(page):
    page.locator("main form button.btn-primary:visible").last.click()


def slips(page):
    """Name, NIP and code of each slip of the file that the page hands over."""
    with page.expect_download() as handed:
        press(page)
    with open(handed.value.path(), "rb") as file:
        pages = pypdf.PdfReader(io.BytesIO(file.read())).pages
    lines = [line.strip() for text in (one.extract_text() for one in pages) for line in text.splitlines()]
    found = [(at, CODE.fullmatch(line)) for at, line in enumerate(lines)]
    return [(lines[at - 3].rstrip(","), lines[at - 2], match[0]) for at, match in found if match]


def long_ago(url):
    """Whoever is signed in has shown long ago who he is."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as db:
        db.execute("UPDATE web_session SET confirmed_at = '2020-01-01T00:00:00.000Z'")
    db.close()
