"""Signing in and out over HTTP: one wording for every failure, ways back only to pages of ours, sessions that end."""

import re
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from flask import Blueprint
from markupsafe import escape

from engine import accounts, demo, people, sessions
from engine.core.case import SYSTEM
from engine.core.messages import Message
from engine.core.times import to_text
from engine.documents import read_yaml
from engine.store.queries import accounts as queries
from engine.store.queries import attempts
from engine.web.actor import permit, require_actor
from engine.web.app import create_web
from engine.web.context import Settings, Wiring
from portal import auth
from tests.verbs.town import CAST, PASSWORD, Town, runtime

ROOT = Path(__file__).parent.parent.parent
GOOD = "empat-puluh perahu cadik"
CAROL = {"name": CAST["carol"], "password": PASSWORD}


@pytest.fixture
def town(filled_db):
    return Town.over(filled_db("town_carol_dan", lambda db: Town(db, accounts=("carol", "dan"))))


@pytest.fixture
def app(town):
    app = create_web(town.rt, Wiring(whoami=partial(sessions.whoami, town.rt)), Settings(strict_words=True))
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    @pages.get("/cases/<ref>")
    @permit("signed_in")
    def home(ref=""):
        return require_actor().name

    app.register_blueprint(pages)
    app.register_blueprint(auth.pages)
    return app


class Browser:
    """A client that sends the CSRF token of the form that it has opened."""

    def __init__(self, app, agent="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"):
        self.client = app.test_client()
        self.headers = {"User-Agent": agent}

    def get(self, path, **options):
        return self.client.get(path, headers=self.headers, **options)

    def send(self, path, data=None, form=None, **options):
        page = self.get(form or path).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        data = {"csrf_token": token, **(data or {})}
        return self.client.post(path, data=data, headers=self.headers, **options)

    def sign_in(self, **changes):
        return self.send("/sign-in", {**CAROL, **changes})

    @property
    def token(self):
        return self.client.get_cookie("siklus").value


@pytest.fixture
def browser(app):
    return Browser(app)


@pytest.fixture
def carol(browser):
    assert browser.sign_in().status_code == 303
    return browser


def test_one_signs_in_and_comes_to_the_page_that_was_asked_for(browser):
    asked = browser.get("/cases/abc?tab=2")
    assert (asked.status_code, asked.location) == (303, "/sign-in?next=%2Fcases%2Fabc%3Ftab%3D2")
    assert 'value="/cases/abc?tab=2"' in browser.get(asked.location).text
    answer = browser.sign_in(next="/cases/abc?tab=2")
    assert (answer.status_code, answer.location) == (303, "/cases/abc?tab=2")
    assert browser.get(answer.location).text == "Carol"


FOREIGN = [
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example", "///evil",
    "javascript:alert(1)", "/sign-in\r\nLocation: https://evil.example", "/%0d%0aX", "\t//evil.example", "/nowhere",
    "/sign-out", "cases/abc", "", " /cases/abc", "data:text/html,x", "/..//evil.example",
    "//127.0.0.1/",
]  # fmt: skip


def test_a_way_that_no_column_could_keep_is_refused_whole(browser):
    assert browser.sign_in(next="/cases/abc\0").status_code == 400


@pytest.mark.parametrize("place", FOREIGN)
def test_no_way_leads_to_another_place_after_signing_in(browser, place):
    assert browser.sign_in(next=place).location == "/"
    assert browser.client.get("/sign-in", query_string={"next": place}).location == "/", "nor when one is signed in"


def test_the_session_cookie_is_for_this_site_and_not_for_scripts(browser):
    cookie = next(value for value in browser.sign_in().headers.getlist("Set-Cookie") if value.startswith("siklus="))
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert not re.search(r"expires|max-age|domain", cookie, re.IGNORECASE)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_page(app, language):
    pages = []
    for name in (CAST["carol"], CAST["mallory"], "199003032015032999"):
        browser = Browser(app)
        browser.client.set_cookie("siklus_language", language)
        answer = browser.sign_in(name=name, password="salah-sekali-lagi")
        assert answer.status_code == 422
        assert app.extensions["siklus"].words.say(Message("accounts.sign_in_refused"), language) in answer.text
        drawn = r'name="csrf_token" value="[^"]+"|data-options="[^"]+"'
        pages.append(re.sub(drawn, "", answer.text.replace(name, "NAME")))
    assert pages[0] == pages[1] == pages[2]


def test_the_page_keeps_the_name_and_never_the_password(browser):
    answer = browser.sign_in(name="  siti@contoh.go.id", password="salah-sekali-lagi")
    assert "siti@contoh.go.id" in answer.text
    assert "salah-sekali-lagi" not in answer.text
    assert "siklus=" not in "".join(answer.headers.getlist("Set-Cookie"))


def test_empty_fields_are_named_and_nothing_is_tried(browser, town):
    answer = browser.sign_in(name=" ", password="")
    assert answer.status_code == 422
    assert 'href="#name"' in answer.text and 'href="#password"' in answer.text
    with town.rt.db.read() as db:
        assert attempts.tries(db, "", "127.0.0.1", town.now).all.count == 0


def test_after_five_failures_the_page_says_how_long_to_wait(browser, town):
    for _ in range(5):
        browser.sign_in(password="salah-sekali-lagi")
    answer = browser.sign_in()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    town.wait(seconds=30)
    assert browser.sign_in().status_code == 303


def test_a_form_without_its_token_signs_nobody_in(browser):
    browser.get("/sign-in")
    answer = browser.client.post("/sign-in", data=CAROL)
    assert answer.status_code == 400
    assert browser.client.get_cookie("siklus") is None


def test_no_page_hands_back_a_password_that_came_without_the_token_of_its_form(browser, carol):
    secret = {"old_password": "rahasia-lama-77", "new_password": "rahasia-baru-88", "again_password": "rahasia-baru-88"}
    for path, data in (("/password", secret), ("/sign-in", {"name": "carol", "password": "rahasia-lama-77"})):
        answer = carol.client.post(path, data=data)
        assert answer.status_code == 400
        assert "rahasia" not in answer.text
    names = re.findall(r'<input[^>]*type="password"[^>]*name="([^"]+)"|<input[^>]*name="([^"]+)"[^>]*type="password"',
                       browser.get("/password").text)  # fmt: skip
    assert {one or other for one, other in names} == set(secret)


def test_a_planted_session_is_ended_and_replaced_by_signing_in(app, town, browser):
    attacker = Browser(app)
    attacker.sign_in(name=CAST["dan"])
    browser.client.set_cookie("siklus", attacker.token)
    browser.send("/sign-in", CAROL, form="/password")
    assert browser.token != attacker.token
    assert browser.get("/").text == "Carol"
    assert sessions.whoami(town.rt, attacker.token, town.now) is None


def test_signing_out_ends_the_session_everywhere_and_says_so(app, carol):
    token = carol.token
    answer = carol.send("/sign-out", form="/sessions")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert "Anda sudah keluar." in carol.get("/sign-in").text
    assert carol.client.get_cookie("siklus") is None
    copied = Browser(app)
    copied.client.set_cookie("siklus", token)
    assert copied.get("/").status_code == 303, "the copied cookie opens nothing"


def test_signing_out_by_a_link_is_not_possible(carol):
    assert carol.get("/sign-out").status_code == 405
    assert carol.get("/").text == "Carol"


def test_a_password_that_somebody_else_gave_is_changed_before_anything_else(town, browser):
    with town.rt.db.begin() as db:
        at, hashed = to_text(town.now), accounts.hash_password(GOOD)
        queries.set_password(db, town.person("carol").id, hashed, at, must_change=True)
    assert browser.sign_in(password=GOOD, next="/cases/abc").location == "/password"
    assert browser.get("/").location == "/password"
    assert "dibuat oleh pengelola" in browser.get("/password").text
    changed = browser.send(
        "/password",
        {"old_password": GOOD, "new_password": "sepuluh-bukit gersang", "again_password": "sepuluh-bukit gersang"},
    )
    assert (changed.status_code, changed.location) == (303, "/")
    assert browser.get("/").text == "Carol"


def test_changing_the_password_keeps_this_browser_and_ends_the_others(app, carol):
    other = Browser(app)
    other.sign_in()
    before = carol.token
    answer = carol.send("/password", {"old_password": PASSWORD, "new_password": GOOD, "again_password": GOOD})
    assert (answer.status_code, answer.location) == (303, "/")
    assert carol.token != before
    assert carol.get("/").text == "Carol"
    assert other.get("/").status_code == 303


BAD_CHANGES = {
    "wrong": ({"old_password": "salah-sekali-lagi"}, "old_password"),
    "short": ({"new_password": "pendek", "again_password": "pendek"}, "new_password"),
    "different": ({"again_password": "empat-puluh perahu"}, "again_password"),
    "empty": ({"new_password": "", "again_password": ""}, "new_password"),
    "missing": ({"old_password": ""}, "old_password"),
}


@pytest.mark.parametrize(("change", "field"), BAD_CHANGES.values(), ids=BAD_CHANGES.keys())
def test_a_bad_change_of_password_says_which_field(carol, change, field):
    answer = carol.send("/password", {"old_password": PASSWORD, "new_password": GOOD, "again_password": GOOD, **change})
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert PASSWORD not in answer.text and GOOD not in answer.text
    assert carol.get("/").text == "Carol"


def test_one_sees_his_sessions_and_ends_one_or_all_others(app, town, carol):
    phone = Browser(app, "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36")
    odd = Browser(app, "<script>alert(1)</script>")
    for browser in (phone, odd):
        town.wait(seconds=1)
        browser.sign_in()
    page = carol.get("/sessions").text
    assert "Firefox di Linux" in page and "Chrome di Android" in page and "Tidak dikenal" in page
    assert "<script>alert" not in page
    assert len(re.findall(r'action="/sessions/[0-9a-f]{32}/end"', page)) == 2, "this one is not offered"
    last_seen_first = re.findall(r"/sessions/([0-9a-f]{32})/end", page)
    assert carol.send(f"/sessions/{last_seen_first[0]}/end", form="/sessions").location == "/sessions"
    assert (odd.get("/").status_code, phone.get("/").text) == (303, "Carol")
    carol.send("/sessions/end-others", form="/sessions")
    assert (phone.get("/").status_code, carol.get("/").text) == (303, "Carol")


def test_the_menu_of_the_account_leads_to_the_sessions(carol):
    page = carol.get("/password").get_data(as_text=True)
    assert 'href="/sessions"' in page and "Sesi saya" in page


def test_nobody_ends_the_session_of_somebody_else(app, town, carol):
    dan = Browser(app)
    dan.sign_in(name=CAST["dan"])
    (hers,) = sessions.sessions(town.rt, actor=town.actor("carol"))
    assert dan.send(f"/sessions/{hers.ref}/end", form="/sessions").status_code == 404
    assert carol.get("/").text == "Carol"


def test_without_a_session_only_the_way_in_is_open(browser):
    for path in ("/password", "/sessions", "/"):
        assert browser.get(path).location.startswith("/sign-in?next=")


def test_the_accounts_of_the_demo_are_shown_where_a_demo_was_loaded(town, browser):
    city, _ = read_yaml((ROOT / "workflows/demo/city.yaml").read_bytes(), "city.yaml")
    shown = {post for post, *_ in demo.CAST}
    accounts_shown = [entry for entry in city["accounts"] if entry["person"] in shown]
    people.load(town.rt, {**city, "accounts": accounts_shown}, actor=SYSTEM, password=demo.PASSWORD)
    page = browser.get("/sign-in").text
    assert "Kota contoh" in page and demo.PASSWORD in page
    for entry in city["people"]:
        if entry["key"] in shown:
            assert escape(entry["name"]) in page and entry["nip"] in page
    first = next(entry["nip"] for entry in city["people"] if entry["key"] == demo.CAST[0][0])
    assert browser.sign_in(name=first, password=demo.PASSWORD).location == "/"


def test_nothing_of_a_demo_is_shown_in_an_empty_installation(db):
    rt = runtime(db, lambda: datetime(2026, 3, 2, tzinfo=UTC))
    app = create_web(rt, Wiring(), Settings(strict_words=True))
    app.register_blueprint(auth.pages)
    page = app.test_client().get("/sign-in")
    assert page.status_code == 200
    assert demo.PASSWORD not in page.text and "Kota contoh" not in page.text
