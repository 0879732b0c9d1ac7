"""What waits for a superior, and a month, are found by the index of people or units, never among all entries."""

from types import SimpleNamespace

import pytest
from sqlalchemy import event

from engine.store.queries import entries as queries
from tests.verbs.test_registers import Office

MONTH = ("2026-03-01", "2026-03-31")


@pytest.fixture
def office(filled_db):
    return Office.over(filled_db("register_office", Office))


def plans(office, work):
    """The plan of each statement that this asks."""
    asked, plans = [], []
    with office.rt.db.read() as db:
        if db.dialect.name == "postgresql":  # so small, PostgreSQL would rather read all
            db.exec_driver_sql("SET LOCAL enable_seqscan = off")

        def note(connection, cursor, statement, parameters, *rest):
            asked.append((statement, parameters))

        event.listen(db, "before_cursor_execute", note)
        work(db)
        event.remove(db, "before_cursor_execute", note)
        how = "EXPLAIN QUERY PLAN " if db.dialect.name == "sqlite" else "EXPLAIN (COSTS OFF) "
        for statement, parameters in asked:
            plans.append("\n".join(str(row[-1]) for row in db.exec_driver_sql(how + statement, parameters)))
    return plans


@pytest.mark.parametrize(("people", "index"), [(True, "ix_entry_person"), (False, "ix_entry_unit")])
def test_parts_and_their_entries_are_found_by_the_index(office, people, index):
    office.add()
    person, unit = [office.person("carol").id] if people else [], [office.unit("health").id]

    def work(db):
        found = queries.parts(db, "daily_activity", [office.person("carol").id], [], *MONTH)
        assert [(part.count, part.m0) for part in found] == [(1, 150_000_000)]
        queries.parts(db, "daily_activity", person, unit, *MONTH, judge=1)
        some = found if people else [SimpleNamespace(**{**part._asdict(), "person_id": None}) for part in found]
        assert len(queries.of_parts(db, "daily_activity", some, 5, judge=1)) == people

    for plan in plans(office, work)[1:]:
        assert index in plan or office.rt.db.dialect == "postgresql"  # which has too few rows to tell the two apart
        assert not any(line.strip().startswith(("SCAN entry", "SCAN entry_verdict")) for line in plan.splitlines())
        assert "Seq Scan" not in plan
