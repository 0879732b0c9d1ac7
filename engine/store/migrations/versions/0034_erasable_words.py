"""Words that can be erased: the parameters of a set that is over, and what a notice says. Each only with leave.

What is left of parameters is their salted digest, which the event of the set holds too; the seed goes with them.
"""

from collections.abc import Iterator

from alembic import op

revision = "0034"
down_revision = "0033"

# table: (columns that hold the words, what may take their place and when, once a leave names the record)
WORDS = {
    "bulk_set": (
        ("body", "seed"),
        'OLD.ended_at IS NOT NULL AND length(NEW.body) = 77 AND substr(NEW.body, 1, 11) = \'{"erased":"\' '
        "AND length(NEW.seed) = 0",
    ),
    "notice": (("body",), "NEW.body = '{\"erased\":true}'"),
}
FIXED = ("id", "ref", "act", "digest", "total", "by_id", "made_at", "undoes_id")


def _changed(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns) + ")"


SET_KEPT = f"{_changed(*FIXED)} OR (OLD.event_ref IS NOT NULL AND {_changed('event_ref', 'confirmed_at')})"


def upgrade() -> None:
    """Let words go with leave, and nothing else change."""
    for statement in _on_sqlite() if op.get_bind().dialect.name == "sqlite" else _on_postgresql():
        op.get_bind().exec_driver_sql(statement)


def _on_sqlite() -> Iterator[str]:
    yield "DROP TRIGGER bulk_set_kept"
    yield _refuse("bulk_set", "bulk_set_kept", SET_KEPT)
    for table, (columns, into) in WORDS.items():
        leave = f"EXISTS (SELECT 1 FROM erasure WHERE record = '{table}:' || OLD.ref)"
        yield _refuse(table, f"{table}_words", f"{_changed(*columns)} AND NOT ({leave} AND {into})")


def _refuse(table: str, name: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: update is refused by {name}'); END"
    )


def _on_postgresql() -> Iterator[str]:
    yield "DROP TRIGGER bulk_set_kept ON bulk_set"
    yield from _trigger("bulk_set", "bulk_set_kept", SET_KEPT, "siklus_refuse")
    for table, (columns, into) in WORDS.items():
        yield KEEP.format(table=table, into=into)
        yield from _trigger(table, f"{table}_words", _changed(*columns), f"siklus_words_{table}")


def _trigger(table: str, name: str, when: str, call: str) -> Iterator[str]:
    yield f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {call}()"
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


KEEP = """
CREATE FUNCTION siklus_words_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM erasure WHERE record = '{table}:' || OLD.ref) AND {into} THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '{table}: update is refused: no erasure names these words'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
