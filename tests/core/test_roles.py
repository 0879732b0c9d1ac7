"""Role rules to people: each rule, fall-backs, the day on which one is asked, roles kept apart, acting orders."""

from datetime import date, timedelta

import pytest

from engine.core.case import ACTING, ActingOrder, Holder
from engine.core.definition import RoleSpec
from engine.core.roles import RoleFacts, circle, kept_apart, resolve
from engine.core.rules import RULES, Ask, certain, chain, is_found_later, question
from tests.core.tiny import person

TODAY = date(2026, 3, 2)
DAY = TODAY.isoformat()
EMPLOYEE = RoleSpec(key="employee", rule="subject")
SUPERVISOR = RoleSpec(key="supervisor", rule="superior_of", role="employee")
REVIEWER = RoleSpec(key="reviewer", rule="superior_of", role="supervisor")
PANEL = RoleSpec(key="panel", rule="holders_of_grant", grant="calibration_panel")
APART = RoleSpec(key="panel", rule="holders_of_grant", grant="calibration_panel", **{"except": ("supervisor",)})
POST = Holder(2, "p2", "Bob", "definitive", "appointment-7")


def up(of, steps=1, on=DAY, seat="definitive"):
    return Ask("superior_of", of, on, 0, steps, seat)


def panel(*holders, unit=1):
    return {Ask("holders_of_grant", "calibration_panel", DAY, unit): holders}


def facts(subject=None, known=None, **rest):
    return RoleFacts((subject,) if subject else (), 1, TODAY, known=known or {}, **rest)


def held(roles, given):
    found, asks = resolve(roles, given)
    assert not asks, f"not answered: {asks}"
    return found


def ids(holders):
    return [each.person_id for each in holders]


def test_what_is_not_known_yet_is_asked_for_all_roles_at_once_and_then_no_more():
    roles = (EMPLOYEE, REVIEWER, SUPERVISOR, PANEL)
    known = {}
    asked = []
    while (found := resolve(roles, facts(person(1), known))).asks:
        asked.append(found.asks)
        known |= {ask: (person(ask.of + 1),) if ask.rule == "superior_of" else () for ask in found.asks}
    assert asked == [{up(1), Ask("holders_of_grant", "calibration_panel", DAY, 1)}, {up(2)}]
    assert ids(found.held["reviewer"]) == [3]


def test_what_is_asked_of_the_unit_or_of_nobody_can_be_read_before_anybody_is_known():
    head = RoleSpec(key="head", rule="head_of_unit")
    beside = RoleSpec(key="beside", rule="head_of_unit", role="employee")
    assert certain((EMPLOYEE, PANEL, SUPERVISOR, head, beside)) == (PANEL, head)


def test_each_rule_finds_its_people_whatever_the_order_of_the_roles():
    known = {up(1): (POST,), up(2): (person(3),), **panel(person(4), person(5))}
    found = held((REVIEWER, PANEL, SUPERVISOR, EMPLOYEE), facts(person(1), known))
    assert list(found) == ["reviewer", "panel", "supervisor", "employee"]
    assert {role: ids(holders) for role, holders in found.items()} == {
        "reviewer": [3], "panel": [4, 5], "supervisor": [2], "employee": [1],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({"rule": "superior_of", "role": "employee", "steps": 3}, up(1, 3)),
        ({"rule": "superior_of", "role": "employee", "seat": "acting"}, up(1, seat="acting")),
        ({"rule": "head_of_unit"}, Ask("head_of_unit", 0, DAY, 1)),
        ({"rule": "head_of_unit", "role": "employee"}, Ask("head_of_unit", 1, DAY)),
        ({"rule": "members_of_unit"}, Ask("members_of_unit", 0, DAY, 1)),
        ({"rule": "members_of_unit", "role": "employee"}, Ask("members_of_unit", 1, DAY)),
        ({"rule": "holder_of_post", "post": "secretary"}, Ask("holder_of_post", "secretary", DAY)),
        ({"rule": "holders_of_grant", "grant": "admin"}, Ask("holders_of_grant", "admin", DAY, 1)),
    ],
    ids=lambda value: value["rule"] if isinstance(value, dict) else "",
)
def test_a_rule_asks_its_question_and_its_answer_holds_the_role_but_never_the_subject(options, asked):
    role = RoleSpec(key="role", **options)
    assert resolve((EMPLOYEE, role), facts(person(1))).asks == {asked}
    assert ids(held((EMPLOYEE, role), facts(person(1), {asked: (person(1), POST)}))["role"]) == [2]


def test_every_rule_is_known_to_the_questions_or_needs_none():
    for rule, takes in RULES.items():
        if rule not in ("subject", "nominated", "public"):  # public: nobody who is known
            options = {name: "x" for name in takes.needs}
            assert question(RoleSpec(key="role", rule=rule, **options), 1, 1, TODAY)
    with pytest.raises(ValueError, match="no rule is called"):
        question(RoleSpec(key="role", rule="nobodys"), 1, 1, TODAY)


def test_a_holder_carries_the_rule_that_found_him_and_the_basis_of_his_post():
    (found,) = held((EMPLOYEE, SUPERVISOR), facts(person(1), {up(1): (POST,)}))["supervisor"]
    assert (found.rule, found.basis, found.fallback) == ("superior_of", "appointment-7", 0)


def test_where_a_rule_finds_nobody_the_next_one_is_asked_and_only_then():
    role = RoleSpec(
        key="role", rule="holder_of_post", post="secretary",
        **{"else": {"rule": "superior_of", "role": "employee", "else": {"rule": "holders_of_grant", "grant": "admin"}}},
    )  # fmt: skip
    assert [rule.rule for rule in chain(role)] == ["holder_of_post", "superior_of", "holders_of_grant"]
    first, grant = Ask("holder_of_post", "secretary", DAY), Ask("holders_of_grant", "admin", DAY, 1)
    assert resolve((EMPLOYEE, role), facts(person(1))).asks == {first}
    assert resolve((EMPLOYEE, role), facts(person(1), {first: ()})).asks == {up(1)}
    (found,) = held((EMPLOYEE, role), facts(person(1), {first: (), up(1): (), grant: (POST,)}))["role"]
    assert (found.person_id, found.rule, found.fallback) == (2, "holders_of_grant", 2)
    (found,) = held((EMPLOYEE, role), facts(person(1), {first: (person(1),), up(1): (POST,)}))["role"]
    assert (found.rule, found.fallback) == ("superior_of", 1), "the subject himself is nobody"


def test_whoever_held_a_role_on_the_day_when_it_settled_keeps_it_and_before_that_day_it_is_today():
    role = RoleSpec(key="role", rule="superior_of", role="employee", settled=10)
    end = date(2026, 3, 31)
    for today, asked in ((date(2026, 3, 20), "2026-03-20"), (date(2026, 3, 22), "2026-03-21"),
                         (end + timedelta(days=9), "2026-03-21")):  # fmt: skip
        assert resolve((EMPLOYEE, role), RoleFacts((person(1),), 1, today, end)).asks == {up(1, on=asked)}


def test_nominated_people_hold_a_role_once_there_are_as_many_as_it_wants():
    role = RoleSpec(key="peers", rule="nominated", by="employee", count=2)
    assert held((EMPLOYEE, role), facts(person(1), nominated={"peers": (POST,)}))["peers"] == ()
    named = {"peers": (POST, person(3))}
    assert ids(held((EMPLOYEE, role), facts(person(1), nominated=named))["peers"]) == [2, 3]
    assert is_found_later(role)
    assert not is_found_later(RoleSpec(key="x", rule="nominated", by="employee", **{"else": {"rule": "subject"}}))


def test_a_reassignment_comes_before_any_rule_and_roles_above_follow_it():
    instead = Holder(9, "p9", "Erin", "reassigned", "event-1")
    given = facts(person(1), {up(9): (person(3),)}, overrides={"supervisor": (instead,)})
    found = held((EMPLOYEE, SUPERVISOR, REVIEWER), given)
    assert found["supervisor"] == (instead,)
    assert ids(found["reviewer"]) == [3]


def test_a_role_that_nobody_holds_is_there_and_empty():
    found = held((EMPLOYEE, SUPERVISOR, PANEL), facts(None, panel()))
    assert found == {"employee": (), "supervisor": (), "panel": ()}


def test_a_person_found_twice_holds_the_role_once_by_what_was_found_first():
    twice = (Holder(4, "p4", "D", "x", "near"), person(5), Holder(4, "p4", "D", "x", "far"))
    found = held((PANEL,), facts(None, panel(*twice)))["panel"]
    assert [(each.person_id, each.basis) for each in found] == [(4, "near"), (5, None)]


def test_roles_that_are_each_others_superiors_are_found_and_resolve_to_nobody():
    one = RoleSpec(key="one", rule="superior_of", role="two")
    two = RoleSpec(key="two", rule="subject", **{"else": {"rule": "superior_of", "role": "one"}})
    assert set(circle((EMPLOYEE, one, two))) == {"one", "two"}
    assert circle((EMPLOYEE, SUPERVISOR, REVIEWER)) == ()
    assert held((one, two), facts(person(1))) == {"one": (), "two": ()}


def test_who_holds_an_excepted_role_never_holds_this_one_whatever_the_order_of_the_roles():
    given = facts(person(1), {up(1): (POST,), **panel(POST, person(4))})
    for order in ((APART, SUPERVISOR, EMPLOYEE), (EMPLOYEE, SUPERVISOR, APART)):
        assert ids(held(order, given)["panel"]) == [4]
    assert ids(held((EMPLOYEE, SUPERVISOR, PANEL), given)["panel"]) == [2, 4]


def test_a_reassignment_to_somebody_who_is_kept_apart_leaves_the_role_to_nobody():
    given = facts(person(1), {up(1): (POST,)}, overrides={"panel": (POST,)})
    assert held((EMPLOYEE, SUPERVISOR, APART), given)["panel"] == ()


def test_a_reassigned_superior_is_kept_apart_in_place_of_the_one_by_appointment():
    instead = Holder(9, "p9", "Erin", "reassigned", "event-1")
    given = facts(person(1), {up(1): (POST,), **panel(POST, instead)}, overrides={"supervisor": (instead,)})
    assert ids(held((EMPLOYEE, SUPERVISOR, APART), given)["panel"]) == [2]


def test_the_roles_that_keep_somebody_away_are_named():
    assert kept_apart(APART, ("employee", "supervisor")) == ("supervisor",)
    assert kept_apart(APART, ("employee",)) == ()


def absent(deputy=8, workflows=(), roles=(), name="Bob", number=2):
    """Bob (or another) with an order by which somebody acts for him."""
    order = ActingOrder("order-1", "800/1", "plh", deputy, f"p{deputy}", "Dan", workflows, roles)
    return Holder(number, f"p{number}", name, "x", "appointment-7", orders=(order,))


def test_whoever_acts_under_an_order_holds_the_role_in_the_place_of_the_absent_one_and_says_so():
    found = held((EMPLOYEE, SUPERVISOR), facts(person(1), {up(1): (absent(),)}))["supervisor"]
    (deputy,) = found
    assert (deputy.person_id, deputy.rule, deputy.basis) == (8, ACTING, "order-1")
    assert (deputy.instead_of.person_id, deputy.instead_of.rule, deputy.instead_of.basis) == (
        2, "superior_of", "appointment-7",
    )  # fmt: skip
    assert deputy.order.number == "800/1"


def test_the_line_of_superiors_goes_on_from_the_absent_one_not_from_his_deputy():
    known = {up(1): (absent(),), up(2): (person(3),)}
    assert ids(held((EMPLOYEE, SUPERVISOR, REVIEWER), facts(person(1), known))["reviewer"]) == [3]


@pytest.mark.parametrize(
    ("scope", "holder"),
    [({}, 8), ({"workflows": ("this",)}, 8), ({"workflows": ("other",)}, 2), ({"roles": ("supervisor",)}, 8),
     ({"roles": ("reviewer",)}, 2), ({"workflows": ("this",), "roles": ("reviewer",)}, 2)],
    ids=str,
)  # fmt: skip
def test_an_order_reaches_the_workflows_and_roles_that_it_names(scope, holder):
    given = facts(person(1), {up(1): (absent(**scope),)}, workflow="this")
    assert ids(held((EMPLOYEE, SUPERVISOR), given)["supervisor"]) == [holder]


def test_nobody_judges_himself_through_an_order_the_absent_one_keeps_his_role():
    assert ids(held((EMPLOYEE, SUPERVISOR), facts(person(1), {up(1): (absent(1),)}))["supervisor"]) == [2]


def test_an_order_never_lets_anybody_act_as_the_subject():
    subject = absent(number=1, name="Carol")
    assert ids(held((EMPLOYEE,), facts(subject))["employee"]) == [1]


def test_a_deputy_who_holds_an_excepted_role_is_not_followed():
    known = {up(1): (POST,), **panel(absent(2, number=4), person(5))}
    assert ids(held((EMPLOYEE, SUPERVISOR, APART), facts(person(1), known))["panel"]) == [4, 5]


def test_who_acts_as_the_supervisor_leaves_the_panel_that_excepts_it():
    known = {up(1): (absent(5),), **panel(person(4), person(5))}
    found = held((EMPLOYEE, SUPERVISOR, APART), facts(person(1), known))
    assert (ids(found["supervisor"]), ids(found["panel"])) == ([5], [4])


def test_who_holds_a_role_himself_does_not_hold_it_for_another_too():
    found = held((PANEL,), facts(None, panel(absent(5, number=4), person(5))))["panel"]
    assert [(each.person_id, each.rule) for each in found] == [(5, "holders_of_grant")]


def test_nobody_acts_for_a_deputy_in_what_he_holds_for_another():
    chained = Holder(8, "p8", "Dan", "x", orders=(ActingOrder("order-2", "800/2", "plh", 9, "p9", "Eve"),))
    known = {up(1): (absent(8),), **panel(chained)}
    found = held((EMPLOYEE, SUPERVISOR, PANEL), facts(person(1), known))
    assert (ids(found["supervisor"]), ids(found["panel"])) == ([8], [9])


def test_of_several_orders_the_first_that_fits_is_followed():
    orders = tuple(
        ActingOrder(f"order-{number}", str(number), "plh", number, f"p{number}", "X", roles=roles)
        for number, roles in ((7, ("reviewer",)), (8, ("supervisor",)), (9, ()))
    )
    bob = Holder(2, "p2", "Bob", "x", "a", orders=orders)
    assert ids(held((EMPLOYEE, SUPERVISOR), facts(person(1), {up(1): (bob,)}))["supervisor"]) == [8]
