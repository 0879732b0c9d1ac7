"""What is asked at every submit and fire is found by keys and indexes, however many people there are."""

from contextlib import closing

import pytest
from sqlalchemy import select

from engine.store.database import connect
from engine.store.queries import case_head, cases, people, placed, role_people
from engine.store.queries.kinds import of_kind
from engine.store.statement import Statement
from engine.store.tables.ledger import Event

ASKED = {
    "the case": case_head.HEAD,
    "the case of a task": case_head.HEAD_BY_TASK,
    "its last answers": cases.ANSWERS,
    "its reassignments": placed.PUT_IN_ONE,
    "whether somebody ever held a task": cases.EVER_HELD,
    "its nominations": placed.APPROVED_IN_ONE,
    "superiors": role_people.statement("superior_of", 1, "definitive", False),
    "superiors three posts up, of an acting post": role_people.statement("superior_of", 3, "acting", False),
    "holders of a grant": role_people.statement("holders_of_grant", 1, "definitive", True),
    "the head of a unit": role_people.statement("head_of_unit", 1, "definitive", True),
    "the head beside somebody": role_people.statement("head_of_unit", 1, "definitive", False),
    "members of a unit": role_people.statement("members_of_unit", 1, "definitive", True),
    "holders of a post": role_people.statement("holder_of_post", 1, "definitive", False),
}
NUMBERS = {"actor_id", "case_id", "person", "person_id", "unit", "wanted"}


def plan(db, statement: Statement, numbers=NUMBERS) -> list[str]:
    """The database's plan, a line a step, at values that match nothing."""
    compiled = statement.compiled(db)
    names = compiled.names or list(dict.fromkeys(compiled.order or ()))
    values = {**{name: 1 if name in numbers else "x" for name in names}, **compiled.fixed}
    how = "EXPLAIN QUERY PLAN " if db.dialect.name == "sqlite" else "EXPLAIN (COSTS OFF) "
    rows = db.exec_driver_sql(how + compiled.sql, compiled.as_sqlalchemy(values)).all()
    return [str(row[-1]).strip() for row in rows]


def whole_tables(steps: list[str]) -> list[str]:
    return [step for step in steps if "Seq Scan" in step or (step.startswith("SCAN") and "CONSTANT ROW" not in step)]


@pytest.mark.parametrize("what", ASKED)
def test_no_table_is_read_as_a_whole(db, what):
    with db.begin() as connection:
        if db.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so small, PostgreSQL would rather read all
        numbers = NUMBERS - {"wanted"} if what == "holders of a post" else NUMBERS
        assert whole_tables(plan(connection, ASKED[what], numbers)) == []


def test_a_question_without_an_index_would_be_noticed(db):
    with db.begin() as connection:
        steps = plan(connection, Statement(people.PERSON.select().where(people.PERSON.c.kind == "pns")))
    assert whole_tables(steps)


def of_a_kind(kind: str) -> Statement:
    newest = select(Event.ref).where(of_kind(kind)).order_by(Event.at.desc(), Event.ref.desc()).limit(20)
    return Statement(newest)


@pytest.mark.parametrize(("kind", "index"), [("case.reassigned", "ix_event_seldom"), ("case.moved", "ix_event_at_ref")])
def test_events_of_a_kind_come_in_the_order_of_time_without_sorting(db, kind, index):
    with db.begin() as connection:
        if db.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        steps = plan(connection, of_a_kind(kind))
    assert any(index in step for step in steps)
    assert not any("TEMP B-TREE" in step or "Sort" in step for step in steps)


def test_grants_are_looked_for_from_the_unit_upwards_and_not_among_all_of_a_role(sqlite_url):
    with closing(connect(sqlite_url)) as database, database.begin() as connection:
        steps = plan(connection, ASKED["holders of a grant"])
    assert steps[0].startswith("SEARCH unit_closure USING") and "descendant_id=?" in steps[0]
