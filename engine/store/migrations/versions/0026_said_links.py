"""A case beside another, and what it is about, are there only as an event says them: link, first event, ref, title."""

from alembic import op

revision = "0026"
down_revision = "0025"

# (table, what must be there); {public name} is read from the leaf of event e, {note name} from the note of e.
SAID = (
    (
        "case_link",
        "SELECT 1 FROM event e JOIN event s ON s.ref = NEW.started_ref JOIN cas c ON c.id = NEW.child_id "
        "WHERE e.ref = NEW.event_ref AND e.kind = 'case.linked' AND e.case_id = NEW.parent_id "
        "AND s.kind = 'case.started' AND s.case_id = NEW.child_id AND {public case} = c.ref "
        "AND {public event} = NEW.started_ref AND {public link} = NEW.link AND {public part} = NEW.part "
        "AND {public about} = NEW.about",
    ),
    (
        "case_subject",
        "SELECT 1 FROM event e JOIN note ON note.event_ref = e.ref "
        "WHERE e.case_id = NEW.case_id AND e.kind = 'case.started' AND {public subject} = NEW.ref "
        "AND {note title} = NEW.title",
    ),
)
ON_SQLITE = {
    "public": "json_extract(CAST(e.leaf AS TEXT), '$.public.{}')",
    "note": "json_extract(note.body, '$.{}')",
}
ON_POSTGRESQL = {
    "public": "convert_from(e.leaf, 'UTF8')::json -> 'public' ->> '{}'",
    "note": "note.body::json ->> '{}'",
}


def upgrade() -> None:
    """Create the triggers."""
    for table, there in SAID:
        on_sqlite = op.get_bind().dialect.name == "sqlite"
        create = _sqlite if on_sqlite else _postgresql
        for statement in create(table, _read(there, ON_SQLITE if on_sqlite else ON_POSTGRESQL)):
            op.get_bind().exec_driver_sql(statement)


def _read(there: str, how: dict[str, str]) -> str:
    """The condition with each place in braces as this database reads it."""
    parts = there.replace("}", "{").split("{")
    return "".join(how[part.split()[0]].format(part.split()[1]) if place % 2 else part
                   for place, part in enumerate(parts))  # fmt: skip


def _sqlite(table: str, there: str) -> tuple[str, ...]:
    return (
        f"CREATE TRIGGER {table}_said BEFORE INSERT ON {table} WHEN NOT EXISTS ({there}) "
        f"BEGIN SELECT RAISE(ABORT, '{table}: insert is refused by {table}_said'); END",
    )


def _postgresql(table: str, there: str) -> tuple[str, ...]:
    return (
        TAKE.format(table=table, there=there),
        f"CREATE TRIGGER {table}_said AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION siklus_said_{table}()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_said",
    )


TAKE = """
CREATE FUNCTION siklus_said_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS ({there}) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '{table}: insert is refused: no event says it'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
