"""Migrations: from nothing to what the tables say, by several servers at once, and the rights of the serving role."""

import secrets
import threading

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.core.errors import EngineError
from engine.store import migrate
from engine.store.database import connect
from engine.store.tables import metadata
from tests.servers import drop_database, fresh_database
from tests.store.house import served
from tests.store.raw import REFUSALS, Raw


def test_the_migrations_make_exactly_what_the_tables_say(empty_db_url):
    db = connect(empty_db_url)
    assert migrate.current(db) is None
    migrate.upgrade(db)
    assert migrate.current(db) == migrate.newest()
    with db.owner.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    db.dispose()


def test_the_newest_step_is_the_one_that_alembic_would_run_to():
    scripts = ScriptDirectory(str(migrate.STEPS.parent))
    assert scripts.get_heads() == [migrate.newest()]
    assert [step.path.rpartition("/")[2][:4] for step in scripts.walk_revisions()] == [
        step.revision for step in scripts.walk_revisions()
    ]


def test_servers_that_start_together_migrate_once(empty_db_url):
    raised = []

    def start() -> None:
        db = connect(empty_db_url)
        try:
            migrate.upgrade(db)
            assert migrate.current(db) == migrate.newest()
        except (AssertionError, EngineError, *REFUSALS) as error:
            raised.append(error)
        finally:
            db.dispose()

    servers = [threading.Thread(target=start) for _ in range(4)]
    for server in servers:
        server.start()
    for server in servers:
        server.join()
    assert raised == []


def test_a_server_waits_longer_for_the_one_that_migrates_than_for_anybody_who_writes(tmp_path, monkeypatch):
    db, waits = connect(f"sqlite:///{tmp_path / 'empty.sqlite3'}"), []
    ask = "PRAGMA busy_timeout"
    monkeypatch.setattr(migrate.steps, "run", lambda steps: waits.append(steps.exec_driver_sql(ask).scalar_one()))
    migrate.upgrade(db)
    with db.read() as usual:
        waits.append(usual.exec_driver_sql(ask).scalar_one())
    assert waits == [3_600_000, 10_000]
    db.dispose()


def test_a_second_start_changes_nothing(db, db_url):
    raw = Raw(db_url)
    migrate.upgrade(db)
    assert raw.run("SELECT version_num FROM alembic_version") == [(migrate.newest(),)]
    raw.close()


@pytest.fixture
def owner_url(postgresql):
    url = fresh_database(postgresql)
    yield url
    drop_database(postgresql, url)


@pytest.fixture
def app_url(postgresql, owner_url):
    """The address of a role that owns nothing."""
    role = f"siklus_app_{secrets.token_hex(4)}"
    with psycopg.connect(postgresql, autocommit=True) as server:
        server.execute(f"CREATE ROLE {role} LOGIN")
    yield owner_url.replace("postgres@", f"{role}@")
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(f"DROP OWNED BY {role}")
        owner.execute(f"DROP ROLE {role}")


FORBIDDEN = [
    "DROP TABLE denial",
    "DROP TRIGGER event_no_update ON event",
    "ALTER TABLE event DISABLE TRIGGER ALL",
    "ALTER TABLE cas DROP CONSTRAINT fk_cas_event",
    "CREATE OR REPLACE FUNCTION siklus_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "SET session_replication_role = replica",
    "TRUNCATE denial",
    "UPDATE event SET kind = kind",
    "DELETE FROM event",
    "UPDATE definition SET body = body",
    "DELETE FROM definition",
    "UPDATE submission SET sent_at = sent_at",
    "UPDATE answers SET body = body",
    "UPDATE note SET body = body",
    "DELETE FROM erasure",
    "INSERT INTO erasure (record, ground, requested_by, approved_by, at, event_ref) VALUES ('x', 'x', 1, 2, 'x', 'x')",
    "DELETE FROM denial",
    "UPDATE change SET body = body",
    "DELETE FROM change",
    "DELETE FROM cas",
    "UPDATE cas SET subject_id = subject_id",
    "UPDATE appointment SET kind = kind",
    "UPDATE alembic_version SET version_num = version_num",
    "CREATE TABLE of_my_own (id integer)",
]


@pytest.mark.postgresql
def test_the_serving_role_can_serve_and_nothing_beyond(app_url, owner_url):
    db = connect(app_url, owner_url=owner_url)
    migrate.upgrade(db)
    served(db)
    app, owner = Raw(app_url), Raw(owner_url)
    for statement in FORBIDDEN:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.run(statement)
    for statement in FORBIDDEN:  # nothing but the right was missing: the owner may, once the triggers are away
        with owner.tried():
            owner.run("SET LOCAL session_replication_role = replica")
            if statement.startswith(("INSERT", "UPDATE", "DELETE", "TRUNCATE")):
                owner.drop_triggers()
            owner.run(statement)
    app.close()
    owner.close()
    db.dispose()
