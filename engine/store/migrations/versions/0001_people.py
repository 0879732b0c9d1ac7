"""Units, posts, persons, appointments, grants, accounts."""

from alembic import op
from sqlalchemy import Column, Index

from engine.store.migrations.shapes import BYTEWISE, flag, number, octets, serial, text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables of people."""
    _structure()
    _persons()
    _access()
    _sessions()


def _structure() -> None:
    op.create_table(
        "unit",
        serial(),
        text("ref", unique=True),
        text("key", unique=True),
        text("name"),
        text("kind"),
        number("parent_id", "unit.id", nullable=True, index=True),
        text("timezone", nullable=True),
    )
    op.create_table(
        "unit_closure",
        number("ancestor_id", "unit.id", primary_key=True),
        number("descendant_id", "unit.id", primary_key=True),
        number("depth"),
        Index(None, "descendant_id", "ancestor_id"),
    )
    op.create_table(
        "post",
        serial(),
        text("ref", unique=True),
        text("key", unique=True),
        text("name"),
        number("unit_id", "unit.id", index=True),
        number("superior_id", "post.id", nullable=True, index=True),
        text("kind"),
        text("level", nullable=True),
    )


def _persons() -> None:
    op.create_table(
        "person",
        serial(),
        text("ref", unique=True),
        Column("nip", BYTEWISE, nullable=True, unique=True),
        text("name"),
        Column("name_lower", BYTEWISE, nullable=False),
        text("email", nullable=True, unique=True),
        text("kind"),
        text("grade", nullable=True),
        text("language"),
        flag("active"),
        Index(None, "name_lower", "id"),
    )
    op.create_table(
        "appointment",
        serial(),
        text("ref", unique=True),
        number("person_id", "person.id"),
        number("post_id", "post.id"),
        text("starts_on"),
        text("ends_on", nullable=True),
        text("kind"),
        text("order_number", nullable=True),
        text("recorded_at"),
        number("superseded_by", "appointment.id", nullable=True),
        Index(None, "person_id", "starts_on"),
        Index(None, "post_id", "starts_on"),
    )


def _access() -> None:
    op.create_table(
        "access_grant",
        serial(),
        text("ref", unique=True),
        number("person_id", "person.id"),
        text("role"),
        number("unit_id", "unit.id"),
        text("starts_on"),
        text("ends_on", nullable=True),
        number("granted_by", "person.id", nullable=True),
        text("recorded_at"),
        Index(None, "person_id"),
        Index(None, "unit_id", "role"),
    )
    op.create_table(
        "account",
        number("person_id", "person.id", primary_key=True),
        text("password_hash"),
        text("changed_at"),
        flag("must_change"),
        text("disabled_at", nullable=True),
    )


def _sessions() -> None:
    op.create_table(
        "web_session",
        serial(),
        octets("token_hash", unique=True),
        number("person_id", "person.id"),
        text("created_at"),
        text("seen_at"),
        text("expires_at"),
        text("revoked_at", nullable=True),
        text("agent", nullable=True),
        Index(None, "person_id", "expires_at"),
    )
    op.create_table(
        "sign_in_attempt",
        serial(),
        text("name_hash"),
        text("address"),
        text("at"),
        flag("succeeded"),
        Index(None, "name_hash", "at"),
        Index(None, "address", "at"),
        Index(None, "at"),
    )
