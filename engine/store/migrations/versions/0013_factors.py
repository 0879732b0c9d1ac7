"""Second factors: authenticators, passkeys, recovery codes, and what may be shown once; how a session was opened."""

from alembic import op
from sqlalchemy import Index

from engine.store.migrations.shapes import number, octets, serial, text

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "authenticator",
        number("person_id", "person.id", primary_key=True),
        octets("sealed"),
        text("made_at"),
        number("last_step"),
    )
    op.create_table(
        "passkey",
        serial(),
        text("ref", unique=True),
        number("person_id", "person.id"),
        octets("credential", unique=True),
        octets("public_key"),
        number("sign_count"),
        text("name"),
        text("transports"),
        text("made_at"),
        text("used_at", nullable=True),
        Index(None, "person_id", "id"),
    )
    op.create_table(
        "recovery_code",
        serial(),
        number("person_id", "person.id"),
        octets("code_hash", unique=True),
        text("made_at"),
        text("used_at", nullable=True),
        Index(None, "person_id"),
    )
    op.create_table(
        "spent",
        octets("hash", primary_key=True),
        text("until"),
        Index(None, "until"),
        sqlite_with_rowid=False,
    )
    op.add_column("web_session", text("way", nullable=True))
