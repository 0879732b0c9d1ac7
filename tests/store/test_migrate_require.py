"""Commands that only look at a database make none, and say where they looked."""

import pytest

from engine.core.errors import Unavailable
from engine.store import migrate
from engine.store.database import connect


def test_no_file_is_made_where_there_is_no_database(tmp_path):
    database = connect(f"sqlite:///{tmp_path}/none.sqlite3")
    with pytest.raises(Unavailable) as refused:
        migrate.require(database)
    assert refused.value.message.key == "store.no_database" and "none.sqlite3" in refused.value.message.params["where"]
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_none_of_ours(empty_db_url):
    database = connect(empty_db_url)
    with pytest.raises(Unavailable) as refused:
        migrate.require(database)
    database.close()
    assert refused.value.message.key == "store.no_database" and "***" not in refused.value.message.params["where"]


def test_a_database_that_another_version_left_is_named_with_both_versions(db):
    with db.owner.begin() as owner:
        owner.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(Unavailable) as refused:
        migrate.require(db)
    assert refused.value.message.key == "store.other_version"
    assert (refused.value.message.params["found"], refused.value.message.params["wanted"]) == ("0001", migrate.newest())


def test_a_database_that_is_up_to_date_is_let_through(db):
    assert migrate.require(db) is None
