"""Files know the key of the API that brought them.

Of those that are there it is known where a job stands for them; nobody knows of the others: no narrow key sees them.
"""

from alembic import op

from engine.store.migrations.shapes import text

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Add the column."""
    op.add_column("import_file", text("by_key", nullable=True))
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    key = "json_extract(job.body, '$.by_api_key')" if on_sqlite else "job.body::json ->> 'by_api_key'"
    op.execute(f"UPDATE import_file SET by_key = (SELECT {key} FROM job WHERE job.ref = import_file.job_ref)")
