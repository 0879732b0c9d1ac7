"""A role that somebody was put into by an act may be given back to its rule: one more row, that names who held it."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the column; every row there is put somebody in."""
    op.get_bind().exec_driver_sql("ALTER TABLE case_role ADD COLUMN given_back BOOLEAN DEFAULT false NOT NULL")
