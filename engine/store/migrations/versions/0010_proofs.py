"""What was shown in a session: a second factor, and when somebody last showed that it is he."""

from alembic import op

from engine.store.migrations.shapes import text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the columns; sessions of before have shown a password long ago."""
    op.add_column("account", text("factor_since", nullable=True))
    op.add_column("web_session", text("factor_at", nullable=True))
    op.add_column("web_session", text("confirmed_at", nullable=True))
