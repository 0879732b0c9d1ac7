"""Lists that people save for themselves, and an index over the tasks that are open: counts read no others."""

from alembic import op
from sqlalchemy import UniqueConstraint
from sqlalchemy import text as sql

from engine.store.migrations.shapes import flag, number, serial, text

revision = "0027"
down_revision = "0026"

OPEN = sql("state = 'open'")


def upgrade() -> None:
    """Create the table and the index."""
    op.create_table(
        "saved_list",
        serial(),
        text("ref", unique=True),
        number("person_id", "person.id"),
        text("section"),
        text("name"),
        text("query"),
        flag("usual"),
        text("at"),
        UniqueConstraint("person_id", "section", "name"),
    )
    columns = ["case_id", "due", "opened_at", "id"]
    op.create_index("ix_task_open", "task", columns, postgresql_where=OPEN, sqlite_where=OPEN)
