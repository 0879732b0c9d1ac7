"""Orders to act for another, nominations, and in whose place somebody was put. None is ever edited.

An order only learns which row took its place; a nomination only learns once what was decided.
"""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import CheckConstraint, Index

from engine.store.migrations.shapes import number, serial, text

revision = "0014"
down_revision = "0013"


def _changed(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns) + ")"


ORDER = ("id", "ref", "person_id", "deputy_id", "kind", "number", "scope", "starts_on", "ends_on", "recorded_at")
PROPOSED = ("id", "ref", "case_id", "role", "person_id", "by_id")
# An UPDATE is refused when …
REFUSED_UPDATES = {
    ("acting_order", "acting_order_once"): "OLD.superseded_by IS NOT NULL OR NEW.superseded_by IS NULL OR "
    + _changed(*ORDER),
    ("nomination", "nomination_once"): "OLD.decision IS NOT NULL OR NEW.decision IS NULL OR NEW.decided_ref IS NULL OR "
    + _changed(*PROPOSED),
}
TABLES = ("acting_order", "nomination")


def upgrade() -> None:
    """Create the tables with their triggers, and the column."""
    op.create_table(
        "acting_order",
        serial(),
        text("ref", unique=True),
        number("person_id", "person.id"),
        number("deputy_id", "person.id"),
        text("kind"),
        text("number"),
        text("scope"),
        text("starts_on"),
        text("ends_on", nullable=True),
        text("recorded_at"),
        number("superseded_by", "acting_order.id", nullable=True),
        Index(None, "person_id", "starts_on"),
        Index(None, "deputy_id", "starts_on"),
        CheckConstraint("person_id <> deputy_id", name="another"),
    )
    op.create_table(
        "nomination",
        serial(),
        text("ref", "event.ref", unique=True),
        number("case_id", "cas.id"),
        text("role"),
        number("person_id", "person.id"),
        number("by_id", "person.id"),
        text("decision", nullable=True),
        text("decided_ref", "event.ref", nullable=True),
        Index(None, "case_id", "role"),
        CheckConstraint("decision IN ('approved', 'refused')", name="decision"),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    kind = "INTEGER" if on_sqlite else "BIGINT"
    op.get_bind().exec_driver_sql(
        f"ALTER TABLE case_role ADD COLUMN from_id {kind} CONSTRAINT fk_case_role_from_id REFERENCES person (id)"
    )
    for statement in _on_sqlite() if on_sqlite else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _on_sqlite() -> Iterator[str]:
    for (table, name), when in REFUSED_UPDATES.items():
        yield _sqlite(table, name, "UPDATE", when)
    for table in TABLES:
        yield _sqlite(table, f"{table}_no_delete", "DELETE", "true")
        taken = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR ref = NEW.ref)"
        yield _sqlite(table, f"{table}_no_replace", "INSERT", taken)


def _sqlite(table: str, name: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: {act.lower()} is refused by {name}'); END"
    )


def _on_postgresql() -> Iterator[str]:
    for (table, name), when in REFUSED_UPDATES.items():
        yield from _postgresql(table, name, "UPDATE", f"ROW WHEN ({when})")
    for table in TABLES:
        yield from _postgresql(table, f"{table}_no_delete", "DELETE", "ROW")
        yield from _postgresql(table, f"{table}_no_truncate", "TRUNCATE", "STATEMENT")


def _postgresql(table: str, name: str, act: str, each: str) -> Iterator[str]:
    yield f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION siklus_refuse()"
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
