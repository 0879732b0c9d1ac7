"""Registers: entries, their answers apart, what was said of them, and sums by day.

An entry is written with the event that brings it, and ends once, by an event. Its answers go only by an erasure that
names them; what was said of it never changes.
"""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql

from engine.store.migrations.shapes import number, octets, serial, text

revision = "0028"
down_revision = "0027"

MEASURES = tuple(f"m{place}" for place in range(8))
HOW = ("page", "import", "api", "paper", "public", "workflow")
STANDS = sql("ended_ref IS NULL")
FIXED = (
    "id", "ref", "register", "definition_digest", "person_id", "unit_id", "day", "begins", "ends", *MEASURES,
    "root", "how", "by_id", "at", "event_ref", "replaces_id",
)  # fmt: skip
ERASED = "EXISTS (SELECT 1 FROM erasure WHERE record = 'entry:' || OLD.entry_id)"
PUBLIC = {"sqlite": "json_extract(CAST(leaf AS TEXT), '$.public.{}')",
          "postgresql": "convert_from(leaf, 'UTF8')::json -> 'public' ->> '{}'"}  # fmt: skip


def said(dialect: str) -> dict[str, str]:
    """Table → what must be there for a new row: an event of this moment that names this very entry."""
    names = PUBLIC[dialect].format
    mine = "SELECT ref FROM entry WHERE id = NEW.entry_id"
    return {
        "entry": "EXISTS (SELECT 1 FROM event WHERE ref = NEW.event_ref AND at = NEW.at AND (kind = 'entries.imported' "
        f"OR (kind IN ('entry.added', 'entry.corrected') AND {names('entry')} = NEW.ref)))",
        "entry_verdict": "EXISTS (SELECT 1 FROM event WHERE ref = NEW.event_ref AND at = NEW.at AND "
        f"actor_id = NEW.by_id AND kind = 'entry.' || NEW.verdict AND {names('entry')} = ({mine}))",
    }


SAME = {
    "entry": "id = NEW.id OR ref = NEW.ref OR replaces_id = NEW.replaces_id",
    "entry_answers": "entry_id = NEW.entry_id",
    "entry_verdict": "id = NEW.id",
    "register_measure": "register = NEW.register AND key = NEW.key",
}
CHANGED = {
    "sqlite": " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FIXED),
    "postgresql": " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED),
}


def upgrade() -> None:
    """Create the tables with their triggers."""
    _entries()
    _beside_entries()
    _counted()
    for statement in _on_sqlite() if op.get_bind().dialect.name == "sqlite" else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _entries() -> None:
    op.create_table(
        "entry",
        serial(),
        text("ref", unique=True),
        text("register"),
        text("definition_digest", "definition.digest"),
        number("person_id", "person.id", nullable=True),
        number("unit_id", "unit.id", nullable=True),
        text("day"),
        number("begins", nullable=True),
        number("ends", nullable=True),
        *(number(name, nullable=True) for name in MEASURES),
        octets("root"),
        text("how"),
        number("by_id", "person.id", nullable=True),
        text("at"),
        text("event_ref", "event.ref", index=True),
        number("replaces_id", "entry.id", nullable=True, unique=True),
        text("ended_ref", "event.ref", nullable=True),
        CheckConstraint(f"how IN ({', '.join(repr(word) for word in HOW)})", name="how"),
        Index("ix_entry_person", "register", "person_id", "day", sqlite_where=STANDS, postgresql_where=STANDS),
        Index("ix_entry_unit", "register", "unit_id", "day", "id", sqlite_where=STANDS, postgresql_where=STANDS),
    )


def _beside_entries() -> None:
    op.create_table("entry_answers", number("entry_id", "entry.id", primary_key=True), octets("seed"), text("body"))
    op.create_table(
        "entry_verdict",
        serial(),
        number("entry_id", "entry.id"),
        text("verdict"),
        number("by_id", "person.id"),
        text("at"),
        text("event_ref", "event.ref"),
        CheckConstraint("verdict IN ('verified', 'returned')", name="verdict"),
        Index(None, "entry_id", "id"),
    )


def _counted() -> None:
    op.create_table(
        "register_measure",
        text("register", primary_key=True),
        text("key", primary_key=True),
        number("place"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "entry_sum",
        text("register", primary_key=True),
        number("person_id", primary_key=True),
        text("day", primary_key=True),
        number("unit_id", primary_key=True),
        number("count"),
        *(number(name, server_default="0") for name in MEASURES),
        Index(None, "register", "unit_id", "day"),
        sqlite_with_rowid=False,
    )


def _on_sqlite() -> Iterator[str]:
    yield _sqlite("entry", "entry_no_update", "UPDATE", f"OLD.ended_ref IS NOT NULL OR {CHANGED['sqlite']}")
    yield _sqlite("entry", "entry_no_delete", "DELETE", "true")
    yield _sqlite("entry_answers", "entry_answers_no_update", "UPDATE", "true")
    yield _sqlite("entry_answers", "entry_answers_no_delete", "DELETE", f"NOT {ERASED}")
    for table in ("entry_verdict", "register_measure"):
        yield _sqlite(table, f"{table}_no_update", "UPDATE", "true")
        yield _sqlite(table, f"{table}_no_delete", "DELETE", "true")
    for table, there in said("sqlite").items():
        yield _sqlite(table, f"{table}_said", "INSERT", f"NOT {there}")
    for table, same in SAME.items():
        yield _sqlite(table, f"{table}_no_replace", "INSERT", f"EXISTS (SELECT 1 FROM {table} WHERE {same})")


def _sqlite(table: str, name: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: {act.lower()} is refused by {name}'); END"
    )


def _on_postgresql() -> Iterator[str]:
    yield KEEP
    changed = f"OLD.ended_ref IS NOT NULL OR {CHANGED['postgresql']}"
    yield from _postgresql("entry", "entry_no_update", "BEFORE UPDATE", when=changed)
    yield from _postgresql("entry", "entry_no_delete", "BEFORE DELETE")
    yield from _postgresql("entry_answers", "entry_answers_no_update", "BEFORE UPDATE")
    yield from _postgresql("entry_answers", "entry_answers_no_delete", "BEFORE DELETE", call="siklus_keep_entry")
    for table in ("entry_verdict", "register_measure"):
        yield from _postgresql(table, f"{table}_no_update", "BEFORE UPDATE")
        yield from _postgresql(table, f"{table}_no_delete", "BEFORE DELETE")
    for table, there in said("postgresql").items():
        yield TAKE.format(table=table, there=there)
        yield from _postgresql(table, f"{table}_said", "AFTER INSERT", call=f"siklus_said_{table}")
    for table in SAME:
        yield from _postgresql(table, f"{table}_no_truncate", "BEFORE TRUNCATE", each="STATEMENT")


def _postgresql(
    table: str, name: str, act: str, *, when: str = "true", each: str = "ROW", call: str = "siklus_refuse"
) -> Iterator[str]:
    yield f"CREATE TRIGGER {name} {act} ON {table} FOR EACH {each} WHEN ({when}) EXECUTE FUNCTION {call}()"
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


KEEP = f"""
CREATE FUNCTION siklus_keep_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {ERASED} THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'entry_answers: delete is refused: no erasure names this entry'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
TAKE = """
CREATE FUNCTION siklus_said_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {there} THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '{table}: insert is refused: no event says it'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
