"""Calendars of offices. Their rows are added, and neither edited nor deleted: triggers hold that on both databases."""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column, Index, UniqueConstraint

from engine.store.migrations.shapes import number, serial, text

revision = "0011"
down_revision = "0010"

TABLES = ("calendar", "calendar_rule", "calendar_day", "calendar_use", "calendar_change")
UNIQUE = {
    "calendar": (("ref",),),
    "calendar_day": (("event_ref", "calendar_id", "day"),),
    "calendar_change": (("event_ref",),),
}


def upgrade() -> None:
    """Create the tables and their triggers."""
    op.create_table(
        "calendar",
        serial(),
        text("ref", unique=True),
        number("unit_id", "unit.id", nullable=True),
        number("parent_id", "calendar.id", nullable=True),
        text("event_ref", "event.ref"),
    )
    op.create_table(
        "calendar_rule",
        serial(),
        number("calendar_id", "calendar.id"),
        text("name"),
        number("week", nullable=True),
        Column("receipt_counts", Boolean),
        text("event_ref", "event.ref"),
        Index(None, "calendar_id"),
    )
    op.create_table(
        "calendar_day",
        serial(),
        number("calendar_id", "calendar.id"),
        text("day"),
        text("kind"),
        text("name_id"),
        text("name_en"),
        text("source"),
        text("event_ref", "event.ref"),
        UniqueConstraint("event_ref", "calendar_id", "day"),
        Index(None, "calendar_id", "day"),
        CheckConstraint("kind IN ('holiday', 'collective_leave', 'working_day', 'removed')", name="kind"),
    )
    _create_uses()
    for table in TABLES:
        for statement in _sqlite(table) if op.get_bind().dialect.name == "sqlite" else _postgresql(table):
            op.get_bind().exec_driver_sql(statement)


def _create_uses() -> None:
    op.create_table(
        "calendar_use",
        serial(),
        number("unit_id", "unit.id"),
        number("calendar_id", "calendar.id", nullable=True),
        text("event_ref", "event.ref"),
        Index(None, "unit_id"),
    )
    op.create_table(
        "calendar_change",
        serial(),
        text("event_ref", "event.ref", unique=True),
        text("at"),
    )


def _sqlite(table: str) -> Iterator[str]:
    for act, when in (("UPDATE", "true"), ("DELETE", "true"), ("INSERT", _replaces(table))):
        name = f"{table}_no_{'replace' if act == 'INSERT' else act.lower()}"
        yield (
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{table}: {act.lower()} is refused by {name}'); END"
        )


def _replaces(table: str) -> str:
    """A row stands that has a unique key of the new one."""
    keys = [f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"]
    for key in UNIQUE.get(table, ()):
        same = " AND ".join(f"{name} = NEW.{name}" for name in key)
        keys.append(f"EXISTS (SELECT 1 FROM {table} WHERE {same})")
    return " OR ".join(keys)


def _postgresql(table: str) -> Iterator[str]:
    for act, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        name = f"{table}_no_{act.lower()}"
        yield f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION siklus_refuse()"
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
