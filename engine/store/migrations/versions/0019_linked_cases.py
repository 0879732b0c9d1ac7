"""Cases beside cases, and what a case is about that is about no person. Neither is ever edited or deleted."""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import UniqueConstraint

from engine.store.migrations.shapes import number, text

revision = "0019"
down_revision = "0018"

TAKEN = {
    "case_link": "child_id = NEW.child_id OR event_ref = NEW.event_ref OR started_ref = NEW.started_ref OR "
    "(parent_id = NEW.parent_id AND link = NEW.link AND part = NEW.part AND about = NEW.about AND number = NEW.number)",
    "case_subject": "case_id = NEW.case_id",
}


def upgrade() -> None:
    """Create the tables with their triggers, and the columns of the cycle."""
    op.create_table(
        "case_link",
        number("child_id", "cas.id", primary_key=True),
        number("parent_id", "cas.id"),
        text("link"),
        text("part"),
        text("about"),
        number("number"),
        text("event_ref", "event.ref", unique=True),
        text("started_ref", "event.ref", unique=True),
        UniqueConstraint("parent_id", "link", "part", "about", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_subject",
        number("case_id", "cas.id", primary_key=True),
        text("ref", index=True),
        text("title"),
        sqlite_with_rowid=False,
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    kind = "INTEGER" if on_sqlite else "BIGINT"
    for statement in (
        f"ALTER TABLE cycle ADD COLUMN parent_id {kind} CONSTRAINT fk_cycle_parent_id REFERENCES cycle (id)",
        "ALTER TABLE cycle ADD COLUMN link TEXT",
        "CREATE INDEX ix_cycle_parent_id ON cycle (parent_id)",
        *(_on_sqlite() if on_sqlite else _on_postgresql()),
    ):
        op.get_bind().exec_driver_sql(statement)


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
