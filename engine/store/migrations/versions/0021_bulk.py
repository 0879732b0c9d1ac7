"""Acts on many cases: frozen sets, whose cases and parameters never change, and go only where nobody confirmed them."""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, UniqueConstraint

from engine.store.migrations.shapes import number, octets, serial, text

revision = "0021"
down_revision = "0020"


def _changed(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns) + ")"


SET = ("id", "ref", "act", "body", "seed", "digest", "total", "by_id", "made_at", "undoes_id")
ITEM = ("set_id", "number", "case_id", "version")
# An UPDATE is refused when …
REFUSED_UPDATES = {
    "bulk_set": f"{_changed(*SET)} OR (OLD.event_ref IS NOT NULL AND {_changed('event_ref', 'confirmed_at')})",
    "bulk_item": f"{_changed(*ITEM)} OR (OLD.event_ref IS NOT NULL AND "
    f"({_changed('event_ref', 'effect')} OR NEW.outcome NOT IN ('done', 'undone')))",
}
CONFIRMED = {
    "bulk_set": "OLD.event_ref IS NOT NULL",
    "bulk_item": "EXISTS (SELECT 1 FROM bulk_set WHERE id = OLD.set_id AND event_ref IS NOT NULL)",
}
SAME = {
    "bulk_set": "EXISTS (SELECT 1 FROM bulk_set WHERE id = NEW.id OR ref = NEW.ref)",
    "bulk_item": "EXISTS (SELECT 1 FROM bulk_item WHERE set_id = NEW.set_id "
    "AND (number = NEW.number OR case_id = NEW.case_id))",
}


def upgrade() -> None:
    """Create the tables with their triggers."""
    op.create_table(
        "bulk_set",
        serial(),
        text("ref", unique=True),
        text("act"),
        text("body"),
        octets("seed"),
        text("digest"),
        number("total"),
        number("by_id", "person.id"),
        text("made_at"),
        number("undoes_id", "bulk_set.id", nullable=True),
        text("state"),
        text("job_ref", nullable=True),
        text("event_ref", "event.ref", nullable=True),
        text("confirmed_at", nullable=True),
        text("ended_at", nullable=True),
        Index(None, "by_id", "id"),
        Index(None, "undoes_id"),
        CheckConstraint("state IN ('judging', 'judged', 'running', 'done', 'dropped')", name="state"),
    )
    _create_items()
    for statement in _on_sqlite() if op.get_bind().dialect.name == "sqlite" else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _create_items() -> None:
    op.create_table(
        "bulk_item",
        number("set_id", "bulk_set.id"),
        number("number"),
        number("case_id", "cas.id"),
        number("version"),
        text("outcome"),
        text("effect", nullable=True),
        text("words", nullable=True),
        text("cause", nullable=True),
        text("event_ref", "event.ref", nullable=True),
        PrimaryKeyConstraint("set_id", "number"),
        UniqueConstraint("set_id", "case_id"),
        Index(None, "set_id", "outcome", "number"),
        Index(None, "event_ref"),
        CheckConstraint(
            "outcome IN ('waiting', 'would', 'refused', 'done', 'failed', 'skipped', 'undone')", name="outcome"
        ),
        sqlite_with_rowid=False,
    )


def _on_sqlite() -> Iterator[str]:
    for table, when in REFUSED_UPDATES.items():
        yield _sqlite(table, f"{table}_kept", "UPDATE", when)
        yield _sqlite(table, f"{table}_no_delete", "DELETE", CONFIRMED[table])
        yield _sqlite(table, f"{table}_no_replace", "INSERT", SAME[table])


def _sqlite(table: str, name: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: {act.lower()} is refused by {name}'); END"
    )


def _on_postgresql() -> Iterator[str]:
    yield KEEP
    for table, when in REFUSED_UPDATES.items():
        yield from _postgresql(table, f"{table}_kept", "UPDATE", f"ROW WHEN ({when})")
        yield from _postgresql(table, f"{table}_no_truncate", "TRUNCATE", "STATEMENT")
    yield from _postgresql("bulk_set", "bulk_set_no_delete", "DELETE", f"ROW WHEN ({CONFIRMED['bulk_set']})")
    yield from _postgresql("bulk_item", "bulk_item_no_delete", "DELETE", "ROW", "siklus_keep_bulk_item")


def _postgresql(table: str, name: str, act: str, each: str, call: str = "siklus_refuse") -> Iterator[str]:
    yield f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION {call}()"
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


KEEP = f"""
CREATE FUNCTION siklus_keep_bulk_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT {CONFIRMED["bulk_item"]} THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'bulk_item: delete is refused: its set was confirmed'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
