"""Prebuilt statements: one text a dialect, rows by name, one round trip for many, visible to whoever counts."""

import pytest
from sqlalchemy import bindparam, event, select, text, update

from engine.core.errors import StaleCase
from engine.store.statement import Statement, insert, together
from engine.store.tables import Unit

ADD = insert(Unit.__table__, "ref", "key", "name", "kind", returning=Unit.id)
FIND = Statement(select(Unit.key, Unit.name).where(Unit.key == bindparam("wanted"), Unit.kind == "office"))
RENAME = Statement(
    update(Unit.__table__).where(Unit.key == bindparam("wanted")).values(name=bindparam("to_name")), must_write=True
)


def office(key: str) -> dict:
    return {"ref": key, "key": key, "name": key.upper(), "kind": "office"}


def test_rows_come_back_by_name(db):
    with db.begin() as connection:
        ADD.run(connection, **office("a"))
        row = FIND.one(connection, wanted="a")
        assert (row.key, row.name) == ("a", "A")
        assert FIND.rows(connection, wanted="b") == []
        assert FIND.one(connection, wanted="b") is None


def test_a_text_statement_names_its_rows_too(db):
    counted = Statement(text("SELECT count(*) AS total FROM unit WHERE kind = :kind"))
    with db.begin() as connection:
        ADD.run(connection, **office("a"))
        assert counted.one(connection, kind="office").total == 1


def test_one_statement_serves_readers_and_writers(db):
    with db.begin() as connection:
        ADD.run(connection, **office("a"))
    with db.read() as connection:
        assert FIND.one(connection, wanted="a").name == "A"


def test_a_connection_outside_a_transaction_is_served_as_well(db):
    with db.engine.connect() as connection:
        assert FIND.rows(connection, wanted="a") == []
        assert connection.in_transaction()


def test_statements_together_keep_their_order_and_answer_their_rows(db):
    with db.begin() as connection:
        calls = [(ADD, office("a")), (RENAME, {"wanted": "a", "to_name": "B"}), (FIND, {"wanted": "a"})]
        added, renamed, found = together(connection, calls)
        assert added.rows()[0].id > 0
        assert renamed.rowcount == 1
        assert found.rows()[0].name == "B"


def test_what_must_write_and_does_not_is_stale(db):
    with pytest.raises(StaleCase), db.begin() as connection:
        together(connection, [(ADD, office("a")), (RENAME, {"wanted": "nobody", "to_name": "B"})])
    with db.read() as connection:
        assert FIND.one(connection, wanted="a") is None


def test_whoever_listens_sees_every_statement(db):
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    with db.begin() as connection:
        together(connection, [(ADD, office("a")), (ADD, office("b"))])
        assert [row.name for row in FIND.rows(connection, wanted="b")] == ["B"]
    assert [statement.split()[0] for statement in seen] == ["INSERT", "INSERT", "SELECT"]


def test_a_list_of_values_cannot_be_prebuilt(db):
    several = Statement(select(Unit.key).where(Unit.key.in_(bindparam("wanted", expanding=True))))
    with db.read() as connection, pytest.raises(ValueError, match="cannot hold a list"):
        several.rows(connection, wanted=["a"])


def test_a_missing_parameter_is_an_error(db):
    with db.read() as connection, pytest.raises(Exception, match="wanted"):
        FIND.rows(connection)
