"""What came of asking links in answers whether they can be reached."""

from alembic import op
from sqlalchemy import CheckConstraint

from engine.store.migrations.shapes import number, text

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "link_check",
        text("digest", primary_key=True),
        text("outcome"),
        number("status", nullable=True),
        text("at"),
        CheckConstraint(
            "outcome IN ('reached', 'not_found', 'refused', 'not_allowed', 'timed_out', 'unknown_host')", name="outcome"
        ),
        sqlite_with_rowid=False,
    )
