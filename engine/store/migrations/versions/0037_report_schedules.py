"""Reports that come by themselves, and for whom. Working data: nothing keeps them as they were."""

from alembic import op
from sqlalchemy import CheckConstraint, UniqueConstraint

from engine.store.migrations.shapes import number, serial, text

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "report_schedule",
        serial(),
        text("ref", unique=True),
        number("person_id", "person.id"),
        text("report"),
        text("name"),
        text("query"),
        text("every"),
        text("format"),
        text("language"),
        text("zone"),
        text("next_on"),
        text("at"),
        UniqueConstraint("person_id", "report", "name"),
        CheckConstraint("every IN ('week', 'month')", name="every"),
        CheckConstraint("format IN ('xlsx', 'pdf')", name="format"),
    )
    op.create_index("ix_report_schedule_zone_next_on", "report_schedule", ["zone", "next_on"])
    op.create_table(
        "report_reader",
        number("schedule_id", "report_schedule.id", primary_key=True),
        number("person_id", "person.id", primary_key=True, index=True),
        sqlite_with_rowid=False,
    )
