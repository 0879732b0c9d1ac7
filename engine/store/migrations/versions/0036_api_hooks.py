"""Where programs are told what happened. Working data that hangs on a key; nothing keeps it as it was."""

from alembic import op

from engine.store.migrations.shapes import number, text

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "api_hook",
        number("key_id", "api_key.id", primary_key=True),
        text("ref", unique=True),
        text("url"),
        text("made_at"),
        text("since"),
        sqlite_with_rowid=False,
    )
