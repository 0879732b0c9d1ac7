"""Notices, how people want to hear of them, and the addresses of their calendars. None is a fact: rows may change."""

from alembic import op
from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint

from engine.store.migrations.shapes import number, octets, serial, text

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "notice",
        serial(),
        text("ref", unique=True),
        number("person_id", "person.id"),
        number("case_id", "cas.id", nullable=True),
        text("task_ref", "task.ref", nullable=True),
        text("event_ref", "event.ref", nullable=True),
        text("kind"),
        text("body"),
        text("at"),
        text("read_at", nullable=True),
        text("effect_key", unique=True),
        number("posted"),
        Index(None, "person_id", "id"),
        Index(None, "person_id", "read_at"),
        Index(None, "posted", "id"),
    )
    op.create_table(
        "notice_choice",
        number("person_id", "person.id"),
        text("topic"),
        text("how"),
        PrimaryKeyConstraint("person_id", "topic"),
        CheckConstraint("how IN ('at_once', 'digest', 'here')", name="how"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "calendar_feed",
        number("person_id", "person.id", primary_key=True),
        octets("token_hash", unique=True),
        text("at"),
        sqlite_with_rowid=False,
    )
