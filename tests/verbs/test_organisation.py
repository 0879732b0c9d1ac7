"""Units, posts and people change from a day on: who may do it, what stands in the way, what held when, what we knew."""

from datetime import date
from functools import partial

import pytest
from sqlalchemy import select

from engine import appointments, changes, ledger, organisation, people
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, Refused, StaleCase
from engine.core.times import to_text
from engine.store.queries import organisation as read
from engine.store.queries import people as present
from engine.store.queries import scope
from engine.store.tables.people import Appointment
from tests.verbs.town import Town

TODAY = date(2026, 3, 2)
LATER = date(2026, 7, 1)


@pytest.fixture
def town(filled_db):
    return Town.over(filled_db("town", Town))


def change_unit(town, key, starts_on=TODAY, actor="alice", reason=None, **fields):
    about = {name: town.unit(value).ref if name == "parent" and value else value for name, value in fields.items()}
    return organisation.change_unit(
        town.rt, actor=town.actor(actor), unit_ref=town.unit(key).ref, fields=about, starts_on=starts_on, reason=reason
    )


def change_post(town, key, starts_on=TODAY, actor="alice", **fields):
    finders = {"superior": town.post, "unit": town.unit}
    about = {name: finders[name](value).ref if name in finders and value else value for name, value in fields.items()}
    return organisation.change_post(
        town.rt, actor=town.actor(actor), post_ref=town.post(key).ref, fields=about, starts_on=starts_on
    )


def change_person(town, who, starts_on=TODAY, actor="alice", reason=None, **fields):
    about = {"person_ref": town.ref(who), "fields": fields, "starts_on": starts_on, "reason": reason}
    return organisation.change_person(town.rt, actor=town.actor(actor), **about)


def days_come(town, **delta):
    """Time goes by, and what days begin with happens."""
    town.wait(**delta)
    with town.rt.db.begin() as db:
        for kind, ref in [("unit", "north"), ("unit", "health"), ("unit", "south")]:
            changes.turn(town.rt, db, {"kind": kind, "ref": town.unit(ref).ref})
        for key in ("midwife", "chief_health", "chief_north", "vacant"):
            changes.turn(town.rt, db, {"kind": "post", "ref": town.post(key).ref})
        for name in ("carol", "erin", "mallory"):
            changes.turn(town.rt, db, {"kind": "person", "ref": town.ref(name)})


def unit_on(town, key, on, known=None):
    with town.rt.db.read() as db:
        return read.place(db, "unit", town.unit(key).ref, read.When(on, known))


def message(raised, field=None):
    """The key of what was refused."""
    error = raised.value
    return error.errors[field].key if field else error.message.key


def test_a_rename_from_today_is_in_force_at_once_and_the_old_name_stays_for_the_days_before(town):
    change_unit(town, "health", name="Puskesmas Melati")
    assert town.unit("health").name == "Puskesmas Melati"
    assert unit_on(town, "health", date(2026, 3, 1)).name == "Puskesmas"
    assert unit_on(town, "health", TODAY).name == "Puskesmas Melati"


def test_a_rename_of_a_day_to_come_waits_for_its_day_and_leaves_two_events(town):
    change_unit(town, "health", starts_on=LATER, name="Puskesmas Melati")
    assert town.unit("health").name == "Puskesmas"
    days_come(town, days=130)
    assert town.unit("health").name == "Puskesmas Melati"
    days_come(town, days=1)
    assert unit_on(town, "health", date(2026, 6, 30)).name == "Puskesmas"
    assert ledger.verify(town.rt.db).events


def test_what_we_knew_before_a_correction_is_still_found(town):
    before = to_text(town.now)
    town.wait(minutes=5)
    change_person(town, "carol", starts_on=None, grade="III/b")
    after = to_text(town.now)
    with town.rt.db.read() as db:
        carol = town.person("carol")
        said = read.changes.of(db, "person", carol.id)
        now = read.changes.facts("person", carol)
    grades = [read.state_on(now, said, "2020-01-01", known)["grade"] for known in (before, after)]
    assert grades == ["III/a", "III/b"]


def test_a_unit_that_moves_takes_its_people_out_of_one_scope_into_another(town):
    dan = town.actor("dan")
    change_unit(town, "health", parent="south")
    with town.rt.db.read() as db:
        assert not scope.covers(db, dan, town.unit("health").id)
        assert scope.covers(db, town.actor("alice"), town.unit("health").id)
    assert unit_on(town, "health", date(2026, 3, 1)).fields["parent"] == town.unit("north").ref
    ledger.verify(town.rt.db)


def test_units_and_posts_merged_into_another_go_on_there_and_the_empty_one_ends(town):
    organisation.merge_unit(
        town.rt, actor=town.actor("alice"), unit_ref=town.unit("health").ref, into_ref=town.unit("south").ref,
        starts_on=TODAY, reason="Perda 3/2026",
    )  # fmt: skip
    assert not town.unit("health").active
    assert town.post("midwife").unit_id == town.unit("south").id
    assert unit_on(town, "health", TODAY) is None
    assert unit_on(town, "health", date(2026, 3, 1)).name == "Puskesmas"
    ledger.verify(town.rt.db)


def test_a_circle_of_units_is_refused_also_one_that_would_only_close_later(town):
    with pytest.raises(InvalidSubmission) as raised:
        change_unit(town, "north", parent="health")
    assert message(raised, "parent") == "organisation.unit_circle"
    change_unit(town, "south", starts_on=LATER, parent="health")
    with pytest.raises(InvalidSubmission) as raised:
        change_unit(town, "north", starts_on=TODAY, parent="south")
    assert message(raised, "parent") == "organisation.unit_circle"
    assert raised.value.errors["parent"].params["day"] == LATER


def test_a_circle_of_superiors_is_refused_also_one_that_would_only_close_later(town):
    with pytest.raises(InvalidSubmission) as raised:
        change_post(town, "chief_north", superior="midwife")
    assert message(raised, "superior") == "organisation.post_circle"
    change_post(town, "clerk_south", starts_on=LATER, superior="midwife")
    with pytest.raises(InvalidSubmission) as raised:
        change_post(town, "chief_health", superior="clerk_south")
    assert raised.value.errors["superior"].params["day"] == LATER
    change_post(town, "clerk_south", starts_on=LATER, superior="mayor")
    change_post(town, "chief_health", superior="clerk_south")


def test_another_superior_post_gives_another_superior_from_its_day_on(town):
    change_post(town, "midwife", superior="clerk_south", starts_on=date(2026, 2, 1))
    carol = town.person("carol").id
    with town.rt.db.read() as db:
        assert [held.name for held in present.superior_holders(db, carol, TODAY)] == ["Mallory"]
        lines = {on: read.lines(db, carol, read.When(on))[0] for on in (date(2026, 1, 31), date(2026, 2, 1))}
    assert [line.holders[0].person_name for line in lines.values()] == ["Erin", "Mallory"]
    assert lines[date(2026, 2, 1)].superior.name == "Staf"


REFUSED = {
    "a unit that still has posts": (
        lambda town: organisation.end_unit(
            town.rt, actor=town.actor("alice"), unit_ref=town.unit("south").ref, ends_on=LATER
        ),
        "organisation.unit_has_members",
    ),
    "a unit that still has units": (
        lambda town: organisation.end_unit(
            town.rt, actor=town.actor("alice"), unit_ref=town.unit("north").ref, ends_on=LATER
        ),
        "organisation.unit_has_members",
    ),
    "a post on which somebody sits": (
        lambda town: organisation.end_post(
            town.rt, actor=town.actor("alice"), post_ref=town.post("midwife").ref, ends_on=LATER
        ),
        "organisation.post_is_held",
    ),
    "what is so already": (
        lambda town: change_unit(town, "north", name="Kecamatan Utara"),
        "organisation.nothing_changes",
    ),
    "taking back what has come": (
        lambda town: organisation.take_back(
            town.rt, actor=town.actor("alice"), kind="unit", ref=town.unit("north").ref, day=TODAY
        ),
        "organisation.has_come",
    ),
    "taking back what nobody said": (
        lambda town: organisation.take_back(
            town.rt, actor=town.actor("alice"), kind="unit", ref=town.unit("north").ref, day=LATER
        ),
        "organisation.nothing_said",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("act", "key"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_end_or_changes_nothing_is_refused_with_what_was_found(town, act, key):
    with pytest.raises(Refused) as raised:
        act(town)
    assert message(raised) == key


def test_a_post_without_anybody_ends_and_takes_nobody_any_more(town):
    alice = town.actor("alice")
    organisation.end_post(town.rt, actor=alice, post_ref=town.post("vacant").ref, ends_on=LATER)
    about = {"actor": alice, "person_ref": town.ref("mallory"), "post_ref": town.post("vacant").ref, "kind": "plt"}
    with pytest.raises(InvalidSubmission) as raised:
        appointments.appoint(town.rt, starts_on=date(2026, 6, 1), **about)
    assert message(raised, "post") == "organisation.post_not_standing"
    appointments.appoint(town.rt, starts_on=date(2026, 6, 1), ends_on=LATER, **about)
    with pytest.raises(Refused):
        organisation.end_post(town.rt, actor=alice, post_ref=town.post("vacant").ref, ends_on=date(2026, 5, 1))


def test_a_planned_change_is_taken_back_and_what_held_before_goes_on(town):
    change_unit(town, "north", starts_on=LATER, name="Kecamatan Baru")
    change_unit(town, "north", starts_on=date(2026, 5, 1), name="Kecamatan Utara Jaya")
    organisation.take_back(town.rt, actor=town.actor("alice"), kind="unit", ref=town.unit("north").ref, day=LATER)
    assert unit_on(town, "north", LATER).name == "Kecamatan Utara Jaya"
    days_come(town, days=200)
    assert town.unit("north").name == "Kecamatan Utara Jaya"
    ledger.verify(town.rt.db)


def test_a_unit_begins_on_its_day(town):
    alice = town.actor("alice")
    ref = people.add_unit(
        town.rt, actor=alice, key="lab", name="Lab", kind="office", parent_ref=town.unit("health").ref, starts_on=LATER
    )
    assert not town.unit("lab").active
    assert unit_on(town, "lab", TODAY) is None
    assert unit_on(town, "lab", LATER).ref == ref
    town.wait(days=130)
    with town.rt.db.begin() as db:
        changes.turn(town.rt, db, {"kind": "unit", "ref": ref})
    assert town.unit("lab").active
    ledger.verify(town.rt.db)


PEOPLE = {
    "a grade of another kind": ({"grade": "XI"}, None, "grade", "people.grade"),
    "an unknown grade": ({"grade": "V/a"}, None, "grade", "people.grade"),
    "a NIP with month 13": ({"nip": "199003032015132003"}, "SK 12", "nip", "people.nip.appointed"),
    "a NIP with 17 digits": ({"nip": "19900303201503200"}, "SK 12", "nip", "people.nip.digits"),
    "a NIP without a reason": ({"nip": "199003032015032004"}, None, "reason", "organisation.nip_reason"),
    "the NIP of another": ({"nip": "198001012005012001"}, "SK 12", "nip", "people.nip_taken"),
    "a kind without its grade": ({"kind": "pppk"}, None, "grade", "people.grade"),
    "an address without a place": ({"email": "carol@"}, None, "email", "people.email"),
    "no name": ({"name": "  "}, None, "name", "people.name"),
}


@pytest.mark.parametrize(("fields", "reason", "field", "key"), PEOPLE.values(), ids=PEOPLE.keys())
def test_what_is_wrong_about_a_person_is_told_by_field(town, fields, reason, field, key):
    with pytest.raises(InvalidSubmission) as raised:
        change_person(town, "carol", reason=reason, **fields)
    assert message(raised, field) == key


def test_a_contract_employee_becomes_a_civil_servant_with_another_number(town):
    change_person(town, "carol", starts_on=LATER, kind="pppk", nip="199003032023212003", grade="IX", reason="SK 9/2026")
    assert town.person("carol").kind == "pns"
    days_come(town, days=130)
    carol = town.person("carol")
    assert (carol.kind, carol.nip, carol.grade) == ("pppk", "199003032023212003", "IX")
    ledger.verify(town.rt.db)


def test_an_appointment_is_corrected_and_both_versions_have_their_moment(town):
    alice, before = town.actor("alice"), to_text(town.now)
    with town.rt.db.read() as db:
        mine = select(Appointment.ref).where(Appointment.person_id == town.person("carol").id)
        ref = db.execute(mine).scalar_one()
    town.wait(minutes=1)
    correct = partial(
        appointments.correct_appointment, town.rt, actor=alice, appointment_ref=ref, kind="definitive",
        starts_on=date(2025, 6, 1), ends_on=None, order_number="821/77",
    )  # fmt: skip
    with pytest.raises(InvalidSubmission):
        correct(reason=" ")
    correct(reason="SK yang benar 821/77")
    with pytest.raises(StaleCase):
        correct(reason="lagi")
    with town.rt.db.read() as db:
        spring = date(2025, 3, 1)
        held = [read.sitting(db, spring, known, person=town.person("carol").id) for known in (before, None)]
    assert [len(rows) for rows in held] == [1, 0]
    ledger.verify(town.rt.db)


def test_nobody_holds_a_post_twice_at_once_in_whatever_way(town):
    with pytest.raises(Refused) as raised:
        appointments.appoint(
            town.rt, actor=town.actor("alice"), person_ref=town.ref("carol"), post_ref=town.post("midwife").ref,
            kind="plt", starts_on=TODAY,
        )  # fmt: skip
    assert message(raised) == "organisation.holds_already"


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda town: change_unit(town, "south", actor="dan", name="X"), NotFound),
        (lambda town: change_unit(town, "north", actor="dan", parent="city"), NotFound),
        (lambda town: change_unit(town, "city", parent="south"), NotAllowed),
        (lambda town: change_unit(town, "north", parent=None), NotAllowed),
        (lambda town: change_post(town, "clerk_south", actor="dan", name="X"), NotFound),
        (lambda town: change_post(town, "clerk_north", actor="dan", superior="mayor"), NotAllowed),
        (lambda town: change_person(town, "mallory", actor="dan", grade="III/b"), NotFound),
        (lambda town: change_person(town, "alice", grade="III/b"), NotAllowed),
        (lambda town: change_person(town, "carol", actor="frank", grade="III/b"), NotAllowed),
    ],
    ids=["another's unit", "above his own", "the root", "a new root", "another's post", "his own post",
         "another's person", "himself", "an auditor"],
)  # fmt: skip
def test_whoever_has_no_right_over_it_changes_nothing(town, act, error):
    with pytest.raises(error):
        act(town)


def test_the_same_key_changes_once(town):
    about = {"unit_ref": town.unit("north").ref, "fields": {"name": "Baru"}, "starts_on": TODAY, "once": "k" * 12}
    first = organisation.change_unit(town.rt, actor=town.actor("alice"), **about)
    assert organisation.change_unit(town.rt, actor=town.actor("alice"), **about) == first
