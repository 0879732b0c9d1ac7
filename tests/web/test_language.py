"""The language of a request: Indonesian first, the account's, then the chosen one; and the words of templates."""

from datetime import UTC, date, datetime

import pytest
from flask import g, render_template_string

from engine.web.language import left, zone
from tests.web.site import NOW


def language_of(answer):
    return answer.text.split('<html lang="')[1].split('"')[0]


def test_a_page_is_indonesian_even_in_an_english_browser(client):
    assert language_of(client.get("/look", headers={"Accept-Language": "en-US,en"})) == "id"


def test_the_account_chooses_the_language_and_the_zone(as_, site):
    assert language_of(as_("erin-token").get("/look")) == "en"
    with site.test_request_context("/", headers={"Cookie": "siklus=erin-token", "Host": "localhost"}):
        assert zone() == "Asia/Jayapura"


def test_the_switch_is_remembered_and_leads_back_to_the_page(client, token_of):
    form = {"language": "en", "next": "/look?q=1", "csrf_token": token_of(client)}
    answer = client.post("/language", data=form)
    assert (answer.status_code, answer.location) == (303, "/look?q=1")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("siklus_language"))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert language_of(client.get("/look")) == "en"


def test_an_unknown_language_is_refused(client, token_of):
    answer = client.post("/language", data={"language": "xx", "csrf_token": token_of(client)})
    assert answer.status_code == 400 and "xx" in answer.text


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "https:evil", "https://evil.example/", "/x\r\nSet-Cookie: a=b", "/nowhere",
     "javascript:alert(1)", "", "/echo", "/static/x/css/app.css", "///", "/%0d%0aX: y"],
)  # fmt: skip
def test_the_switch_never_leads_anywhere_but_to_a_page_of_ours(client, token_of, target):
    form = {"language": "en", "next": target, "csrf_token": token_of(client)}
    answer = client.post("/language", data=form)
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (date(2026, 3, 2), "Hari ini", "warn"),
        (date(2026, 3, 3), "Besok", "warn"),
        (date(2026, 3, 5), "3 hari lagi", "warn"),
        (date(2026, 3, 6), "4 hari lagi", "plain"),
        (date(2026, 3, 1), "Terlambat 1 hari", "bad"),
        (datetime(2026, 3, 2, 1, 0, tzinfo=UTC), "Terlambat, berakhir hari ini", "bad"),
        (datetime(2026, 3, 2, 17, 0, tzinfo=UTC), "Hari ini", "warn"),  # 24:00 in Jakarta
    ],
)
def test_days_left_are_said_in_words_on_the_local_calendar(site, due, words, tone):
    with site.test_request_context("/", base_url="http://localhost"):
        found = left(due)
        assert (found.words, found.tone) == (words, tone)


def test_filters_write_times_for_machines_and_people_and_escape(site):
    with site.test_request_context("/", base_url="http://localhost"):
        g.signed_in = None
        shown = render_template_string(
            "{{ at|date }} {{ at|moment }} {{ none|moment }}{{ 1234|number }} {{ 5|percent }} "
            "{{ t('nav.account', name='<b>') }}",
            at=NOW,
        )
    assert shown == (
        '<time datetime="2026-03-02T02:00:00+00:00">2 Maret 2026</time> '
        '<time datetime="2026-03-02T02:00:00+00:00">2 Maret 2026 pukul 09.00 WIB</time> 1.234 5% Akun &lt;b&gt;'
    )
