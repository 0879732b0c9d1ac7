"""The sums of entries lie by unit and day: a month of a unit is one stretch of the table. By person goes an index.

They are derived from the entries; here they are carried over.
"""

from alembic import op
from sqlalchemy import Index

from engine.store.migrations.shapes import number, text

revision = "0035"
down_revision = "0034"

MEASURES = tuple(f"m{place}" for place in range(12))
COLUMNS = ", ".join(("register", "unit_id", "day", "person_id", "count", *MEASURES))


def upgrade() -> None:
    """Make the table anew under its name, with what was in it."""
    db = op.get_bind()
    db.exec_driver_sql("CREATE TABLE entry_sum_before AS SELECT * FROM entry_sum")
    op.drop_table("entry_sum")
    op.create_table(
        "entry_sum",
        text("register", primary_key=True),
        number("unit_id", primary_key=True),
        text("day", primary_key=True),
        number("person_id", primary_key=True),
        number("count"),
        *(number(name, server_default="0") for name in MEASURES),
        Index(None, "register", "person_id", "day"),
        sqlite_with_rowid=False,
    )
    db.exec_driver_sql(f"INSERT INTO entry_sum ({COLUMNS}) SELECT {COLUMNS} FROM entry_sum_before")
    op.drop_table("entry_sum_before")
