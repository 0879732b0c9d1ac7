"""Several statements as one: the same rows, ids in the order of the calls, nothing at all when one of them fails."""

import pytest
from sqlalchemy import bindparam, event, insert, select, update

from engine.core.errors import BadRequest, StaleCase
from engine.store import statement
from engine.store.at_once import MOST_PARTS, at_once
from engine.store.database import connect
from engine.store.statement import Statement
from engine.store.tables import Post, Unit

UNIT, POST = Unit.__table__, Post.__table__
ADD = statement.insert(UNIT, "ref", "key", "name", "kind", returning=Unit.id)
QUIETLY = statement.insert(UNIT, "ref", "key", "name", "kind")
CHAIR = Statement(
    insert(POST).from_select(
        ["ref", "key", "name", "kind", "unit_id"],
        select(bindparam("ref"), bindparam("key"), bindparam("name"), bindparam("kind"), UNIT.c.id).where(
            UNIT.c.ref == bindparam("unit_ref")
        ),
    ),
    follows=QUIETLY,
)
RENAME = Statement(update(UNIT).where(UNIT.c.key == bindparam("wanted")).values(name=bindparam("to_name")))
MUST = Statement(RENAME._clause, must_write=True)


def office(key: str) -> dict:
    return {"ref": key, "key": key, "name": key.upper(), "kind": "100% office"}


def chair(key: str, unit: str) -> dict:
    return {**office(key), "unit_ref": unit}


def offices(db) -> list:
    with db.read() as connection:
        return [tuple(row) for row in connection.execute(select(UNIT.c.key, UNIT.c.name).order_by(UNIT.c.id))]


def test_the_ids_come_back_by_place_and_rise_with_it(db):
    with db.begin() as connection:
        found = at_once(connection, [(ADD, office("a")), (QUIETLY, office("b")), (ADD, office("c"))])
    assert list(found) == [0, 2]
    assert found[0][0] < found[2][0]
    assert sorted(offices(db)) == [("a", "A"), ("b", "B"), ("c", "C")]


def test_a_row_may_hang_on_one_that_is_written_with_it(db):
    with db.begin() as connection:
        calls = [
            (QUIETLY, office("a")),
            (CHAIR, chair("head", "a")),
            (QUIETLY, office("b")),
            (CHAIR, chair("vice", "b")),
        ]
        at_once(connection, calls)
        found = connection.execute(select(POST.c.key, UNIT.c.key).join(UNIT, UNIT.c.id == POST.c.unit_id))
        assert sorted(tuple(row) for row in found) == [("head", "a"), ("vice", "b")]


def test_what_must_write_and_does_not_takes_everything_with_it(db):
    with pytest.raises(StaleCase), db.begin() as connection:
        at_once(connection, [(ADD, office("a")), (MUST, {"wanted": "nobody", "to_name": "B"})])
    assert offices(db) == []


def test_what_need_not_write_may_find_nothing(db):
    with db.begin() as connection:
        at_once(connection, [(ADD, office("a")), (RENAME, {"wanted": "nobody", "to_name": "B"})])
    assert offices(db) == [("a", "A")]


def test_an_error_of_one_part_takes_everything_with_it(db):
    with pytest.raises(BadRequest), db.begin() as connection:
        at_once(connection, [(ADD, office("a")), (ADD, office("a"))])
    assert offices(db) == []


def test_more_parts_than_one_statement_should_have_are_written_all_the_same(db):
    with db.begin() as connection:
        found = at_once(connection, [(ADD, office(f"u{number}")) for number in range(MOST_PARTS + 1)])
    assert len(found) == len(offices(db)) == MOST_PARTS + 1


def test_whoever_listens_sees_every_part(db):
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    with db.begin() as connection:
        at_once(connection, [(ADD, office("a")), (RENAME, {"wanted": "a", "to_name": "B"})])
    assert [text.split()[0] for text in seen] == ["INSERT", "UPDATE"]


@pytest.mark.postgresql
def test_on_postgresql_all_parts_happen_in_one_statement(postgresql_url):
    """Two rows of one statement have the same command id; rows of two statements do not."""
    database = connect(postgresql_url)
    with database.begin() as connection:
        at_once(connection, [(ADD, office("a")), (ADD, office("b"))])
        statement.together(connection, [(ADD, office("c")), (ADD, office("d"))])
        found = [row[0] for row in connection.exec_driver_sql("SELECT cmin::text FROM unit ORDER BY id")]
    database.close()
    assert found[0] == found[1]
    assert len(set(found)) == 3
