"""Half a session, and one that must set up a second factor: each route, as three roles; there is no path around."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from engine import sessions
from engine.access import FOR_ALL, Access
from engine.store.queries import accounts, people
from engine.store.tables.people import Account
from tests.admin.city import CAST, NOW, City, copy_of
from tests.admin.routes import address, matrix

MATRIX = matrix()
ROLES = ("employee", "supervisor", "admin")
ASKED = "/sign-in/second-factor"
# Whoever is nobody yet may open these: the page for signing in, words, health, prints.
PUBLIC = {key for key, row in MATRIX.items() if row["anonymous"] not in (303, 401)} | {
    ("GET", ASKED),
    ("POST", "/sign-out"),
    ("POST", "/sign-in/passkey"),
}


@pytest.fixture(scope="module")
def office(loaded_city, tmp_path_factory):
    path = tmp_path_factory.mktemp("half") / "city.sqlite3"
    city = City(copy_of(loaded_city, f"sqlite:///{path}"))
    yield city
    city.database.close()


def browser(city, role, must_change=False, **mark):
    """A browser of somebody whose account was marked, and the token of his session."""
    with city.database.begin() as db:
        person = people.by_key_of_post(db, CAST[role], NOW.date())
        db.execute(update(Account).where(Account.person_id == person.id).values(must_change=must_change, **mark))
        token = sessions.open_session(db, accounts.by_person(db, person.id), "test", NOW).token
    client = city.app.test_client()
    client.set_cookie("siklus", token)
    return client


def csrf(city, client):
    page = client.get("/nothing").get_data(as_text=True)
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def answers(city, client):
    """(method, route) → (status, where it leads) of every route that is not public."""
    token, found = csrf(city, client), {}
    for method, route in sorted(MATRIX.keys() - PUBLIC):
        data = {"csrf_token": token} if method != "GET" else None
        answer = client.open(address(city, route), method=method, data=data)
        found[method, route] = answer.status_code, answer.headers.get("Location", "").partition("?")[0]
    return found


@pytest.mark.parametrize("role", ROLES)
def test_half_a_session_gets_nothing_but_the_page_that_asks_for_the_factor(office, role):
    client = browser(office, role, factor_since="2026-01-01T00:00:00.000Z")
    found = answers(office, client)
    assert len(found) > 60
    own = {("POST", ASKED): (422, ""), ("POST", f"{ASKED}/passkey"): (422, "")}
    reached = {key: got for key, got in found.items() if got not in ((303, "/sign-in"), (401, "")) and key not in own}
    assert reached == {}
    assert {key: found[key] for key in own} == own
    assert client.get(ASKED).status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_whoever_must_set_up_a_factor_gets_nothing_but_the_pages_where_he_does(loaded_city, sqlite_url, role):
    city = City(copy_of(loaded_city, sqlite_url))
    city.rt = replace(city.rt, access=Access(second_factor=FOR_ALL))
    city.reopen()
    client = browser(city, role)
    found = answers(city, client)
    reached = {
        key: got
        for key, got in found.items()
        if got not in ((303, "/security"), (403, "")) and not key[1].startswith("/security")
        if not (key[1].startswith("/api/v1/") and got == (401, ""))  # a session means nothing there
    }
    city.database.close()
    assert reached == {}
