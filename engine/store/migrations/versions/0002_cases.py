"""Definitions, events, cycles, cases with their deferred foreign key to events, tasks, what people sent."""

from alembic import op
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy import text as clause

from engine.store.migrations.shapes import number, octets, serial, text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables of definitions, the event table and the tables of cases."""
    _definitions()
    _events()
    _cases()
    _tasks()
    _submissions()
    _facts_of_events()


def _definitions() -> None:
    published = clause("status = 'published'")
    one_published = {"postgresql_where": published, "sqlite_where": published}
    op.create_table("definition", text("digest", primary_key=True), text("kind"), text("key"), text("body"))
    op.create_table(
        "definition_version",
        serial(),
        text("ref", unique=True),
        text("kind"),
        text("key"),
        number("number"),
        text("digest", "definition.digest", index=True),
        text("status"),
        number("author_id", "person.id", nullable=True),
        number("reviewer_id", "person.id", nullable=True),
        text("created_at"),
        text("submitted_at", nullable=True),
        text("published_at", nullable=True),
        text("source", nullable=True),
        UniqueConstraint("kind", "key", "number"),
        Index(None, "kind", "key", "status"),
        Index("uq_definition_version_published", "kind", "key", unique=True, **one_published),
        CheckConstraint("status IN ('draft', 'in_review', 'published', 'retired')", name="status"),
        CheckConstraint("reviewer_id IS NULL OR reviewer_id <> author_id", name="four_eyes"),
    )
    op.create_table(
        "definition_draft",
        serial(),
        text("ref", unique=True),
        text("kind"),
        text("key"),
        text("body"),
        number("author_id", "person.id", nullable=True),
        text("updated_at"),
        number("version"),
        Index(None, "kind", "key"),
    )


def _events() -> None:
    op.create_table(
        "event",
        text("stream", primary_key=True),
        number("seq", primary_key=True),
        text("ref", unique=True),
        text("kind"),
        text("at"),
        number("case_id", nullable=True),
        number("n", nullable=True),
        text("to_state", nullable=True),
        text("from_state", nullable=True),
        text("transition", nullable=True),
        text("actor_ref"),
        number("actor_id", "person.id", nullable=True),
        text("role", nullable=True),
        octets("leaf"),
        octets("leaf_hash"),
        octets("prev_hash", nullable=True),
        UniqueConstraint("case_id", "n", "to_state"),
        Index(None, "at", "ref"),
        Index(None, "kind", "at", "ref"),
        Index(None, "actor_id", "at", "ref"),
    )


def _cases() -> None:
    op.create_table(
        "cycle",
        serial(),
        text("ref", unique=True),
        text("name"),
        text("definition_digest", "definition.digest"),
        text("period_start"),
        text("period_end"),
        text("population"),
        text("status"),
        number("opened_by", "person.id", nullable=True),
        text("opened_at"),
        CheckConstraint("status IN ('open', 'closed')", name="status"),
    )
    op.create_table(
        "cas",
        serial(),
        text("ref", unique=True),
        number("cycle_id", "cycle.id"),
        text("definition_digest", "definition.digest"),
        number("subject_id", "person.id", nullable=True),
        number("unit_id", "unit.id"),
        number("version"),
        text("state"),
        text("opened_at"),
        UniqueConstraint("cycle_id", "subject_id"),
        ForeignKeyConstraint(
            ["id", "version", "state"],
            ["event.case_id", "event.n", "event.to_state"],
            name="fk_cas_event",
            deferrable=True,
            initially="DEFERRED",
        ),
        Index(None, "unit_id", "id"),
        Index(None, "cycle_id", "state", "id"),
        Index(None, "subject_id"),
    )


def _tasks() -> None:
    op.create_table(
        "task",
        serial(),
        text("ref", unique=True),
        number("case_id", "cas.id"),
        text("key"),
        text("state"),
        text("role"),
        text("form", nullable=True),
        text("opened_at"),
        text("due", nullable=True),
        text("ended_at", nullable=True),
        number("version", server_default="0"),
        number("opened_n"),
        Index(None, "case_id", "opened_n"),
        CheckConstraint("state IN ('open', 'done', 'closed')", name="state"),
    )
    op.create_table(
        "task_holder",
        number("task_id", "task.id", primary_key=True),
        number("person_id", "person.id", primary_key=True),
        text("rule"),
        text("basis", nullable=True),
        Index(None, "person_id", "task_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft",
        number("task_id", "task.id", primary_key=True),
        text("body"),
        number("version"),
        text("saved_at"),
        number("saved_by", "person.id"),
    )


def _submissions() -> None:
    op.create_table(
        "submission",
        serial(),
        text("ref", "event.ref", unique=True),
        number("case_id", "cas.id"),
        number("task_id", "task.id"),
        text("form"),
        number("number"),
        text("definition_digest"),
        octets("commitment_root"),
        number("by_id", "person.id"),
        text("sent_at"),
        UniqueConstraint("case_id", "form", "number"),
    )
    op.create_table(
        "answers",
        number("submission_id", "submission.id", primary_key=True),
        octets("seed"),
        text("body"),
    )


def _facts_of_events() -> None:
    op.create_table(
        "note",
        text("event_ref", "event.ref", primary_key=True),
        octets("seed"),
        text("body"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outcome",
        number("case_id", "cas.id", primary_key=True),
        text("key", primary_key=True),
        text("event_ref", "event.ref", primary_key=True),
        text("value"),
        text("body"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_role",
        serial(),
        number("case_id", "cas.id"),
        text("role"),
        number("person_id", "person.id"),
        text("event_ref", "event.ref"),
        text("at"),
        Index(None, "case_id", "role"),
    )
