"""The steps of engine/store/migrations, run and written by alembic. The only module that knows it.

migrate.py calls these when a database is behind; a server whose database is current never runs this module.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

PLACE = Path(__file__).parent / "migrations"


def run(connection: Connection) -> None:
    """Run the steps that are missing, inside the transaction of the connection."""
    command.upgrade(_config(connection), "head")


def write(connection: Connection, number: str, name: str) -> None:
    """Write a new step: what turns the database of the connection into what the tables say."""
    command.revision(_config(connection), name, autogenerate=True, rev_id=number)


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(PLACE))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config
