"""Signing in with a password of the office's directory: a real one (LDAP), which runs beside the test."""

import json
import shutil
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from socket import socket
from types import SimpleNamespace

import pytest
from sqlalchemy import select

import wsgi
from engine import accounts, api_keys, directory, directory_keys, grants, ledger, outbox
from engine.core.errors import BadRequest, SignInRefused, Unavailable
from engine.core.messages import Message
from engine.store.tables.people import WebSession
from tests import summary
from tests.portal.test_provider import PACKAGES, ROOT
from tests.verbs.town import CAST, PASSWORD, Town

HOME = {"address": "10.0.0.7", "agent": "Firefox"}
BASE, READER, SECRET = "ou=people,dc=tirta,dc=go,dc=id", "cn=siklus,dc=tirta,dc=go,dc=id", "reads"
OFFICE = "sandi dari kantor 7"
PEOPLE = {
    "carol": {
        "employeeNumber": CAST["carol"],
        "mail": "carol@tirta.go.id",
        "password": OFFICE,
        "pwdChangedTime": "20260302091500Z",
    },
    "dan": {"employeeNumber": CAST["dan"], "mail": "mayor@tirta.go.id", "password": "sandi dan"},
    "erin": {"employeeNumber": CAST["erin"], "mail": "erin@tirta.go.id", "password": "sandi erin"},
    "double": {"employeeNumber": CAST["erin"], "mail": "double@tirta.go.id", "password": "sandi ganda"},
}


@pytest.fixture(scope="module")
def served():
    node = shutil.which("node") or shutil.which("node", path=PACKAGES / "own/bin")
    if node is None or not (PACKAGES / "node_modules/ldapjs").exists():
        summary.not_run("no directory for the tests (needs node and npm); run: make test")
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [node, str(ROOT / "tests/oidc/directory.mjs"), str(PACKAGES), str(port), json.dumps(PEOPLE)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        if "listening" not in process.stdout.readline():
            summary.not_run("the directory of the tests does not start")
        summary.used("ldapjs (node)")
        yield f"ldap://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def town(filled_db, served):
    town = Town.over(filled_db("town_carol_mayor", lambda db: Town(db, accounts=("carol", "mayor"))))
    asked = directory.Directory(served, BASE, reader=READER, secret=SECRET)
    town.rt = replace(town.rt, directory=asked)
    return town


def sign_in(town, name, password):
    return accounts.sign_in(town.rt, CAST.get(name, name), password, **HOME)


def ways(town):
    with town.rt.db.read() as db:
        return list(db.execute(select(WebSession.way).order_by(WebSession.id)).scalars())


def test_the_password_of_the_directory_opens_our_account_and_so_does_our_own(town):
    assert sign_in(town, "carol", OFFICE).person_ref == town.ref("carol")
    assert sign_in(town, "carol", PASSWORD).person_ref == town.ref("carol")
    assert ways(town) == ["directory", None]
    assert accounts.confirm(town.rt, actor=town.actor("carol"), password=OFFICE, address="10.0.0.7")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("carol", "sandi dan"),
        ("carol", ""),  # a directory takes it for somebody anonymous and says yes
        ("dan", "sandi dan"),  # known there, without an account here
        ("mayor@tirta.go.id", "sandi dan"),  # an address of ours that somebody wrote into his own entry
        ("*", OFFICE),
        (f"{CAST['carol']})(uid=*", OFFICE),
    ],
)
def test_nobody_else_gets_in(town, name, password):
    with pytest.raises(SignInRefused):
        sign_in(town, name, password)


def test_two_entries_of_one_number_are_nobody(town):
    assert not town.rt.directory.knows(CAST["erin"], "sandi erin")
    assert not town.rt.directory.knows(CAST["erin"], "sandi ganda")


class Key:
    """A key of the API that carol made, for a unit that she was let administer."""

    def __init__(self, town, made):
        self.town = town
        town.now = made
        about = {"name": "HR", "unit_ref": town.unit("health").ref, "scopes": ["people.read"], "days": 300}
        self.ref = api_keys.make(town.rt, actor=town.actor("carol"), **about).ref

    def lives(self):
        with self.town.rt.db.read() as db:
            return api_keys.live_of_ref(db, self.ref, self.town.now) is not None


def test_a_key_that_is_older_than_the_password_in_the_directory_ends_by_day_and_at_signing_in(town):
    given = {"person_ref": town.ref("carol"), "role": "admin", "unit_ref": town.unit("health").ref}
    grants.grant(town.rt, actor=town.actor("alice"), starts_on=date(2026, 1, 1), **given)
    changed = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    assert town.rt.directory.password_set_at(CAST["carol"]) == changed
    assert town.rt.directory.password_set_at(CAST["dan"]) is None  # of whom it does not say
    old, new = Key(town, changed - timedelta(minutes=1)), Key(town, changed + timedelta(minutes=1))
    with town.rt.db.begin() as db:
        directory_keys.begin(town.rt, db, "UTC", town.now.date())
    while outbox.sweep(town.rt, wsgi.build_works()):
        pass
    assert (old.lives(), new.lives()) == (False, True)
    again = Key(town, changed - timedelta(minutes=2))
    sign_in(town, "carol", PASSWORD)  # our own: of that the directory knows nothing
    assert again.lives()
    sign_in(town, "carol", OFFICE)
    assert not again.lives()
    ledger.verify(town.rt.db)


def test_a_look_asks_about_few_and_the_next_one_goes_on_where_it_ended(town, monkeypatch):
    given = {"person_ref": town.ref("carol"), "role": "admin", "unit_ref": town.unit("health").ref}
    grants.grant(town.rt, actor=town.actor("alice"), starts_on=date(2026, 1, 1), **given)
    for name in ("alice", "carol"):
        about = {"name": "HR", "unit_ref": town.unit("health").ref, "scopes": ["people.read"], "days": 300}
        api_keys.make(town.rt, actor=town.actor(name), **about)
    asked = []

    def password_set_at(person):
        asked.append(person)
        if person in silent:
            raise Unavailable(Message("accounts.directory_silent"))

    town.rt = replace(town.rt, directory=SimpleNamespace(password_set_at=password_set_at))
    first, last = sorted((town.person(name).id, CAST[name]) for name in ("alice", "carol"))
    silent = {last[1]}
    assert directory_keys.look(town.rt, {}).upto == first[0]  # what was answered counts; the rest is asked again
    with pytest.raises(Unavailable):
        directory_keys.look(town.rt, {"after": first[0]})
    silent.clear()
    asked.clear()
    monkeypatch.setattr(directory_keys, "LONGEST", -1.0)
    assert directory_keys.look(town.rt, {}).upto == first[0]
    monkeypatch.setattr(directory_keys, "AT_ONCE", 1)
    with town.rt.db.begin() as db:
        directory_keys.begin(town.rt, db, "UTC", town.now.date())
    asked.clear()
    for people in ([first[1]], [first[1], last[1]], [first[1], last[1]]):
        while outbox.sweep(town.rt, wsgi.build_works()):
            pass
        assert asked == people
        town.now += directory_keys.PAUSE


def test_how_active_directory_says_it_is_read_too():
    assert directory._ticks("134169165000000000") == datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    assert directory._ticks("0") > datetime(9999, 1, 1, tzinfo=UTC)  # was reset, and must be set anew
    assert directory._first(directory._ticks, [b"never"]) is None


def test_while_the_directory_is_silent_our_own_passwords_still_open(town):
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        gone = f"ldap://127.0.0.1:{free.getsockname()[1]}"
    town.rt = replace(town.rt, directory=replace(town.rt.directory, url=gone))
    assert sign_in(town, "carol", PASSWORD)
    with pytest.raises(Unavailable):
        sign_in(town, "carol", OFFICE)


def test_a_reader_who_is_refused_is_told_apart_from_a_wrong_password(town):
    town.rt = replace(town.rt, directory=replace(town.rt.directory, secret="wrong"))
    with pytest.raises(Unavailable):
        sign_in(town, "carol", OFFICE)


GIVEN = {"SIKLUS_LDAP_URL": "ldaps://directory.tirta.go.id", "SIKLUS_LDAP_BASE": BASE}


@pytest.mark.parametrize(
    "wrong",
    [
        {"SIKLUS_LDAP_URL": "https://directory.tirta.go.id"},
        {"SIKLUS_LDAP_URL": "ldap:///ou=people"},
        {"SIKLUS_LDAP_BASE": ""},
        {"SIKLUS_LDAP_FILTER": "(employeeNumber=1)"},
    ],
)
def test_settings_that_cannot_be_are_refused_at_the_start(wrong):
    assert directory.read_directory(GIVEN).filter == "(employeeNumber={name})"
    with pytest.raises(BadRequest):
        directory.read_directory({**GIVEN, **wrong})


def test_only_tls_or_this_machine_needs_no_further_word():
    assert directory.is_private("ldaps://directory.tirta.go.id")
    assert directory.is_private("ldap://127.0.0.1:389")
    assert not directory.is_private("ldap://directory.tirta.go.id")  # begins with StartTLS (RFC 4511, 4.14)
