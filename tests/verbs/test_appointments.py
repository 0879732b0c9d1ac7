"""Appointments and grants: who may give them, what stands in the way, from when to when they hold."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

import pytest
from sqlalchemy import select

from engine import appointments, grants
from engine.core.case import SYSTEM, Holder
from engine.core.errors import EngineError, InvalidSubmission, NotAllowed, NotFound, Refused, StaleCase
from engine.core.messages import Message
from engine.store.queries import people
from engine.store.tables.people import AccessGrant, Appointment
from engine.store.tables.work import Outbox
from tests.verbs.town import Town

TODAY = date(2026, 3, 2)


@pytest.fixture
def town(filled_db):
    return Town.over(filled_db("town", Town))


def held(town, name):
    """The appointment of somebody that no other has replaced."""
    with town.rt.db.read() as db:
        mine = select(Appointment.__table__).where(Appointment.person_id == town.person(name).id)
        return db.execute(mine.where(Appointment.superseded_by.is_(None))).one()


def appoint(town, actor="alice", person="mallory", post="vacant", kind="plt", starts_on=TODAY, **rest):
    return appointments.appoint(
        town.rt,
        actor=town.actor(actor) if isinstance(actor, str) else actor,
        person_ref=town.ref(person),
        post_ref=town.post(post).ref,
        kind=kind,
        starts_on=starts_on,
        **rest,
    )


def end(town, name, ends_on, actor="alice"):
    ref = held(town, name).ref
    return appointments.end_appointment(town.rt, actor=town.actor(actor), appointment_ref=ref, ends_on=ends_on)


def grant(town, actor="alice", person="carol", role="auditor", unit="north", starts_on=TODAY, **rest):
    actor, person, unit = town.actor(actor), town.ref(person), town.unit(unit).ref
    return grants.grant(town.rt, actor=actor, person_ref=person, role=role, unit_ref=unit, starts_on=starts_on, **rest)


def superiors(town, name, on=TODAY):
    with town.rt.db.read() as db:
        return people.superior_holders(db, town.person(name).id, on)


def panel(town, unit, on=TODAY):
    with town.rt.db.read() as db:
        return [holder.name for holder in people.grant_holders(db, "calibration_panel", town.unit(unit).id, on)]


def test_the_holder_of_the_superior_post_is_found_with_his_appointment(town):
    erin = town.person("erin")
    assert superiors(town, "carol") == (Holder(erin.id, erin.ref, "Erin", "superior_of", held(town, "erin").ref),)
    assert superiors(town, "mayor") == ()


def test_a_superior_holds_from_his_first_day_until_the_day_before_the_last(town):
    end(town, "erin", date(2026, 6, 1))
    assert [holder.name for holder in superiors(town, "carol", date(2026, 5, 31))] == ["Erin"]
    assert superiors(town, "carol", date(2026, 6, 1)) == ()
    assert superiors(town, "carol", date(2023, 12, 31)) == (), "before both were appointed"


def test_an_acting_chief_is_a_superior_too(town):
    appoint(
        town, person="mallory", post="chief_health", kind="plh", starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 8)
    )
    assert [holder.name for holder in superiors(town, "carol", date(2026, 4, 1))] == ["Erin", "Mallory"]
    assert [holder.name for holder in superiors(town, "carol", date(2026, 4, 8))] == ["Erin"]


def test_nobody_is_his_own_superior(town):
    end(town, "erin", TODAY)
    appoint(town, person="carol", post="chief_health", kind="plt")
    assert superiors(town, "carol") == ()


def test_an_acting_post_does_not_change_who_evaluates_its_holder(town):
    appoint(town, person="carol", post="clerk_north", kind="plt")
    assert [holder.name for holder in superiors(town, "carol")] == ["Erin"]


def test_an_appointment_is_recorded_in_the_persons_stream_and_asks_for_the_open_tasks(town):
    appoint(town, person="mallory", post="chief_health", kind="plt", order_number=" 821/7 ")
    assert town.events("mallory")[-1] == "appointment.made"
    with town.rt.db.read() as db:
        (row,) = db.execute(select(Outbox.__table__)).all()
    touched = sorted(town.person(name).id for name in ("carol", "mallory"))
    assert (row.kind, json.loads(row.body)) == ("holders.reresolve", {"people": touched, "unit": None})
    assert town.rung == [row.id]


def test_two_definitive_appointments_never_share_a_day_for_a_person_or_a_post(town):
    with pytest.raises(Refused) as refused:
        appoint(town, person="carol", post="vacant", kind="definitive", starts_on=date(2027, 1, 1))
    assert refused.value.message == Message(
        "people.appointment_overlaps", name="Carol", post="Bidan", since=date(2024, 1, 1)
    )
    with pytest.raises(Refused):
        appoint(town, person="mallory", post="midwife", kind="definitive", starts_on=date(2023, 1, 1))
    end(town, "carol", date(2026, 4, 1))
    with pytest.raises(Refused):
        appoint(town, person="carol", post="vacant", kind="definitive", starts_on=date(2026, 3, 31))
    appoint(town, person="carol", post="vacant", kind="definitive", starts_on=date(2026, 4, 1))


def test_a_period_that_ends_before_it_begins_is_refused(town):
    with pytest.raises(InvalidSubmission) as refused:
        appoint(town, ends_on=TODAY)
    assert refused.value.errors == {"ends_on": Message("people.period", starts=TODAY, ends=TODAY)}
    with pytest.raises(InvalidSubmission):
        end(town, "carol", date(2023, 12, 31))


def test_ending_keeps_the_old_row_and_happens_once(town):
    old = held(town, "carol")
    new = end(town, "carol", date(2026, 4, 1))
    with town.rt.db.read() as db:
        rows = {row.ref: row for row in db.execute(select(Appointment.__table__))}
    assert (rows[old.ref].ends_on, rows[old.ref].superseded_by) == (None, rows[new].id)
    assert (rows[new].starts_on, rows[new].ends_on) == (old.starts_on, "2026-04-01")
    with pytest.raises(StaleCase):
        appointments.end_appointment(town.rt, actor=SYSTEM, appointment_ref=old.ref, ends_on=date(2026, 5, 1))
    assert town.events("carol").count("appointment.ended") == 1


def test_an_appointment_by_mistake_ends_on_the_day_it_began_and_frees_the_post(town):
    end(town, "carol", date(2024, 1, 1))
    appoint(town, person="mallory", post="midwife", kind="plt")
    assert superiors(town, "carol") == ()


NOT_HIS = {
    "a stranger": ("mallory", "carol", "vacant", NotAllowed),
    "an auditor": ("frank", "carol", "vacant", NotAllowed),
    "a post of another unit": ("dan", "carol", "clerk_south", NotFound),
    "a person of another unit": ("dan", "mallory", "vacant", NotFound),
    "himself": ("dan", "dan", "vacant", NotAllowed),
    "a post that is nowhere": ("dan", "carol", "hr", NotFound),
}


@pytest.mark.parametrize(("actor", "person", "post", "error"), NOT_HIS.values(), ids=NOT_HIS.keys())
def test_only_an_administrator_of_both_appoints_and_never_himself(town, actor, person, post, error):
    with pytest.raises(error):
        appoint(town, actor=actor, person=person, post=post)


def test_only_an_administrator_of_the_unit_ends_an_appointment_and_never_his_own(town):
    for name, actor, error in (
        ("mallory", "dan", NotFound),
        ("carol", "frank", NotAllowed),
        ("dan", "dan", NotAllowed),
    ):
        with pytest.raises(error):
            end(town, name, TODAY, actor=actor)
    with pytest.raises(NotFound):
        appointments.end_appointment(town.rt, actor=SYSTEM, appointment_ref="nothing", ends_on=TODAY)


def test_a_right_holds_over_the_unit_and_what_is_below_it(town):
    grant(town, role="calibration_panel", unit="north", person="mallory")
    assert panel(town, "north") == panel(town, "health") == ["Mallory"]
    assert panel(town, "city") == []
    assert panel(town, "south") == ["Bob"]
    assert panel(town, "north", date(2026, 3, 1)) == []


def test_two_rights_over_one_unit_make_one_holder_and_the_nearest_is_the_reason(town):
    grant(town, role="calibration_panel", unit="city", person="mallory")
    near = grant(town, role="calibration_panel", unit="north", person="mallory")
    with town.rt.db.read() as db:
        (holder,) = people.grant_holders(db, "calibration_panel", town.unit("health").id, TODAY)
    assert holder.basis == near


def test_a_right_ends_at_once_when_it_is_revoked(town):
    ref = grant(town, role="calibration_panel", unit="north", person="mallory")
    grants.revoke_grant(town.rt, actor=town.actor("alice"), grant_ref=ref)
    assert panel(town, "north") == []
    assert town.events("mallory")[-2:] == ["grant.given", "grant.revoked"]
    with pytest.raises(Refused):
        grants.revoke_grant(town.rt, actor=town.actor("alice"), grant_ref=ref)


def test_a_right_that_has_not_begun_never_begins_when_it_is_revoked(town):
    ref = grant(town, role="calibration_panel", person="mallory", starts_on=date(2027, 1, 1))
    grants.revoke_grant(town.rt, actor=town.actor("alice"), grant_ref=ref)
    assert panel(town, "north", date(2027, 6, 1)) == []
    grant(town, role="calibration_panel", person="mallory", starts_on=date(2027, 1, 1))


def test_the_day_of_a_revocation_is_that_of_the_units_clock(town):
    ref = grant(town, person="mallory", unit="health", starts_on=TODAY)
    town.wait(hours=14, minutes=30)  # 16:30 UTC: half past midnight in Makassar
    grants.revoke_grant(town.rt, actor=town.actor("alice"), grant_ref=ref)
    with town.rt.db.read() as db:
        ended = db.execute(select(AccessGrant.ends_on).where(AccessGrant.ref == ref)).scalar_one()
    assert ended == "2026-03-03"


def test_the_same_right_is_not_given_twice(town):
    grant(town, ends_on=date(2026, 6, 1))
    with pytest.raises(Refused):
        grant(town, starts_on=date(2026, 5, 31))
    grant(town, starts_on=date(2026, 6, 1))


NOT_HIS_TO_GRANT = {
    "a stranger": ("mallory", "carol", "north", NotAllowed),
    "an auditor": ("frank", "carol", "north", NotAllowed),
    "a panel member": ("bob", "mallory", "south", NotAllowed),
    "over another unit": ("dan", "carol", "south", NotFound),
    "over a unit above his own": ("dan", "carol", "city", NotFound),
    "to somebody of another unit": ("dan", "mallory", "north", NotFound),
    "to himself": ("dan", "dan", "health", NotAllowed),
    "to himself, the highest": ("alice", "alice", "city", NotAllowed),
}


@pytest.mark.parametrize(("actor", "person", "unit", "error"), NOT_HIS_TO_GRANT.values(), ids=NOT_HIS_TO_GRANT.keys())
def test_only_an_administrator_of_both_grants_and_never_himself(town, actor, person, unit, error):
    with pytest.raises(error):
        grant(town, actor=actor, person=person, unit=unit)


def test_an_unknown_role_is_refused_with_those_that_exist(town):
    with pytest.raises(InvalidSubmission) as refused:
        grant(town, role="root")
    allowed = ("admin", "auditor", "calibration_panel")
    assert refused.value.errors == {"role": Message("people.role", found="root", allowed=allowed)}


def test_nobody_revokes_his_own_right_nor_one_outside_his_scope(town):
    own, other = town.actor("dan").rights[0].ref, town.actor("frank").rights[0].ref
    with pytest.raises(NotAllowed):
        grants.revoke_grant(town.rt, actor=town.actor("dan"), grant_ref=own)
    with pytest.raises(NotFound):
        grants.revoke_grant(town.rt, actor=town.actor("dan"), grant_ref=other)
    with pytest.raises(NotFound):
        grants.revoke_grant(town.rt, actor=SYSTEM, grant_ref="nothing")


def test_an_administrator_of_yesterday_grants_nothing(town):
    grants.revoke_grant(town.rt, actor=town.actor("alice"), grant_ref=town.actor("dan").rights[0].ref)
    with pytest.raises(NotAllowed):
        grant(town, actor="dan")


def test_nobody_seats_or_unseats_somebody_whose_rights_reach_further_than_his(town):
    with pytest.raises(NotAllowed) as refused:
        appoint(town, actor="dan", person="bob", post="vacant")
    assert refused.value.message.key == "people.further_rights"
    with pytest.raises(NotAllowed):
        end(town, "bob", TODAY, actor="dan")


def at_once(*acts):
    """The answers of acts that begin together, errors among them."""

    def answer(act):
        try:
            return act()
        except EngineError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(answer, acts))


def test_of_several_who_are_given_one_post_at_once_one_holds_it(town):
    names = ("mallory", "carol", "erin", "frank")
    for name in names:
        end(town, name, TODAY)
    answers = at_once(*(partial(appoint, town, person=name, kind="definitive") for name in names))
    assert len([one for one in answers if isinstance(one, str)]) == 1
    assert all(isinstance(one, (str, Refused)) for one in answers)


def test_one_right_given_several_times_at_once_is_given_once(town):
    answers = at_once(*(partial(grant, town) for _ in range(4)))
    assert len([one for one in answers if isinstance(one, str)]) == 1
    assert all(isinstance(one, (str, Refused)) for one in answers)
