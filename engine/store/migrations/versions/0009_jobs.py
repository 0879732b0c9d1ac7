"""Jobs with their parts; and how often a row of the outbox was claimed, which fences off who lost its lease."""

from alembic import op
from sqlalchemy import CheckConstraint, Index

from engine.store.migrations.shapes import number, octets, serial, text

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column, create the tables."""
    op.add_column("outbox", number("claims", server_default="0"))
    op.create_table(
        "job",
        serial(),
        text("ref", unique=True),
        text("kind"),
        text("title"),
        number("asked_by", "person.id", nullable=True),
        number("unit_id", "unit.id", nullable=True),
        text("body"),
        text("state"),
        number("round", server_default="0"),
        text("cursor", nullable=True),
        number("done", server_default="0"),
        number("total", nullable=True),
        text("words", nullable=True),
        text("reason", nullable=True),
        text("result", nullable=True),
        text("created_at"),
        text("started_at", nullable=True),
        text("ended_at", nullable=True),
        Index(None, "state", "id"),
        Index(None, "asked_by", "id"),
        Index(None, "unit_id", "id"),
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
    )
    op.create_table(
        "job_part",
        number("job_id", "job.id", primary_key=True),
        text("side", primary_key=True),
        number("number", primary_key=True),
        octets("body"),
        CheckConstraint("side IN ('given', 'made')", name="side"),
        sqlite_with_rowid=False,
    )
