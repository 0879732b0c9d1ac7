"""The attack list of signing in (security.md S-15, S-17, S-18) over HTTP: each line one test with its figure.

What holds below HTTP stands in tests/verbs/test_accounts.py, test_sessions.py and test_codes.py; the figures over 500
tries in prove/sign_in.py; second factors (S-16) in tests/verbs/test_second_factors.py.
"""

# ruff: noqa: F811 - pytest finds fixtures by name
import pytest
from sqlalchemy import event

from engine import accounts, activation, grants, hashing, known_passwords, sessions
from engine.core.errors import BadRequest, InvalidSubmission, SignInRefused, TooManyTries
from engine.core.passwords import LONGEST, SHORTEST
from engine.core.times import to_text
from engine.store.queries import attempts
from tests.portal.test_auth import GOOD, Browser, app, browser, carol, town  # noqa: F401
from tests.verbs.opening import LETTERS
from tests.verbs.town import CAST, PASSWORD

WRONG = "salah-sekali-lagi"
# What differs by database is tested below HTTP.
ONCE = pytest.mark.parametrize("filled_db", ["sqlite"], indirect=True)


def test_s15_none_of_the_30_000_most_common_passwords_is_taken():
    common = known_passwords.common()
    assert len(common) >= 29_000
    long_enough = [word for word in common if len(word) >= SHORTEST]
    assert len(long_enough) > 200
    assert [word for word in long_enough if known_passwords.judge(word) is None] == []


@pytest.mark.parametrize(
    "dressed", ["liverpool12345!", "!!doraemon2026!!", "bismillahbismillah", "B1smill@h_2025", "  metallica   "]
)
def test_s15_a_common_password_is_not_taken_in_disguise(dressed):
    assert known_passwords.judge(dressed) is not None


def test_s15_length_is_the_only_rule_of_form():
    assert (SHORTEST, LONGEST) == (12, 128)
    for fine in ("empat puluh perahu cadik", "xkqvzjwpymbf", "ﺱﻼﻣ 雨が降る朝に歩く", "v" + "qwzj" * 31 + "xyu"):
        assert known_passwords.judge(fine) is None, fine
    assert known_passwords.judge("x" * 12 + "yqz" * 39) is not None, "129 characters"


def test_s15_a_start_with_weaker_parameters_is_refused(monkeypatch):
    hashing.require_strength()
    for weaker in ("PASSES", "MEMORY", "LANES"):
        with monkeypatch.context() as patch:
            patch.setattr(hashing, weaker, getattr(hashing, weaker) - 1)
            with pytest.raises(BadRequest):
                hashing.require_strength()


@ONCE
def test_s17_of_a_hundred_tries_few_are_looked_at_and_the_others_get_429(browser, town):
    page = browser.get("/sign-in").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"csrf_token": token, "name": CAST["carol"], "password": WRONG}
    statuses = [browser.client.post("/sign-in", data=form, headers=browser.headers).status_code for _ in range(100)]
    assert (statuses.count(422), statuses.count(429)) == (5, 95)
    town.wait(minutes=15)
    assert browser.sign_in().status_code == 303, "no lock outlasts fifteen minutes"


@ONCE
def test_s17_a_crowd_of_addresses_is_slowed_together_and_the_owner_is_not(town):
    sign_in(town)
    with town.rt.db.begin() as db:
        for number in range(500):
            attempts.add_attempt(db, f"{number:064}", f"203.0.{number // 250}.{number % 250}", stored(town))
    fail(town, "199003032015032999", "198.51.100.1")
    with pytest.raises(TooManyTries):
        sign_in(town, "199003032015032999", address="198.51.100.1")
    assert sign_in(town), "from where she has signed in before"
    assert sign_in(town, address="198.51.100.2"), "and the first time from elsewhere"


@ONCE
def test_s17_asking_for_a_code_costs_the_same_statements_for_a_known_and_an_unknown_name(town):
    seen = {}
    for name in (CAST["carol"], "199003032015032999", CAST["mallory"]):
        said = []
        engine = town.rt.db.engine

        def note(connection, cursor, statement, parameters, context, many, said=said):
            said.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        activation.ask(town.rt, name=name, letters=LETTERS, address="10.0.0.7")
        event.remove(engine, "before_cursor_execute", note)
        seen[name] = said
    first, *others = seen.values()
    assert first and all(said == first for said in others)


ENDS = {
    "signing out": lambda town, browser: browser.send("/sign-out", form="/sessions"),
    "the account is shut": lambda town, browser: accounts.set_disabled(
        town.rt, actor=town.actor("alice"), person_ref=town.ref("carol"), disabled=True
    ),
    "a right is given": lambda town, browser: grants.grant(
        town.rt, actor=town.actor("alice"), person_ref=town.ref("carol"), role="auditor",
        unit_ref=town.unit("north").ref, starts_on=town.now.date(),
    ),
    "the password is changed elsewhere": lambda town, browser: accounts.change_password(
        town.rt, actor=town.actor("carol"), old=PASSWORD, new=GOOD, token=sign_in(town).token
    ),
    "30 minutes without a request": lambda town, browser: town.wait(minutes=30),
    "it is ended from another browser": lambda town, browser: sessions.revoke_all(town.rt, actor=town.actor("carol")),
}  # fmt: skip


@ONCE
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_s18_a_session_opens_nothing_any_more_at_the_next_request(town, carol, app, end):
    token = carol.token
    end(town, carol)
    copied = Browser(app)
    copied.client.set_cookie("siklus", token)
    assert copied.get("/").location.startswith("/sign-in")
    assert copied.get("/", query_string={"x": "1"}).status_code == 303
    fragment = copied.client.get("/", headers={**copied.headers, "X-Fragment": "1"})
    assert fragment.status_code == 401


@ONCE
def test_s18_no_request_keeps_a_session_alive_beyond_twelve_hours(town, carol):
    for _ in range(36):
        assert carol.get("/").text == "Carol"
        town.wait(minutes=20)
    assert carol.get("/").status_code == 303


@ONCE
def test_s18_every_rise_of_a_session_gives_a_new_token(town, carol):
    before = carol.token
    changed = {"old_password": PASSWORD, "new_password": GOOD, "again_password": GOOD}
    assert carol.send("/password", changed).status_code == 303
    assert carol.token != before
    assert sessions.whoami(town.rt, before, town.now) is None


@ONCE
def test_a_password_made_of_the_name_of_ones_office_is_not_taken(town):
    token = sign_in(town).token
    for bad in ("puskesmas-tirta-7", "kecamatan utara 26"):
        with pytest.raises(InvalidSubmission):
            accounts.change_password(town.rt, actor=town.actor("carol"), old=PASSWORD, new=bad, token=token)


def sign_in(town, name=CAST["carol"], password=PASSWORD, address="10.0.0.7"):
    return accounts.sign_in(town.rt, name, password, address=address, agent="Firefox")


def fail(town, name, address):
    with pytest.raises(SignInRefused):
        sign_in(town, name, WRONG, address)


def stored(town):
    return to_text(town.now)
