"""Heads of streams, erasures, denials, the outbox, idempotency keys."""

from alembic import op
from sqlalchemy import CheckConstraint, Index

from engine.store.migrations.shapes import number, octets, serial, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables of the ledger and of work."""
    _ledger()
    _work()


def _ledger() -> None:
    op.create_table(
        "stream_head",
        text("stream", primary_key=True),
        number("seq"),
        octets("leaf_hash"),
        number("sequenced", server_default="0"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erasure",
        serial(),
        text("record", unique=True),
        text("ground"),
        number("requested_by", "person.id"),
        number("approved_by", "person.id"),
        text("at"),
        text("event_ref", "event.ref"),
        CheckConstraint("requested_by <> approved_by", name="four_eyes"),
    )
    op.create_table(
        "denial",
        serial(),
        text("at"),
        text("actor_ref"),
        number("actor_id", "person.id", nullable=True),
        text("act"),
        text("target"),
        text("message_key"),
        text("address", nullable=True),
        Index(None, "at", "id"),
        Index(None, "actor_id", "at"),
    )


def _work() -> None:
    op.create_table(
        "outbox",
        serial(),
        text("event_ref", "event.ref", nullable=True),
        text("effect_key", unique=True),
        text("kind"),
        text("body"),
        text("state"),
        number("attempts", server_default="0"),
        text("lease_until", nullable=True),
        text("next_at"),
        text("last_error", nullable=True),
        text("created_at"),
        Index(None, "state", "next_at"),
        CheckConstraint("state IN ('ready', 'done', 'dead')", name="state"),
    )
    op.create_table(
        "request",
        number("actor_id", primary_key=True),
        text("key", primary_key=True),
        text("route"),
        text("body_hash"),
        text("response"),
        text("at"),
        sqlite_with_rowid=False,
    )
