"""Where somebody sits is judged by the day of his own clock: on his page, of his figures, for his cases."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from engine import appointments, figure_rights, person_pages, starting
from engine.core.errors import NotFound, Refused
from tests.verbs.stage import SHIPPED, Stage
from tests.verbs.test_indicators import move

BEFORE, AFTER = datetime(2026, 3, 2, 15, 59, tzinfo=UTC), datetime(2026, 3, 2, 17, tzinfo=UTC)


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


def page(stage, moment, of="carol", by="carol"):
    stage.now = moment
    with stage.rt.db.read() as db:
        return person_pages.of_person(stage.rt, db, stage.ref(of), stage.actor(by))


def about(stage, moment, of="carol", by="carol"):
    stage.now = moment
    with stage.rt.db.read() as db:
        return figure_rights.about(stage.rt, db, stage.ref(of), "person", stage.actor(by))


def test_a_chair_that_begins_is_there_from_midnight_of_its_zone(stage):
    appointments.appoint(
        stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("carol"), post_ref=stage.post("vacant").ref,
        kind="plt", starts_on=date(2026, 3, 3),
    )  # fmt: skip
    assert [each.post for each in page(stage, BEFORE).chairs] == ["Bidan"]
    found = page(stage, datetime(2026, 3, 2, 16, tzinfo=UTC))
    assert ([each.post for each in found.chairs], found.whom.today) == (["Bidan", "Perawat"], date(2026, 3, 3))


def test_whoever_oversees_the_old_unit_opens_nothing_from_midnight_on(stage):
    for name in ("mallory", "carol"):
        move(stage, name, "clerk_south", date(2026, 3, 3))
    for look in (page, about):
        before, after = look(stage, BEFORE, by="dan"), look(stage, AFTER)
        before, after = (getattr(each, "whom", each) for each in (before, after))
        assert (before.oversees, before.unit_id) == (True, stage.unit("health").id)
        assert (after.today, after.unit_id) == (date(2026, 3, 3), stage.unit("south").id)
    with pytest.raises(NotFound):
        page(stage, AFTER, by="dan")
    assert not about(stage, AFTER, by="dan").oversees
    assert page(stage, AFTER, by="alice").whom.oversees


def test_who_sits_nowhere_lives_by_the_clock_of_the_city(stage):
    move(stage, "mallory", "clerk_south", date(2026, 3, 2))
    for look in (page, about):
        found = look(stage, AFTER, of="mallory", by="mallory")
        found = getattr(found, "whom", found)
        assert (found.today, found.unit_id, found.unit_ref) == (date(2026, 3, 3), stage.unit("city").id, "")
        with pytest.raises(NotFound):
            stage.ref = lambda _: "nobody"
            look(stage, AFTER)
        del stage.ref


def began(stage, moment, name="carol"):
    """The unit in which a case lies that somebody begins for himself at a moment."""
    stage.now = moment
    ref = starting.start_own(stage.rt, actor=stage.actor(name), workflow_key="superior_correction")
    with stage.rt.db.read() as db:
        asked = "SELECT unit.key FROM cas JOIN unit ON unit.id = cas.unit_id WHERE cas.ref = :ref"
        return db.execute(text(asked), {"ref": ref}).scalar_one()


@pytest.mark.parametrize(("moment", "unit"), [(BEFORE, "health"), (AFTER, "south")])
def test_whoever_moves_begins_his_case_where_he_sits_from_midnight_on(stage, moment, unit):
    stage.publish((SHIPPED / "superior_correction.yaml").read_bytes(), "superior_correction.yaml")
    for name in ("mallory", "carol"):
        move(stage, name, "clerk_south", date(2026, 3, 3))
    assert began(stage, moment) == unit


def test_a_case_may_begin_in_the_first_hours_of_the_first_post(stage):
    stage.publish((SHIPPED / "superior_correction.yaml").read_bytes(), "superior_correction.yaml")
    appointments.appoint(
        stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("gina"), post_ref=stage.post("vacant").ref,
        kind="definitive", starts_on=date(2026, 3, 3),
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        began(stage, BEFORE, "gina")
    assert refused.value.message.key == "starting.no_post"
    assert began(stage, AFTER, "gina") == "health"
