"""Public forms: links, sheets of paper, where an entry came from, what was said of comments; tickets and counts.

A link, a batch, a source and a verdict are written with the event that tells of them, and stay; a link ends once. What
keeps robots off is no fact: it is forgotten after its day.
"""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import CheckConstraint, Index

from engine.store.migrations.shapes import number, serial, text

revision = "0033"
down_revision = "0032"

LINK = (
    "id", "ref", "code", "register", "person_id", "unit_id", "label", "starts_on", "ends_on", "per_device", "by_id",
    "at", "event_ref",
)  # fmt: skip
ONCE = "OLD.ended_ref IS NOT NULL OR NEW.ended_ref IS NULL OR " + " OR ".join(
    f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in LINK
)
FACTS = ("public_link", "paper_batch", "entry_source", "comment_verdict")
# (table, trigger, act, what must be there); {e.name} is read from the leaf of event e.
SAID = (
    (
        "public_link", "public_link_said", "INSERT",
        "SELECT 1 FROM event e WHERE e.ref = NEW.event_ref AND e.kind = 'link.made' AND e.at = NEW.at "
        "AND e.actor_id = NEW.by_id AND {e.link} = NEW.ref AND {e.register} = NEW.register AND NEW.ended_ref IS NULL",
    ),
    (
        "public_link", "public_link_ended", "UPDATE",
        "SELECT 1 FROM event e WHERE e.ref = NEW.ended_ref AND e.kind = 'link.ended' AND {e.link} = NEW.ref",
    ),
    (
        "paper_batch", "paper_batch_said", "INSERT",
        "SELECT 1 FROM event e WHERE e.ref = NEW.event_ref AND e.kind = 'paper.entered' AND e.at = NEW.at "
        "AND e.actor_id = NEW.by_id AND {e.batch} = NEW.ref AND {e.register} = NEW.register "
        "AND {e.sheets} = CAST(NEW.sheets AS TEXT)",
    ),
    (
        "entry_source", "entry_source_said", "INSERT",
        "SELECT 1 FROM entry n JOIN event e ON e.ref = n.event_ref WHERE n.id = NEW.entry_id AND ("
        "(n.how = 'public' AND {e.link} = (SELECT l.ref FROM public_link l WHERE l.id = NEW.link_id)) OR "
        "(n.how = 'paper' AND {e.batch} = (SELECT b.ref FROM paper_batch b WHERE b.id = NEW.batch_id) "
        "AND {e.sheet} = CAST(NEW.sheet AS TEXT)))",
    ),
    (
        "comment_verdict", "comment_verdict_said", "INSERT",
        "SELECT 1 FROM event e JOIN entry n ON n.id = NEW.entry_id WHERE e.ref = NEW.event_ref AND e.at = NEW.at "
        "AND e.kind = 'comment.' || NEW.verdict AND e.actor_id = NEW.by_id AND {e.entry} = n.ref "
        "AND {e.field} = NEW.field",
    ),
)  # fmt: skip
KEYS = {
    "public_link": "id = NEW.id OR ref = NEW.ref OR code = NEW.code",
    "paper_batch": "id = NEW.id OR ref = NEW.ref",
    "entry_source": "entry_id = NEW.entry_id OR (batch_id = NEW.batch_id AND sheet = NEW.sheet)",
    "comment_verdict": "id = NEW.id",
}


def upgrade() -> None:
    """Create the tables with their triggers."""
    _links()
    _sources()
    _against_robots()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _on_sqlite() if on_sqlite else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _links() -> None:
    op.create_table(
        "public_link",
        serial(),
        text("ref", unique=True),
        text("code", unique=True),
        text("register"),
        number("person_id", "person.id", nullable=True),
        number("unit_id", "unit.id", nullable=True),
        text("label"),
        text("starts_on"),
        text("ends_on", nullable=True),
        number("per_device"),
        number("by_id", "person.id"),
        text("at"),
        text("event_ref", "event.ref"),
        text("ended_ref", "event.ref", nullable=True),
        Index(None, "register", "unit_id"),
        Index(None, "person_id"),
    )


def _sources() -> None:
    op.create_table(
        "paper_batch",
        serial(),
        text("ref", unique=True),
        text("register"),
        number("person_id", "person.id", nullable=True),
        number("unit_id", "unit.id", nullable=True),
        text("number"),
        text("day"),
        number("sheets"),
        number("by_id", "person.id"),
        text("at"),
        text("event_ref", "event.ref"),
        Index(None, "register", "unit_id"),
    )
    op.create_table(
        "entry_source",
        number("entry_id", "entry.id", primary_key=True),
        number("link_id", "public_link.id", nullable=True),
        number("batch_id", "paper_batch.id", nullable=True),
        number("sheet", nullable=True),
        number("comments"),
        Index(None, "link_id"),
        Index(None, "batch_id", "sheet", unique=True),
        CheckConstraint("(link_id IS NULL) <> (batch_id IS NULL)", name="one"),
    )
    op.create_table(
        "comment_verdict",
        serial(),
        number("entry_id", "entry.id"),
        text("field"),
        text("verdict"),
        number("by_id", "person.id"),
        text("at"),
        text("event_ref", "event.ref"),
        Index(None, "entry_id", "field", "id"),
        CheckConstraint("verdict IN ('released', 'held')", name="verdict"),
    )


def _against_robots() -> None:
    op.create_table("public_ticket", text("mark", primary_key=True), text("day"), sqlite_with_rowid=False)
    op.create_table(
        "public_count",
        text("day", primary_key=True),
        number("link_id", primary_key=True),
        text("mark", primary_key=True),
        number("count"),
        sqlite_with_rowid=False,
    )


def _on_sqlite() -> Iterator[str]:
    for table, name, act, there in SAID:
        yield _sqlite(table, name, act, f"NOT EXISTS ({_read(there, _from_sqlite)})")
    yield _sqlite("public_link", "public_link_once", "UPDATE", ONCE)
    for table in FACTS:
        if table != "public_link":
            yield _sqlite(table, f"{table}_no_update", "UPDATE", "true")
        yield _sqlite(table, f"{table}_no_delete", "DELETE", "true")
        yield _sqlite(table, f"{table}_no_replace", "INSERT", f"EXISTS (SELECT 1 FROM {table} WHERE {KEYS[table]})")


def _read(there: str, how: str) -> str:
    """The condition with each {row.name} as it is read from the row's leaf, as text."""
    parts = there.replace("}", "{").split("{")
    return "".join(how % tuple(part.split(".")) if place % 2 else part for place, part in enumerate(parts))


_from_sqlite = "CAST(json_extract(CAST(%s.leaf AS TEXT), '$.public.%s') AS TEXT)"
_from_postgresql = "(convert_from(%s.leaf, 'UTF8')::json -> 'public' ->> '%s')"


def _sqlite(table: str, name: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: {act.lower()} is refused by {name}'); END"
    )


def _on_postgresql() -> Iterator[str]:
    for table, name, act, there in SAID:
        yield TAKE.format(table=table, name=name, act=act.lower(), there=_read(there, _from_postgresql))
        yield from _postgresql(table, name, act, "ROW", f"siklus_{name}")
    yield from _postgresql("public_link", "public_link_once", "UPDATE", f"ROW WHEN ({ONCE})")
    for table in FACTS:
        if table != "public_link":
            yield from _postgresql(table, f"{table}_no_update", "UPDATE", "ROW")
        yield from _postgresql(table, f"{table}_no_delete", "DELETE", "ROW")
        yield from _postgresql(table, f"{table}_no_truncate", "TRUNCATE", "STATEMENT")


def _postgresql(table: str, name: str, act: str, each: str, call: str = "siklus_refuse") -> Iterator[str]:
    yield f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH {each} EXECUTE FUNCTION {call}()"
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


TAKE = """
CREATE FUNCTION siklus_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS ({there}) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '{table}: {act} is refused by {name}'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
