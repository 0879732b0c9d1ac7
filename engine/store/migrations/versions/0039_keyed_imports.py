"""Files know the key of the API that brought them. Of those that are there nobody knows: no narrow key sees them."""

from alembic import op

from engine.store.migrations.shapes import text

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Add the column."""
    op.add_column("import_file", text("by_key", nullable=True))
