"""Evidence files, and what the database promises of them: a file begins as an upload, goes forward only, and once it
is bound to a submission of its case it neither changes nor goes, but with an erasure that names it.
"""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import CheckConstraint, Index

from engine.store.migrations.shapes import number, serial, text

revision = "0005"
down_revision = "0004"


def _changed(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns) + ")"


GIVEN = ("id", "ref", "case_id", "task_id", "form", "field", "uploaded_by", "at", "stored")
JUDGED = ("name", "size", "sha256", "original", "type", "facts", "reason", "judged_at")
# An UPDATE is refused when …
REFUSED_UPDATES = {
    "file_given": _changed(*GIVEN),
    "file_settled": f"OLD.status = 'bound' OR (OLD.status <> 'uploading' AND {_changed(*JUDGED)})",
    "file_forward": "(OLD.status || '>' || NEW.status) NOT IN ('uploading>clean', 'uploading>refused', 'clean>bound')",
}
BEGINS = "NEW.status <> 'uploading'"
ERASED = "EXISTS (SELECT 1 FROM erasure WHERE record = 'file:' || OLD.ref)"
SUBMITTED = "EXISTS (SELECT 1 FROM submission WHERE ref = NEW.submission_ref AND case_id = NEW.case_id)"


def upgrade() -> None:
    """Create the table and its triggers."""
    op.create_table(
        "file",
        serial(),
        text("ref", unique=True),
        number("case_id", "cas.id"),
        number("task_id", "task.id"),
        text("form"),
        text("field"),
        text("name"),
        number("size"),
        text("status"),
        number("uploaded_by", "person.id"),
        text("at"),
        text("stored"),
        text("sha256", nullable=True),
        text("original", nullable=True),
        text("type", nullable=True),
        text("facts", nullable=True),
        text("reason", nullable=True),
        text("judged_at", nullable=True),
        text("submission_ref", "submission.ref", nullable=True),
        Index(None, "case_id", "status"),
        Index(None, "uploaded_by", "at"),
        Index(None, "status", "at"),
        CheckConstraint("status IN ('uploading', 'clean', 'bound', 'refused')", name="status"),
        CheckConstraint("status NOT IN ('clean', 'bound') OR sha256 IS NOT NULL", name="known"),
        CheckConstraint("(status = 'bound') = (submission_ref IS NOT NULL)", name="bound"),
    )
    for statement in _on_sqlite() if op.get_bind().dialect.name == "sqlite" else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _on_sqlite() -> Iterator[str]:
    for name, when in REFUSED_UPDATES.items():
        yield _sqlite(name, "UPDATE", when)
    yield _sqlite("file_said", "UPDATE", f"NEW.status = 'bound' AND NOT {SUBMITTED}")
    yield _sqlite("file_no_delete", "DELETE", f"OLD.status = 'bound' AND NOT {ERASED}")
    yield _sqlite("file_begins", "INSERT", BEGINS)
    yield _sqlite("file_no_replace", "INSERT", "EXISTS (SELECT 1 FROM file WHERE id = NEW.id OR ref = NEW.ref)")


def _sqlite(name: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON file WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, 'file: {act.lower()} is refused by {name}'); END"
    )


def _on_postgresql() -> Iterator[str]:
    yield KEEP
    yield SAID
    for name, when in REFUSED_UPDATES.items():
        yield from _postgresql(name, "BEFORE UPDATE", when)
    # AFTER: the submission may come in the same statement, whose parts run in no certain order.
    yield from _postgresql("file_said", "AFTER UPDATE", "NEW.status = 'bound'", call="siklus_said_file")
    yield from _postgresql("file_no_delete", "BEFORE DELETE", "OLD.status = 'bound'", call="siklus_keep_file")
    yield from _postgresql("file_begins", "BEFORE INSERT", BEGINS)
    yield from _postgresql("file_no_truncate", "BEFORE TRUNCATE", "true", each="STATEMENT")


def _postgresql(name: str, act: str, when: str, *, each: str = "ROW", call: str = "siklus_refuse") -> Iterator[str]:
    yield f"CREATE TRIGGER {name} {act} ON file FOR EACH {each} WHEN ({when}) EXECUTE FUNCTION {call}()"
    yield f"ALTER TABLE file ENABLE ALWAYS TRIGGER {name}"


KEEP = f"""
CREATE FUNCTION siklus_keep_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {ERASED} THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'file: delete is refused: no erasure names this record'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
SAID = f"""
CREATE FUNCTION siklus_said_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {SUBMITTED} THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'file: update is refused: no submission of this case takes it'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
