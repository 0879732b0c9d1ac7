"""Connections and transactions: what they promise on each of the two databases."""

import threading

import pytest
from sqlalchemy import event, select, text

from engine.core.errors import BadRequest, StaleCase, Unavailable
from engine.store import database, failures
from engine.store.tables import Unit
from tests.store.raw import Raw


def add_unit(db, key: str) -> None:
    db.execute(Unit.__table__.insert().values(ref=key, key=key, name=key, kind="unit"))


def keys(db) -> list[str]:
    with db.read() as connection:
        return list(connection.execute(select(Unit.key).order_by(Unit.key)).scalars())


def test_a_transaction_commits_when_its_block_ends(db):
    with db.begin() as connection:
        add_unit(connection, "a")
    assert keys(db) == ["a"]


def test_a_transaction_rolls_back_when_its_block_raises(db):
    with pytest.raises(StaleCase), db.begin() as connection:
        add_unit(connection, "a")
        raise StaleCase(failures.Message("store.raced"))
    assert keys(db) == []


def test_after_a_failed_transaction_the_next_one_works(db):
    with pytest.raises(BadRequest), db.begin() as connection:
        add_unit(connection, "a")
        add_unit(connection, "a")
    with db.begin() as connection:
        add_unit(connection, "b")
    assert keys(db) == ["b"]


def test_a_transaction_inside_another_of_the_same_thread_is_refused_on_sqlite(sqlite_url):
    db = database.connect(sqlite_url)
    with db.begin(), pytest.raises(RuntimeError, match="inside another"), db.begin():
        pass
    db.dispose()


def test_a_reader_is_not_held_up_by_a_writer(db):
    with db.begin() as writing:
        add_unit(writing, "a")
        assert keys(db) == []
    assert keys(db) == ["a"]


def test_a_snapshot_does_not_see_what_is_committed_after_it_began(db):
    with db.read(snapshot=True) as reading:
        first = reading.execute(select(Unit.key)).all()
        with db.begin() as writing:
            add_unit(writing, "a")
        assert reading.execute(select(Unit.key)).all() == first == []
    assert keys(db) == ["a"]


def test_a_reading_transaction_cannot_write_on_postgresql(postgresql_url):
    db = database.connect(postgresql_url)
    with pytest.raises(failures.driver_errors("postgresql"), match="read-only"), db.read() as connection:
        add_unit(connection, "a")
    with db.begin() as connection:
        add_unit(connection, "b")
    assert keys(db) == ["b"]
    db.dispose()


def test_eight_threads_write_without_being_told_that_the_database_is_locked(db):
    raised = []

    def work(number: int) -> None:
        try:
            for turn in range(25):
                with db.begin() as connection:
                    add_unit(connection, f"{number}-{turn}")
        except (Unavailable, *failures.driver_errors("postgresql")) as error:
            raised.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []
    assert len(keys(db)) == 200


def test_a_database_that_closes_waits_for_the_act_under_way(sqlite_url):
    """A page may still save while its server stops; SQLite's driver would crash the process."""
    db, begun, outcome = database.connect(sqlite_url), threading.Event(), []

    def work() -> None:
        with db.begin() as connection:
            for turn in range(200):
                add_unit(connection, f"late-{turn}")
                begun.set()
        outcome.append("committed")

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    db.dispose()
    thread.join()
    assert outcome == ["committed"]
    assert len(keys(db)) == 200
    db.dispose()


def test_a_database_is_not_closed_from_inside_its_own_act(sqlite_url):
    db = database.connect(sqlite_url)
    with pytest.raises(RuntimeError, match="inside a writing transaction"), db.begin():
        db.dispose()
    db.dispose()


def test_two_databases_of_one_file_take_turns(sqlite_url):
    """As two processes do: the in-process lock is not shared, so SQLite's own must hold."""
    one, other = database.connect(sqlite_url), database.connect(sqlite_url)

    def work(db, name: str) -> None:
        for turn in range(40):
            with db.begin() as connection:
                assert connection.execute(text("SELECT count(*) FROM unit")).scalar_one() >= turn
                add_unit(connection, f"{name}-{turn}")

    thread = threading.Thread(target=work, args=(other, "other"))
    thread.start()
    work(one, "one")
    thread.join()
    assert len(keys(one)) == 80
    one.dispose()
    other.dispose()


def test_a_lock_that_is_never_given_back_is_unavailable_not_a_hang(db, db_url, monkeypatch):
    monkeypatch.setattr(database, "PRAGMAS", ("busy_timeout = 50", "foreign_keys = ON"))
    monkeypatch.setattr(database, "POSTGRESQL_OPTIONS", "-c lock_timeout=50ms")
    impatient, raw = database.connect(db_url), Raw(db_url)
    with db.begin() as connection:
        add_unit(connection, "a")
    raw.run("BEGIN IMMEDIATE" if raw.dialect == "sqlite" else "BEGIN")
    raw.run("UPDATE unit SET name = 'b'")
    with pytest.raises(Unavailable), impatient.begin() as connection:
        connection.execute(text("UPDATE unit SET name = 'c'"))
    raw.run("ROLLBACK")
    raw.close()
    impatient.dispose()


def test_sqlite_connections_keep_what_the_promises_need(sqlite_url):
    db = database.connect(sqlite_url)
    with db.read() as reading, db.begin() as writing:
        for connection in (reading, writing):
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in PROMISED}
            assert found == PROMISED
    db.dispose()


PROMISED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
    "busy_timeout": 10_000,
}


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
    ],
)
def test_an_sqlite_that_may_corrupt_in_wal_mode_is_known(version, affected):
    assert database.is_affected(version) is affected


def test_an_affected_sqlite_is_refused_with_its_version_in_the_message(monkeypatch, tmp_path):
    monkeypatch.setattr(database.sqlite3, "sqlite_version_info", (3, 40, 1))
    monkeypatch.setattr(database.sqlite3, "sqlite_version", "3.40.1")
    with pytest.raises(Unavailable) as refused:
        database.connect(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    assert refused.value.message.params == {"version": "3.40.1"}
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_an_address_that_we_cannot_serve_is_refused(url):
    with pytest.raises(BadRequest):
        database.connect(url)


def test_a_lost_connection_is_unavailable_and_the_next_transaction_works(postgresql_url):
    db = database.connect(postgresql_url)
    with pytest.raises(Unavailable), db.begin() as connection:
        add_unit(connection, "a")
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        raw = Raw(postgresql_url)
        raw.run("SELECT pg_terminate_backend(?)", pid)
        raw.close()
        add_unit(connection, "b")
    with db.begin() as connection:
        add_unit(connection, "c")
    assert keys(db) == ["c"]
    db.dispose()


@pytest.mark.postgresql
def test_a_connection_that_died_while_it_rested_is_replaced_without_anybody_noticing(postgresql_url, monkeypatch):
    monkeypatch.setattr(database, "PAUSE_SECONDS", 0.0)
    db = database.connect(postgresql_url)
    with db.begin() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    raw = Raw(postgresql_url)
    raw.run("SELECT pg_terminate_backend(?)", pid)
    raw.close()
    with db.begin() as connection:
        add_unit(connection, "a")
    assert keys(db) == ["a"]
    db.dispose()


def test_what_is_taken_is_named_by_table_and_column(db):
    with db.begin() as connection:
        add_unit(connection, "a")
    with pytest.raises(BadRequest) as refused, db.begin() as connection:
        connection.execute(Unit.__table__.insert().values(ref="b", key="a", name="b", kind="unit"))
    assert refused.value.message.params == {"table": "unit", "column": "key"}


def test_an_error_without_a_meaning_of_ours_stays_the_drivers(db):
    with pytest.raises(failures.driver_errors("postgresql")), db.begin() as connection:
        connection.execute(text("SELECT * FROM no_such_table"))


def test_a_session_over_the_engine_holds_no_write_lock(db):
    """Lists of the backoffice read through the engine: their transactions must not queue with the writers."""
    begun = []
    event.listen(db.engine, "begin", lambda connection: begun.append(connection.get_execution_options().get("writing")))
    with db.engine.connect() as connection:
        connection.execute(select(Unit.key)).all()
        with db.begin() as writing:
            add_unit(writing, "a")
    assert begun[0] is None
    assert keys(db) == ["a"]
