"""Second factors in a real browser, with a key of Chromium's own: set up, signed in by, copied, stolen, removed."""

import base64
import json
from contextlib import contextmanager
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from engine.core import totp
from engine.core.errors import SignInRefused
from engine.factors import passkeys
from engine.store.tables.factors import Passkey
from tests.browser.hands import Keyboard
from tests.portal.house import value_of
from tests.serving import serve
from tests.verbs.town import CAST, PASSWORD

WORDS = {
    "id": {"name": "Nama kunci", "add": "Tambahkan kunci sandi", "use": "Gunakan kunci sandi",
           "enter": "Masuk dengan kunci sandi", "remove": "Hapus", "code": "Kode dari aplikasi", "go": "Aktifkan",
           "kept": "Sudah saya simpan", "manual": "Tidak dapat memindai?", "refused": "Kunci sandi ini tidak dikenal"},
    "en": {"name": "Name of the key", "add": "Add a passkey", "use": "Use a passkey",
           "enter": "Sign in with a passkey", "remove": "Remove", "code": "Code from the app", "go": "Activate",
           "kept": "I have kept them", "manual": "Cannot scan?", "refused": "This passkey is unknown"},
}  # fmt: skip


@contextmanager
def served(house):
    """The house under the one name for which browsers allow passkeys over http."""
    with serve(house.app) as url:
        yield url.replace("127.0.0.1", "localhost")


def device(page, verified=True):
    """A key in the browser's own device; answers how to ask and change it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    about = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    about |= {"isUserVerified": verified, "automaticPresenceSimulation": True}
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": about})
    return session, made["authenticatorId"]


def signed_in(house, open_page, url, name="carol", **how):
    """A page of somebody who has shown his password, in the language of the browser."""
    page = open_page(url, "/sign-in", **how)
    token = house.browser(name).client.get_cookie("siklus").value
    cookies = [{"name": "siklus", "value": token}, {"name": "siklus_language", "value": how.get("language", "id")}]
    page.context.add_cookies([{**cookie, "url": url} for cookie in cookies])
    return page


def enter(page, name="carol"):
    page.goto("/sign-in")
    page.locator("#name").fill(CAST[name])
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")


def add_key(page, words):
    page.goto("/security")
    page.get_by_label(words["name"]).fill("Laptop kantor")
    page.get_by_role("button", name=words["add"]).click()
    expect(page.locator("#notices .notice-good")).to_be_visible()


def fits(page, accessible):
    """No barrier in the width at hand, and nothing beside the screen in either width."""
    accessible(page)
    size = page.viewport_size
    for width in (360, 1280):
        page.set_viewport_size({**size, "width": width})
        beside = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beside <= 0, f"{page.url} is wider than {width} px"
    page.set_viewport_size(size)


@pytest.mark.parametrize(("language", "width"), [("id", 360), ("en", 1280)])
def test_an_app_and_a_passkey_are_set_up_and_let_in(house, open_page, accessible, language, width):
    words = WORDS[language]
    with served(house) as url:
        page = signed_in(house, open_page, url, language=language, width=width)
        device(page)
        page.goto("/security")
        fits(page, accessible)
        page.goto("/security/authenticator")
        page.get_by_text(words["manual"]).click()
        fits(page, accessible)
        secret = base64.b32decode(page.locator("details strong.code").inner_text().replace(" ", ""))
        page.get_by_label(words["code"]).fill(totp.code_at(secret, totp.step_of(house.now)))
        page.get_by_role("button", name=words["go"]).click()
        expect(page.locator("ol.codes li")).to_have_count(10)
        fits(page, accessible)
        page.get_by_role("link", name=words["kept"]).click()
        add_key(page, words)
        fits(page, accessible)
        page.context.clear_cookies(name="siklus")
        enter(page)
        fits(page, accessible)
        Keyboard(page).press(page.get_by_role("button", name=words["use"]))
        page.wait_for_url(f"{url}/")
        page.context.clear_cookies(name="siklus")
        page.goto("/sign-in?next=/security")
        fits(page, accessible)
        Keyboard(page).press(page.get_by_role("button", name=words["enter"]))
        page.wait_for_url(f"{url}/security")
        page.get_by_role("link", name=words["remove"]).last.click()
        fits(page, accessible)
        page.get_by_role("button", name=words["remove"]).click()
        expect(page.locator(".task-list li")).to_have_count(0)


@pytest.fixture
def holder(house, open_page):
    """Somebody before the page for signing in, whose browser has a key for us."""
    with served(house) as url:
        page = signed_in(house, open_page, url)
        session, key = device(page)
        add_key(page, WORDS["id"])
        page.context.clear_cookies(name="siklus")
        page.goto("/sign-in")
        yield url, page, session, key


def answered(page):
    """What the browser's key signs for the page as it stands, kept from being sent."""
    with page.expect_request("**/sign-in/passkey") as sent:
        page.get_by_role("button", name=WORDS["id"]["enter"]).click()
    return parse_qs(sent.value.post_data)["credential"][0]


def test_a_replayed_assertion_is_refused(house, holder):
    url, page, _, _ = holder
    answer = answered(page)
    page.wait_for_url(f"{url}/")
    client = house.app.test_client()
    token = value_of(client.get("/sign-in").text, "csrf_token")
    again = client.post("/sign-in/passkey", data={"csrf_token": token, "credential": answer}, base_url=url)
    assert again.headers["Location"] == "/sign-in"
    assert WORDS["id"]["refused"] in client.get("/sign-in").text
    assert client.get("/").status_code == 303, "nobody is signed in"


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:1"])
def test_an_assertion_for_another_address_is_refused(house, holder, origin):
    url, page, _, _ = holder
    page.route("**/sign-in/passkey", lambda route: route.abort())
    answer = answered(page)
    with pytest.raises(SignInRefused):
        passkeys.sign_in(house.rt, answer=answer, origin=origin, agent="")
    assert passkeys.sign_in(house.rt, answer=answer, origin=url, agent=""), "under its own address it holds"


def test_a_challenge_is_answered_within_ten_minutes_and_is_ours(house, holder):
    url, page, _, _ = holder
    page.route("**/sign-in/passkey", lambda route: route.abort())
    answer = json.loads(answered(page))
    house.now += passkeys.challenges.LIFETIME * 1.1
    with pytest.raises(SignInRefused):
        passkeys.sign_in(house.rt, answer=json.dumps(answer), origin=url, agent="")


def test_a_copied_key_is_noticed_by_its_count(house, holder):
    _, page, _, _ = holder
    with house.rt.db.begin() as db:
        db.execute(update(Passkey).values(sign_count=1_000_000))
    page.get_by_role("button", name=WORDS["id"]["enter"]).click()
    expect(page.locator("#notices .notice-bad")).to_contain_text(WORDS["id"]["refused"])


def test_a_key_whose_owner_the_device_did_not_recognise_shows_nothing(house, holder):
    _, page, session, key = holder
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.get_by_role("button", name=WORDS["id"]["enter"]).click()
    expect(page.locator("[data-passkey-error]")).to_be_visible()


def test_a_removed_key_opens_nothing(house, holder):
    _, page, _, _ = holder
    with house.rt.db.begin() as db:
        db.execute(Passkey.__table__.delete())
    page.get_by_role("button", name=WORDS["id"]["enter"]).click()
    expect(page.locator("#notices .notice-bad")).to_contain_text(WORDS["id"]["refused"])


def test_a_key_of_another_person_is_no_second_factor_of_mine(house, holder, open_page):
    url, page, _, _ = holder
    page.route("**/sign-in/passkey", lambda route: route.abort())
    answer = answered(page)
    with house.rt.db.read() as db:
        assert db.execute(select(Passkey.person_id)).scalar_one() == house.person("carol").id
    token = house.browser("dan").client.get_cookie("siklus").value
    with pytest.raises(SignInRefused):
        about = {"actor": house.actor("dan"), "session": "", "token": token, "origin": url}
        passkeys.show(house.rt, answer=answer, **about)


def test_without_javascript_or_under_another_name_there_is_no_passkey_and_the_page_says_so(house, open_page):
    with served(house) as url:
        page = signed_in(house, open_page, url, javascript=False)
        page.goto("/security")
        expect(page.get_by_text("Peramban ini tidak mendukung kunci sandi")).to_be_visible()
        expect(page.get_by_role("button", name=WORDS["id"]["add"])).to_be_hidden()
        by_number = url.replace("localhost", "127.0.0.1")
        page = signed_in(house, open_page, by_number)
        page.goto("/security")
        expect(page.get_by_text("Kunci sandi hanya dapat dipakai di alamat resmi")).to_be_visible()
