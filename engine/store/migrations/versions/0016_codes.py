"""One-time codes with which people set their passwords."""

from alembic import op
from sqlalchemy import Index

from engine.store.migrations.shapes import number, serial, text

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "access_code",
        serial(),
        text("ref", unique=True),
        number("person_id", "person.id"),
        text("sent_by"),
        number("issued_by", "person.id", nullable=True),
        text("issued_at"),
        text("expires_at"),
        text("ended_at", nullable=True),
        text("ended_as", nullable=True),
        Index(None, "person_id", "id"),
    )
