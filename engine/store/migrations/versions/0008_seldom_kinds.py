"""The index of events by kind is for seldom kinds alone: each move and each sent form wrote a page of it."""

from alembic import op
from sqlalchemy import text

revision = "0008"
down_revision = "0007"

SELDOM = text("kind NOT IN ('case.moved', 'form.submitted')")


def upgrade() -> None:
    """Replace the index."""
    op.drop_index("ix_event_kind_at_ref", "event")
    op.create_index("ix_event_seldom", "event", ["kind", "at", "ref"], postgresql_where=SELDOM, sqlite_where=SELDOM)
