"""Cases taken back: proposals, decided once and by what an event says, and the events whose results no longer count.

The move itself is only taken where somebody else proposed it, of this version of the case, and it has not lapsed.
"""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import CheckConstraint, Index

from engine.store.migrations.shapes import number, serial, text

revision = "0024"
down_revision = "0023"

PROPOSED = ("id", "ref", "case_id", "n", "back", "to_state", "by_id", "until")
ONCE = "OLD.decision IS NOT NULL OR NEW.decision IS NULL OR NEW.decided_ref IS NULL OR " + " OR ".join(
    f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in PROPOSED
)
# (table, trigger, act, when it is asked, what must be there); {name} in braces is read from the leaf of event e.
SAID = (
    (
        "event", "event_consented", "INSERT", "NEW.kind = 'case.rewound'",
        "SELECT 1 FROM case_rewind r JOIN event e ON e.ref = r.ref WHERE r.case_id = NEW.case_id "
        "AND r.ref = {NEW.proposal} AND r.decision IS NULL AND r.n = NEW.n - 1 AND r.to_state = NEW.to_state "
        "AND r.until > NEW.at AND e.kind = 'case.rewind_proposed' AND e.actor_id = r.by_id "
        "AND r.by_id <> NEW.actor_id",
    ),
    (
        "case_rewind", "case_rewind_said", "INSERT", "true",
        "SELECT 1 FROM event e WHERE e.ref = NEW.ref AND e.kind = 'case.rewind_proposed' AND e.case_id = NEW.case_id "
        "AND e.actor_id = NEW.by_id AND {e.to} = NEW.to_state AND {e.until} = NEW.until "
        "AND {e.n} = CAST(NEW.n AS TEXT) AND {e.back} = CAST(NEW.back AS TEXT) AND NEW.decision IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM case_rewind r WHERE r.case_id = NEW.case_id AND r.decision IS NULL)",
    ),
    (
        "case_rewind", "case_rewind_decided", "UPDATE", "true",
        "SELECT 1 FROM event e WHERE e.ref = NEW.decided_ref AND e.case_id = NEW.case_id AND ("
        "(NEW.decision = 'agreed' AND e.kind = 'case.rewound' AND e.actor_id <> NEW.by_id AND {e.proposal} = NEW.ref) "
        "OR (NEW.decision IN ('refused', 'taken_back') AND e.kind = 'case.rewind_refused' AND {e.proposal} = NEW.ref) "
        "OR (NEW.decision = 'replaced' AND e.kind = 'case.rewind_proposed'))",
    ),
    (
        "withdrawn", "withdrawn_said", "INSERT", "true",
        "SELECT 1 FROM event e JOIN event past ON past.case_id = e.case_id WHERE e.ref = NEW.by_ref "
        "AND past.ref = NEW.event_ref AND e.kind = 'case.rewound' AND past.n < e.n "
        "AND past.n > CAST({e.back} AS INTEGER)",
    ),
)  # fmt: skip


def upgrade() -> None:
    """Create the tables with their triggers."""
    op.create_table(
        "case_rewind",
        serial(),
        text("ref", "event.ref", unique=True),
        number("case_id", "cas.id"),
        number("n"),
        number("back"),
        text("to_state"),
        number("by_id", "person.id"),
        text("until"),
        text("decision", nullable=True),
        text("decided_ref", "event.ref", nullable=True),
        Index(None, "case_id"),
        CheckConstraint("decision IN ('agreed', 'refused', 'taken_back', 'replaced')", name="decision"),
    )
    op.create_table(
        "withdrawn",
        text("event_ref", "event.ref", primary_key=True),
        text("by_ref", "event.ref"),
        sqlite_with_rowid=False,
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _on_sqlite() if on_sqlite else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _on_sqlite() -> Iterator[str]:
    for table, name, act, when, there in SAID:
        yield _sqlite(table, name, act, f"{when} AND NOT EXISTS ({_read(there, _from_sqlite)})")
    yield _sqlite("case_rewind", "case_rewind_once", "UPDATE", ONCE)
    yield _sqlite("withdrawn", "withdrawn_no_update", "UPDATE", "true")
    for table, key in (("case_rewind", "id = NEW.id OR ref = NEW.ref"), ("withdrawn", "event_ref = NEW.event_ref")):
        yield _sqlite(table, f"{table}_no_delete", "DELETE", "true")
        yield _sqlite(table, f"{table}_no_replace", "INSERT", f"EXISTS (SELECT 1 FROM {table} WHERE {key})")


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
    for table, name, act, when, there in SAID:
        yield TAKE.format(table=table, name=name, act=act.lower(), there=_read(there, _from_postgresql))
        yield from _postgresql(table, name, act, f"ROW WHEN ({when})", f"siklus_{name}")
    yield from _postgresql("case_rewind", "case_rewind_once", "UPDATE", f"ROW WHEN ({ONCE})")
    yield from _postgresql("withdrawn", "withdrawn_no_update", "UPDATE", "ROW")
    for table in ("case_rewind", "withdrawn"):
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
