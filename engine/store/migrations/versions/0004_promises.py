"""What the database itself promises, as triggers: immutable, erasable only with leave, one step at a time, linked.

A result and a leave to erase are only taken where their event speaks of them: a result is in the event's note, a
record in the event's leaf.

On SQLite each promise also needs a guard before INSERT, since `INSERT OR REPLACE` walks round the others. On PostgreSQL
triggers fire ALWAYS (an ordinary one is skipped under session_replication_role = replica), and TRUNCATE has its own.
"""

from collections.abc import Iterator

from alembic import op

revision = "0004"
down_revision = "0003"

# Tables of facts, with every unique key: a row is written once and stays.
IMMUTABLE = {
    "event": (("stream", "seq"), ("ref",), ("case_id", "n")),
    "definition": (("digest",),),
    "submission": (("id",), ("ref",), ("case_id", "form", "number")),
    "case_role": (("id",),),
    "erasure": (("id",), ("record",)),
    "denial": (("id",),),
}
# Never edited; deleted only when an erasure names the record.
ERASABLE = {
    "answers": (("submission_id",),),
    "note": (("event_ref",),),
    "outcome": (("case_id", "key", "event_ref"),),
}
# Tables of which only the listed columns may change, under the rules of REFUSED_UPDATES.
GUARDED = {
    "cas": (("id",), ("ref",), ("cycle_id", "subject_id")),
    "appointment": (("id",), ("ref",)),
    "definition_version": (("id",), ("ref",), ("kind", "key", "number")),
}


def _changed(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in columns) + ")"


# (table, trigger, an UPDATE is refused when …)
REFUSED_UPDATES = (
    ("cas", "cas_identity", _changed("id", "ref", "cycle_id", "definition_digest", "subject_id", "opened_at")),
    (
        "cas",
        "cas_step",
        "NOT (NEW.version = OLD.version + 1 OR (NEW.version = OLD.version AND NEW.state = OLD.state))",
    ),
    (
        "appointment",
        "appointment_once",
        "OLD.superseded_by IS NOT NULL OR NEW.superseded_by IS NULL OR "
        + _changed(
            "id", "ref", "person_id", "post_id", "starts_on", "ends_on", "kind", "order_number", "recorded_at"
        ),
    ),
    ("definition_version", "definition_version_identity", _changed("id", "ref", "kind", "key", "number")),
    (
        "definition_version",
        "definition_version_settled",
        # The digest changes while a draft is written, and once more when publishing pins its references.
        "(OLD.status <> 'draft' AND "
        + _changed("author_id", "created_at", "source")
        + ") OR (OLD.status <> 'draft' AND NOT (OLD.status = 'in_review' AND NEW.status = 'published') AND "
        + _changed("digest")
        + ") OR (OLD.status IN ('published', 'retired') AND "
        + _changed("reviewer_id", "submitted_at", "published_at")
        + ")",
    ),
    (
        "definition_version",
        "definition_version_forward",
        "NEW.status <> OLD.status AND (OLD.status || '>' || NEW.status) NOT IN "
        "('draft>in_review', 'in_review>draft', 'in_review>published', 'published>retired')",
    ),
)  # fmt: skip
REFUSED_DELETES = {"cas": "true", "appointment": "true", "definition_version": "OLD.status <> 'draft'"}
RECORD = {
    "answers": "'answers:' || OLD.submission_id",
    "note": "'note:' || OLD.event_ref",
    "outcome": "'outcome:' || OLD.case_id || ':' || OLD.key || ':' || OLD.event_ref",
}
# (table, trigger, a new row is taken only when …), once for each database.
SAID_ON_SQLITE = (
    (
        "outcome",
        "outcome_said",
        "SELECT 1 FROM note JOIN event ON event.ref = note.event_ref "
        "WHERE note.event_ref = NEW.event_ref AND event.case_id = NEW.case_id "
        "AND json_extract(note.body, '$.\"result.' || NEW.key || '\".value') = NEW.value",
    ),
    (
        "erasure",
        "erasure_said",
        "SELECT 1 FROM event WHERE ref = NEW.event_ref AND kind = 'record.erased' "
        "AND json_extract(CAST(leaf AS TEXT), '$.public.record') = NEW.record",
    ),
)
SAID_ON_POSTGRESQL = (
    (
        "outcome",
        "outcome_said",
        "SELECT 1 FROM note JOIN event ON event.ref = note.event_ref "
        "WHERE note.event_ref = NEW.event_ref AND event.case_id = NEW.case_id "
        "AND note.body::json -> ('result.' || NEW.key) ->> 'value' = NEW.value",
    ),
    (
        "erasure",
        "erasure_said",
        "SELECT 1 FROM event WHERE ref = NEW.event_ref AND kind = 'record.erased' "
        "AND convert_from(leaf, 'UTF8')::json -> 'public' ->> 'record' = NEW.record",
    ),
)


def upgrade() -> None:
    """Create the triggers."""
    promises = _on_sqlite() if op.get_bind().dialect.name == "sqlite" else _on_postgresql()
    for statement in promises:
        op.get_bind().exec_driver_sql(statement)


def _on_sqlite() -> Iterator[str]:
    for table in (*IMMUTABLE, *ERASABLE):
        yield _sqlite(table, f"{table}_no_update", "UPDATE", "true")
    for table in IMMUTABLE:
        yield _sqlite(table, f"{table}_no_delete", "DELETE", "true")
    for table, record in RECORD.items():
        unless = f"NOT EXISTS (SELECT 1 FROM erasure WHERE record = {record})"
        yield _sqlite(table, f"{table}_no_delete", "DELETE", unless)
    for table, name, when in REFUSED_UPDATES:
        yield _sqlite(table, name, "UPDATE", when)
    for table, when in REFUSED_DELETES.items():
        yield _sqlite(table, f"{table}_no_delete", "DELETE", when)
    for table, keys in {**IMMUTABLE, **ERASABLE, **GUARDED}.items():
        yield _sqlite(table, f"{table}_no_replace", "INSERT", " OR ".join(_exists(table, key) for key in keys))
    for table, name, where in SAID_ON_SQLITE:
        yield _sqlite(table, name, "INSERT", f"NOT EXISTS ({where})")
    yield from SQLITE_CHAIN


def _sqlite(table: str, name: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table}: {act.lower()} is refused by {name}'); END"
    )


def _exists(table: str, key: tuple[str, ...]) -> str:
    same = " AND ".join(f"{name} = NEW.{name}" for name in key)
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"


SQLITE_CHAIN = (
    """
    CREATE TRIGGER event_chain BEFORE INSERT ON event
    WHEN CASE WHEN NEW.seq = 1
      THEN NEW.prev_hash IS NOT NULL OR EXISTS (SELECT 1 FROM stream_head WHERE stream = NEW.stream)
      ELSE NOT EXISTS (
        SELECT 1 FROM stream_head WHERE stream = NEW.stream AND seq = NEW.seq - 1 AND leaf_hash = NEW.prev_hash
      ) END
    BEGIN
      SELECT RAISE(ABORT, 'event_chain: the event does not follow the last one of its stream');
    END
    """,
    """
    CREATE TRIGGER event_head AFTER INSERT ON event
    BEGIN
      INSERT INTO stream_head (stream, seq, leaf_hash) VALUES (NEW.stream, NEW.seq, NEW.leaf_hash)
        ON CONFLICT (stream) DO UPDATE SET seq = excluded.seq, leaf_hash = excluded.leaf_hash;
    END
    """,
)


def _on_postgresql() -> Iterator[str]:
    yield REFUSE
    for table in (*IMMUTABLE, *ERASABLE):
        yield from _postgresql(table, f"{table}_no_update", "UPDATE")
    for table in IMMUTABLE:
        yield from _postgresql(table, f"{table}_no_delete", "DELETE")
    for table, record in RECORD.items():
        yield REFUSE_UNLESS_ERASED.format(table=table, record=record)
        yield from _postgresql(table, f"{table}_no_delete", "DELETE", call=f"siklus_keep_{table}")
    for table, name, when in REFUSED_UPDATES:
        yield from _postgresql(table, name, "UPDATE", when)
    for table, when in REFUSED_DELETES.items():
        yield from _postgresql(table, f"{table}_no_delete", "DELETE", when)
    for table in (*IMMUTABLE, *ERASABLE, *GUARDED):
        yield from _postgresql(table, f"{table}_no_truncate", "TRUNCATE", each="STATEMENT")
    for table, name, where in SAID_ON_POSTGRESQL:
        yield REFUSE_UNLESS_SAID.format(table=table, where=where)
        # AFTER: an event, its note and its results may come in one statement, whose parts run in no certain order.
        yield from _postgresql(table, name, "INSERT", call=f"siklus_said_{table}", moment="AFTER")
    yield POSTGRESQL_CHAIN
    yield from _postgresql("event", "event_chain", "INSERT", call="siklus_chain")


def _postgresql(
    table: str,
    name: str,
    act: str,
    when: str = "true",
    *,
    each: str = "ROW",
    call: str = "siklus_refuse",
    moment: str = "BEFORE",
) -> Iterator[str]:
    yield f"CREATE TRIGGER {name} {moment} {act} ON {table} FOR EACH {each} WHEN ({when}) EXECUTE FUNCTION {call}()"
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


REFUSE = """
CREATE FUNCTION siklus_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING
    MESSAGE = TG_TABLE_NAME || ': ' || lower(TG_OP) || ' is refused by ' || TG_NAME,
    ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
REFUSE_UNLESS_ERASED = """
CREATE FUNCTION siklus_keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM erasure WHERE record = {record}) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '{table}: delete is refused: no erasure names this record'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
REFUSE_UNLESS_SAID = """
CREATE FUNCTION siklus_said_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS ({where}) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '{table}: insert is refused: its event does not speak of it'
    USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END $$
"""
POSTGRESQL_CHAIN = """
CREATE FUNCTION siklus_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq = 1 AND NEW.prev_hash IS NULL THEN
    INSERT INTO stream_head (stream, seq, leaf_hash) VALUES (NEW.stream, NEW.seq, NEW.leaf_hash)
      ON CONFLICT (stream) DO NOTHING;
  ELSE
    UPDATE stream_head SET seq = NEW.seq, leaf_hash = NEW.leaf_hash
      WHERE stream = NEW.stream AND seq = NEW.seq - 1 AND leaf_hash = NEW.prev_hash;
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'event_chain: the event does not follow the last one of its stream'
      USING ERRCODE = 'unique_violation', TABLE = 'event', CONSTRAINT = 'event_chain';
  END IF;
  -- No second event for a version: in its own stream the row of stream_head, locked above, keeps others out.
  IF NEW.n IS NOT NULL AND EXISTS (SELECT 1 FROM event WHERE case_id = NEW.case_id AND n = NEW.n) THEN
    RAISE EXCEPTION 'event_chain: the case already has an event of this version'
      USING ERRCODE = 'unique_violation', TABLE = 'event', CONSTRAINT = 'event_chain';
  END IF;
  RETURN NEW;
END $$
"""
