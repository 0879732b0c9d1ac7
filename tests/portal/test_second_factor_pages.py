"""The pages of second factors over HTTP: signing in with one, setting one up as the office asks, being asked again."""

import re
from base64 import b32decode
from dataclasses import replace
from html import unescape

import pytest

from engine import sessions
from engine.access import FOR_ALL, OFF, Access
from engine.core import totp
from engine.core.attempts import FREE
from engine.factors import authenticator, held
from engine.store.queries import accounts
from tests.portal.house import plain, value_of
from tests.portal.pages import OpenForm
from tests.portal.test_resuming import TEXT, kept
from tests.portal.test_resuming import sign_in as sign_in_again
from tests.verbs.town import CAST, PASSWORD

ASKED = "/sign-in/second-factor"
CODE = re.compile(r"\b(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}\b")


class Visitor:
    """A browser without JavaScript that signs in by itself."""

    def __init__(self, house):
        self.house, self.client = house, house.app.test_client()
        self.client.set_cookie("siklus_language", "id")

    def get(self, path, status=200):
        answer = self.client.get(path)
        assert answer.status_code == status, plain(answer.text)
        return answer

    def post(self, page, path, status=303, **data):
        token = value_of(self.get(page).text, "csrf_token")
        answer = self.client.post(path, data={"csrf_token": token, **data})
        assert answer.status_code == status, plain(answer.text)
        return answer

    def sign_in(self, name="carol", **more):
        return self.post("/sign-in", "/sign-in", name=CAST[name], password=PASSWORD, **more).location

    def show(self, code, status=303, **more):
        return self.post(ASKED, ASKED, status, code=code, **more)

    @property
    def token(self):
        found = self.client.get_cookie("siklus")
        return found.value if found else ""


@pytest.fixture
def visitor(house):
    return Visitor(house)


@pytest.fixture
def secret(house):
    """That of the app which carol has."""
    return app_of(house, "carol")[0]


def app_of(house, name):
    actor = house.actor(name)
    offer = authenticator.offer(house.rt, actor=actor, issuer="Siklus")
    secret = authenticator._offered(house.rt, actor, offer.token)
    session = house.browser(name).client.get_cookie("siklus").value
    made = authenticator.give(house.rt, actor=actor, token=offer.token, typed=code(house, secret), session=session)
    house.wait(seconds=60)
    return secret, made.codes


def code(house, secret):
    return totp.code_at(secret, totp.step_of(house.now))


def test_after_the_password_the_code_is_asked_and_leads_where_somebody_wanted(house, visitor, secret):
    assert visitor.sign_in(next="/sessions") == f"{ASKED}?next=%2Fsessions"
    half = visitor.token
    assert visitor.get("/", 303).location.startswith("/sign-in")
    assert "Kode ini tidak cocok" in plain(visitor.show("000000", 422).text)
    assert visitor.show(code(house, secret), next="/sessions").location == "/sessions"
    assert visitor.get("/sessions")
    assert visitor.token != half and sessions.whoami(house.rt, half, house.now) is None


def test_guessing_codes_is_answered_with_too_many_requests(visitor, secret):
    visitor.sign_in()
    for _ in range(FREE):
        visitor.show("000000", 422)
    answer = visitor.show("000000", 429)
    assert answer.headers["Retry-After"] == "30"


@pytest.mark.parametrize("following", ["//evil.example", "/\\evil.example", "https:evil.example"])
def test_the_second_step_leads_nowhere_else(house, visitor, secret, following):
    visitor.sign_in()
    assert visitor.show(code(house, secret), next=following).location == "/"


def test_a_form_that_outlived_its_session_comes_back_after_the_second_step_too(house):
    task = house.task(house.case(), "write_plan").ref
    browser, (secret, _) = house.browser("carol"), app_of(house, "carol")
    with house.rt.db.begin() as db:
        browser.client.set_cookie(
            "siklus",
            sessions.open_session(
                db, accounts.by_person(db, house.person("carol").id), "", house.now, factor=True
            ).token,
        )
    page = OpenForm(browser, f"/tasks/{task}")
    page["resources"] = TEXT
    house.wait(hours=13)
    answer = sign_in_again(browser, page.posted("draft").text)
    assert answer.status_code == 200 and "Langkah kedua" in plain(answer.text)
    again = OpenForm(browser, ASKED, form=ASKED, html=answer.text)
    wrong = browser.client.post(ASKED, data={**dict(again.fields), "code": "000000"})
    again = OpenForm(browser, ASKED, form=ASKED, html=wrong.text)
    done = browser.client.post(ASKED, data={**dict(again.fields), "code": code(house, secret)})
    assert done.location == f"/tasks/{task}" and kept(house, task)["resources"] == TEXT


def test_a_recovery_code_lets_in_and_says_that_it_is_used(house, visitor):
    _, codes = app_of(house, "carol")
    visitor.sign_in()
    visitor.show(codes[0])
    assert "kode itu tidak berlaku lagi" in plain(visitor.get("/").text)
    visitor.get("/security")


def test_who_has_nothing_to_show_here_goes_where_he_belongs(visitor):
    assert visitor.get(ASKED, 303).location == "/sign-in"
    visitor.sign_in()
    assert visitor.get(ASKED, 303).location == "/"


def secret_on(page):
    typed = re.search(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", plain(page))[1]
    return b32decode(typed.replace(" ", ""))


def set_up(house, visitor, status=200, **more):
    """Set up an app by its page; what comes back."""
    page = visitor.get("/security/authenticator").text
    typed = code(house, secret_on(page))
    data = {"csrf_token": value_of(page, "csrf_token"), "offer": value_of(page, "offer"), "code": typed, **more}
    answer = visitor.client.post("/security/authenticator", data=data)
    assert answer.status_code == status, plain(answer.text)
    return answer


def test_where_the_office_asks_for_a_factor_it_is_set_up_right_after_the_password(house):
    house.rt = replace(house.rt, access=Access(second_factor=FOR_ALL))
    house._open()
    visitor = Visitor(house)
    assert visitor.sign_in() == "/security"
    assert visitor.get("/", 303).location == "/security"
    assert "Anda perlu mengaktifkan faktor kedua" in plain(visitor.get("/security").text)
    shown = set_up(house, visitor).text
    assert len(set(CODE.findall(plain(shown)))) == 10 and 'href="/"' in shown
    visitor.get("/")
    again = Visitor(house)
    assert again.sign_in().startswith(ASKED)


def test_recovery_codes_are_never_shown_again(house, visitor):
    visitor.sign_in()
    shown = CODE.findall(plain(set_up(house, visitor).text))
    assert shown and not CODE.findall(
        plain(visitor.get("/security").text + visitor.get("/security/recovery-codes").text)
    )


def test_changing_factors_asks_once_more_who_it_is(house, visitor):
    visitor.sign_in()
    house.wait(minutes=11)
    asked = set_up(house, visitor, 403)
    assert "Pastikan ini Anda" in plain(asked.text)
    form = dict(OpenForm(visitor, "/security/authenticator", form="/security/authenticator?", html=asked.text).fields)
    answer = visitor.client.post("/security/authenticator", data={**form, "confirm_password": PASSWORD})
    assert answer.status_code == 200 and CODE.findall(plain(answer.text))
    visitor.get("/security")
    house.wait(minutes=11)
    for path in ("/security/recovery-codes", "/security/authenticator/remove"):
        visitor.post("/security", path, 403)
    assert held.held(house.rt, house.person("carol").id).authenticator_since


def test_the_last_factor_is_removed_after_a_warning(house, visitor):
    visitor.sign_in()
    set_up(house, visitor)
    assert "faktor kedua Anda yang terakhir" in plain(visitor.get("/security/authenticator/remove").text)
    visitor.post("/security", "/security/authenticator/remove")
    assert "hanya dijaga kata sandi" in plain(visitor.get("/security").text)
    visitor.get("/security/authenticator/remove", 404)


def test_an_offer_that_was_altered_or_is_wrong_shows_a_way_on(house, visitor):
    visitor.sign_in()
    assert "terlalu lama terbuka" in plain(set_up(house, visitor, 422, offer="forged").text)
    assert "Kode ini tidak cocok" in plain(set_up(house, visitor, 422, code="000000").text)


def test_where_factors_are_off_nobody_sets_one_up_and_who_has_one_is_still_asked(house, secret):
    house.rt = replace(house.rt, access=Access(second_factor=OFF))
    house._open()
    visitor = Visitor(house)
    assert visitor.sign_in().startswith(ASKED)
    visitor.show(code(house, secret))
    visitor.get("/security")
    visitor.get("/security/authenticator", 404)


def test_no_page_of_a_half_session_names_what_the_account_may(house, visitor, secret):
    visitor.sign_in()
    page = unescape(visitor.get(ASKED).text)
    assert "/sign-out" in page and "/security" not in page and "account-menu" not in page
