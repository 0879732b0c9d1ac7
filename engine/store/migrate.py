"""Bring a database to the newest schema, and give the serving role its rights. Forwards only.

`python -m engine.store.migrate new add_units` writes the next step from what the tables say.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, column, inspect, select, table

from engine.core.errors import Unavailable
from engine.core.messages import Message
from engine.store import steps, tables
from engine.store.database import Database, connect
from engine.store.failures import driver_errors, raise_ours

STEPS = Path(__file__).parent / "migrations" / "versions"
STANDS = "alembic_version"  # the table in which alembic keeps the number of the last step
STANDING = select(column("version_num")).select_from(table(STANDS))
WAIT_SECONDS = 3600  # SQLite: for the server that migrates; PostgreSQL waits for its turn without an end
LOCK = 0x51CA1D  # any number that nobody else locks in our database

# What the serving role may change; all else it may read and add to.
UPDATES = {
    "unit": "", "post": "", "person": "", "access_grant": "", "account": "", "web_session": "", "cycle": "",
    "access_code": "", "definition_version": "", "task": "", "task_holder": "", "draft": "",
    "stream_head": "", "outbox": "", "request": "", "file": "", "job": "", "link_check": "",
    "import_file": "", "import_row": "", "design": "", "design_presence": "",
    "authenticator": "", "passkey": "", "recovery_code": "",
    "entry": "(ended_ref)", "entry_sum": "",
    "notice": "(read_at, posted)", "notice_choice": "", "calendar_feed": "",
    "appointment": "(superseded_by)", "cas": "(version, state, unit_id)",
}  # fmt: skip
DELETES = (
    "unit_closure", "web_session", "sign_in_attempt", "definition_version", "design_presence", "task_holder",
    "draft", "outbox", "request", "answers", "note", "outcome", "file", "job_part", "link_check",
    "import_file", "import_row", "import_fault", "import_mapping",
    "authenticator", "passkey", "recovery_code", "spent",
    "notice", "notice_choice", "calendar_feed", "entry_answers", "entry_sum",
)  # fmt: skip
# Nobody who serves may erase: no verb does, and what an erasure names could then be deleted.
NO_INSERTS = ("erasure",)


def upgrade(database: Database) -> None:
    """Run the steps that are missing, in one transaction; servers that start together do it one after the other."""
    if current(database) == newest():
        return
    try:
        with database.owner.connect().execution_options(writing=True) as connection, _turn(connection):
            if database.dialect == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            steps.run(connection)
            if database.app_role is not None:
                _grant(connection, database.app_role)
    except driver_errors(database.dialect) as error:
        raise_ours(error)


def _turn(connection: Connection) -> AbstractContextManager[Any]:
    """The transaction of the steps; on SQLite it may have to wait longer for its beginning than any other."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    return connection.begin()


def require(database: Database) -> None:
    """Refuse a database that is not there, or that another version of the product left: for commands that only look.

    Makes no file where there is none. Raises Unavailable, which names the address.
    """
    where = database.engine.url.render_as_string(hide_password=True)
    file = database.engine.url.database
    nowhere = database.dialect == "sqlite" and not Path(file or "").exists()
    stands = None if nowhere else current(database)
    if stands is None:
        raise Unavailable(Message("store.no_database", where=where))
    if stands != newest():
        raise Unavailable(Message("store.other_version", where=where, found=stands, wanted=newest()))


def current(database: Database) -> str | None:
    """The number of the last step that ran, or None for an empty database."""
    try:
        with database.owner.connect() as connection:
            return connection.scalar(STANDING) if inspect(connection).has_table(STANDS) else None
    except driver_errors(database.dialect) as error:
        raise_ours(error)


def newest() -> str:
    """The number of the last step there is. A step's file begins with its number, and they follow each other."""
    return max(step.name.partition("_")[0] for step in STEPS.glob("[0-9]*.py"))


def grant(database: Database, role: str | None) -> None:
    """Give the serving role its rights in a database that was not migrated here but laid from a copy."""
    if role is not None:
        with database.owner.connect() as connection, connection.begin():
            _grant(connection, role)


def _grant(connection: Connection, role: str) -> None:
    """Let `role` read and add everywhere, change and delete only where rows are no facts (PostgreSQL)."""
    name, known = connection.dialect.identifier_preparer.quote(role), tables.metadata.tables
    named, added = ", ".join(known), ", ".join(known.keys() - set(NO_INSERTS))
    rights = [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT ON {named} TO {name}",
        f"GRANT INSERT ON {added} TO {name}",
        f"GRANT SELECT ON {STANDS} TO {name}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"GRANT DELETE ON {', '.join(DELETES)} TO {name}",
        *(f"GRANT UPDATE {columns} ON {table} TO {name}" for table, columns in UPDATES.items()),
    ]
    for right in rights:
        connection.exec_driver_sql(right)


def main(arguments: list[str]) -> None:
    """Write the next step: what turns a database of the newest step into what the tables say."""
    if len(arguments) != 2 or arguments[0] != "new":
        sys.exit("usage: python -m engine.store.migrate new NAME")
    with tempfile.TemporaryDirectory() as directory:
        database = connect(f"sqlite:///{directory}/empty.sqlite3")
        upgrade(database)
        with database.owner.connect() as connection:
            steps.write(connection, f"{int(newest()) + 1:04}", arguments[1])
        database.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])
