"""The first door: default deny, declared rights, session cookie."""

import pytest
from flask import Flask, Response

from engine.web.actor import declared, forget, permit, remember
from engine.web.context import Settings
from tests.web.site import make_site


@pytest.mark.parametrize(
    ("token", "path", "status"),
    [
        (None, "/look", 200),
        (None, "/staff", 303),
        (None, "/office", 303),
        (None, "/undeclared", 303),
        ("wrong", "/staff", 303),
        ("carol-token", "/staff", 200),
        ("carol-token", "/office", 403),
        ("carol-token", "/undeclared", 403),
        ("frank-token", "/office", 200),
        ("alice-token", "/office", 200),
        ("alice-token", "/undeclared", 403),
        ("new-token", "/staff", 303),
        ("new-token", "/password", 200),
    ],
)
def test_each_view_opens_to_those_it_declares_and_to_nobody_else(as_, token, path, status):
    assert as_(token).get(path).status_code == status


def test_a_stranger_is_sent_to_sign_in_and_will_come_back(client):
    answer = client.get("/staff?q=a%20b")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=%2Fstaff%3Fq%3Da%2520b")


def test_a_stranger_who_sends_a_form_is_told_so_with_his_text(site, client, token_of):
    site.add_url_rule("/work", "work", permit("signed_in")(lambda: "done"), methods=["POST"])
    answer = client.post("/work", data={"csrf_token": token_of(client), "plan": "Layanan <nifas>", "password": "hush"})
    assert answer.status_code == 401
    assert "Layanan &lt;nifas&gt;" in answer.text and "hush" not in answer.text


def test_a_fragment_gets_a_status_instead_of_a_redirect(client):
    assert client.get("/staff", headers={"X-Fragment": "1"}).status_code == 401


def test_whoever_must_change_his_password_goes_there_first(as_):
    assert as_("new-token").get("/staff").location == "/password"


def test_a_permit_without_rights_is_a_mistake_of_the_programmer():
    with pytest.raises(ValueError, match="names at least one"):
        permit()


def test_a_method_of_a_class_declares_for_itself_or_by_its_class():
    class Screen:
        permission = ("admin",)

        def index(self): ...

        @permit("auditor")
        def trail(self): ...

    assert declared(Screen().index) == ("admin",) and declared(Screen().trail) == ("auditor",)
    assert declared(lambda: None) == () and declared(None) == ()


@pytest.mark.parametrize(("https", "name"), [(False, "siklus"), (True, "__Host-siklus")])
def test_the_session_cookie_is_kept_from_scripts_and_bound_to_the_host_under_https(https, name):
    app: Flask = make_site(Settings(https=https, strict_words=True))
    with app.test_request_context("/", base_url="http://localhost"):
        given, taken = Response(), Response()
        remember(given, "a-token")
        forget(taken)
    cookie = given.headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=a-token;") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is https and "Domain" not in cookie and "Path=/" in cookie
    assert "Max-Age=0" in taken.headers["Set-Cookie"] and taken.headers["Set-Cookie"].startswith(f"{name}=;")


def test_the_secret_of_forms_changes_when_somebody_signs_in_or_out(site, client, token_of):
    @permit("public")
    def enter():
        answer = Response()
        remember(answer, "carol-token")
        return answer

    site.add_url_rule("/enter", "enter", enter, methods=["POST"])
    old = token_of(client)
    assert client.post("/enter", data={"csrf_token": old}).status_code == 200
    assert client.post("/echo", data={"csrf_token": old}).status_code == 400


def test_the_session_is_asked_for_once_a_request():
    asked = []
    app = make_site(whoami=lambda token, now: asked.append(token))
    client = app.test_client()
    client.set_cookie("siklus", "some-token")
    client.get("/look")
    assert asked == ["some-token"]
