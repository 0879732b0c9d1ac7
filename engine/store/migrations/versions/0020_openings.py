"""Cycles that a job opens: their status meanwhile, the job, and who was left out of them."""

from alembic import op

from engine.store.migrations.shapes import number, text

revision = "0020"
down_revision = "0019"

BEFORE, AFTER = "status IN ('open', 'closed')", "status IN ('opening', 'open', 'closed')"


def upgrade() -> None:
    """Let a cycle be `opening`, name its job, and create the table."""
    run = op.get_bind().exec_driver_sql
    run("ALTER TABLE cycle ADD COLUMN job_ref TEXT")
    if op.get_bind().dialect.name == "sqlite":
        _widen_on_sqlite()
    else:
        run("ALTER TABLE cycle DROP CONSTRAINT ck_cycle_status")
        run(f"ALTER TABLE cycle ADD CONSTRAINT ck_cycle_status CHECK ({AFTER})")
    op.create_table(
        "cycle_left",
        number("cycle_id", "cycle.id", primary_key=True),
        number("person_id", "person.id", primary_key=True),
        text("reason"),
        text("at"),
        sqlite_with_rowid=False,
    )


def _widen_on_sqlite() -> None:
    """A check that allows more is written over the old one (sqlite.org/lang_altertable.html, section 7).

    To copy the table, as for other changes, would need foreign keys to be off, which no transaction can turn off.
    """
    run = op.get_bind().exec_driver_sql
    version = run("PRAGMA schema_version").scalar_one()
    run("PRAGMA writable_schema = ON")
    run(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'cycle'",
        (BEFORE, AFTER),
    )
    run(f"PRAGMA schema_version = {version + 1}")
    run("PRAGMA writable_schema = RESET")
