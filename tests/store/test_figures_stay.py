"""A frozen figure never changes; its number goes by an erasure alone, and the trail still holds."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine import figure_lists, figure_rights, ledger
from engine.core.errors import EngineError, TamperedLedger
from engine.core.indicator import Days
from engine.core.times import to_text
from engine.store import apply, apply_figures
from engine.store.tables import Erasure
from tests.verbs.test_indicators import Office

GONE = "value = NULL, n = 0, people = 0"


@pytest.fixture
def office(filled_db):
    office = Office.over(filled_db("indicator_office", Office))
    office.add(begun="08:00", ended="09:30")
    office.all_figures(date(2026, 4, 5))
    return office


def frozen(office):
    return next(row for row in office.kept("minutes_a_quarter") if row.frozen_ref is not None)


def give_leave(office, record):
    carol, erin = office.person("carol").id, office.person("erin").id
    with office.rt.db.begin() as db:
        event = apply.append_event(
            db, stream="system", kind="record.erased", at=office.now, actor=office.actor("erin"), product="x",
            public={"record": record, "requested_by": office.ref("carol"), "approved_by": office.ref("erin")},
            private={"ground": "JRA"},
        )  # fmt: skip
        row = {"record": record, "ground": "JRA", "at": to_text(office.now), "event_ref": event.ref}
        db.execute(Erasure.__table__.insert().values(**row, requested_by=carol, approved_by=erin))


def attack(office, statement):
    with office.rt.db.begin() as db:
        db.execute(text(statement))


def test_a_frozen_figure_is_erased_with_leave_alone_and_the_trail_still_holds(office):
    row = frozen(office)
    with pytest.raises((DBAPIError, EngineError)), office.rt.db.begin() as db:
        apply_figures.erase(db, row.ref)
    give_leave(office, f"figure:{row.ref}")
    for changed in (f"{GONE}", "value = '1', n = 0, people = 0, seed = ''", f"{GONE}, seed = '', last = '2027-01-01'"):
        with pytest.raises((DBAPIError, EngineError)):
            attack(office, f"UPDATE figure SET {changed} WHERE ref = '{row.ref}'")
    with office.rt.db.begin() as db:
        apply_figures.erase(db, row.ref)
    found = frozen(office)
    assert (found.value, found.n, found.people, bytes(found.seed)) == (None, 0, 0, b"")
    assert bytes(found.root) == bytes(row.root)
    ledger.verify(office.rt.db)
    with office.rt.db.read() as db:
        carol = office.actor("carol")
        whom = figure_rights.about(office.rt, db, office.ref("carol"), "person", carol)
        days = Days(date(2026, 1, 1), date(2026, 3, 31))
        assert figure_lists.detail(office.rt, db, whom, carol, row.indicator, days).outcome == "erased"


def test_a_figure_whose_number_was_taken_away_without_leave_is_found(office):
    with office.rt.db.begin() as db:
        if db.dialect.name == "sqlite":
            db.execute(text("DROP TRIGGER figure_no_update"))
        else:
            db.execute(text("ALTER TABLE figure DISABLE TRIGGER figure_no_update"))
        apply_figures.erase(db, frozen(office).ref)
    with pytest.raises(TamperedLedger):
        ledger.verify(office.rt.db)
