"""Which page wrote a draft, and its how-manieth saving that was: so a page knows its own writing again."""

from alembic import op

from engine.store.migrations.shapes import number, text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; a draft of before was written by no page that could still ask."""
    op.add_column("draft", text("page", nullable=True))
    op.add_column("draft", number("turn", server_default="0"))
