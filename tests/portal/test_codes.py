"""The pages for one-time codes over HTTP: the same answers for everybody, and a session for whoever has the code."""

from dataclasses import replace
from functools import partial

import pytest
from flask import Blueprint
from sqlalchemy import select

from engine import sessions
from engine.mail import Folder
from engine.store.tables.work import Outbox
from engine.web.actor import permit, require_actor
from engine.web.app import create_web
from engine.web.context import Settings, Wiring
from portal import auth, codes
from tests.portal.test_auth import Browser
from tests.verbs.opening import give_code
from tests.verbs.town import CAST, Town

GOOD = "empat-puluh perahu cadik"
pytestmark = pytest.mark.parametrize("filled_db", ["sqlite"], indirect=True)  # the verbs are tested on both


@pytest.fixture
def town(filled_db, tmp_path):
    town = Town.over(filled_db("town_carol_dan", lambda db: Town(db, accounts=("carol", "dan"))))
    town.rt = replace(town.rt, mail=Folder(tmp_path / "mail", "siklus@tirta.go.id"))
    return town


@pytest.fixture
def browser(town):
    app = create_web(town.rt, Wiring(whoami=partial(sessions.whoami, town.rt)), Settings(strict_words=True))
    pages = Blueprint("pages", __name__)
    pages.get("/")(permit("signed_in")(lambda: require_actor().name))
    for blueprint in (pages, auth.pages, codes.pages):
        app.register_blueprint(blueprint)
    return Browser(app)


def activate(browser, code, **changes):
    given = {"name": CAST["erin"], "check_code": code, "new_password": GOOD, "again_password": GOOD}
    return browser.send("/activate", {**given, **changes})


def test_whoever_has_a_code_sets_a_password_and_is_in(town, browser):
    code = give_code(town.rt, town.actor("dan"), town.ref("erin")).code
    answer = activate(browser, code)
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/").text == "Erin"


def test_the_page_keeps_name_and_code_and_never_a_password(town, browser):
    code = give_code(town.rt, town.actor("dan"), town.ref("erin")).code
    answer = activate(browser, code, new_password="pendek", again_password="pendek")
    assert answer.status_code == 422
    assert CAST["erin"] in answer.text and code in answer.text and 'value="pendek"' not in answer.text
    assert activate(browser, code, again_password="lain").status_code == 422
    assert activate(browser, code).status_code == 303


def test_a_known_and_an_unknown_name_get_the_same_page(town, browser):
    give_code(town.rt, town.actor("dan"), town.ref("erin"))
    pages = []
    for name in (CAST["erin"], CAST["carol"], "199003032015032999"):
        answer = activate(browser, "7K3M-9QXD-2WTH", name=name)
        assert answer.status_code == 422
        pages.append(answer.text.replace(name, "NAME").partition("<main")[2].replace(token(answer), ""))
    assert pages[0] == pages[1] == pages[2]


def token(answer):
    return answer.text.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_asking_for_a_code_answers_everybody_alike_and_leads_to_where_it_is_used(town, browser):
    for name in (CAST["carol"], "nobody@tirta.go.id"):
        answer = browser.send("/forgotten", {"name": name})
        assert (answer.status_code, answer.location) == (303, "/activate")
        assert "Bila akun itu ada" in browser.get("/activate").text
    with town.rt.db.read() as db:
        assert db.execute(select(Outbox.kind)).scalars().all().count("accounts.asked") == 2


def test_asking_too_often_is_slowed(browser):
    for _ in range(5):
        browser.send("/forgotten", {"name": CAST["carol"]})
    answer = browser.send("/forgotten", {"name": CAST["carol"]})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")


def test_where_no_mail_is_sent_the_page_says_whom_to_ask(town):
    rt = replace(town.rt, mail=None)
    app = create_web(rt, Wiring(), Settings(strict_words=True))
    for blueprint in (auth.pages, codes.pages):
        app.register_blueprint(blueprint)
    page = Browser(app).get("/forgotten").text
    assert "tidak mengirim surel" in page and 'name="name"' not in page
