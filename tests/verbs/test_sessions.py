"""Sessions: how long they live, who ends them, what is asked for at each request."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from engine import accounts, people, sessions
from engine.core.case import SYSTEM
from engine.core.errors import NotFound
from engine.store.tables.people import WebSession
from tests.verbs.town import CAST, PASSWORD, Town


@pytest.fixture
def town(filled_db):
    return Town.over(filled_db("town_carol_dan", lambda db: Town(db, accounts=("carol", "dan"))))


def sign_in(town, name="carol", agent="Firefox"):
    return accounts.sign_in(town.rt, CAST[name], PASSWORD, address="10.0.0.7", agent=agent).token


def who(town, token):
    return sessions.whoami(town.rt, token, town.now)


def seen_at(town):
    with town.rt.db.read() as db:
        return db.execute(select(WebSession.seen_at)).scalar_one()


def test_a_session_says_who_with_which_rights_in_which_language_and_zone(town):
    signed_in = who(town, sign_in(town, "dan"))
    assert signed_in.actor == town.actor("dan")
    assert [right.role for right in signed_in.actor.rights] == ["admin"]
    assert (signed_in.language, signed_in.zone, signed_in.missing) == ("id", "Asia/Jakarta", ())
    assert who(town, sign_in(town, "carol")).zone == "Asia/Makassar", "that of the office where she works"


def test_every_sign_in_makes_a_token_of_256_bits_that_nobody_has_seen(town):
    tokens = {sign_in(town) for _ in range(3)}
    assert len(tokens) == 3
    assert {len(token) for token in tokens} == {43}


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "\ud800", "x" * 100_000])
def test_an_unknown_token_is_nobody(town, token):
    assert who(town, token) is None


def test_a_session_ends_after_half_an_hour_without_a_request(town):
    token = sign_in(town)
    town.wait(minutes=29)
    assert who(town, token)
    town.wait(minutes=29)
    assert who(town, token)
    town.wait(minutes=30)
    assert who(town, token) is None


def test_a_session_ends_after_twelve_hours_however_busy(town):
    token = sign_in(town)
    for _ in range(35):
        town.wait(minutes=20)
        assert who(town, token)
    town.wait(minutes=20)
    assert who(town, token) is None


def test_being_seen_is_written_once_a_minute_at_most(town):
    token = sign_in(town)
    first = seen_at(town)
    town.wait(seconds=59)
    assert who(town, token)
    assert seen_at(town) == first
    town.wait(seconds=1)
    assert who(town, token)
    assert seen_at(town) > first


def test_asking_who_is_signed_in_is_one_query(town):
    token = sign_in(town, "dan")
    asked = []
    event.listen(town.rt.db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert who(town, token)
    assert len(asked) == 1


def test_signing_out_ends_the_session_and_twice_is_no_error(town):
    token, other = sign_in(town), sign_in(town)
    sessions.sign_out(town.rt, token)
    sessions.sign_out(town.rt, token)
    assert who(town, token) is None
    assert who(town, other)


def test_a_person_who_left_is_nobody_at_the_next_request(town):
    token = sign_in(town)
    people.set_active(town.rt, actor=town.actor("alice"), person_ref=town.ref("carol"), active=False)
    assert who(town, token) is None


def test_one_lists_his_own_live_sessions_the_last_seen_first(town):
    sign_in(town, "dan")
    sign_in(town, agent="Firefox " * 100)
    town.wait(minutes=5)
    newest = sign_in(town, agent="Chrome")
    listed = sessions.sessions(town.rt, actor=town.actor("carol"))
    assert [session.agent[:7] for session in listed] == ["Chrome", "Firefox"]
    assert len(listed[1].agent) == 200
    assert listed[0].ref == who(town, newest).session
    assert listed[0].expires_at - listed[0].created_at == timedelta(hours=12)
    town.wait(minutes=26)
    assert [session.agent for session in sessions.sessions(town.rt, actor=town.actor("carol"))] == ["Chrome"]


def test_one_ends_a_session_of_his_own_and_of_nobody_else(town):
    mine, hers = sign_in(town, "dan"), sign_in(town)
    ref = who(town, hers).session
    with pytest.raises(NotFound):
        sessions.revoke_session(town.rt, actor=town.actor("dan"), session_ref=ref)
    assert who(town, hers)
    sessions.revoke_session(town.rt, actor=town.actor("carol"), session_ref=ref)
    assert who(town, hers) is None
    assert who(town, mine)
    with pytest.raises(NotFound):
        sessions.revoke_session(town.rt, actor=town.actor("carol"), session_ref=ref)
    assert town.events("carol")[-1] == "account.session_revoked"


def test_one_ends_all_other_sessions_and_keeps_this_one(town):
    kept, others = sign_in(town), [sign_in(town), sign_in(town)]
    dans = sign_in(town, "dan")
    assert sessions.revoke_all(town.rt, actor=town.actor("carol"), but=kept) == 2
    assert [who(town, token) for token in others] == [None, None]
    assert who(town, kept) and who(town, dans)
    assert sessions.revoke_all(town.rt, actor=town.actor("carol"), but=kept) == 0
    assert town.events("carol").count("account.sessions_revoked") == 1


def test_the_system_has_no_sessions(town):
    sign_in(town)
    assert sessions.sessions(town.rt, actor=SYSTEM) == ()
