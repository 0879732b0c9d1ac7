"""What a statement calls on PostgreSQL whose part must write and did not: somebody was faster, so nothing is kept."""

from alembic import op

revision = "0007"
down_revision = "0006"

# A unique violation of `cas` is what the store takes for a lost race (engine.store.failures).
RACED = """
CREATE FUNCTION siklus_raced() RETURNS bigint[] LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'raced: what was read is not as it was'
    USING ERRCODE = 'unique_violation', TABLE = 'cas', CONSTRAINT = 'raced';
END $$
"""


def upgrade() -> None:
    """Create the function."""
    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(RACED)
