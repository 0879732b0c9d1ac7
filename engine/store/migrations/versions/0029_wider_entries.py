"""Room for twelve measures of an entry: the survey of public services alone has nine elements (PermenPANRB 14/2017).

The new columns are kept from change as the others are.
"""

from alembic import op

from engine.store.migrations.shapes import number

revision = "0029"
down_revision = "0028"

OLD, NEW = 8, 12
MEASURES = tuple(f"m{place}" for place in range(NEW))
FIXED = (
    "id", "ref", "register", "definition_digest", "person_id", "unit_id", "day", "begins", "ends", *MEASURES,
    "root", "how", "by_id", "at", "event_ref", "replaces_id",
)  # fmt: skip


def upgrade() -> None:
    """Add the columns, and let the trigger watch over them."""
    for name in MEASURES[OLD:]:
        op.add_column("entry", number(name, nullable=True))
        op.add_column("entry_sum", number(name, server_default="0"))
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _on_sqlite() if on_sqlite else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _on_sqlite() -> tuple[str, ...]:
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FIXED)
    return (
        "DROP TRIGGER entry_no_update",
        f"CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry WHEN OLD.ended_ref IS NOT NULL OR {changed} "
        "BEGIN SELECT RAISE(ABORT, 'entry: update is refused by entry_no_update'); END",
    )


def _on_postgresql() -> tuple[str, ...]:
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED)
    return (
        "DROP TRIGGER entry_no_update ON entry",
        "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry FOR EACH ROW "
        f"WHEN (OLD.ended_ref IS NOT NULL OR {changed}) EXECUTE FUNCTION siklus_refuse()",
        "ALTER TABLE entry ENABLE ALWAYS TRIGGER entry_no_update",
    )
