"""Units, posts and people: what is refused and why, what is recorded, and that a whole city loads or nothing does."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine import appointments, people
from engine.core.case import SYSTEM
from engine.core.errors import BadRequest, InvalidSubmission, NotAllowed, NotFound
from engine.core.messages import Message
from engine.documents import read_yaml
from engine.store.queries import people as queries
from engine.store.queries import units
from engine.store.tables.cases import Note
from engine.store.tables.ledger import Event
from engine.store.tables.people import Appointment, Person, Post, Unit, UnitClosure
from engine.store.tables.work import Outbox
from tests.verbs.town import CITY, PASSWORD, Town

SHIPPED = Path(__file__).parent.parent.parent / "workflows/demo/city.yaml"
NEW = {"name": "Ketut Sari", "kind": "pns", "nip": "19950505 202012 2 001", "email": "Ketut@Tirta.go.id"}


@pytest.fixture
def town(filled_db):
    return Town.over(filled_db("town", Town))


def count(town, table):
    with town.rt.db.read() as db:
        return db.execute(select(func.count()).select_from(table)).scalar_one()


def errors_of(call, **values):
    with pytest.raises(InvalidSubmission) as refused:
        call(**values)
    return refused.value.errors


def test_a_person_is_added_with_a_plain_nip_and_address_and_one_event_without_his_data(town):
    ref = people.add_person(town.rt, actor=town.actor("dan"), **NEW)
    with town.rt.db.read() as db:
        person = queries.by_ref(db, ref)
        written = db.execute(select(Event.kind, Event.leaf, Event.ref).where(Event.stream == f"person:{ref}")).one()
        note = db.execute(select(Note.body).where(Note.event_ref == written.ref)).scalar_one()
    assert (person.nip, person.email, person.name_lower) == ("199505052020122001", "ketut@tirta.go.id", "ketut sari")
    assert written.kind == "person.added"
    assert not [value for value in (b"Ketut", b"ketut", b"1995") if value in bytes(written.leaf)]
    assert "Ketut Sari" in note


BAD_PEOPLE = {
    "no name": ({"name": "  "}, {"name": Message("people.name", most=200, found=0)}),
    "a name of two lines": ({"name": "a\nb"}, {"name": Message("people.name", most=200, found=3)}),
    "no such kind": (
        {"kind": "tni"},
        {"kind": Message("people.kind", found="tni", allowed=("pns", "pppk", "official"))},
    ),
    "no number": ({"nip": None}, {"nip": Message("people.nip.digits", found="", length=0)}),
    "a wrong number": ({"nip": "199513052020122001"}, {"nip": Message("people.nip.born", found="19951305")}),
    "a taken number": ({"nip": "199003032015032003"}, {"nip": Message("people.nip_taken")}),
    "an official's number": ({"kind": "official"}, {"nip": Message("people.nip.official")}),
    "no address": ({"email": "ketut"}, {"email": Message("people.email", found="ketut")}),
    "a taken address": ({"email": "MAYOR@tirta.go.id"}, {"email": Message("people.email_taken")}),
    "no such language": (
        {"language": "nl"},
        {"language": Message("people.language", found="nl", allowed=("id", "en"))},
    ),
    "two at once": (
        {"name": "", "email": "x@y"},
        {"name": Message("people.name", most=200, found=0), "email": Message("people.email", found="x@y")},
    ),
}


@pytest.mark.parametrize(("change", "errors"), BAD_PEOPLE.values(), ids=BAD_PEOPLE.keys())
def test_a_wrong_person_is_refused_field_by_field_and_leaves_nothing(town, change, errors):
    before = count(town, Event)
    assert errors_of(people.add_person, rt=town.rt, actor=town.actor("dan"), **{**NEW, **change}) == errors
    assert count(town, Event) == before


@pytest.mark.parametrize("actor", ["mallory", "frank", "bob"])
def test_only_administrators_add_people(town, actor):
    with pytest.raises(NotAllowed):
        people.add_person(town.rt, actor=town.actor(actor), **NEW)


def test_a_unit_stands_below_its_parent_and_all_above_it_in_the_zone_of_the_nearest(town):
    ref = people.add_unit(
        town.rt, actor=town.actor("dan"), key="team", name="Tim", kind="team", parent_ref=town.unit("health").ref
    )
    with town.rt.db.read() as db:
        unit = units.by_ref(db, ref)
        above = select(Unit.key).join(UnitClosure, UnitClosure.ancestor_id == Unit.id)
        above = above.where(UnitClosure.descendant_id == unit.id).order_by(UnitClosure.depth)
        assert list(db.execute(above).scalars()) == ["team", "health", "north", "city"]
        assert unit.timezone == "Asia/Makassar"
        assert units.unit(db, town.unit("south").id).timezone == "Asia/Jakarta"


BAD_UNITS = {
    "a key with a blank": ({"key": "tim satu"}, {"key": Message("people.key", found="tim satu")}),
    "a taken key": ({"key": "midwife"}, {"key": Message("people.key_taken", found="midwife")}),
    "no such zone": ({"timezone": "Asia/Atlantis"}, {"timezone": Message("people.timezone", found="Asia/Atlantis")}),
    "a path as a zone": ({"timezone": "../etc"}, {"timezone": Message("people.timezone", found="../etc")}),
    "no kind": ({"kind": ""}, {"kind": Message("people.key", found="")}),
}


@pytest.mark.parametrize(("change", "errors"), BAD_UNITS.values(), ids=BAD_UNITS.keys())
def test_a_wrong_unit_is_refused_field_by_field(town, change, errors):
    unit = {"key": "team", "name": "Tim", "kind": "team", "parent_ref": town.unit("health").ref}
    assert errors_of(people.add_unit, rt=town.rt, actor=SYSTEM, **{**unit, **change}) == errors


def test_units_and_posts_are_added_inside_ones_own_scope_only(town):
    south = town.unit("south").ref
    with pytest.raises(NotFound):
        people.add_unit(town.rt, actor=town.actor("dan"), key="x", name="X", kind="team", parent_ref=south)
    with pytest.raises(NotAllowed):
        people.add_unit(town.rt, actor=town.actor("alice"), key="x", name="X", kind="city", parent_ref=None)
    post = {"key": "p", "name": "P", "kind": "jf", "superior_ref": town.post("chief_health").ref}
    with pytest.raises(NotFound):
        people.add_post(town.rt, actor=town.actor("dan"), unit_ref=south, **post)
    people.add_post(town.rt, actor=town.actor("dan"), unit_ref=town.unit("health").ref, **post)
    assert town.post("p").superior_id == town.post("chief_health").id
    with pytest.raises(NotFound):
        people.add_post(town.rt, actor=SYSTEM, unit_ref=south, **{**post, "key": "q", "superior_ref": "nothing"})


def test_somebody_leaves_and_comes_back_with_one_event_each(town):
    for active in (False, False, True):
        people.set_active(town.rt, actor=town.actor("dan"), person_ref=town.ref("carol"), active=active)
    assert town.events("carol")[-2:] == ["person.left", "person.returned"]
    assert len(town.rung) == 2


def test_whoever_leaves_frees_the_cases_below_his_posts_and_rights(town):
    people.set_active(town.rt, actor=SYSTEM, person_ref=town.ref("bob"), active=False)
    with town.rt.db.read() as db:
        asked = db.execute(select(Outbox.body).order_by(Outbox.id)).scalars().all()
    under_him = sorted(town.person(name).id for name in ("bob", "dan", "erin", "carol"))
    assert sorted(asked) == sorted([
        json.dumps({"people": [], "unit": town.unit("south").id}, separators=(",", ":")),
        json.dumps({"people": under_him, "unit": None}, separators=(",", ":")),
    ])  # fmt: skip


def test_people_outside_ones_scope_and_oneself_stay_as_they_are(town):
    with pytest.raises(NotAllowed):
        people.set_active(town.rt, actor=town.actor("dan"), person_ref=town.ref("dan"), active=False)
    with pytest.raises(NotFound):
        people.set_active(town.rt, actor=town.actor("dan"), person_ref=town.ref("mallory"), active=False)


def test_the_shipped_city_loads_with_an_event_for_each_thing(db):
    town = Town(db)
    before = count(town, Event)
    city, _ = read_yaml(SHIPPED.read_bytes(), "city.yaml")
    few = {**city, "accounts": city["accounts"][:2]}
    people.load(town.rt, few, actor=SYSTEM, password=PASSWORD)
    assert count(town, Unit) == len(CITY["units"]) + len(city["units"])
    assert count(town, Post) == len(CITY["posts"]) + len(city["posts"])
    assert count(town, Person) == len(CITY["people"]) + len(city["people"])
    assert count(town, Appointment) == len(CITY["appointments"]) + len(city["appointments"])
    things = ("units", "posts", "people", "appointments", "grants", "accounts")
    assert count(town, Event) - before == sum(len(few[name]) for name in things) + 1, "and one for the whole"


BROKEN = {
    "a parent that is nowhere": ("units", {"parent": "nowhere"}, BadRequest),
    "a superior that is nowhere": ("posts", {"superior": "nowhere"}, BadRequest),
    "a chair for nobody": ("appointments", {"person": "nobody"}, BadRequest),
    "a right over nothing": ("grants", {"unit": "nowhere"}, BadRequest),
    "an account for nobody": ("accounts", {"person": "nobody"}, BadRequest),
    "an unheard-of right": ("grants", {"role": "king"}, InvalidSubmission),
    "a wrong number": ("people", {"nip": "123"}, InvalidSubmission),
}


@pytest.mark.parametrize(("part", "change", "error"), BROKEN.values(), ids=BROKEN.keys())
def test_a_city_with_one_mistake_is_not_loaded_at_all(town, part, change, error):
    city, _ = read_yaml(SHIPPED.read_bytes(), "city.yaml")
    city = {**city, "accounts": city["accounts"][:1]}
    city[part] = [*city[part][:-1], {**city[part][-1], **change}]
    before = [count(town, table) for table in (Unit, Person, Event)]
    with pytest.raises(error):
        people.load(town.rt, city, actor=SYSTEM, password=PASSWORD)
    assert [count(town, table) for table in (Unit, Person, Event)] == before


def test_people_do_not_load_cities(town):
    with pytest.raises(NotAllowed):
        people.load(town.rt, CITY, actor=town.actor("alice"), password=PASSWORD)


def test_nobody_lets_somebody_leave_whose_rights_or_posts_reach_further_than_his(town):
    with pytest.raises(NotAllowed) as refused:
        people.set_active(town.rt, actor=town.actor("dan"), person_ref=town.ref("bob"), active=False)
    assert refused.value.message.key == "people.further_rights"
    chair = {"person_ref": town.ref("erin"), "post_ref": town.post("clerk_south").ref, "kind": "plt"}
    appointments.appoint(town.rt, actor=SYSTEM, starts_on=town.now.date(), **chair)
    with pytest.raises(NotAllowed) as refused:
        people.set_active(town.rt, actor=town.actor("dan"), person_ref=town.ref("erin"), active=False)
    assert refused.value.message.key == "people.further_posts"
    assert town.person("bob").active and town.person("erin").active


def test_somebody_without_a_post_belongs_to_those_over_everything_and_to_the_one_who_added_him(town):
    with pytest.raises(NotFound):
        people.set_active(town.rt, actor=town.actor("dan"), person_ref=town.ref("gina"), active=False)
    ref = people.add_person(town.rt, actor=town.actor("dan"), **NEW)
    people.set_active(town.rt, actor=town.actor("dan"), person_ref=ref, active=False)
    people.set_active(town.rt, actor=town.actor("alice"), person_ref=ref, active=True)
