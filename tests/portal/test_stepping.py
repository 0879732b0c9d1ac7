"""Being asked once more who one is: ten minutes after the last time; what was sent is kept, nothing is done before."""

import re
from functools import partial

import pytest
from flask import Blueprint, request

from engine import sessions
from engine.web.actor import confirmed, permit
from engine.web.app import create_web
from engine.web.context import Settings, Wiring
from portal import auth
from portal.stepping import add_stepping
from tests.portal.test_auth import Browser
from tests.verbs.town import CAST, PASSWORD, Town

pytestmark = pytest.mark.parametrize("filled_db", ["sqlite"], indirect=True)  # what differs by database is below
SENT = {"reason": "Sesuai <SK> 12/2026", "unit": "north", "old_password": "never carried"}


@pytest.fixture
def town(filled_db):
    return Town.over(filled_db("town_carol_dan", lambda db: Town(db, accounts=("carol", "dan"))))


@pytest.fixture
def done():
    return []


@pytest.fixture
def app(town, done):
    app = create_web(town.rt, Wiring(whoami=partial(sessions.whoami, town.rt)), Settings(strict_words=True))
    pages = Blueprint("pages", __name__)

    @pages.route("/publish", methods=["GET", "POST"])
    @permit("signed_in")
    @confirmed("publish")
    def publish():
        if request.method == "POST":
            done.append(request.form.to_dict(flat=False))
        return "done"

    app.register_blueprint(pages)
    app.register_blueprint(auth.pages)
    add_stepping(app)
    return app


@pytest.fixture
def carol(app):
    browser = Browser(app)
    assert browser.sign_in().status_code == 303
    return browser


def sent_again(browser, page, **more):
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    data = [(name, value.replace("&lt;", "<").replace("&gt;", ">")) for name, value in fields]
    return browser.client.post("/publish", data=dict([*data, *more.items()]), headers=browser.headers)


def test_whoever_has_just_signed_in_is_not_asked(carol, done):
    assert carol.send("/publish", SENT, form="/sessions").text == "done"
    assert len(done) == 1


def test_after_ten_minutes_he_is_asked_and_what_he_sent_is_done_once_with_its_body(town, carol, done):
    token = carol.token
    town.wait(minutes=10)
    assert carol.get("/publish").text == "done", "reading is not asked for"
    page = carol.send("/publish", SENT, form="/sessions")
    assert (page.status_code, done) == (403, [])
    assert "never carried" not in page.text
    assert sent_again(carol, page, confirm_password=PASSWORD).text == "done"
    assert [(sent["reason"], sent["unit"]) for sent in done] == [(["Sesuai <SK> 12/2026"], ["north"])]
    assert carol.token != token and sessions.whoami(town.rt, token, town.now) is None
    town.wait(minutes=9)
    assert carol.send("/publish", SENT, form="/sessions").text == "done"
    town.wait(minutes=1)
    assert carol.send("/publish", SENT, form="/sessions").status_code == 403


def test_a_wrong_password_does_nothing_and_keeps_what_was_sent(town, carol, done):
    town.wait(minutes=10)
    page = carol.send("/publish", SENT, form="/sessions")
    wrong = sent_again(carol, page, confirm_password="salah-sekali-lagi")
    assert (wrong.status_code, done) == (422, [])
    assert "salah-sekali-lagi" not in wrong.text and "Sesuai &lt;SK&gt;" in wrong.text
    assert sent_again(carol, wrong, confirm_password=PASSWORD).text == "done"


def test_guessing_from_a_stolen_session_is_slowed(town, carol, done):
    town.wait(minutes=10)
    page = carol.send("/publish", SENT, form="/sessions")
    for _ in range(5):
        sent_again(carol, page, confirm_password="salah-sekali-lagi")
    slow = sent_again(carol, page, confirm_password=PASSWORD)
    assert (slow.status_code, slow.headers["Retry-After"], done) == (429, "30", [])


def test_the_password_of_somebody_else_confirms_nothing(app, town, carol, done):
    town.wait(minutes=10)
    page = carol.send("/publish", SENT, form="/sessions")
    dan = Browser(app)
    dan.sign_in(name=CAST["dan"])
    stolen = sent_again(dan, page, confirm_password=PASSWORD)
    assert (stolen.status_code, done) == (400, []), "the page's secret is of another session"


def test_the_twelve_hours_of_a_session_do_not_begin_again(town, carol):
    began = sessions.sessions(town.rt, actor=town.actor("carol"))[0]
    town.wait(minutes=10)
    sent_again(carol, carol.send("/publish", SENT, form="/sessions"), confirm_password=PASSWORD)
    now = sessions.sessions(town.rt, actor=town.actor("carol"))
    assert [(one.created_at, one.expires_at) for one in now] == [(began.created_at, began.expires_at)]
