"""Rows of calendars are added and nothing else; what somebody slips in beside them, verify finds."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine import ledger
from engine.core.errors import EngineError, TamperedLedger
from tests.verbs.stage import Stage
from tests.verbs.test_calendars import NYEPI, add, put, use


@pytest.fixture
def stage(filled_db):
    stage = Stage.over(filled_db("stage", Stage))
    nation = add(stage)
    put(stage, nation, NYEPI)
    use(stage, "city", nation)
    return stage


def attack(stage, statement):
    with stage.rt.db.begin() as db:
        db.execute(text(statement))


TABLES = ("calendar", "calendar_rule", "calendar_day", "calendar_use", "calendar_change")


def test_no_row_is_edited_deleted_or_replaced(stage):
    assert ledger.verify(stage.rt.db)
    for table in TABLES:
        attacks = [f"UPDATE {table} SET event_ref = event_ref", f"DELETE FROM {table}"]
        if stage.rt.db.dialect == "sqlite":
            attacks.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        else:
            attacks.append(f"TRUNCATE {table} CASCADE")
        for statement in attacks:
            with pytest.raises((DBAPIError, EngineError)):
                attack(stage, statement)


DAY = "calendar_id, day, kind, name_id, name_en, source, event_ref"
FORGERIES = {
    "a day that nobody ordered": f"INSERT INTO calendar_day ({DAY}) "
    "SELECT calendar_id, '2026-12-31', kind, name_id, name_en, source, event_ref FROM calendar_day",
    "a day taken back": f"INSERT INTO calendar_day ({DAY}) "
    "SELECT calendar_id, day, 'removed', '', '', '', (SELECT max(ref) FROM event WHERE kind = 'person.added') "
    "FROM calendar_day",
    "another week": "INSERT INTO calendar_rule (calendar_id, name, week, event_ref) "
    "SELECT calendar_id, name, 6, event_ref FROM calendar_rule",
    "another user": "INSERT INTO calendar_use (unit_id, calendar_id, event_ref) "
    "SELECT (SELECT max(id) FROM unit), calendar_id, event_ref FROM calendar_use",
}


@pytest.mark.parametrize("forged", FORGERIES)
def test_verify_finds(stage, forged):
    attack(stage, FORGERIES[forged])
    with pytest.raises(TamperedLedger, match="calendar"):
        ledger.verify(stage.rt.db)
