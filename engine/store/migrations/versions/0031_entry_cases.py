"""Cases that began with an entry of a register. A row is never edited or deleted, and an event tells of each."""

from collections.abc import Iterator

from alembic import op

from engine.store.migrations.shapes import number, text

revision = "0031"
down_revision = "0030"

TAKEN = "case_id = NEW.case_id OR event_ref = NEW.event_ref OR started_ref = NEW.started_ref"


def upgrade() -> None:
    """Create the table with its triggers."""
    op.create_table(
        "entry_case",
        number("case_id", "cas.id", primary_key=True),
        number("entry_id", "entry.id", index=True),
        text("start"),
        text("event_ref", "event.ref", unique=True),
        text("started_ref", "event.ref", unique=True),
        sqlite_with_rowid=False,
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _on_sqlite() if on_sqlite else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _on_sqlite() -> Iterator[str]:
    yield _sqlite("entry_case_no_update", "UPDATE", "true")
    yield _sqlite("entry_case_no_delete", "DELETE", "true")
    yield _sqlite("entry_case_no_replace", "INSERT", f"EXISTS (SELECT 1 FROM entry_case WHERE {TAKEN})")


def _sqlite(name: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON entry_case WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, 'entry_case: {act.lower()} is refused by {name}'); END"
    )


def _on_postgresql() -> Iterator[str]:
    for name, act, each in (
        ("entry_case_no_update", "UPDATE", "ROW"),
        ("entry_case_no_delete", "DELETE", "ROW"),
        ("entry_case_no_truncate", "TRUNCATE", "STATEMENT"),
    ):
        yield f"CREATE TRIGGER {name} BEFORE {act} ON entry_case FOR EACH {each} EXECUTE FUNCTION siklus_refuse()"
        yield f"ALTER TABLE entry_case ENABLE ALWAYS TRIGGER {name}"
