"""The judgement of staffing alone: eighty-five people of one rater, nominations to come, and what is no finding."""

from engine.core.case import Holder
from engine.core.definition import RoleSpec, State, TaskSpec
from engine.core.staffed import People, Staffed, findings


class Two:
    """What of a definition is asked: an employee who writes, a supervisor who rates, a panel of which nobody fills."""

    key = "two"
    roles = (
        RoleSpec(key="employee", rule="subject"),
        RoleSpec(key="supervisor", rule="superior_of", role="employee"),
        RoleSpec(key="panel", rule="holders_of_grant", grant="calibration_panel"),
        RoleSpec(key="peer", rule="nominated", by="employee"),
    )
    states = (
        State(key="a", tasks=(TaskSpec(key="write", role="employee", fill="plan"),)),
        State(key="b", tasks=(TaskSpec(key="rate", role="supervisor", fill="rating"),)),
        State(key="c", tasks=(TaskSpec(key="close", role="panel", decide=("go",)),)),
    )


def person(number):
    return Holder(number, f"ref{number}", f"P{number}", "subject")


BOSS, ONE, OTHER = person(900), person(901), person(902)


def case(number, boss=(BOSS,), panel=(ONE, OTHER)):
    who = person(number)
    return Staffed(who, {"employee": (who,), "supervisor": tuple(boss), "panel": tuple(panel)}, "Unit")


def found(cases, most=50, signed_in=range(1000)):
    people = People(open=frozenset(signed_in))
    return [(each.kind, each.who.name, each.cases, each.blocks) for each in findings(Two, cases, people, most)]


def test_a_rater_of_eighty_five_is_named_once_with_how_many():
    cases = [case(number) for number in range(85)]
    assert found(cases) == [("crowded", "P900", 85, False)]
    assert found(cases, most=85) == []


def test_a_panel_of_many_cases_is_no_crowd_and_a_role_to_be_nominated_is_not_empty():
    assert found([case(number, boss=(person(100 + number),)) for number in range(60)]) == []


def test_nobody_blocks_and_names_the_subject():
    assert found([case(1, boss=())]) == [("nobody", "P1", 1, True)]


def test_the_same_person_at_two_steps_counts_where_nobody_else_could_do_one_of_them():
    assert found([case(1, boss=(ONE,), panel=(ONE, OTHER))]) == [("same", "P901", 1, False)]
    assert found([case(1, boss=(BOSS, ONE), panel=(ONE, OTHER))]) == []


def test_whoever_cannot_sign_in_is_named_once_for_all_his_cases():
    assert found([case(1), case(2)], signed_in=[1, 2, 901, 902]) == [("no_account", "P900", 2, False)]
