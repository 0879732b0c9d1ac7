"""A frozen figure's number can be erased, with leave: the number, how many entries, about how many, and the seed go.

The row stays with its root, so that the event which froze it with others still holds.
"""

from collections.abc import Iterator

from alembic import op

revision = "0038"
down_revision = "0037"

LEAVE = "EXISTS (SELECT 1 FROM erasure WHERE record = 'figure:' || OLD.ref)"
EMPTY = "NEW.value IS NULL AND NEW.n = 0 AND NEW.people = 0 AND length(NEW.seed) = 0"
KEPT = (
    "id", "ref", "indicator", "definition_digest", "person_id", "unit_id", "first", "last", "outcome", "as_of",
    "inputs", "frozen_ref", "root",
)  # fmt: skip
SAME = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT)
GOES = f"{LEAVE} AND {EMPTY} AND {SAME}"


def upgrade() -> None:
    """Let the number go with leave, and nothing else change."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _on_sqlite() if on_sqlite else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _on_sqlite() -> Iterator[str]:
    yield "DROP TRIGGER figure_no_update"
    yield (
        f"CREATE TRIGGER figure_no_update BEFORE UPDATE ON figure WHEN OLD.frozen_ref IS NOT NULL AND NOT ({GOES}) "
        "BEGIN SELECT RAISE(ABORT, 'figure: update is refused by figure_no_update'); END"
    )


def _on_postgresql() -> Iterator[str]:
    yield "DROP TRIGGER figure_no_update ON figure"
    yield KEEP
    yield (
        "CREATE TRIGGER figure_no_update BEFORE UPDATE ON figure FOR EACH ROW WHEN (OLD.frozen_ref IS NOT NULL) "
        "EXECUTE FUNCTION siklus_figure_goes()"
    )
    yield "ALTER TABLE figure ENABLE ALWAYS TRIGGER figure_no_update"


KEEP = f"""
CREATE FUNCTION siklus_figure_goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {GOES} THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'figure: update is refused: it is frozen, and no erasure names it'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
