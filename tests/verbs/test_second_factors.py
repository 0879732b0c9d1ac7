"""Second factors: codes of an app, recovery codes, what a session must show, taking them away. Passkeys: browser/."""

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import sessions
from engine.access import FOR_ALL, FOR_RIGHTS, Access
from engine.core import totp
from engine.core.attempts import FREE
from engine.core.errors import (
    InvalidSubmission,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refused,
    SignInRefused,
    TooManyTries,
    Unavailable,
)
from engine.factors import authenticator, codes, held, passkeys, resetting, showing
from engine.runtime import Keys
from engine.signin import ENROLMENT, SECOND_FACTOR
from engine.store.queries import accounts as queries
from engine.store.tables.factors import Authenticator, RecoveryCode
from engine.store.tables.ledger import Event
from tests.verbs.town import Town

# What hangs on no particular database runs on one of them.
on_one = pytest.mark.parametrize("filled_db", ["sqlite"], indirect=True)
REASON = "Ponsel hilang, laporan 12/2026"


@pytest.fixture
def town(filled_db):
    return Town.over(filled_db("town_factors", lambda db: Town(db, accounts=("alice", "bob", "carol", "dan"))))


def opened(town, name, **more):
    with town.rt.db.begin() as db:
        account = queries.by_person(db, town.person(name).id)
        return sessions.open_session(db, account, "Firefox", town.now, **more).token


def who(town, token):
    return sessions.whoami(town.rt, token, town.now)


def missing(town, name):
    return who(town, opened(town, name)).missing


class Phone:
    """An app that was given to somebody of the cast."""

    def __init__(self, town, name):
        self.town, self.actor = town, town.actor(name)
        offer = authenticator.offer(town.rt, actor=self.actor, issuer="Siklus")
        self.secret = authenticator._offered(town.rt, self.actor, offer.token)
        given = authenticator.give(
            town.rt, actor=self.actor, token=offer.token, typed=self.code(), session=opened(town, name)
        )
        self.session, self.codes = given.session.token, given.codes
        town.wait(seconds=60)

    def code(self, steps=0):
        return totp.code_at(self.secret, totp.step_of(self.town.now) + steps)

    def show(self, typed, session=None):
        half = session or opened(self.town, self.actor.name.lower())
        return showing.show_code(self.town.rt, actor=self.actor, session=half, typed=typed)


@pytest.fixture
def phone(town):
    return Phone(town, "carol")


@on_one
def test_whoever_has_a_factor_gets_half_a_session_until_he_shows_it(town, phone):
    half = opened(town, "carol")
    assert who(town, half).missing == (SECOND_FACTOR,)
    whole = phone.show(phone.code(), half)
    assert who(town, whole.session.token).missing == ()
    assert who(town, half) is None, "the half one is over"
    assert not whole.by_recovery


@on_one
def test_half_a_session_ends_after_ten_minutes(town, phone):
    half = opened(town, "carol")
    town.wait(minutes=10)
    with pytest.raises(NotSignedIn):
        phone.show(phone.code(), half)


def test_setting_up_an_app_raises_this_session_and_leaves_the_others_half(town):
    other = opened(town, "carol")
    phone = Phone(town, "carol")
    assert who(town, phone.session).missing == ()
    assert who(town, other).missing == (SECOND_FACTOR,)
    assert town.events("carol")[-2:] == ["account.factor_added", "account.recovery_codes_made"]


def test_a_replayed_code_is_refused(town, phone):
    code = phone.code()
    phone.show(code)
    with pytest.raises(SignInRefused):
        phone.show(code)


@on_one
def test_the_code_that_proved_the_app_is_spent_too(town):
    phone = Phone(town, "carol")
    town.wait(seconds=-60)
    with pytest.raises(SignInRefused):
        phone.show(phone.code())


@on_one
def test_a_code_that_was_overtaken_by_a_later_one_is_refused(town, phone):
    early = phone.code(-1)
    phone.show(phone.code())
    with pytest.raises(SignInRefused):
        phone.show(early)


@on_one
def test_the_code_of_another_phone_is_refused(town, phone):
    other = Phone(town, "dan")
    with pytest.raises(SignInRefused):
        phone.show(other.code())


def test_guessing_codes_is_locked_after_five_tries_even_for_the_right_one(town, phone):
    half = opened(town, "carol")
    for _ in range(FREE):
        with pytest.raises(SignInRefused):
            phone.show("000000", half)
    with pytest.raises(TooManyTries) as locked:
        phone.show(phone.code(), half)
    assert locked.value.seconds == 30
    town.wait(seconds=31)
    assert phone.show(phone.code(), half), "and opens again: nobody is shut out for good"


@on_one
def test_a_day_of_guessing_reaches_no_more_than_a_hundred_and_five_codes(town, phone):
    looked_at, until = 0, town.now + timedelta(hours=24)
    while town.now < until:
        try:
            phone.show("000000", opened(town, "carol"))
        except SignInRefused:
            looked_at += 1
        except TooManyTries as locked:
            town.wait(seconds=locked.seconds)
    assert looked_at <= 105, "of a million, with three that fit: 0.03 % a day"


@on_one
def test_new_sessions_give_no_new_tries(town, phone):
    for _ in range(FREE):
        with pytest.raises(SignInRefused):
            phone.show("000000")
    with pytest.raises(TooManyTries):
        phone.show("000000")


@on_one
def test_wrong_codes_hold_back_no_password_and_nobody_else(town, phone):
    other = Phone(town, "dan")
    for _ in range(FREE):
        with pytest.raises(SignInRefused):
            phone.show("000000")
    assert other.show(other.code())


def test_a_recovery_code_opens_once_and_a_reused_one_is_refused(town, phone):
    code = phone.codes[3]
    assert phone.show(code.lower().replace("-", " ")).by_recovery
    with pytest.raises(SignInRefused):
        phone.show(code)
    assert held.held(town.rt, phone.actor.person_id).codes_left == 9
    assert town.events("carol")[-1] == "account.recovery_code_used"


@on_one
def test_there_are_ten_recovery_codes_of_eighty_bits_and_none_stands_in_the_database(town, phone):
    assert len(set(phone.codes)) == 10
    assert {len(code.replace("-", "")) for code in phone.codes} == {16}
    with town.rt.db.read() as db:
        kept = list(db.execute(select(RecoveryCode.code_hash)).scalars())
        leaves = b"".join(bytes(leaf) for leaf in db.execute(select(Event.leaf)).scalars())
    for code in phone.codes:
        assert not any(code.replace("-", "").encode() in each for each in kept)
        assert code.encode() not in leaves


@on_one
def test_new_recovery_codes_make_the_old_ones_void(town, phone):
    fresh = codes.remake(town.rt, actor=phone.actor)
    with pytest.raises(SignInRefused):
        phone.show(phone.codes[0])
    assert phone.show(fresh[0]).by_recovery


@on_one
def test_there_are_no_recovery_codes_without_a_factor(town):
    with pytest.raises(Refused):
        codes.remake(town.rt, actor=town.actor("carol"))


@on_one
def test_the_recovery_code_of_another_is_refused(town, phone):
    other = Phone(town, "dan")
    with pytest.raises(SignInRefused):
        phone.show(other.codes[0])


@on_one
def test_the_secret_is_sealed_at_rest_and_worth_nothing_on_another_account(town, phone):
    other = Phone(town, "dan")
    with town.rt.db.begin() as db:
        rows = {row.person_id: bytes(row.sealed) for row in db.execute(select(Authenticator.__table__))}
        assert phone.secret not in rows[phone.actor.person_id]
        copied = Authenticator.__table__.update().where(Authenticator.person_id == phone.actor.person_id)
        db.execute(copied.values(sealed=rows[other.actor.person_id]))
    with pytest.raises(SignInRefused):
        phone.show(other.code())


@on_one
def test_without_the_key_of_the_installation_no_factor_is_set_up(town):
    bare = replace(town.rt, keys=Keys(session=b"k" * 48))
    with pytest.raises(Unavailable):
        authenticator.offer(bare, actor=town.actor("carol"), issuer="Siklus")


@on_one
def test_an_offer_is_for_one_person_and_half_an_hour(town):
    carol, dan = town.actor("carol"), town.actor("dan")
    offer = authenticator.offer(town.rt, actor=carol, issuer="Siklus")
    secret = authenticator._offered(town.rt, carol, offer.token)
    assert authenticator._offered(town.rt, dan, offer.token) is None
    assert authenticator._offered(town.rt, carol, offer.token[:-6] + "AAAAA=") is None
    town.wait(minutes=31)
    typed = totp.code_at(secret, totp.step_of(town.now))
    with pytest.raises(InvalidSubmission):
        authenticator.give(town.rt, actor=carol, token=offer.token, typed=typed, session=opened(town, "carol"))


@on_one
def test_an_app_is_given_only_with_a_code_of_it_and_only_once(town, phone):
    offer = authenticator.offer(town.rt, actor=phone.actor, issuer="Siklus")
    about = {"actor": phone.actor, "token": offer.token, "session": phone.session}
    with pytest.raises(InvalidSubmission):
        authenticator.give(town.rt, typed="000000", **about)
    secret = authenticator._offered(town.rt, phone.actor, offer.token)
    with pytest.raises(Refused):
        authenticator.give(town.rt, typed=totp.code_at(secret, totp.step_of(town.now)), **about)


def test_the_last_factor_takes_the_recovery_codes_with_it(town, phone):
    assert not held.remove_authenticator(town.rt, actor=phone.actor)
    assert held.held(town.rt, phone.actor.person_id) == held.Held(None, (), 0, None)
    assert missing(town, "carol") == ()
    with pytest.raises(NotFound):
        held.remove_authenticator(town.rt, actor=phone.actor)


# Who must have one.


@pytest.fixture
def strict(town):
    town.rt = replace(town.rt, access=Access(second_factor=FOR_RIGHTS))
    return town


def test_admins_auditors_and_superiors_must_have_a_factor_and_others_need_none(strict):
    expected = {"alice": (ENROLMENT,), "dan": (ENROLMENT,), "bob": (ENROLMENT,), "carol": ()}
    assert {name: missing(strict, name) for name in expected} == expected


@on_one
def test_a_superior_who_has_a_factor_is_asked_for_it_instead(strict):
    Phone(strict, "bob")
    assert missing(strict, "bob") == (SECOND_FACTOR,)


@on_one
def test_a_policy_for_all_is_for_all(town):
    town.rt = replace(town.rt, access=Access(second_factor=FOR_ALL))
    assert missing(town, "carol") == (ENROLMENT,)


@on_one
def test_where_it_is_only_offered_nobody_must(town):
    assert missing(town, "alice") == ()


@on_one
def test_whoever_takes_his_last_factor_away_must_set_up_another(strict):
    phone = Phone(strict, "dan")
    held.remove_authenticator(strict.rt, actor=phone.actor)
    assert who(strict, phone.session).missing == (ENROLMENT,)


# Reset by an administrator.


def test_a_reset_takes_all_factors_ends_the_sessions_and_leaves_a_reason_but_no_personal_data(town, phone):
    resetting.reset(town.rt, actor=town.actor("dan"), person_ref=phone.actor.ref, reason=REASON)
    assert who(town, phone.session) is None
    assert missing(town, "carol") == ()
    assert not held.held(town.rt, phone.actor.person_id).any
    with town.rt.db.read() as db:
        event = db.execute(select(Event.__table__).where(Event.kind == "account.factors_reset")).one()
    assert REASON.encode() not in bytes(event.leaf)
    assert event.actor_ref == town.ref("dan")


@on_one
def test_a_reset_answers_nothing_that_opens_anything(town, phone):
    assert resetting.reset(town.rt, actor=town.actor("dan"), person_ref=phone.actor.ref, reason=REASON) is None
    with pytest.raises(SignInRefused):
        phone.show(phone.codes[0])


@on_one
def test_an_administrator_does_not_reset_himself(town):
    phone = Phone(town, "dan")
    with pytest.raises(NotAllowed):
        resetting.reset(town.rt, actor=town.actor("dan"), person_ref=phone.actor.ref, reason=REASON)


@on_one
def test_an_administrator_of_a_part_resets_nobody_above_him(town):
    phone = Phone(town, "alice")
    with pytest.raises((NotAllowed, NotFound)):
        resetting.reset(town.rt, actor=town.actor("dan"), person_ref=phone.actor.ref, reason=REASON)


@on_one
@pytest.mark.parametrize("reason", ["", "   ", "hilang", "x" * 501])
def test_a_reset_needs_a_reason(town, phone, reason):
    with pytest.raises(InvalidSubmission):
        resetting.reset(town.rt, actor=town.actor("dan"), person_ref=phone.actor.ref, reason=reason)


@on_one
def test_there_must_be_something_to_reset_and_a_repeated_request_is_done_once(town, phone):
    asked = {"actor": town.actor("dan"), "person_ref": phone.actor.ref, "reason": REASON}
    resetting.reset(town.rt, once="a key of this form", **asked)
    resetting.reset(town.rt, once="a key of this form", **asked)
    assert town.events("carol").count("account.factors_reset") == 1
    with pytest.raises(Refused):
        resetting.reset(town.rt, **asked)


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"rawId": 1}', '{"rawId": "AA", "response": []}', "[" * 9999]
)
@on_one
def test_what_is_no_answer_of_a_passkey_opens_nothing(town, answer):
    with pytest.raises(SignInRefused):
        passkeys.sign_in(town.rt, answer=answer, origin="http://localhost", agent="")


def test_one_code_shown_at_the_same_time_in_many_browsers_opens_one_of_them(town, phone):
    code, halves, opened_by = phone.code(), [opened(town, "carol") for _ in range(4)], []

    def show(half):
        with suppress(SignInRefused):
            opened_by.append(phone.show(code, half))

    threads = [threading.Thread(target=show, args=(half,)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened_by) == 1
