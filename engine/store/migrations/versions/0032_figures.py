"""Figures of indicators: kept as of a moment, frozen once by an event that commits to them, and then never changed."""

from collections.abc import Iterator

from alembic import op
from sqlalchemy import CheckConstraint, UniqueConstraint

from engine.store.migrations.shapes import number, octets, serial, text

revision = "0032"
down_revision = "0031"

SAID = "EXISTS (SELECT 1 FROM event WHERE ref = NEW.frozen_ref AND kind = 'figures.frozen')"
UNSAID = f"NEW.frozen_ref IS NOT NULL AND NOT {SAID}"
SAME = "id = NEW.id OR ref = NEW.ref"
FROZEN = "OLD.frozen_ref IS NOT NULL"


def upgrade() -> None:
    """Create the table with its triggers."""
    op.create_table(
        "figure",
        serial(),
        text("ref", unique=True),
        text("indicator"),
        text("definition_digest", "definition.digest"),
        number("person_id", "person.id", nullable=True),
        number("unit_id", "unit.id", nullable=True),
        text("first"),
        text("last"),
        text("value", nullable=True),
        text("outcome"),
        number("n"),
        number("people"),
        text("as_of"),
        octets("inputs"),
        text("frozen_ref", "event.ref", nullable=True, index=True),
        octets("seed", nullable=True),
        octets("root", nullable=True),
        UniqueConstraint("person_id", "indicator", "last", "first"),
        UniqueConstraint("unit_id", "indicator", "last", "first"),
        CheckConstraint("(person_id IS NULL) <> (unit_id IS NULL)", name="about"),
        CheckConstraint("outcome IN ('value', 'empty', 'divided', 'few', 'few_people', 'open')", name="outcome"),
        CheckConstraint("(frozen_ref IS NULL) = (root IS NULL)", name="frozen"),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _on_sqlite() if on_sqlite else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _on_sqlite() -> Iterator[str]:
    yield _sqlite("figure_no_update", "UPDATE", FROZEN)
    yield _sqlite("figure_no_delete", "DELETE", FROZEN)
    yield _sqlite("figure_said", "UPDATE", UNSAID)
    yield _sqlite("figure_said_new", "INSERT", UNSAID)
    yield _sqlite("figure_no_replace", "INSERT", f"EXISTS (SELECT 1 FROM figure WHERE {SAME})")


def _sqlite(name: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON figure WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, 'figure: {act.lower()} is refused by {name}'); END"
    )


def _on_postgresql() -> Iterator[str]:
    yield TAKE
    yield from _postgresql("figure_no_update", "BEFORE UPDATE", FROZEN)
    yield from _postgresql("figure_no_delete", "BEFORE DELETE", FROZEN)
    yield from _postgresql("figure_said", "AFTER INSERT OR UPDATE", "NEW.frozen_ref IS NOT NULL", "siklus_said_figure")
    yield "CREATE TRIGGER figure_no_truncate BEFORE TRUNCATE ON figure EXECUTE FUNCTION siklus_refuse()"
    yield "ALTER TABLE figure ENABLE ALWAYS TRIGGER figure_no_truncate"


def _postgresql(name: str, act: str, when: str, call: str = "siklus_refuse") -> Iterator[str]:
    yield f"CREATE TRIGGER {name} {act} ON figure FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {call}()"
    yield f"ALTER TABLE figure ENABLE ALWAYS TRIGGER {name}"


TAKE = f"""
CREATE FUNCTION siklus_said_figure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {SAID} THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'figure: freezing is refused: no event says it'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
