"""Who may ask with a key, what for, how often; and that a key never does more than its person."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from api import routes
from engine import accounts, api_keys, codes, grants, ledger
from engine.core import apikeys
from engine.core.case import Actor, Right
from engine.core.errors import EngineError, InvalidSubmission, NotAllowed, NotFound, TamperedLedger
from engine.factors import resetting
from engine.store.tables import ApiKey, ApiUse, Denial, SignInAttempt
from tests.api.office import Program
from tests.verbs.opening import HERE, LETTERS
from tests.verbs.town import CAST, PASSWORD


def problem(program, path="/me", status=401):
    return program.get(path, status)


def test_a_key_tells_whom_it_acts_as_and_how_far_it_reaches(office):
    me = office.program("dan", "north", (apikeys.PEOPLE,)).get("/me")
    assert (me["person"]["name"], me["unit"]["name"]) == ("Dan", "Kecamatan Utara")
    assert (me["scopes"], me["rights"], me["requests_a_minute"]) == (["people.read"], ["admin"], 600)
    ledger.verify(office.rt.db)


NO_KEYS = ("", "Bearer", "Basic abc", "Bearer siklus_short", f"Bearer siklus_{'a' * 43}", "x" * 9000)


def test_what_is_no_key_opens_nothing_and_is_told_so(one):
    for sent in NO_KEYS:
        answer = one.app.test_client().get("/api/v1/me", headers={"Authorization": sent} if sent else {})
        assert answer.status_code == 401 and answer.mimetype == "application/problem+json", sent
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_neither_a_cookie_nor_an_address_opens_the_api(one):
    client, key = one.app.test_client(), one.key("alice")
    client.set_cookie(
        "siklus", accounts.sign_in(one.rt, "198001012005012001", "pelecing-kangkung-9", address="", agent="").token
    )
    assert client.get("/api/v1/me").status_code == 401
    assert client.get(f"/api/v1/me?key={key}&access_token={key}").status_code == 401
    assert client.get("/admin/", headers={"Authorization": f"Bearer {key}"}).status_code == 200  # by the cookie
    assert one.app.test_client().get("/admin/", headers={"Authorization": f"Bearer {key}"}).status_code == 303


def test_nothing_but_the_hash_of_a_key_is_kept(office):
    key = office.key("alice")
    with office.rt.db.read() as db:
        row = db.execute(select(ApiKey.__table__)).one()
    assert bytes(row.secret_hash) == api_keys.hashed_text(key)
    assert key[10:30] not in repr(row)


@pytest.mark.parametrize("end", ["revoked", "over", "no right", "account shut", "left"])
def test_a_key_ends_with_what_it_stands_on(one, end):
    program = one.program("dan", "north")
    program.get("/me")
    with one.rt.db.begin() as db:
        if end == "account shut":
            db.execute(text("UPDATE account SET disabled_at = :at"), {"at": "2026-03-02T02:00:00.000Z"})
        elif end == "left":
            db.execute(text("UPDATE person SET active = false WHERE name = 'Dan'"))
    if end == "revoked":
        with one.rt.db.read() as db:
            ref = db.execute(select(ApiKey.ref)).scalar_one()
        api_keys.revoke(one.rt, ref, actor=one.actor("alice"))
    elif end == "over":
        one.wait(days=31)
    elif end == "no right":
        held = one.actor("dan").rights[0].ref
        grants.revoke_grant(one.rt, actor=one.actor("alice"), grant_ref=held)
    problem(program)


@pytest.mark.parametrize("way", ["password", "code", "factors"])
def test_the_keys_of_an_account_end_when_it_is_taken_back(one, way):
    program, other = one.program("dan", "north"), one.program("alice")
    program.get("/me")
    alice, dan, ref = one.actor("alice"), one.actor("dan"), one.ref("dan")
    if way == "password":
        token = accounts.sign_in(one.rt, CAST["dan"], PASSWORD, **HERE).token
        accounts.change_password(one.rt, actor=dan, old=PASSWORD, new="empat-puluh perahu cadik", token=token)
    elif way == "code":
        codes.issue(one.rt, actor=alice, person_ref=ref, by="slip", letters=LETTERS)
    else:
        with one.rt.db.begin() as db:
            db.execute(
                text("UPDATE account SET factor_since = changed_at WHERE person_id = :id"), {"id": dan.person_id}
            )
        resetting.reset(one.rt, actor=alice, person_ref=ref, reason="Ponselnya hilang di pasar")
    problem(program)
    other.get("/me")
    ledger.verify(one.rt.db)


def test_rights_are_cut_to_the_unit_of_the_key():
    actor = Actor(1, "a", "A", (Right("x", "admin", 10), Right("y", "auditor", 12), Right("z", "admin", 99)))
    cut = apikeys.cut(actor, 11, above=(10, 11), below=(11, 12))
    assert [(right.role, right.unit_id) for right in cut.rights] == [("admin", 11), ("auditor", 12)]


def test_a_key_of_the_city_made_for_one_unit_sees_nothing_beside_it(office):
    narrow, wide = office.program("alice", "north"), office.program("alice")
    assert {unit["key"] for unit in narrow.all("/units")} == {"north", "health"}
    assert {unit["key"] for unit in wide.all("/units")} == {"city", "north", "health", "south"}
    assert {person["name"] for person in narrow.all("/people")} == {"Bob", "Carol", "Dan", "Erin"}
    south = office.unit("south").ref
    assert narrow.get(f"/units/{south}", 404)["type"] == "/api/v1/#not-found"


def test_each_scope_opens_its_own_routes_alone(one):
    paths = {
        "people.read": "/people",
        "cases.read": "/cases",
        "definitions.read": "/definitions",
        "registers.read": "/registers",
    }
    for scope in paths:
        program = one.program("alice", scopes=(scope,))
        for wanted, path in paths.items():
            problem(program, path, 200 if wanted == scope else 403)


def test_no_route_answers_without_its_own_scope_and_none_without_a_key(one):
    with_all_but = {
        scope: one.program("alice", scopes=[each for each in apikeys.SCOPES if each != scope])
        for scope in apikeys.SCOPES
    }
    stranger, there = Program(one.app, ""), {"ref": "a" * 26, "key": "attendance"}
    for route in routes.ROUTES:
        path = routes.PLACE.sub(lambda found: there[found[1]], route.path)
        assert stranger.ask(route.method, path).status_code == 401, path
        if route.scope is not None:
            assert with_all_but[route.scope].ask(route.method, path).status_code == 403, path


def test_who_administers_nothing_there_makes_no_key(one):
    for name, unit, wrong in (
        ("carol", "city", NotFound),
        ("dan", "south", NotFound),
        ("mallory", "south", NotAllowed),
    ):
        with pytest.raises(wrong):
            one.key(name, unit)
    with pytest.raises(InvalidSubmission) as refused:
        one.key("alice", scopes=("everything",), days=4000, a_minute=0, called=" ")
    assert set(refused.value.errors) == {"name", "scopes", "days", "a_minute"}


def test_a_minute_gives_so_many_requests_and_no_more_from_any_process(office):
    program = office.program("alice", a_minute=30)
    for left in range(29, -1, -1):
        answer = program.ask("GET", "/me")
        assert (answer.status_code, answer.headers["RateLimit-Remaining"]) == (200, str(left))
    for _ in range(2):
        answer = program.ask("GET", "/me")
        assert answer.status_code == 429 and answer.headers["Retry-After"] == "60"
    with office.rt.db.read() as db:
        assert db.execute(select(ApiUse.taken)).scalar_one() == 30
    office.wait(seconds=61)
    program.get("/me")


def test_whoever_tries_keys_is_slowed_and_every_try_is_recorded(one):
    stranger = Program(one.app, "siklus_" + "b" * 43)
    seen = [stranger.ask("GET", "/me").status_code for _ in range(7)]
    assert seen == [401] * 5 + [429] * 2
    one.program("alice").get("/me")  # a good key is never held back
    with one.rt.db.read() as db:
        assert len(db.execute(select(SignInAttempt.id)).all()) == 5
        assert [row.act for row in db.execute(select(Denial.__table__))] == ["GET api_v1.get_me"] * 5


ATTACKS = {
    "widen its scopes": "UPDATE api_key SET scopes = '[]'",
    "let it live again": "UPDATE api_key SET revoked_at = NULL",
    "hand it to somebody else": "UPDATE api_key SET person_id = person_id + 1",
    "delete it": "DELETE FROM api_key",
    "add one that nobody made": "INSERT INTO api_key (ref, name, secret_hash, person_id, unit_id, scopes, a_minute, "
    "starts_at, ends_at, made_at) SELECT 'forged', name, root, person_id, unit_id, scopes, a_minute, starts_at, "
    "ends_at, made_at FROM api_key, (SELECT leaf_hash AS root FROM event LIMIT 1) e",
}


def test_the_database_keeps_a_key_as_it_was_made(office):
    office.key("alice")
    with office.rt.db.read() as db:
        ref = db.execute(select(ApiKey.ref)).scalar_one()
    api_keys.revoke(office.rt, ref, actor=office.actor("gina"))
    for statement in ATTACKS.values():
        with pytest.raises((DBAPIError, EngineError)), office.rt.db.begin() as db:
            db.execute(text(statement))


def test_verify_finds_a_key_that_lives_again(one):
    one.key("alice")
    with one.rt.db.read() as db:
        ref = db.execute(select(ApiKey.ref)).scalar_one()
    api_keys.revoke(one.rt, ref, actor=one.actor("alice"))
    ledger.verify(one.rt.db)
    with one.rt.db.begin() as db:
        db.execute(text("DROP TRIGGER api_key_once"))
        db.execute(text("UPDATE api_key SET revoked_at = NULL"))
    with pytest.raises(TamperedLedger, match="api_key"):
        ledger.verify(one.rt.db)


def test_a_key_is_an_event_of_its_person(one):
    one.key("dan", "north")
    assert one.events("dan")[-1] == "api_key.made"
