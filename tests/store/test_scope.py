"""Who sees which rows: a right reaches over its unit and what is below, in any tree; nothing is seen without one."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from engine import appointments
from engine.core.case import SYSTEM, Actor, Right
from engine.store.queries import accounts, people, people_lists, scope, units
from engine.store.queries.scope import scope_condition
from engine.store.refs import new_ref
from engine.store.tables.people import Unit
from tests.verbs.town import CAST, Town

TODAY = date(2026, 3, 2)
ONE_DATABASE = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

# The parent of unit n is one of the units before it, or none.
trees = st.lists(st.integers(-1, 12), min_size=1, max_size=12).map(
    lambda parents: [parent if parent < at else -1 for at, parent in enumerate(parents)]
)


def grow(db, parents):
    """Add a forest; answers the ids of its units in order."""
    ids = []
    for parent in parents:
        ref = new_ref()
        above = ids[parent] if parent >= 0 else None
        values = {"ref": ref, "key": ref, "name": ref, "kind": "unit", "parent_id": above, "timezone": "Asia/Jakarta"}
        ids.append(units.add_unit(db, **values))
    return ids


def below(parents, at):
    """The model: a unit, and whatever has it above."""
    return {n for n in range(len(parents)) if at in chain(parents, n)}


def chain(parents, at):
    while at >= 0:
        yield at
        at = parents[at]


def actor(*rights):
    return Actor(7, "ref", "Somebody", tuple(Right(f"g{n}", role, unit) for n, (role, unit) in enumerate(rights)))


@given(parents=trees, data=st.data())
@ONE_DATABASE
def test_a_right_reaches_its_unit_and_all_below_in_any_tree(db, parents, data):
    held = data.draw(st.lists(st.tuples(st.sampled_from(["admin", "auditor", "calibration_panel"]),
                                        st.integers(0, len(parents) - 1)), max_size=3))  # fmt: skip
    with db.begin() as connection:
        ids = grow(connection, parents)
        somebody = actor(*((role, ids[at]) for role, at in held))
        expected = {ids[n] for role, at in held if role == "admin" for n in below(parents, at)}
        condition = scope_condition(somebody, Unit.__table__.c.id, ("admin",))
        assert set(connection.execute(select(Unit.id).where(condition)).scalars()) == expected
        assert {unit for unit in ids if scope.covers(connection, somebody, unit, ("admin",))} == expected


def test_without_a_right_nothing_is_seen_and_the_system_sees_all(db):
    with db.begin() as connection:
        ids = grow(connection, [-1, 0, 1])
        for nobody in (actor(), actor(("calibration_panel", ids[0]))):
            assert connection.execute(select(Unit.id).where(scope_condition(nobody, Unit.__table__.c.id))).all() == []
            assert not scope.covers(connection, nobody, ids[2])
        everything = select(Unit.id).where(scope_condition(SYSTEM, Unit.__table__.c.id))
        assert set(connection.execute(everything).scalars()) == set(ids)


@pytest.fixture
def town(filled_db):
    return Town.over(filled_db("town", Town))


def names(town, actor, **options):
    with town.rt.db.read() as db:
        return [row.name for row in people_lists.people(db, town.actor(actor), TODAY, **options)]


def test_each_sees_the_people_of_his_scope_by_name(town):
    everybody = ["Alice", "Bob", "Carol", "Dan", "Erin", "Frank", "Gina", "Mallory", "Wali Kota"]
    assert names(town, "alice") == names(town, "frank") == everybody
    assert names(town, "dan") == ["Bob", "Carol", "Dan", "Erin"]
    assert names(town, "carol") == names(town, "bob") == []


SEARCHES = {
    "part of a name": ("ar", ["Carol"]),
    "in capitals": ("CARO", ["Carol"]),
    "with blanks around": ("  carol ", ["Carol"]),
    "the beginning of a number": ("19900303", ["Carol"]),
    "a grouped number": ("19900303 201503 2 003", ["Carol"]),
    "the middle of a number": ("0303", []),
    "a wildcard": ("%", []),
    "another wildcard": ("_", []),
    "an escape": ("\\", []),
    "somebody outside": ("mallory", []),
}


@pytest.mark.parametrize(("text", "found"), SEARCHES.values(), ids=SEARCHES.keys())
def test_people_are_found_by_name_or_number_inside_the_scope(town, text, found):
    assert names(town, "dan", search=text) == found


def test_a_unit_narrows_the_list_to_itself_and_below(town):
    assert names(town, "alice", unit_ref=town.unit("north").ref) == ["Bob", "Carol", "Dan", "Erin"]
    assert names(town, "alice", unit_ref=town.unit("health").ref) == ["Carol", "Erin"]
    assert names(town, "dan", unit_ref=town.unit("south").ref) == []
    assert names(town, "alice", unit_ref="nothing") == []


def test_the_list_is_read_page_by_page_in_both_directions(town):
    carol = town.person("carol")
    place = (carol.name_lower, carol.id)
    assert names(town, "alice", after=place, limit=2) == ["Dan", "Erin"]
    assert names(town, "alice", after=place, backwards=True, limit=5) == ["Bob", "Alice"]


def test_a_person_of_another_unit_does_not_exist_for_an_administrator(town):
    with town.rt.db.read() as db:
        assert people_lists.person(db, town.actor("dan"), TODAY, town.ref("mallory")) is None
        carol = people_lists.person(db, town.actor("dan"), TODAY, town.ref("carol"))
        assert (carol.post_name, carol.unit_name, carol.has_account) == ("Bidan", "Puskesmas", False)
        (held,) = people_lists.appointments(db, carol.id)
        assert (held.post_name, held.starts_on) == ("Bidan", "2024-01-01")
        (right,) = people_lists.grants(db, town.person("dan").id)
        assert (right.role, right.unit_name, right.granter) == ("admin", "Kecamatan Utara", None)


def test_the_tree_of_units_shows_the_scope_only(town):
    with town.rt.db.read() as db:
        assert [row.key for row in units.tree(db, town.actor("dan"))] == ["north", "health"]
        assert len(units.tree(db, town.actor("alice"))) == 4
        assert units.tree(db, town.actor("carol")) == []
        assert {row.key for row in units.posts(db, town.actor("dan"))} == {
            "chief_north", "clerk_north", "chief_health", "midwife", "vacant",
        }  # fmt: skip


def test_a_population_asks_about_each_posted_person_in_the_scope(town):
    with town.rt.db.read() as db:
        found = {row.name: about for row, about in people.posted(db, town.actor("dan"), TODAY)}
        assert list(found) == ["Bob", "Carol", "Dan", "Erin"]
        assert found["Carol"] == {
            "unit": "health", "units": ("health", "north", "city"), "kind": "pns", "grade": "III/a",
            "post": "midwife", "post_kind": "jf",
        }  # fmt: skip
        assert list(people.posted(db, town.actor("frank"), TODAY)) == [], "auditors open no cycles"
        assert list(people.posted(db, town.actor("dan"), date(2023, 12, 31))) == []


def test_the_hot_questions_are_one_statement_each(town):
    carol, health, asked = town.person("carol").id, town.unit("health").id, []
    event.listen(town.rt.db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    with town.rt.db.read() as db:
        for question in (
            lambda: people.superior_holders(db, carol, TODAY),
            lambda: people.grant_holders(db, "admin", health, TODAY),
            lambda: units.unit(db, health),
            lambda: accounts.by_name(db, CAST["carol"]),
        ):
            asked.clear()
            question()
            assert len(asked) == 1


def test_whoever_moved_is_seen_where_he_sits_and_whoever_left_where_he_sat(town):
    ref = held_by(town, "mallory")
    appointments.end_appointment(town.rt, actor=SYSTEM, appointment_ref=ref, ends_on=TODAY)
    assert "Mallory" in names(town, "alice") and "Mallory" not in names(town, "dan")
    appointments.appoint(
        town.rt, actor=SYSTEM, person_ref=town.ref("mallory"), post_ref=town.post("vacant").ref,
        kind="definitive", starts_on=date(2026, 4, 1),
    )  # fmt: skip
    assert "Mallory" in names(town, "dan"), "her coming post lies in his scope"


def held_by(town, name):
    with town.rt.db.read() as db:
        return people_lists.appointments(db, town.person(name).id)[0].ref


def test_whoever_never_sat_anywhere_is_seen_by_those_with_rights_over_everything(town):
    from_nowhere = {"ref": new_ref(), "name": "Zulkifli", "name_lower": "zulkifli", "kind": "pns", "language": "id"}
    from_nowhere["recorded_at"] = None
    with town.rt.db.begin() as db:
        people.add(db, **from_nowhere, nip="199001012020011009", email=None, grade=None, active=True)
    assert "Zulkifli" in names(town, "alice") and "Zulkifli" in names(town, "frank")
    assert "Zulkifli" not in names(town, "dan")
    assert names(town, "bob") == []
