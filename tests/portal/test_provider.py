"""Signing in through a provider: a real one (tests/oidc), and one that lies in each way that a standard warns of."""

import json
import shutil
import subprocess
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from socket import socket
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest
from sqlalchemy import func, select, update

from engine import sessions, stepup
from engine.access import FOR_ALL, Access, ProviderSettings
from engine.oidc.provider import LEFT_ALONE
from engine.signin import SECOND_FACTOR
from engine.store.database import connect
from engine.store.tables.people import Account, Person
from tests import summary
from tests.portal import liar as lies
from tests.portal.house import House, plain, value_of
from tests.verbs.town import CAST

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / ".venv/.oidc"
CALLBACK = "http://localhost/sign-in/provider/callback"
REFUSED = "Jawaban layanan masuk terpusat tidak dapat diterima"


class Door:
    """A house whose people may sign in through a provider, and one browser before it."""

    def __init__(self, house, issuer, **more):
        settings = ProviderSettings(issuer, lies.CLIENT, lies.SECRET, "SSO Kota", **more)
        house.rt = replace(house.rt, access=Access(public_url="http://localhost", provider=settings))
        house._open()
        self.house = house
        self.arrive()

    def arrive(self):
        """Another browser stands before the door."""
        self.client = self.house.app.test_client()
        self.client.set_cookie("siklus_language", "id")
        return self

    def go(self, following="/"):
        """To the provider: the address that the browser is sent to."""
        answer = self.client.get("/sign-in/provider", query_string={"next": following})
        assert answer.status_code == 303, plain(answer.text)
        return answer.headers["Location"]

    def back(self, client=None, **query):
        """Back from it: where the browser is sent, and what it is told there."""
        answer = (client or self.client).get("/sign-in/provider/callback", query_string=query)
        assert answer.status_code == 303
        place = answer.headers["Location"]
        return place, plain((client or self.client).get("/sign-in").text) if place == "/sign-in" else ""

    def who(self):
        cookie = self.client.get_cookie("siklus")
        return sessions.whoami(self.house.rt, cookie.value, self.house.now) if cookie else None

    def accounts(self):
        with self.house.rt.db.read() as db:
            return db.execute(select(func.count()).select_from(Account)).scalar_one()

    def change(self, name, **values):
        with self.house.rt.db.begin() as db:
            whose = select(Person.id).where(Person.nip == CAST[name]).scalar_subquery()
            db.execute(update(Account).where(Account.person_id == whose).values(**values))


@pytest.fixture(scope="module")
def served():
    with lies.serving(lies.Liar()) as liar:
        yield liar


@pytest.fixture
def liar(served):
    address = served.address
    served.__init__()
    served.address = address
    return served


@pytest.fixture
def door(house, liar):
    liar.now = lambda: house.now.timestamp()
    return Door(house, liar.address)


@pytest.fixture(scope="module")
def one_door(loaded_house, tmp_path_factory, served):
    """A door for all that is refused and leaves nothing behind."""
    path = tmp_path_factory.mktemp("door") / "house.sqlite3"
    shutil.copy(loaded_house, path)
    database = connect(f"sqlite:///{path}")
    yield Door(House.over(database), served.address)
    database.close()


@pytest.fixture
def same_door(one_door, liar):
    liar.now = lambda: one_door.house.now.timestamp()
    return one_door.arrive()


def refused(door, liar):
    place, told = door.back(**liar.told(door.go()))
    return place == "/sign-in" and REFUSED in told and door.who() is None


def test_whoever_the_provider_names_is_signed_in_and_goes_where_he_wanted(door, liar):
    assert "Masuk dengan SSO Kota" in plain(door.client.get("/sign-in").text)
    place, _ = door.back(**liar.told(door.go("/sessions")))
    assert place == "/sessions"
    assert door.who().actor.ref == door.house.ref("carol")
    assert liar.visit["code_challenge_method"] == "S256" and len(liar.visit["nonce"]) == 43
    assert liar.asked[0]["redirect_uri"] == CALLBACK and liar.asked[0]["authorization"].startswith("Basic ")
    assert door.client.get_cookie("siklus_visit") is None


def test_an_elliptic_key_is_good_too(door, liar):
    liar.key, liar.kid, liar.alg, liar.published = lies.EC, "curve", "ES256", [(lies.RSA, "first"), (lies.EC, "curve")]
    assert door.back(**liar.told(door.go()))[0] == "/"


LIES = {
    "a wrong nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "a wrong audience": {"claims": {"aud": "another"}},
    "no audience": {"claims": {"aud": None}},
    "two audiences without a party": {"claims": {"aud": ["siklus", "another"]}},
    "another party": {"claims": {"aud": ["siklus", "another"], "azp": "another"}},
    "a token that is over": {"claims": {"exp": 1}},
    "a token that never ends": {"claims": {"exp": None}},
    "an end that is no number": {"claims": {"exp": "tomorrow"}},
    "a token of last week": {"claims": {"iat": 1_500_000_000}},
    "a token of tomorrow": {"claims": {"iat": 4_000_000_000}},
    "a token that begins tomorrow": {"claims": {"nbf": 4_000_000_000}},
    "no subject": {"claims": {"sub": None}},
    "no signature at all": {"sealed": lies.unsigned},
    "the public key as a secret": {"sealed": lies.signed_with_the_public_key},
    "the key of another": {"sealed": lies.signed_by_another},
    "claims that were altered": {"sealed": lies.altered},
    "a key that nobody published": {"kid": "unknown"},
    "no token": {"sealed": lambda header, claims: ""},
    "no JSON": {"sealed": lambda header, claims: "e30.e30.e30"},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_lie_in_the_token_is_refused(same_door, liar, lie):
    vars(liar).update(lie)
    assert refused(same_door, liar)


def test_clocks_may_differ_by_a_minute_and_no_more(door, liar):
    now = int(door.house.now.timestamp())
    liar.claims = {"iat": now - 300, "exp": now - 59}
    assert door.back(**liar.told(door.go()))[0] == "/"
    liar.claims = {"iat": now - 300, "exp": now - 61}
    door.client.delete_cookie("siklus")
    assert refused(door, liar)


def test_a_wrong_state_is_refused_before_anything_is_asked(door, liar):
    answer = liar.told(door.go())
    place, told = door.back(**{**answer, "state": "another"})
    assert (place, REFUSED in told, liar.asked) == ("/sign-in", True, [])


def test_the_answer_to_another_browser_is_refused(door, liar):
    answer = liar.told(door.go())
    place, _ = door.back(client=door.house.app.test_client(), **answer)
    assert (place, liar.asked) == ("/sign-in", [])
    door.go()  # a visit of his own does not help
    assert door.back(**answer)[0] == "/sign-in"


def test_a_replayed_answer_is_refused_even_with_the_cookie_of_the_visit(door, liar):
    answer = liar.told(door.go())
    kept = door.client.get_cookie("siklus_visit").value
    assert door.back(**answer)[0] == "/"
    door.client.delete_cookie("siklus")
    door.client.set_cookie("siklus_visit", kept)
    place, told = door.back(**answer)
    assert (place, REFUSED in told, door.who()) == ("/sign-in", True, None)


def test_a_visit_is_over_after_ten_minutes_and_a_forged_one_is_none(door, liar):
    answer = liar.told(door.go())
    door.house.now += sessions.HALF * 1.1
    assert "terlalu lama" in door.back(**answer)[1]
    door.client.set_cookie("siklus_visit", "forged")
    assert "terlalu lama" in door.back(**answer)[1]


def test_an_answer_in_the_name_of_another_provider_is_refused(door, liar):
    place, told = door.back(**liar.told(door.go()), iss="https://evil.example")
    assert (place, REFUSED in told, liar.asked) == ("/sign-in", True, [])


def test_an_answer_without_a_name_is_refused_where_the_provider_gives_one(door, liar):
    liar.description = {"authorization_response_iss_parameter_supported": True}
    answer = liar.told(door.go())
    assert door.back(**answer)[0] == "/sign-in"
    assert door.back(**liar.told(door.go()), iss=liar.address)[0] == "/"


@pytest.mark.parametrize("following", ["//evil.example", "/\\evil.example", "https:evil.example", "/a\r\nX: 1"])
def test_the_way_back_leads_nowhere_else(same_door, liar, following):
    assert same_door.back(**liar.told(same_door.go(following)))[0] == "/"


def test_whoever_declines_is_told_so(door, liar):
    answer = liar.told(door.go())
    place, told = door.back(state=answer["state"], error="access_denied")
    assert place == "/sign-in" and "membatalkannya" in told


@pytest.mark.parametrize("nip", ["199909092020092009", "19990909", "", "mayor@tirta.go.id", None, "%", [], {"a": 1}])
def test_an_unknown_person_gets_a_clear_refusal_and_no_account(same_door, liar, nip):
    before, liar.claims, liar.info = same_door.accounts(), {"nip": nip}, {"sub": "x1"}
    place, told = same_door.back(**liar.told(same_door.go()))
    assert place == "/sign-in" and "belum ada akun" in told
    assert (same_door.accounts(), same_door.who()) == (before, None)


def test_a_shut_account_stays_shut(door, liar):
    door.change("carol", disabled_at="2026-01-01T00:00:00.000Z")
    assert "belum ada akun" in door.back(**liar.told(door.go()))[1]


def test_a_claim_that_the_token_lacks_is_asked_for_and_must_be_of_the_same_subject(door, liar):
    liar.claims, liar.info = {"nip": None}, {"sub": "x1", "nip": CAST["dan"]}
    assert door.back(**liar.told(door.go()))[0] == "/"
    assert door.who().actor.ref == door.house.ref("dan")
    door.client.delete_cookie("siklus")
    liar.info = {"sub": "x2", "nip": CAST["dan"]}
    assert refused(door, liar)


@pytest.mark.parametrize(("verified", "enters"), [(True, True), (False, False), (None, False), ("true", False)])
def test_an_address_names_somebody_only_when_the_provider_has_verified_it(house, liar, verified, enters):
    liar.now = lambda: house.now.timestamp()
    door = Door(house, liar.address, claim="email")
    with house.rt.db.begin() as db:
        db.execute(update(Person).where(Person.nip == CAST["carol"]).values(email="carol@tirta.go.id"))
    liar.claims = {"email": "Carol@Tirta.go.id", "email_verified": verified}
    assert (door.back(**liar.told(door.go()))[0] == "/") == enters


def test_new_keys_of_the_provider_are_found_after_half_a_minute(door, liar):
    assert door.back(**liar.told(door.go()))[0] == "/"
    door.client.delete_cookie("siklus")
    liar.key, liar.kid, liar.published = lies.OTHER_RSA, "second", [(lies.OTHER_RSA, "second")]
    assert refused(door, liar), "who sends unknown keys makes us ask at most twice a minute"
    door.house.now += sessions.SEEN_EVERY
    assert door.back(**liar.told(door.go()))[0] == "/"


WRONG = {
    "of another issuer": {"issuer": "https://evil.example"},
    "with an address that is not safe": {"token_endpoint": "http://evil.example/token"},
    "with an address that is none": {"jwks_uri": 7},
    "without keys": {"jwks_uri": None},
    "with a name in its address": {"token_endpoint": "https://a@evil.example/token"},
}


@pytest.mark.parametrize("description", WRONG.values(), ids=WRONG.keys())
def test_a_description_that_is_wrong_leads_nowhere(door, liar, description):
    liar.description = description
    answer = door.client.get("/sign-in/provider")
    assert answer.headers["Location"] == "/sign-in"
    assert "tidak dikonfigurasi dengan benar" in plain(door.client.get("/sign-in").text)


def test_a_provider_that_does_not_answer_is_left_alone_so_that_a_crowd_holds_no_threads(door, liar):
    liar.description = {"issuer": "https://down.example"}
    assert door.client.get("/sign-in/provider").headers["Location"] == "/sign-in"
    liar.description = {}
    assert door.client.get("/sign-in/provider").headers["Location"] == "/sign-in"
    door.house.now += LEFT_ALONE
    assert door.go().startswith(f"{liar.address}/auth")


def test_a_provider_that_sends_us_elsewhere_is_not_followed(door, liar):
    answer = liar.told(door.go())
    liar.moves = "http://127.0.0.1:9/token"
    place, told = door.back(**answer)
    assert place == "/sign-in" and "tidak menjawab" in told


def test_a_second_factor_is_asked_for_here_unless_that_of_the_provider_is_trusted(house, liar):
    liar.now, liar.claims = lambda: house.now.timestamp(), {"amr": ["pwd", "mfa"]}
    door = Door(house, liar.address)
    door.change("carol", factor_since="2026-01-01T00:00:00.000Z")
    assert door.back(**liar.told(door.go()))[0].startswith("/sign-in/second-factor")
    assert door.who().missing == (SECOND_FACTOR,)
    trusting = Door(house, liar.address, trusted_factor=True)
    assert trusting.back(**liar.told(trusting.go()))[0] == "/"
    door.change("carol", factor_since=None)
    house.rt = replace(house.rt, access=replace(house.rt.access, second_factor=FOR_ALL))
    assert sessions.whoami(house.rt, trusting.client.get_cookie("siklus").value, house.now).missing == ()
    door.change("carol", factor_since="2026-01-01T00:00:00.000Z")
    liar.claims = {"amr": ["pwd"]}
    again = Door(house, liar.address, trusted_factor=True)
    assert again.back(**liar.told(again.go()))[0].startswith("/sign-in/second-factor")


def test_a_password_that_somebody_else_has_seen_does_not_matter_to_the_provider(door, liar):
    door.change("carol", must_change=True)
    assert door.back(**liar.told(door.go()))[0] == "/"


@pytest.mark.parametrize(("told", "is_recent"), [(0, True), (-300, True), (-3600, False), (60, False), (None, False)])
def test_a_weighty_act_asks_again_unless_somebody_has_just_shown_the_provider_who_he_is(door, liar, told, is_recent):
    now = int(door.house.now.timestamp())
    liar.claims = {"auth_time": None if told is None else now + told}
    assert door.back(**liar.told(door.go()))[0] == "/"
    assert stepup.is_recent(door.who().confirmed_at, door.house.now) == is_recent


def test_whoever_is_asked_again_may_show_it_to_the_provider_which_then_asks_too(door, liar):
    assert door.back(**liar.told(door.go()))[0] == "/"
    token = value_of(door.client.get("/security").text, "csrf_token")
    asked = door.client.post("/security", data={"csrf_token": token})
    assert asked.status_code == 403 and "Masuk lagi dengan SSO Kota" in plain(asked.text)
    sent = door.client.get("/sign-in/provider?again=1").headers["Location"]
    assert parse_qs(urlsplit(sent).query)["prompt"] == ["login"]


def test_signing_out_leads_to_the_provider_where_it_offers_that(door, liar):
    place = door.client.get("/sign-out/provider").headers["Location"]
    assert place.startswith(f"{liar.address}/end?client_id=siklus&post_logout_redirect_uri=http%3A%2F%2Flocalhost")
    liar.description = {"end_session_endpoint": None}
    other = Door(door.house, liar.address)
    assert other.client.get("/sign-out/provider").headers["Location"] == "/sign-in"


def test_without_a_provider_there_is_no_such_page(house):
    client = house.app.test_client()
    assert {client.get(path).status_code for path in ("/sign-in/provider", "/sign-in/provider/callback")} == {404}


# A real provider.


class Real:
    """oidc-provider in a process of its own, and a browser that signs in there as somebody."""

    def __init__(self, port, process):
        self.issuer, self.process = f"http://127.0.0.1:{port}", process
        self.arrive()

    def arrive(self):
        """A browser that the provider does not know."""
        self.opener = build_opener(HTTPCookieProcessor(), _Stay)

    def visit(self, address, person):
        """Follow the provider's own redirects; the query that it sends back to us."""
        for _ in range(8):
            with self._opened(Request(address, headers={"X-Person": person})) as answer:
                place = answer.headers["Location"]
            address = place if place.startswith("http") else f"{self.issuer}{place}"
            if address.startswith(CALLBACK):
                return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        raise AssertionError(f"the provider never sent us back: {address}")

    def _opened(self, request):
        try:
            return self.opener.open(request, timeout=10)
        except HTTPError as answer:
            return answer


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *asked):
        return None


@pytest.fixture(scope="module")
def real():
    node = shutil.which("node") or shutil.which("node", path=PACKAGES / "own/bin")
    if node is None or not (PACKAGES / "node_modules/oidc-provider").exists():
        summary.not_run("no sign-in provider for the tests (needs node and npm); run: make test")
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    people = {"carol": {"nip": CAST["carol"]}, "nobody": {"nip": "199909092020092009"}}
    command = [node, str(ROOT / "tests/oidc/server.mjs"), str(PACKAGES), str(port), CALLBACK, json.dumps(people)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        if "listening" not in process.stdout.readline():
            summary.not_run("the sign-in provider of the tests does not start")
        summary.used("oidc-provider (node)")
        yield Real(port, process)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def real_door(house, real):
    house.now = house.now.fromtimestamp(time.time(), tz=house.now.tzinfo)
    real.arrive()
    return Door(house, real.issuer)


def test_a_real_provider_signs_in_whom_we_know_and_only_those(real_door, real):
    assert real_door.back(**real.visit(real_door.go("/sessions"), "carol"))[0] == "/sessions"
    assert real_door.who().actor.ref == real_door.house.ref("carol")
    stranger = Door(real_door.house, real.issuer)
    real.arrive()
    assert "belum ada akun" in stranger.back(**real.visit(stranger.go(), "nobody"))[1]


def test_a_real_provider_refuses_a_code_that_was_used_or_a_wrong_verifier(real_door, real):
    answer = real.visit(real_door.go(), "carol")
    kept = real_door.client.get_cookie("siklus_visit").value
    assert real_door.back(**answer)[0] == "/"
    real_door.client.delete_cookie("siklus")
    real_door.client.set_cookie("siklus_visit", kept)
    assert REFUSED in real_door.back(**answer)[1], "the code is good once, at the provider too"
    first, second = real.visit(real_door.go(), "carol"), real.visit(real_door.go(), "carol")
    mixed = {**first, "state": second["state"]}  # somebody else's code in a visit of one's own
    assert REFUSED in real_door.back(**mixed)[1]


def test_a_real_provider_ends_its_session_too(real_door, real):
    place = real_door.client.get("/sign-out/provider").headers["Location"]
    with real._opened(Request(place)) as answer:
        assert answer.status == 200, place
