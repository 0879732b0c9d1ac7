"""Role rules to people."""

from engine.core.case import Holder
from engine.core.definition import RoleSpec
from engine.core.roles import RULES, Needs, RoleFacts, circle, kept_apart, needs, resolve
from tests.core.tiny import person

EMPLOYEE = RoleSpec(key="employee", rule="subject")
SUPERVISOR = RoleSpec(key="supervisor", rule="superior_of", role="employee")
REVIEWER = RoleSpec(key="reviewer", rule="superior_of", role="supervisor")
PANEL = RoleSpec(key="panel", rule="holders_of_grant", grant="calibration_panel")
POST = Holder(2, "p2", "Bob", "definitive", "appointment-7")


def test_needs_say_how_far_up_and_which_grants():
    assert needs((EMPLOYEE, REVIEWER, SUPERVISOR, PANEL)) == Needs(2, ("calibration_panel",))
    assert needs((EMPLOYEE,)) == Needs(0, ())


def test_each_rule_finds_its_people_whatever_the_order_of_the_roles():
    facts = RoleFacts(person(1), {1: (POST,), 2: (person(3),)}, {"calibration_panel": (person(4), person(5))})
    found = resolve((REVIEWER, PANEL, SUPERVISOR, EMPLOYEE), facts)
    assert list(found) == ["reviewer", "panel", "supervisor", "employee"]
    assert {role: [held.person_id for held in holders] for role, holders in found.items()} == {
        "reviewer": [3],
        "panel": [4, 5],
        "supervisor": [2],
        "employee": [1],
    }


def test_a_holder_carries_the_rule_that_found_him_and_the_basis_of_his_post():
    (held,) = resolve((EMPLOYEE, SUPERVISOR), RoleFacts(person(1), {1: (POST,)}))["supervisor"]
    assert (held.rule, held.basis) == ("superior_of", "appointment-7")


def test_a_reassignment_comes_before_any_rule_and_roles_above_follow_it():
    instead = Holder(9, "p9", "Erin", "reassigned", "event-1")
    facts = RoleFacts(person(1), {1: (POST,), 9: (person(3),)}, overrides={"supervisor": (instead,)})
    found = resolve((EMPLOYEE, SUPERVISOR, REVIEWER), facts)
    assert found["supervisor"] == (instead,)
    assert [held.person_id for held in found["reviewer"]] == [3]


def test_a_role_that_nobody_holds_is_there_and_empty():
    assert resolve((EMPLOYEE, SUPERVISOR, PANEL), RoleFacts(None)) == {"employee": (), "supervisor": (), "panel": ()}


def test_a_person_found_twice_holds_the_role_once():
    facts = RoleFacts(None, grant_holders={"calibration_panel": (person(4), person(4))})
    assert len(resolve((PANEL,), facts)["panel"]) == 1


def test_roles_that_are_each_others_superiors_are_found_and_resolve_to_nobody():
    one = RoleSpec(key="one", rule="superior_of", role="two")
    two = RoleSpec(key="two", rule="superior_of", role="one")
    assert set(circle((EMPLOYEE, one, two))) == {"one", "two"}
    assert circle((EMPLOYEE, SUPERVISOR, REVIEWER)) == ()
    assert resolve((one, two), RoleFacts(person(1), {1: (POST,)})) == {"one": (), "two": ()}


APART = RoleSpec(key="panel", rule="holders_of_grant", grant="calibration_panel", **{"except": ("supervisor",)})


def test_who_holds_an_excepted_role_never_holds_this_one_whatever_the_order_of_the_roles():
    facts = RoleFacts(person(1), {1: (POST,)}, {"calibration_panel": (POST, person(4))})
    for order in ((APART, SUPERVISOR, EMPLOYEE), (EMPLOYEE, SUPERVISOR, APART)):
        assert [held.person_id for held in resolve(order, facts)["panel"]] == [4]
    assert [held.person_id for held in resolve((EMPLOYEE, SUPERVISOR, PANEL), facts)["panel"]] == [2, 4]


def test_a_reassignment_to_somebody_who_is_kept_apart_leaves_the_role_to_nobody():
    facts = RoleFacts(person(1), {1: (POST,)}, overrides={"panel": (POST,)})
    assert resolve((EMPLOYEE, SUPERVISOR, APART), facts)["panel"] == ()


def test_a_reassigned_superior_is_kept_apart_in_place_of_the_one_by_appointment():
    instead = Holder(9, "p9", "Erin", "reassigned", "event-1")
    grants = {"calibration_panel": (POST, instead)}
    facts = RoleFacts(person(1), {1: (POST,)}, grants, overrides={"supervisor": (instead,)})
    assert [held.person_id for held in resolve((APART, EMPLOYEE, SUPERVISOR), facts)["panel"]] == [2]


def test_roles_that_except_each_other_go_round():
    one = RoleSpec(key="one", rule="holders_of_grant", grant="a", **{"except": ("two",)})
    two = RoleSpec(key="two", rule="holders_of_grant", grant="b", **{"except": ("one",)})
    assert circle((EMPLOYEE, one, two)) == ("one", "two")
    assert kept_apart(one, ("two", "three")) == ("two",) and kept_apart(one, ("three",)) == ()


def test_every_rule_declares_only_options_that_a_role_has():
    assert {option for options in RULES.values() for option in options} <= set(RoleSpec.model_fields)
