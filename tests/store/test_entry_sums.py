"""What the people of units have in a month: the same from sums as from entries, whatever ended meanwhile."""

import pytest

from engine import registers
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
