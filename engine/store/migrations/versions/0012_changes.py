"""What units, posts and persons were and will be: changes that are added to and never edited, and what they are today.

A change is taken only with the event that says it, and goes only together with that event's note, by an erasure.
"""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column
from sqlalchemy import text as sql

from engine.store.migrations.shapes import number, serial, text

revision = "0012"
down_revision = "0011"

ONE = (
    "CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END + CASE WHEN post_id IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END = 1"
)
ERASED = "EXISTS (SELECT 1 FROM erasure WHERE record = 'note:' || OLD.event_ref)"
SAID = (
    "EXISTS (SELECT 1 FROM event WHERE ref = NEW.event_ref AND at = NEW.recorded_at AND kind IN "
    "('unit.added', 'unit.changed', 'unit.ended', 'post.added', 'post.changed', 'post.ended', "
    "'person.added', 'person.changed'))"
)


def upgrade() -> None:
    """Create the table with its triggers, and the columns of today."""
    for table in ("unit", "post"):
        op.add_column(table, Column("active", Boolean, nullable=False, server_default=sql("true")))
    for table in ("unit", "post", "person"):
        op.add_column(table, text("recorded_at", nullable=True))
    op.add_column("post", number("position_class", nullable=True))
    op.create_table(
        "change",
        serial(),
        text("event_ref", unique=True),
        number("unit_id", "unit.id", nullable=True, index=True),
        number("post_id", "post.id", nullable=True, index=True),
        number("person_id", "person.id", nullable=True, index=True),
        text("starts_on"),
        text("recorded_at"),
        text("body"),
        CheckConstraint(ONE, name="about_one"),
    )
    for statement in _on_sqlite() if op.get_bind().dialect.name == "sqlite" else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _on_sqlite() -> Iterator[str]:
    yield _sqlite("change_no_update", "UPDATE", "true")
    yield _sqlite("change_no_delete", "DELETE", f"NOT {ERASED}")
    yield _sqlite("change_said", "INSERT", f"NOT {SAID}")
    same = "EXISTS (SELECT 1 FROM change WHERE id = NEW.id OR event_ref = NEW.event_ref)"
    yield _sqlite("change_no_replace", "INSERT", same)


def _sqlite(name: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON change WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, 'change: {act.lower()} is refused by {name}'); END"
    )


def _on_postgresql() -> Iterator[str]:
    yield KEEP
    yield TAKE
    yield from _postgresql("change_no_update", "BEFORE UPDATE")
    yield from _postgresql("change_no_delete", "BEFORE DELETE", call="siklus_keep_change")
    yield from _postgresql("change_said", "AFTER INSERT", call="siklus_said_change")
    yield from _postgresql("change_no_truncate", "BEFORE TRUNCATE", each="STATEMENT")


def _postgresql(name: str, act: str, *, each: str = "ROW", call: str = "siklus_refuse") -> Iterator[str]:
    yield f"CREATE TRIGGER {name} {act} ON change FOR EACH {each} EXECUTE FUNCTION {call}()"
    yield f"ALTER TABLE change ENABLE ALWAYS TRIGGER {name}"


KEEP = f"""
CREATE FUNCTION siklus_keep_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {ERASED} THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'change: delete is refused: no erasure names the note of its event'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
TAKE = f"""
CREATE FUNCTION siklus_said_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {SAID} THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'change: insert is refused: no event says it'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
