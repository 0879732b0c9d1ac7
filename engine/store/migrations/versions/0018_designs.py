"""Designs, every step of which is kept: a step is added with its event, and neither edited nor deleted.

They take the place of a table of drafts that nothing ever wrote.
"""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, UniqueConstraint

from engine.store.migrations.shapes import number, serial, text

revision = "0018"
down_revision = "0017"

SAID = (
    "EXISTS (SELECT 1 FROM event WHERE ref = NEW.event_ref AND at = NEW.at AND kind = 'design.' || NEW.step"
    " AND actor_id IS NOT DISTINCT FROM NEW.person_id)"
)
SAME = (
    "EXISTS (SELECT 1 FROM design_edit WHERE id = NEW.id OR event_ref = NEW.event_ref"
    " OR (design_id = NEW.design_id AND number = NEW.number))"
)


def upgrade() -> None:
    """Create the tables and the triggers of the steps."""
    op.drop_table("definition_draft")
    op.create_table(
        "design",
        serial(),
        text("ref", unique=True),
        text("kind"),
        text("key"),
        text("name"),
        text("origin"),
        text("document"),
        text("places"),
        number("number"),
        number("from_version_id", "definition_version.id", nullable=True),
        number("version_id", "definition_version.id", nullable=True, index=True),
        number("begun_by", "person.id", nullable=True),
        text("begun_at"),
        number("changed_by", "person.id", nullable=True),
        text("changed_at"),
        text("discarded_at", nullable=True),
        Index(None, "kind", "key"),
    )
    _create_steps()
    op.create_table(
        "design_presence",
        number("design_id", "design.id"),
        number("person_id", "person.id"),
        text("part"),
        text("at"),
        PrimaryKeyConstraint("design_id", "person_id"),
        sqlite_with_rowid=False,
    )
    for statement in _on_sqlite() if op.get_bind().dialect.name == "sqlite" else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _create_steps() -> None:
    op.create_table(
        "design_edit",
        serial(),
        number("design_id", "design.id"),
        number("number"),
        text("step"),
        number("of", nullable=True),
        text("event_ref", "event.ref", unique=True),
        number("person_id", "person.id", nullable=True),
        text("at"),
        text("edits"),
        text("inverse"),
        text("document", nullable=True),
        number("version_id", "definition_version.id", nullable=True, index=True),
        number("to_undo", nullable=True),
        number("to_redo", nullable=True),
        number("below", nullable=True),
        UniqueConstraint("design_id", "number"),
        Index(None, "design_id", "person_id", "number"),
        CheckConstraint("step IN ('begun', 'edited', 'undone', 'redone', 'handed_in', 'discarded')", name="step"),
    )


def _on_sqlite() -> Iterator[str]:
    yield _sqlite("design_edit_no_update", "UPDATE", "true")
    yield _sqlite("design_edit_no_delete", "DELETE", "true")
    yield _sqlite("design_edit_said", "INSERT", f"NOT {SAID}")
    yield _sqlite("design_edit_no_replace", "INSERT", SAME)


def _sqlite(name: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON design_edit WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, 'design_edit: {act.lower()} is refused by {name}'); END"
    )


def _on_postgresql() -> Iterator[str]:
    yield TAKE
    yield from _postgresql("design_edit_no_update", "BEFORE UPDATE")
    yield from _postgresql("design_edit_no_delete", "BEFORE DELETE")
    yield from _postgresql("design_edit_said", "AFTER INSERT", call="siklus_said_design_edit")
    yield from _postgresql("design_edit_no_truncate", "BEFORE TRUNCATE", each="STATEMENT")


def _postgresql(name: str, act: str, *, each: str = "ROW", call: str = "siklus_refuse") -> Iterator[str]:
    yield f"CREATE TRIGGER {name} {act} ON design_edit FOR EACH {each} EXECUTE FUNCTION {call}()"
    yield f"ALTER TABLE design_edit ENABLE ALWAYS TRIGGER {name}"


TAKE = f"""
CREATE FUNCTION siklus_said_design_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {SAID} THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'design_edit: insert is refused: no event says it'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
