"""Accounts: signing in, waiting after failures, passwords of one's own and those that an administrator gives."""

import statistics
import threading
import time
from datetime import timedelta

import argon2
import pytest
from sqlalchemy import select, update

from engine import accounts, appointments, grants, hashing, sessions
from engine.core.attempts import FREE_OF_ADDRESS
from engine.core.case import SYSTEM
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, SignInRefused, TooManyTries
from engine.core.messages import Message
from engine.core.times import to_text
from engine.store.database import connect
from engine.store.queries import accounts as queries
from engine.store.queries import attempts
from engine.store.tables.ledger import Event
from engine.store.tables.people import Account, SignInAttempt, WebSession
from tests import kept
from tests.verbs.town import CAST, PASSWORD, Town

HOME = {"address": "10.0.0.7", "agent": "Firefox"}
GOOD = "empat-puluh perahu cadik"


@pytest.fixture
def town(filled_db):
    return Town.over(filled_db("town_carol_mayor", lambda db: Town(db, accounts=("carol", "mayor"))))


@pytest.fixture
def full_strength(monkeypatch):
    """Hashes as the product makes them."""
    monkeypatch.setattr(hashing, "_hasher", kept.STRONG)
    hashing._dummy.cache_clear()
    yield
    monkeypatch.undo()
    hashing._dummy.cache_clear()


def sign_in(town, name="carol", password=PASSWORD, **where):
    return accounts.sign_in(town.rt, CAST.get(name, name), password, **{**HOME, **where})


def who(town, token):
    return sessions.whoami(town.rt, token, town.now)


def fail(town, times, name="carol", **where):
    for _ in range(times):
        with pytest.raises(SignInRefused):
            sign_in(town, name, "salah-sekali-lagi", **where)


@pytest.mark.parametrize("name", ["199003032015032003", "19900303 201503 2 003", " 199003032015032003\n"])
def test_a_nip_signs_in_however_its_digits_are_grouped(town, name):
    opened = accounts.sign_in(town.rt, name, PASSWORD, **HOME)
    assert opened.person_ref == town.ref("carol")
    assert who(town, opened.token).actor == town.actor("carol")


def test_an_email_address_signs_in_in_any_case(town):
    opened = accounts.sign_in(town.rt, " Mayor@TIRTA.go.id ", PASSWORD, **HOME)
    assert opened.person_ref == town.ref("mayor")


UNFIT = {
    "a wrong password": ("carol", "salah-sekali-lagi"),
    "a password in another case": ("carol", PASSWORD.upper()),
    "a password with a space more": ("carol", PASSWORD + " "),
    "an empty password": ("carol", ""),
    "an unknown number": ("199003032015032999", PASSWORD),
    "an unknown address": ("nobody@tirta.go.id", PASSWORD),
    "a person without an account": (CAST["mallory"], PASSWORD),
    "an empty name": ("", PASSWORD),
    "a name that is a wildcard": ("%", PASSWORD),
    "a name without end": ("1" * 100_000, PASSWORD),
    "no text": ("\0", "\0"),
    "half a character": ("\ud800", "\ud800"),
}


@pytest.mark.parametrize(("name", "password"), UNFIT.values(), ids=UNFIT.keys())
def test_whatever_does_not_fit_is_refused_with_the_same_words(town, name, password):
    with pytest.raises(SignInRefused) as refused:
        sign_in(town, name, password)
    assert refused.value.message == Message("accounts.sign_in_refused")


def test_a_shut_account_is_refused_like_a_wrong_password_and_its_sessions_end_at_once(town):
    token = sign_in(town).token
    accounts.set_disabled(town.rt, actor=town.actor("alice"), person_ref=town.ref("carol"), disabled=True)
    assert who(town, token) is None
    with pytest.raises(SignInRefused):
        sign_in(town)
    accounts.set_disabled(town.rt, actor=town.actor("alice"), person_ref=town.ref("carol"), disabled=False)
    assert who(town, token) is None, "an ended session stays ended"
    assert who(town, sign_in(town).token) is not None
    assert town.events("carol")[-2:] == ["account.disabled", "account.enabled"]


def test_shutting_a_shut_account_leaves_no_event(town):
    for _ in range(2):
        accounts.set_disabled(town.rt, actor=SYSTEM, person_ref=town.ref("carol"), disabled=True)
    assert town.events("carol").count("account.disabled") == 1


def test_the_fifth_failure_starts_a_wait_that_doubles_and_ends(town):
    fail(town, 5)
    with pytest.raises(TooManyTries) as slow:
        sign_in(town)
    assert slow.value.seconds == 30
    town.wait(seconds=30)
    fail(town, 1)
    with pytest.raises(TooManyTries) as slow:
        sign_in(town)
    assert slow.value.seconds == 60
    town.wait(seconds=60)
    assert sign_in(town).person_ref == town.ref("carol")
    fail(town, 4)
    assert sign_in(town).person_ref == town.ref("carol"), "a success forgives the failures before it"


def test_a_hundred_tries_cost_few_looks_and_the_right_password_still_works_afterwards(town):
    looked_at = 0
    for _ in range(100):
        with pytest.raises((SignInRefused, TooManyTries)) as answer:
            sign_in(town, "carol", "salah-sekali-lagi")
        looked_at += answer.type is SignInRefused
        town.wait(seconds=1)
    assert looked_at == 7
    town.wait(minutes=15)
    assert sign_in(town).person_ref == town.ref("carol")


def test_a_stranger_who_guesses_all_day_slows_himself_and_not_the_owner(town):
    sign_in(town)
    for at in range(4):
        fail(town, 5, address=f"203.0.113.{at}")
    fail(town, 1, address="203.0.113.9")
    with pytest.raises(TooManyTries):
        sign_in(town, address="203.0.113.9")
    assert sign_in(town).person_ref == town.ref("carol"), "from where she has signed in before"
    assert sign_in(town, address="10.0.0.99").person_ref == town.ref("carol"), "and the first time from elsewhere"


def test_an_address_that_tries_many_names_is_slowed(town):
    sign_in(town, address="10.0.0.1")
    for number in range(50):
        fail(town, 1, name=f"19900303201503{number:04}", address="10.0.0.1")
    with pytest.raises(TooManyTries):
        sign_in(town, "dan", address="10.0.0.1")
    assert sign_in(town, address="10.0.0.1").person_ref == town.ref("carol"), "a colleague who works there goes on"


def test_unknown_names_wait_like_known_ones(town):
    fail(town, 5, name="199003032015032999")
    with pytest.raises(TooManyTries) as slow:
        sign_in(town, "199003032015032999")
    assert slow.value.seconds == 30


def test_nip_and_email_of_one_person_are_counted_together(town):
    fail(town, 5, name="mayor@tirta.go.id")
    with pytest.raises(TooManyTries):
        sign_in(town, "MAYOR@tirta.go.id")


def test_tries_in_parallel_are_all_counted(town):
    answers = []

    def guess():
        try:
            sign_in(town, "carol", "salah-sekali-lagi")
        except (SignInRefused, TooManyTries) as error:
            answers.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kind.__name__ for kind in answers) == ["SignInRefused"] * 5 + ["TooManyTries"] * 7


def test_neither_a_typed_name_nor_a_token_nor_a_password_is_kept(town):
    token = sign_in(town).token
    fail(town, 1, name="rahasia-di-tempat-yang-salah")
    with town.rt.db.read() as db:
        kept = [str(value) for table in (SignInAttempt, WebSession, Account) for row in
                db.execute(select(table.__table__)) for value in row]  # fmt: skip
    assert not [value for value in kept if any(s in value for s in (token, PASSWORD, "rahasia", CAST["carol"]))]


def test_hashes_carry_the_parameters_that_owasp_asks_for(full_strength):
    assert accounts.hash_password(GOOD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert accounts.hash_password(GOOD) != accounts.hash_password(GOOD), "each has its own salt"


def test_a_weaker_hash_is_renewed_when_its_owner_signs_in(town, full_strength):
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with town.rt.db.begin() as db:
        db.execute(update(Account.__table__).values(password_hash=weak))
    assert who(town, sign_in(town).token) is not None
    with town.rt.db.read() as db:
        stored = db.execute(select(Account.password_hash).where(Account.person_id == town.person("carol").id)).scalar()
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert who(town, sign_in(town).token) is not None


def medians(town, known, unknown):
    """Processor seconds of refusing each of two names, alternating; the wall's clock counts other tests too."""
    times = {known: [], unknown: []}
    for at in range(21):
        for name, taken in times.items():
            start = time.thread_time()
            fail(town, 1, name=name, address=f"10.1.0.{at}")
            taken.append(time.thread_time() - start)
        town.wait(hours=1)
    return (statistics.median(taken[1:]) for taken in times.values())


def test_known_and_unknown_names_take_the_same_time(sqlite_url, full_strength):
    known, unknown = medians(Town(connect(sqlite_url), accounts=("carol",)), "carol", "199003032015032999")
    assert abs(known - unknown) < known / 4


def test_the_difference_would_be_seen_if_unknown_names_cost_no_hash(sqlite_url, full_strength, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(hashing, "_dummy", lambda salt: "no hash")
        known, unknown = medians(Town(connect(sqlite_url), accounts=("carol",)), "carol", "199003032015032999")
    assert abs(known - unknown) > known / 4


def test_changing_the_password_ends_every_session_and_opens_a_new_one(town):
    other, mine = sign_in(town).token, sign_in(town).token
    changed = accounts.change_password(town.rt, actor=town.actor("carol"), old=PASSWORD, new=GOOD, token=mine)
    assert (who(town, other), who(town, mine)) == (None, None)
    assert who(town, changed.token).actor == town.actor("carol")
    with pytest.raises(SignInRefused):
        sign_in(town)
    assert sign_in(town, password=GOOD).person_ref == town.ref("carol")
    assert town.events("carol")[-1] == "account.password_changed"


BAD_CHANGES = {
    "a wrong old one": ("salah-sekali-lagi", GOOD, {"old": Message("accounts.old_password_wrong")}),
    "too short": (PASSWORD, "pendek-ini", {"new": Message("accounts.password.short", found=10, least=12)}),
    "made of his name": (PASSWORD, "carol-carol-1990", {"new": Message("accounts.password.common")}),
    "the same again": (PASSWORD, PASSWORD, {"new": Message("accounts.password.same")}),
}


@pytest.mark.parametrize(("old", "new", "errors"), BAD_CHANGES.values(), ids=BAD_CHANGES.keys())
def test_a_bad_change_says_which_field_and_changes_nothing(town, old, new, errors):
    token = sign_in(town).token
    with pytest.raises(InvalidSubmission) as refused:
        accounts.change_password(town.rt, actor=town.actor("carol"), old=old, new=new, token=token)
    assert refused.value.errors == errors
    assert who(town, token) is not None
    assert "account.password_changed" not in town.events("carol")


def test_guessing_the_old_password_from_a_stolen_session_is_slowed(town):
    token = sign_in(town).token
    for _ in range(5):
        with pytest.raises(InvalidSubmission):
            accounts.change_password(town.rt, actor=town.actor("carol"), old="salah-sekali-lagi", new=GOOD, token=token)
    with pytest.raises(TooManyTries):
        accounts.change_password(town.rt, actor=town.actor("carol"), old=PASSWORD, new=GOOD, token=token)


def test_a_password_that_somebody_else_has_seen_must_be_changed(town):
    with town.rt.db.begin() as db:
        queries.set_password(
            db, town.person("carol").id, accounts.hash_password(GOOD), to_text(town.now), must_change=True
        )
    opened = sign_in(town, password=GOOD)
    assert who(town, opened.token).missing == ("new_password",)
    new = {"old": GOOD, "new": "sepuluh-bukit gersang", "token": opened.token}
    changed = accounts.change_password(town.rt, actor=town.actor("carol"), **new)
    assert who(town, changed.token).missing == ()


WITHOUT_THE_RIGHT = {
    "a stranger": ("mallory", "carol", NotAllowed),
    "an auditor": ("frank", "carol", NotAllowed),
    "an administrator of another unit": ("dan", "mallory", NotFound),
    "an administrator for himself": ("dan", "dan", NotAllowed),
    "an administrator for somebody whose rights reach further": ("dan", "bob", NotAllowed),
}


@pytest.mark.parametrize(("actor", "person", "error"), WITHOUT_THE_RIGHT.values(), ids=WITHOUT_THE_RIGHT.keys())
def test_nobody_takes_over_an_account_that_he_does_not_administer(town, actor, person, error):
    with pytest.raises(error):
        accounts.set_disabled(town.rt, disabled=True, actor=town.actor(actor), person_ref=town.ref(person))
    with town.rt.db.read() as db:
        assert "account.disabled" not in db.execute(select(Event.kind)).scalars().all()


def test_a_right_that_comes_or_goes_ends_the_sessions_of_before(town):
    before = sign_in(town).token
    given = grants.grant(
        town.rt, actor=town.actor("alice"), person_ref=town.ref("carol"), role="auditor",
        unit_ref=town.unit("north").ref, starts_on=town.now.date(),
    )  # fmt: skip
    assert who(town, before) is None
    token = sign_in(town).token
    assert who(town, token).actor.has("auditor")
    grants.revoke_grant(town.rt, actor=town.actor("alice"), grant_ref=given)
    assert who(town, token) is None
    assert not who(town, sign_in(town).token).actor.has("auditor")


def test_an_account_of_somebody_with_a_post_elsewhere_too_is_out_of_reach(town):
    chair = {"person_ref": town.ref("carol"), "post_ref": town.post("clerk_south").ref, "kind": "plt"}
    appointments.appoint(town.rt, actor=SYSTEM, starts_on=town.now.date() + timedelta(days=9), **chair)
    given = {"actor": town.actor("dan"), "person_ref": town.ref("carol")}
    with pytest.raises(NotAllowed) as refused:
        accounts.set_disabled(town.rt, disabled=True, **given)
    assert refused.value.message.key == "people.further_posts"
    assert sign_in(town).person_ref == town.ref("carol")


def test_wrong_guesses_at_other_peoples_old_passwords_hold_nobody_up(town):
    with town.rt.db.begin() as db:
        for number in range(FREE_OF_ADDRESS + 1):
            attempts.add_attempt(db, f"{number:064}", "change of password", to_text(town.now))
    token = sign_in(town).token
    accounts.change_password(town.rt, actor=town.actor("carol"), old=PASSWORD, new=GOOD, token=token)


def test_a_new_password_that_cannot_be_taken_is_no_guess_at_the_old_one(town):
    by = {"actor": town.actor("carol"), "old": PASSWORD, "token": sign_in(town).token}
    for _ in range(6):
        with pytest.raises(InvalidSubmission) as refused:
            accounts.change_password(town.rt, new="pendek", **by)
        assert set(refused.value.errors) == {"new"}
    accounts.change_password(town.rt, new=GOOD, **by)
