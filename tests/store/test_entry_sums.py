"""What the people of units have in a month: the same from sums as from entries, whatever ended meanwhile."""

from contextlib import closing

import pytest

from engine import registers
from engine.store.database import connect
from engine.store.queries import entry_sums
from tests.verbs.test_registers import Office


@pytest.fixture
def office(filled_db):
    return Office.over(filled_db("register_office", Office))


def test_sums_and_entries_say_the_same_of_the_people_of_a_unit(office):
    office.add()
    gone = office.add(begun="13:00", ended="14:00")
    office.add("bob", about="bob")
    registers.withdraw_entry(office.rt, gone, actor=office.actor("carol"), reason="Salah")
    units = [office.unit("health").id, office.unit("north").id]
    asked = ("daily_activity", units, office.today.isoformat(), office.today.isoformat())
    with office.rt.db.read() as db:
        told, counted = entry_sums.of_units(db, *asked), entry_sums.counted(db, *asked)
    assert [tuple(row) for row in told] == [tuple(row) for row in counted]
    assert {row.person_id: row.count for row in told} == {office.person("carol").id: 1, office.person("bob").id: 1}


def test_a_month_of_units_is_read_by_unit_and_not_person_by_person(filled_sqlite):
    query = entry_sums.from_sums("daily_activity", [2, 3], "2026-03-01", "2026-03-31")
    with closing(connect(filled_sqlite)) as database, database.read() as db:
        text = str(query.compile(dialect=db.dialect, compile_kwargs={"literal_binds": True}))
        plan = " ".join(row[-1] for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))
    assert "PRIMARY KEY (register=? AND unit_id=? AND day>? AND day<?)" in plan
