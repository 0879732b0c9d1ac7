"""Statements of acts on PostgreSQL: what is written is what is read, and each error is ours."""

import psycopg
import pytest
from sqlalchemy import bindparam, event, select

from engine.core.errors import BadRequest, Unavailable
from engine.store import database, prepared, statement
from engine.store.statement import Statement
from engine.store.tables import Unit
from tests.store.raw import Raw

pytestmark = pytest.mark.postgresql
UNIT = Unit.__table__
ADD = statement.insert(UNIT, "ref", "key", "name", "kind", returning=UNIT.c.id)
FIND = Statement(select(UNIT.c.id, UNIT.c.name).where(UNIT.c.key == bindparam("wanted")))
ALL_KINDS = "SELECT $1::text AS words, $2::bigint AS number, $3::bytea AS octets, $4::boolean AS flag, $5::text AS none"


@pytest.fixture
def db(postgresql_url):
    opened = database.connect(postgresql_url)
    yield opened
    opened.close()


def office(key: str, name: str = "A") -> dict:
    return {"ref": key, "key": key, "name": name, "kind": "office"}


def test_values_of_every_kind_come_back_as_they_went(db):
    given = ("Ubud — 100% \\ 'kata'", -(2**53), b"\x00\xff'\\", True, None)
    with db.act() as connection:
        for _ in range(2):  # prepared, then known
            told = prepared.execute(connection, ALL_KINDS, given)
            assert told.fetchone() == given
    assert told.keys() == ["words", "number", "octets", "flag", "none"]


def test_many_numbers_come_back_as_a_list(db):
    with db.act() as connection:
        assert prepared.execute(connection, "SELECT array[1, -2]::bigint[]", ()).fetchall() == [([1, -2],)]


def test_each_statement_of_an_act_is_a_transaction_of_its_own(db):
    with pytest.raises(RuntimeError), db.act() as connection:
        assert ADD.one(connection, **office("a")).id > 0
        raise RuntimeError("after it was written")
    with db.read() as connection:
        assert FIND.one(connection, wanted="a").name == "A"


def test_a_text_that_libpq_would_cut_is_refused(db):
    with pytest.raises(BadRequest), db.act() as connection:
        ADD.run(connection, **office("a", "A\0B"))
    with db.read() as connection:
        assert FIND.one(connection, wanted="a") is None


def test_what_the_database_refuses_is_our_error_and_the_connection_serves_on(db):
    with db.act() as connection:
        ADD.run(connection, **office("a"))
    with pytest.raises(BadRequest) as refused, db.act() as connection:
        ADD.run(connection, **office("a"))
    assert refused.value.message.key == "store.taken"
    with db.act() as connection:
        assert FIND.one(connection, wanted="a").name == "A"


def test_a_connection_that_dies_in_the_middle_is_told_and_replaced(db):
    raw = Raw(db.engine.url.render_as_string(hide_password=False).replace("+psycopg", ""))
    with pytest.raises(Unavailable), db.act() as connection:
        pid = prepared.execute(connection, "SELECT pg_backend_pid()", ()).fetchone()[0]
        raw.run("SELECT pg_terminate_backend(?)", pid)
        FIND.one(connection, wanted="a")
    raw.close()
    with db.act() as connection:
        assert FIND.one(connection, wanted="a") is None


def test_plans_are_made_once_for_acts_and_anew_for_pages(db):
    asked = "SELECT current_setting('plan_cache_mode')"
    with db.act() as acting, db.read() as reading:
        assert acting.exec_driver_sql(asked).scalar_one() == "force_generic_plan"
        assert reading.exec_driver_sql(asked).scalar_one() == "auto"


def test_whoever_listens_to_acts_sees_their_statements(db):
    seen = []
    event.listen(db.acting, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    with db.act() as connection:
        FIND.one(connection, wanted="a")
    assert [text.split()[0] for text in seen] == ["SELECT"]


def test_an_error_of_libpq_keeps_what_the_server_said(db):
    with db.act() as connection, pytest.raises(psycopg.errors.DivisionByZero) as failed:
        prepared.execute(connection, "SELECT 1 / $1::bigint", (0,))
    assert failed.value.diag.sqlstate == "22012"
