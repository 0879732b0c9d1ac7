"""The first administrator of an empty database: appointed by the system once, recorded, able to go on."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from engine import accounts, approval, beginning, ledger, people, sessions
from engine.core.case import SYSTEM
from engine.core.errors import InvalidSubmission, Refused
from engine.store.tables.ledger import Event
from engine.store.tables.people import Person, Unit
from tests.verbs.opening import give_account
from tests.verbs.town import Town, runtime

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ALISA = beginning.Newcomer("Alisa Permatasari", "19870915 201101 2 912", email="Alisa@tirta.go.id")
PASSWORD = "tujuh belas sendok teh"
UNIT = {"unit_name": "Pemerintah Kota Tirta Mekar", "timezone": "Asia/Makassar"}


def create(rt, newcomer=ALISA, password=PASSWORD, one_time=False, second=False):
    told = {"password": password, "one_time": one_time, "second": second, **UNIT}
    return beginning.create_administrator(rt, newcomer, **told)


def signed_in(rt, password=PASSWORD):
    opened = accounts.sign_in(rt, "198709152011012912", password, address="10.0.0.1", agent="")
    return sessions.whoami(rt, opened.token, rt.clock())


@pytest.fixture
def rt(db):
    return runtime(db, lambda: NOW)


def kinds(rt):
    with rt.db.read() as reading:
        return list(reading.execute(select(Event.kind, Event.actor_ref).order_by(Event.at, Event.stream, Event.seq)))


def test_an_empty_database_gets_its_first_administrator_as_an_act_of_the_system(rt):
    assert beginning.administrator(rt) is None
    assert create(rt) == ("Pemerintah Kota Tirta Mekar",)
    assert beginning.administrator(rt) == "Alisa Permatasari"
    written = kinds(rt)
    assert sorted(kind for kind, _ in written) == ["account.created", "grant.given", "person.added", "unit.added"]
    assert {actor for _, actor in written} == {"system"}


def test_he_signs_in_and_goes_on_by_the_ordinary_ways(rt):
    create(rt)
    found = signed_in(rt)
    assert not found.missing
    added = people.add_person(rt, actor=found.actor, name="Bobby", kind="pns", nip="198206272004121911", email=None)
    assert give_account(rt, found.actor, added, PASSWORD).person_ref == added


def test_a_one_time_password_must_be_changed_at_the_first_sign_in(rt):
    create(rt, one_time=True)
    assert signed_in(rt).missing == ("new_password",)


def test_a_second_one_is_refused_and_told_whom_to_ask(rt):
    create(rt)
    before = kinds(rt)
    with pytest.raises(Refused) as refused:
        create(rt, beginning.Newcomer("Bobby", "198206272004121911"))
    assert refused.value.message.key == "beginning.administrator_exists"
    assert refused.value.message.params["name"] == "Alisa Permatasari"
    assert kinds(rt) == before


def test_a_second_pair_of_eyes_comes_from_outside_once_and_publishes_what_the_first_has_let_others_write(rt):
    create(rt)
    bobby = beginning.Newcomer("Bobby", "198206272004121911")
    assert create(rt, bobby, second=True) == ("Pemerintah Kota Tirta Mekar",)
    for newcomer in (bobby, ALISA, beginning.Newcomer("Chandra", "197504212000031001")):
        with pytest.raises(Refused) as refused:
            create(rt, newcomer, second=True)
        assert refused.value.message.key == "beginning.administrator_exists"
    with rt.db.read() as db:
        one, two = (row.id for row in db.execute(select(Person.id).order_by(Person.id)))
        assert not approval.share_a_maker(db, one, two, NOW)


@pytest.mark.parametrize(
    ("newcomer", "password", "field"),
    [
        (ALISA, "password123", "password"),
        (ALISA, "Alisa Permatasari", "password"),
        (beginning.Newcomer("Alisa", "123"), PASSWORD, "nip"),
        (beginning.Newcomer(" ", "198709152011012912"), PASSWORD, "name"),
        (beginning.Newcomer("Alisa", "198709152011012912", email="alisa"), PASSWORD, "email"),
    ],
)
def test_what_is_wrong_is_named_by_its_field_and_leaves_nothing(rt, newcomer, password, field):
    with pytest.raises(InvalidSubmission) as refused:
        create(rt, newcomer, password)
    assert list(refused.value.errors) == [field]
    assert kinds(rt) == []


def test_it_is_the_way_back_when_no_administrator_can_sign_in(rt):
    create(rt)
    ref = signed_in(rt).actor.ref
    accounts.set_disabled(rt, actor=SYSTEM, person_ref=ref, disabled=True)
    assert beginning.administrator(rt) is None
    create(rt, password="delapan belas sendok teh")
    assert signed_in(rt, "delapan belas sendok teh").actor.has("admin")
    assert sum(kind == "grant.given" for kind, _ in kinds(rt)) == 1  # he has had it all along


def test_who_has_left_does_not_come_back_by_it(rt):
    create(rt)
    people.set_active(rt, actor=SYSTEM, person_ref=signed_in(rt).actor.ref, active=False)
    with pytest.raises(Refused) as refused:
        create(rt)
    assert refused.value.message.key == "beginning.has_left"


def test_over_a_town_with_units_it_gives_the_right_over_each_root_and_adds_none(filled_db):
    town = Town.over(filled_db("town", Town))  # its administrators cannot sign in: none has an account
    with town.rt.db.read() as reading:
        units = reading.execute(select(Unit.id)).scalars().all()
        roots = reading.execute(select(Unit.name).where(Unit.parent_id.is_(None)).order_by(Unit.id)).scalars().all()
    assert create(town.rt) == tuple(roots)
    with town.rt.db.read() as reading:
        assert reading.execute(select(Unit.id)).scalars().all() == units


def test_what_it_writes_verifies(rt):
    create(rt)
    assert ledger.verify(rt.db).events == 4
