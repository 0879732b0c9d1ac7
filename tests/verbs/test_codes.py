"""One-time codes: who gives them to whom, what they open, once and for a while, and asking for one by oneself."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine import accounts, activation, appointments, codes, grants, outbox, sessions
from engine.core.case import SYSTEM
from engine.core.codes import grouped
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, Refused, SignInRefused, TooManyTries
from engine.core.messages import Message
from engine.mail import Folder
from engine.store.tables.codes import AccessCode
from engine.store.tables.ledger import Event
from engine.store.tables.people import Account
from engine.store.tables.work import Outbox
from tests.verbs.opening import HERE, LETTERS, give_account, give_code
from tests.verbs.town import CAST, PASSWORD, Town

GOOD = "empat-puluh perahu cadik"
OTHER = "sepuluh-bukit gersang"
WORKS = {
    "accounts.mail": outbox.Staged(lambda *found: None, before=activation.deliver),
    "accounts.asked": activation.send_asked,
}


@pytest.fixture
def town(filled_db, tmp_path):
    town = Town.over(filled_db("town_carol_mayor", lambda db: Town(db, accounts=("carol", "mayor"))))
    town.rt = replace(town.rt, mail=Folder(tmp_path / "mail", "siklus@tirta.go.id"))
    return town


def use(town, code, name="erin", new=GOOD, **where):
    return activation.activate(town.rt, name=CAST.get(name, name), code=code, new=new, **{**HERE, **where})


def sign_in(town, name="carol", password=PASSWORD):
    return accounts.sign_in(town.rt, CAST.get(name, name), password, **HERE)


def live(town, token):
    return sessions.whoami(town.rt, token, town.now) is not None


def letters(town):
    for _ in range(3):
        outbox.sweep(town.rt, WORKS)
        town.wait(seconds=1)
    return {path.name: path.read_text() for path in sorted(town.rt.mail.path.glob("*.eml"))}


def test_somebody_without_an_account_sets_a_password_that_nobody_gave(town):
    issued = give_code(town.rt, town.actor("dan"), town.ref("erin"))
    with pytest.raises(SignInRefused):
        sign_in(town, "erin", issued.code)
    opened = use(town, grouped(issued.code).lower())
    assert sessions.whoami(town.rt, opened.token, town.now).missing == ()
    assert sign_in(town, "erin", GOOD).person_ref == town.ref("erin")
    assert town.events("erin")[-2:] == ["account.invited", "account.activated"]
    with town.rt.db.read() as db:
        told = json.loads(db.execute(select(Event.leaf).where(Event.kind == "account.activated")).scalar_one())
    assert told["public"].keys() == {"person", "code"}


def test_a_code_is_kept_nowhere(town):
    issued = give_code(town.rt, town.actor("alice"), town.ref("mayor"), by="mail")
    with town.rt.db.read() as db:
        kept = [str(value) for table in (AccessCode, Event, Outbox) for row in db.execute(select(table.__table__))
                for value in row]  # fmt: skip
    assert not [value for value in kept if issued.code in value or grouped(issued.code) in value]


def test_a_reset_ends_the_sessions_and_the_old_password_and_gives_none(town):
    token = sign_in(town).token
    issued = give_code(town.rt, town.actor("dan"), town.ref("carol"))
    assert not live(town, token)
    with pytest.raises(SignInRefused):
        sign_in(town)
    use(town, issued.code, "carol")
    assert sign_in(town, "carol", GOOD)
    assert town.events("carol")[-2:] == ["account.code_issued", "account.password_reset"]


def test_setting_the_password_ends_every_other_session(town):
    first = give_account(town.rt, town.actor("dan"), town.ref("erin"), GOOD).token
    activation.ask(town.rt, name=CAST["erin"], letters=LETTERS, address="10.0.0.7")
    again = give_account(town.rt, town.actor("dan"), town.ref("erin"), OTHER).token
    assert (live(town, first), live(town, again)) == (False, True)


WITHOUT_THE_RIGHT = {
    "a stranger": ("mallory", "carol", NotAllowed),
    "an auditor": ("frank", "carol", NotAllowed),
    "an administrator of another unit": ("dan", "mallory", NotFound),
    "an administrator for himself": ("dan", "dan", NotAllowed),
    "an administrator for somebody whose rights reach further": ("dan", "bob", NotAllowed),
}


@pytest.mark.parametrize(("actor", "person", "error"), WITHOUT_THE_RIGHT.values(), ids=WITHOUT_THE_RIGHT.keys())
def test_nobody_gives_a_code_to_somebody_whom_he_does_not_administer(town, actor, person, error):
    with pytest.raises(error):
        give_code(town.rt, town.actor(actor), town.ref(person))
    with town.rt.db.read() as db:
        assert db.execute(select(AccessCode.id)).all() == []


def test_a_new_password_opens_half_a_session_where_a_second_factor_is_asked(town):
    with town.rt.db.begin() as db:
        db.execute(update(Account.__table__).values(factor_since="2026-01-01T00:00:00.000Z"))
    opened = use(town, give_code(town.rt, town.actor("dan"), town.ref("carol")).code, "carol")
    assert sessions.whoami(town.rt, opened.token, town.now).missing == ("second_factor",)


def test_a_code_works_once(town):
    issued = give_code(town.rt, town.actor("dan"), town.ref("erin"))
    use(town, issued.code)
    with pytest.raises(SignInRefused) as refused:
        use(town, issued.code, new=OTHER)
    assert refused.value.message == Message("accounts.code.used")
    assert sign_in(town, "erin", GOOD)


def test_a_code_ends_after_fourteen_days_or_as_many_as_the_installation_says(town):
    issued = give_code(town.rt, town.actor("dan"), town.ref("erin"))
    assert issued.until - town.now == timedelta(days=14)
    town.wait(days=14)
    with pytest.raises(SignInRefused) as refused:
        use(town, issued.code)
    assert refused.value.message == Message("accounts.code.expired", on=issued.until)
    town.rt = replace(town.rt, code_days=3)
    assert give_code(town.rt, town.actor("dan"), town.ref("erin")).until - town.now == timedelta(days=3)


def test_a_newer_code_takes_the_place_of_the_older_one(town):
    old, new = (give_code(town.rt, town.actor("dan"), town.ref("erin")).code for _ in range(2))
    with pytest.raises(SignInRefused) as refused:
        use(town, old)
    assert refused.value.message == Message("accounts.code.replaced")
    assert use(town, new)


def test_a_right_that_is_given_ends_the_codes_that_were_given_before(town):
    held = give_code(town.rt, town.actor("dan"), town.ref("erin")).code
    over_all = {"role": "admin", "unit_ref": town.unit("city").ref, "starts_on": town.now.date()}
    grants.grant(town.rt, actor=town.actor("alice"), person_ref=town.ref("erin"), **over_all)
    with pytest.raises(SignInRefused) as refused:
        use(town, held)
    assert refused.value.message == Message("accounts.code.withdrawn")
    with pytest.raises(NotAllowed):
        give_code(town.rt, town.actor("dan"), town.ref("erin"))


@pytest.mark.parametrize("days", [0, 5])
def test_a_post_beyond_the_reach_of_who_gave_a_code_ends_it(town, days):
    held, wide = (give_code(town.rt, town.actor(by), town.ref(to)) for by, to in (("dan", "erin"), ("alice", "carol")))
    for name, post in (("erin", "clerk_south"), ("carol", "vacant")):
        chair = {"person_ref": town.ref(name), "post_ref": town.post(post).ref, "kind": "plt"}
        appointments.appoint(town.rt, actor=SYSTEM, starts_on=town.now.date() + timedelta(days=days), **chair)
    with pytest.raises(SignInRefused) as refused:
        use(town, held.code)
    assert refused.value.message == Message("accounts.code.withdrawn")
    assert use(town, wide.code, "carol"), "whoever gave it could give it still"


def test_a_code_is_good_after_its_giver_has_moved_on(town):
    held = give_code(town.rt, town.actor("dan"), town.ref("erin"))
    grants.revoke_grant(town.rt, actor=town.actor("alice"), grant_ref=town.actor("dan").rights[0].ref)
    assert use(town, held.code)


def test_the_same_page_sent_twice_gives_the_same_code(town):
    first, again = (give_code(town.rt, town.actor("dan"), town.ref("erin"), once="k" * 12) for _ in range(2))
    assert (first.code, first.until) == (again.code, again.until)
    assert town.events("erin").count("account.invited") == 1


def test_a_password_that_cannot_be_taken_leaves_the_code_as_it_was(town):
    issued = give_code(town.rt, town.actor("dan"), town.ref("erin"))
    for bad in ("pendek", "erin-erin-1982", "kecamatan-utara-2026", "puskesmas 2026!!"):
        with pytest.raises(InvalidSubmission) as refused:
            use(town, issued.code, new=bad)
        assert set(refused.value.errors) == {"new"}
    assert use(town, issued.code)


UNFIT = {
    "a wrong code": ("erin", "7K3M-9QXD-2WTH"),
    "no code": ("erin", "hello"),
    "somebody else's name": ("carol", None),
    "an unknown number": ("199003032015032999", None),
    "an unknown address": ("nobody@tirta.go.id", None),
    "no name": ("\0", None),
}


@pytest.mark.parametrize(("name", "code"), UNFIT.values(), ids=UNFIT.keys())
def test_whatever_does_not_fit_is_refused_with_the_same_words(town, name, code):
    issued = give_code(town.rt, town.actor("dan"), town.ref("erin"))
    with pytest.raises(SignInRefused) as refused:
        use(town, code or issued.code, name)
    assert refused.value.message == Message("accounts.code.refused")
    assert use(town, issued.code)


def test_guessing_codes_is_slowed_and_the_right_one_works_afterwards(town):
    issued = give_code(town.rt, town.actor("dan"), town.ref("erin"))
    looked_at = 0
    for _ in range(100):
        with pytest.raises((SignInRefused, TooManyTries)) as answer:
            use(town, "7K3M-9QXD-2WTH")
        looked_at += answer.type is SignInRefused
        town.wait(seconds=1)
    assert looked_at == 7
    assert use(town, issued.code, address="10.0.0.99"), "its owner, from elsewhere, is not held up"


def test_a_shut_account_gets_no_code_and_none_opens_it(town):
    issued = give_code(town.rt, town.actor("alice"), town.ref("carol"))
    accounts.set_disabled(town.rt, actor=town.actor("alice"), person_ref=town.ref("carol"), disabled=True)
    with pytest.raises(SignInRefused):
        use(town, issued.code, "carol")
    with pytest.raises(Refused):
        give_code(town.rt, town.actor("alice"), town.ref("carol"))


def test_a_letter_takes_the_code_to_its_owner_and_the_same_letter_twice_is_one(town):
    issued = give_code(town.rt, town.actor("alice"), town.ref("mayor"), by="mail")
    sent = letters(town)
    assert len(sent) == 1
    text = next(iter(sent.values()))
    assert "To: mayor@tirta.go.id" in text and grouped(issued.code) in text
    with town.rt.db.read() as db:
        body = json.loads(db.execute(select(Outbox.body).where(Outbox.kind == "accounts.mail")).scalar_one())
    activation.deliver(town.rt, body)
    assert letters(town).keys() == sent.keys()
    assert use(town, issued.code, "mayor@tirta.go.id")


def test_no_letter_goes_to_whom_nobody_can_write(town):
    with pytest.raises(Refused) as refused:
        give_code(town.rt, town.actor("dan"), town.ref("erin"), by="mail")
    assert refused.value.message == Message("accounts.code.no_email")


def test_a_letter_whose_code_has_ended_is_not_sent(town):
    give_code(town.rt, town.actor("alice"), town.ref("mayor"), by="mail")
    give_code(town.rt, town.actor("alice"), town.ref("mayor"), by="slip")
    assert letters(town) == {}


def test_all_without_an_account_below_a_unit_get_a_code_and_only_they(town):
    give_account(town.rt, town.actor("dan"), town.ref("erin"), GOOD)
    asked = {"actor": town.actor("alice"), "letters": LETTERS, "by": codes.SLIP}
    batch = codes.issue_below(town.rt, unit_ref=town.unit("north").ref, once="k" * 12, **asked)
    assert [(one.person.name, one.unit) for one in batch.issued] == [
        ("Bob", "Kecamatan Utara"),
        ("Dan", "Kecamatan Utara"),
    ]
    again = codes.issue_below(town.rt, unit_ref=town.unit("north").ref, once="k" * 12, **asked)
    assert [one.code for one in again.issued] == [one.code for one in batch.issued]
    assert codes.issue_below(town.rt, unit_ref=town.unit("north").ref, once=None, **asked).issued == ()
    assert use(town, batch.issued[0].code, "bob")


def test_who_has_rights_beyond_the_administrators_is_passed_over(town):
    batch = codes.issue_below(
        town.rt, actor=town.actor("dan"), unit_ref=town.unit("north").ref, by=codes.SLIP, letters=LETTERS, once=None
    )
    assert ([one.person.name for one in batch.issued], batch.passed_over) == (["Erin"], 2)
    with pytest.raises(NotFound):
        codes.issue_below(
            town.rt, actor=town.actor("dan"), unit_ref=town.unit("south").ref, by=codes.SLIP, letters=LETTERS, once=None
        )


def test_whoever_forgot_his_password_gets_a_letter_and_keeps_the_old_one_until_he_has_set_another(town):
    activation.ask(town.rt, name=" Mayor@Tirta.go.id", letters=LETTERS, address="10.0.0.7")
    text = next(iter(letters(town).values()))
    assert sign_in(town, "mayor@tirta.go.id")
    with town.rt.db.read() as db:
        row = db.execute(select(AccessCode)).one()
    code = codes.code(town.rt, row.ref)
    assert grouped(code) in text and "To: mayor@tirta.go.id" in text
    use(town, code, "mayor@tirta.go.id")
    with pytest.raises(SignInRefused):
        sign_in(town, "mayor@tirta.go.id")
    assert sign_in(town, "mayor@tirta.go.id", GOOD)


def test_a_code_that_one_asked_for_lives_an_hour(town):
    activation.ask(town.rt, name="mayor@tirta.go.id", letters=LETTERS, address="10.0.0.7")
    letters(town)
    with town.rt.db.read() as db:
        row = db.execute(select(AccessCode)).one()
    town.wait(hours=1)
    with pytest.raises(SignInRefused):
        use(town, codes.code(town.rt, row.ref), "mayor@tirta.go.id")


NO_LETTER = {
    "nobody": "nobody@tirta.go.id",
    "a person without an account": CAST["erin"],
    "a person without an address": CAST["carol"],
    "what is no name": "\ud800",
}


@pytest.mark.parametrize("name", NO_LETTER.values(), ids=NO_LETTER.keys())
def test_asking_leaves_the_same_rows_for_whoever_it_is_and_writes_to_nobody_unknown(town, name):
    activation.ask(town.rt, name=name, letters=LETTERS, address="10.0.0.7")
    with town.rt.db.read() as db:
        assert [row.kind for row in db.execute(select(Outbox.kind))].count("accounts.asked") == 1
    assert letters(town) == {}


def test_asking_again_and_again_writes_three_letters_a_day(town):
    for at in range(5):
        activation.ask(town.rt, name="mayor@tirta.go.id", letters=LETTERS, address=f"10.0.1.{at}")
        town.wait(minutes=5)
        outbox.sweep(town.rt, WORKS)
    assert len(letters(town)) == 3


def test_an_installation_without_mail_keeps_the_letter_and_says_why(town):
    give_code(town.rt, town.actor("alice"), town.ref("mayor"), by="mail")
    town.rt = replace(town.rt, mail=None)
    outbox.sweep(town.rt, WORKS)
    with town.rt.db.read() as db:
        row = db.execute(select(Outbox).where(Outbox.kind == "accounts.mail")).one()
    assert row.state == "ready" and "mail.none" in row.last_error


def test_tries_with_codes_are_counted_apart_from_tries_to_sign_in(town):
    for _ in range(5):
        with pytest.raises(SignInRefused):
            use(town, "7K3M-9QXD-2WTH", "carol")
    assert sign_in(town)
