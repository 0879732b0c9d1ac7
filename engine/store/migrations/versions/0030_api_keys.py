"""Keys of the JSON API: never edited, revoked once, each written with the event that tells of it; and their uses."""

from collections.abc import Iterator

from alembic import op

from engine.store.migrations.shapes import number, octets, serial, text

revision = "0030"
down_revision = "0029"

FIXED = (
    "id", "ref", "name", "secret_hash", "person_id", "unit_id", "scopes", "register", "a_minute", "starts_at",
    "ends_at", "made_at",
)  # fmt: skip
PUBLIC = {"sqlite": "json_extract(CAST(leaf AS TEXT), '$.public.key')",
          "postgresql": "convert_from(leaf, 'UTF8')::json -> 'public' ->> 'key'"}  # fmt: skip
CHANGED = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in FIXED)
ONCE = f"OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL OR {CHANGED}"


def told(dialect: str) -> str:
    """The event that must be there for a new key."""
    return (
        "EXISTS (SELECT 1 FROM event WHERE kind = 'api_key.made' AND at = NEW.made_at AND actor_id = NEW.person_id "
        f"AND {PUBLIC[dialect]} = NEW.ref)"
    )


def upgrade() -> None:
    """Create the tables with their triggers."""
    op.create_table(
        "api_key",
        serial(),
        text("ref", unique=True),
        text("name"),
        octets("secret_hash", unique=True),
        number("person_id", "person.id", index=True),
        number("unit_id", "unit.id", index=True),
        text("scopes"),
        text("register", nullable=True),
        number("a_minute"),
        text("starts_at"),
        text("ends_at"),
        text("made_at"),
        text("revoked_at", nullable=True),
    )
    op.create_table(
        "api_use",
        number("key_id", "api_key.id", primary_key=True),
        text("minute"),
        number("taken"),
        text("used_at"),
        sqlite_with_rowid=False,
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _on_sqlite() if on_sqlite else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _on_sqlite() -> Iterator[str]:
    taken = "id = NEW.id OR ref = NEW.ref OR secret_hash = NEW.secret_hash"
    for name, act, when in (
        ("once", "UPDATE", ONCE),
        ("no_delete", "DELETE", "true"),
        ("no_replace", "INSERT", f"EXISTS (SELECT 1 FROM api_key WHERE {taken})"),
        ("told", "INSERT", f"NOT {told('sqlite')}"),
    ):
        yield (
            f"CREATE TRIGGER api_key_{name} BEFORE {act} ON api_key WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, 'api_key: {act.lower()} is refused by api_key_{name}'); END"
        )


def _on_postgresql() -> Iterator[str]:
    yield TAKE.format(told=told("postgresql"))
    for name, act, each, call in (
        ("once", "BEFORE UPDATE", f"ROW WHEN ({ONCE})", "siklus_refuse"),
        ("no_delete", "BEFORE DELETE", "ROW", "siklus_refuse"),
        ("no_truncate", "BEFORE TRUNCATE", "STATEMENT", "siklus_refuse"),
        ("told", "AFTER INSERT", "ROW", "siklus_told_api_key"),
    ):
        yield f"CREATE TRIGGER api_key_{name} {act} ON api_key FOR EACH {each} EXECUTE FUNCTION {call}()"
        yield f"ALTER TABLE api_key ENABLE ALWAYS TRIGGER api_key_{name}"


TAKE = """
CREATE FUNCTION siklus_told_api_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {told} THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'api_key: insert is refused: no event tells of it'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
