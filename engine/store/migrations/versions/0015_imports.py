"""Imported files with their rows and what is wrong with them; how files with the same headings were mapped."""

from alembic import op
from sqlalchemy import CheckConstraint, Index

from engine.store.migrations.shapes import number, octets, serial, text

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create the tables."""
    _file()
    op.create_table(
        "import_row",
        number("import_id", "import_file.id", primary_key=True),
        number("number", primary_key=True),
        number("turn"),
        *(text(name) for name in ("outcome", "state", "label", "body", "was")),
        Index(None, "import_id", "turn", "number"),
        Index(None, "import_id", "outcome", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "import_fault",
        number("import_id", "import_file.id", primary_key=True),
        number("place", primary_key=True),
        number("number"),
        *(text(name) for name in ("cause", "column", "found", "message")),
        Index(None, "import_id", "cause", "place"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "import_mapping",
        text("kind", primary_key=True),
        text("headings", primary_key=True),
        *(text(name) for name in ("mapping", "dates", "at")),
        sqlite_with_rowid=False,
    )


def _file() -> None:
    op.create_table(
        "import_file",
        serial(),
        text("ref", unique=True),
        *(text(name) for name in ("kind", "name", "sha256")),
        number("total"),
        number("by_id", "person.id", nullable=True),
        *(text(name) for name in ("at", "state", "headings")),
        octets("sheet", nullable=True),
        *(text(name) for name in ("mapping", "dates", "counts", "done")),
        *(text(name, nullable=True) for name in ("frozen", "job_ref", "confirmed_at", "ended_at")),
        Index(None, "by_id", "id"),
        CheckConstraint("state IN ('read', 'judged', 'running', 'done', 'dropped')", name="state"),
    )
