"""An entry of a register ends once and never changes; its answers go by an erasure alone; forgeries are found."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine import ledger, registers
from engine.core.errors import EngineError, TamperedLedger
from tests.verbs.test_registers import Office

TABLES = ("entry", "entry_answers", "entry_verdict", "register_measure")
ATTACKS = {
    "edit a measure": "UPDATE entry SET m0 = 0",
    "move it to another day": "UPDATE entry SET day = '2026-01-01'",
    "let it count again": "UPDATE entry SET ended_ref = NULL WHERE ended_ref IS NOT NULL",
    "edit answers": "UPDATE entry_answers SET body = '{}'",
    "turn a verdict": "UPDATE entry_verdict SET verdict = 'returned'",
    "swap columns": "UPDATE register_measure SET place = 7",
    "an entry that no event brings": "INSERT INTO entry (ref, register, definition_digest, day, root, how, at, "
    "event_ref) SELECT 'forged', register, definition_digest, day, root, how, '2026-01-01', event_ref FROM entry",
    "a verdict by the event of another entry": "INSERT INTO entry_verdict (entry_id, verdict, by_id, at, event_ref) "
    "SELECT (SELECT max(id) FROM entry), v.verdict, v.by_id, v.at, v.event_ref FROM entry_verdict v",
    "the other verdict by the same event": "INSERT INTO entry_verdict (entry_id, verdict, by_id, at, event_ref) "
    "SELECT entry_id, 'returned', by_id, at, event_ref FROM entry_verdict",
    "a verdict that no event says": "INSERT INTO entry_verdict (entry_id, verdict, by_id, at, event_ref) "
    "SELECT id, 'verified', by_id, at, event_ref FROM entry",
}


@pytest.fixture
def office(filled_db):
    office = Office.over(filled_db("register_office", Office))
    first, second = office.add(), office.add(begun="13:00", ended="14:00")
    registers.judge_entries(office.rt, [first], "verified", actor=office.actor("erin"))
    registers.withdraw_entry(office.rt, second, actor=office.actor("carol"), reason="Salah")
    return office


def attack(office, statement):
    with office.rt.db.begin() as db:
        db.execute(text(statement))


@pytest.mark.parametrize("name", ATTACKS)
def test_the_database_refuses_to(office, name):
    with pytest.raises((DBAPIError, EngineError)):
        attack(office, ATTACKS[name])


def test_no_row_is_deleted_or_replaced(office):
    for table in TABLES:
        attacks = [f"DELETE FROM {table}"]
        if office.rt.db.dialect == "sqlite":
            attacks.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        else:
            attacks.append(f"TRUNCATE {table} CASCADE")
        for statement in attacks:
            with pytest.raises((DBAPIError, EngineError)):
                attack(office, statement)


FORGERIES = {
    "sums that are not those of the entries": ((), "UPDATE entry_sum SET m0 = m0 + 1000000"),
    "an entry of somebody else": (("entry_no_update",), "UPDATE entry SET person_id = by_id + 1"),
    "an entry by somebody else": (("entry_no_update",), "UPDATE entry SET by_id = by_id + 1"),
    "an entry that counts again": (("entry_no_update",), "UPDATE entry SET ended_ref = NULL"),
    "another verdict": (("entry_verdict_no_update",), "UPDATE entry_verdict SET verdict = 'returned'"),
    "a verdict that is gone": (("entry_verdict_no_delete",), "DELETE FROM entry_verdict"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_verify_finds(office, name):
    guards, forgery = FORGERIES[name]
    ledger.verify(office.rt.db)
    for guard in guards:
        table = "entry_verdict" if guard.startswith("entry_verdict") else "entry"
        attack(office, f"DROP TRIGGER {guard}" + (f" ON {table}" if office.rt.db.dialect == "postgresql" else ""))
    attack(office, forgery)
    with pytest.raises(TamperedLedger):
        ledger.verify(office.rt.db)


def test_verify_finds_an_entry_beside_that_of_an_event_and_an_end_by_another_one(office):
    ledger.verify(office.rt.db)
    attack(office, "UPDATE entry SET ended_ref = event_ref WHERE ended_ref IS NULL")
    with pytest.raises(TamperedLedger, match="entry"):
        ledger.verify(office.rt.db)
