"""Acts on people have one effect, however often the same page is sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from engine import appointments, grants, people
from engine.core.errors import KeyReused
from engine.store.refs import new_ref
from engine.store.tables.ledger import Event
from tests.verbs.opening import give_code
from tests.verbs.town import Town

KETUT = {"name": "Ketut Sari", "kind": "pns", "nip": "199505052020122001", "email": "ketut@tirta.go.id"}


@pytest.fixture
def town(filled_db):
    return Town.over(filled_db("town", Town))


def events(town):
    with town.rt.db.read() as db:
        return db.execute(select(func.count()).select_from(Event)).scalar_one()


def add(town, once, **changes):
    return people.add_person(town.rt, actor=town.actor("alice"), once=once, **{**KETUT, **changes})


def appoint(town, once, kind="plt"):
    about = {"person_ref": town.ref("dan"), "post_ref": town.post("midwife").ref, "starts_on": date(2026, 3, 1)}
    return appointments.appoint(town.rt, actor=town.actor("alice"), kind=kind, once=once, **about)


def grant(town, once):
    about = {"person_ref": town.ref("dan"), "unit_ref": town.unit("south").ref, "starts_on": date(2026, 3, 1)}
    return grants.grant(town.rt, actor=town.actor("alice"), role="auditor", once=once, **about)


def end(town, once):
    with_ref = appoint(town, "a key for the post")
    about = {"appointment_ref": with_ref, "ends_on": date(2026, 4, 1)}
    return appointments.end_appointment(town.rt, actor=town.actor("alice"), once=once, **about)


def unit(town, once):
    about = {"key": "clinic_two", "name": "Puskesmas Dua", "kind": "technical_unit"}
    return people.add_unit(town.rt, actor=town.actor("alice"), parent_ref=town.unit("north").ref, once=once, **about)


def give_a_code(town, once):
    return give_code(town.rt, town.actor("alice"), town.ref("carol"), once=once).code


def revoke(town, once):
    given = grant(town, "a key for the right")
    return grants.revoke_grant(town.rt, actor=town.actor("alice"), grant_ref=given, once=once)


@pytest.mark.parametrize("act", [add, appoint, grant, end, unit, give_a_code, revoke], ids=lambda act: act.__name__)
def test_a_page_that_is_sent_twice_acts_once_and_answers_the_same(town, act):
    once = new_ref()
    first = act(town, once)
    before = events(town)
    assert act(town, once) == first
    assert events(town) == before


def test_a_double_click_in_parallel_puts_one_person_on_the_post_once(town):
    once = new_ref()
    with ThreadPoolExecutor(4) as pool:
        refs = list(pool.map(lambda _: appoint(town, once), range(4)))
    assert len(set(refs)) == 1


def test_the_same_key_for_something_else_is_refused(town):
    once = new_ref()
    add(town, once)
    with pytest.raises(KeyReused):
        add(town, once, name="Ketut Lain")
