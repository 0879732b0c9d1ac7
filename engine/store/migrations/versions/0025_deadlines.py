"""Deadlines of states and of whole cases, and what moved a deadline, what it did, and when a case stood still.

The last three are never edited or deleted.
"""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import CheckConstraint, UniqueConstraint

from engine.store.migrations.shapes import flag, number, serial, text

revision = "0025"
down_revision = "0024"

TAKEN = {
    "deadline_shift": "id = NEW.id OR (event_ref = NEW.event_ref AND of_ref = NEW.of_ref)",
    "due_act": "event_ref = NEW.event_ref OR (of_ref = NEW.of_ref AND due = NEW.due AND act = NEW.act)",
    "suspension": "event_ref = NEW.event_ref OR ends = NEW.ends",
}


def upgrade() -> None:
    """Create the tables with their triggers."""
    _create_clocks()
    _create_facts()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _on_sqlite() if on_sqlite else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _create_clocks() -> None:
    op.create_table(
        "clock",
        serial(),
        text("ref", unique=True),
        number("case_id", "cas.id", index=True),
        number("opened_n"),
        flag("whole"),
        text("opened_at"),
        text("due"),
    )


def _create_facts() -> None:
    op.create_table(
        "deadline_shift",
        serial(),
        text("of_ref", index=True),
        number("case_id", "cas.id", index=True),
        text("event_ref", "event.ref"),
        text("until", nullable=True),
        number("days", nullable=True),
        text("first", nullable=True),
        text("last", nullable=True),
        text("was"),
        UniqueConstraint("event_ref", "of_ref"),
    )
    op.create_table(
        "due_act",
        text("of_ref", primary_key=True),
        text("due", primary_key=True),
        text("act", primary_key=True),
        number("case_id", "cas.id", index=True),
        text("event_ref", "event.ref", nullable=True, unique=True),
        text("at"),
        CheckConstraint("(act IN ('fired', 'refused', 'final')) = (event_ref IS NOT NULL)", name="said"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "suspension",
        text("event_ref", "event.ref", primary_key=True),
        number("case_id", "cas.id", index=True),
        text("at"),
        text("ends", "event.ref", nullable=True, unique=True),
        sqlite_with_rowid=False,
    )


def _on_sqlite() -> Iterator[str]:
    for table, taken in TAKEN.items():
        yield _sqlite(table, f"{table}_no_update", "UPDATE", "true")
        yield _sqlite(table, f"{table}_no_delete", "DELETE", "true")
        yield _sqlite(table, f"{table}_no_replace", "INSERT", f"EXISTS (SELECT 1 FROM {table} WHERE {taken})")


def _sqlite(table: str, name: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: {act.lower()} is refused by {name}'); END"
    )


def _on_postgresql() -> Iterator[str]:
    for table in TAKEN:
        yield from _postgresql(table, f"{table}_no_update", "UPDATE", "ROW")
        yield from _postgresql(table, f"{table}_no_delete", "DELETE", "ROW")
        yield from _postgresql(table, f"{table}_no_truncate", "TRUNCATE", "STATEMENT")


def _postgresql(table: str, name: str, act: str, each: str) -> Iterator[str]:
    yield f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION siklus_refuse()"
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
