"""Each role rule over the real tables of the small town, on both databases; one statement for a kind of question."""

from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event

from engine import appointments, holders, people, role_doubts
from engine.core.case import SYSTEM, Holder
from engine.core.rules import Ask
from engine.store.queries import role_people
from tests.core.tiny import workflow
from tests.verbs.town import Town

TODAY = date(2026, 3, 2)
DAY = TODAY.isoformat()


@pytest.fixture
def town(filled_db):
    return Town.over(filled_db("town", Town))


def found(town, *asks):
    with town.rt.db.read() as db:
        answers = role_people.answers(db, asks)
    return [[holder.name for holder in answers[ask]] for ask in asks]


def appoint(town, person, post, kind="plt", starts_on=TODAY, **rest):
    who = {"person_ref": town.ref(person), "post_ref": town.post(post).ref}
    return appointments.appoint(town.rt, actor=SYSTEM, kind=kind, starts_on=starts_on, **who, **rest)


def up(town, name, steps=1, on=DAY, seat="definitive"):
    return Ask("superior_of", town.person(name).id, on, 0, steps, seat)


def test_superiors_are_counted_by_posts_so_that_an_empty_one_in_between_stops_nobody(town):
    assert found(town, *(up(town, "carol", steps) for steps in (1, 2, 3, 4))) == [["Erin"], ["Bob"], ["Wali Kota"], []]
    people.set_active(town.rt, actor=SYSTEM, person_ref=town.ref("erin"), active=False)
    assert found(town, up(town, "carol"), up(town, "carol", 2)) == [[], ["Bob"]]


def test_the_superior_of_the_post_that_somebody_holds_as_plt_is_another_than_that_of_his_own(town):
    appoint(town, "carol", "clerk_south", "plt")
    acting = up(town, "carol", seat="acting")
    assert found(town, up(town, "carol"), acting) == [["Erin"], ["Wali Kota"]]
    assert found(town, up(town, "dan", seat="acting")) == [[]]


def test_the_head_of_a_unit_holds_its_first_post_that_answers_to_none_of_it(town):
    north, health = town.unit("north").id, town.unit("health").id
    assert found(town, Ask("head_of_unit", 0, DAY, north), Ask("head_of_unit", 0, DAY, health)) == [["Bob"], ["Erin"]]
    assert found(town, Ask("head_of_unit", town.person("carol").id, DAY)) == [["Erin"]]
    assert found(town, Ask("head_of_unit", town.person("dan").id, DAY)) == [["Bob"]]
    assert found(town, Ask("head_of_unit", town.person("gina").id, DAY)) == [[]], "she holds no post"


def test_whoever_holds_a_post_is_found_by_its_key_definitively_or_not(town):
    appoint(town, "dan", "chief_north", "plh", ends_on=date(2026, 3, 9))
    assert found(town, Ask("holder_of_post", "chief_north", DAY)) == [["Bob", "Dan"]]
    assert found(town, Ask("holder_of_post", "chief_north", "2026-03-09")) == [["Bob"]]
    assert found(town, Ask("holder_of_post", "vacant", DAY), Ask("holder_of_post", "nothing", DAY)) == [[], []]


def test_members_of_a_unit_hold_a_definitive_post_of_it_and_not_of_one_below(town):
    appoint(town, "mallory", "vacant", "plt")
    north = Ask("members_of_unit", 0, DAY, town.unit("north").id)
    beside = Ask("members_of_unit", town.person("erin").id, DAY)
    assert found(town, north, beside) == [["Bob", "Dan"], ["Carol", "Erin"]]


def test_a_grant_is_found_over_the_unit_and_those_above_and_the_nearest_is_its_basis(town):
    asked = [Ask("holders_of_grant", "admin", DAY, town.unit(key).id) for key in ("health", "south")]
    assert found(town, *asked) == [["Alice", "Dan", "Gina"], ["Alice", "Gina"]]


@contextmanager
def counted(town):
    seen = []

    def count(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(town.rt.db.engine, "before_cursor_execute", count)
    yield seen
    event.remove(town.rt.db.engine, "before_cursor_execute", count)


def test_many_questions_of_a_kind_are_one_statement_also_on_different_days(town):
    asked = [up(town, name, on=day) for name in ("carol", "dan", "bob") for day in (DAY, "2023-12-31")]
    with town.rt.db.read() as db, counted(town) as seen:
        answers = role_people.answers(db, asked)
    assert len(seen) == 1
    told = {(ask.of, ask.on): [holder.name for holder in held] for ask, held in answers.items()}
    assert told[town.person("carol").id, DAY] == ["Erin"]
    assert told[town.person("carol").id, "2023-12-31"] == [], "before anybody was appointed"


def test_many_cases_to_be_are_resolved_by_as_many_statements_as_one(stage_rules, town):
    rules, about = stage_rules
    with town.rt.db.read() as db, counted(town) as one:
        (alone,) = holders.resolve_each(db, rules, about[:1], TODAY)
    with town.rt.db.read() as db, counted(town) as many:
        each = holders.resolve_each(db, rules, about, TODAY)
    assert each[0] == alone
    assert len(one) == len(many) == 3, "superiors, theirs, and grants"
    assert [[holder.name for holder in held["reviewer"]] for held in each] == [["Bob"], ["Wali Kota"]]


@pytest.fixture
def stage_rules(town):
    roles = {
        "employee": "subject",
        "supervisor": {"rule": "superior_of", "role": "employee"},
        "reviewer": {"rule": "superior_of", "role": "supervisor"},
        "panel": {"rule": "holders_of_grant", "grant": "calibration_panel"},
    }
    subjects = [(town.person(name), town.unit(unit).id) for name, unit in (("carol", "health"), ("dan", "north"))]
    about = [(Holder(row.id, row.ref, row.name, "subject"), unit) for row, unit in subjects]
    return workflow({"roles": roles}), about


def test_a_rule_by_which_nobody_can_be_found_is_told_before_publishing(town):
    roles = {
        "employee": "subject",
        "head": {"rule": "holder_of_post", "post": "chief_north"},
        "secretary": {
            "rule": "holder_of_post",
            "post": "nobodys",
            "else": {"rule": "holders_of_grant", "grant": "king"},
        },
    }
    with town.rt.db.read() as db:
        told = role_doubts.doubts(db, workflow({"roles": roles}).definition)
    assert [(message.key, message.params["role"]) for message in told] == [
        ("lint.post_unknown", "secretary"), ("lint.grant_unknown", "secretary"),
    ]  # fmt: skip
