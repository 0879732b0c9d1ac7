"""Words that are no record of their own, of sets and of notices, go only with leave, and only into what is left."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from engine.store.refs import new_ref
from tests.store.house import erase, filled

A_SET = text(
    "INSERT INTO bulk_set (ref, act, body, seed, digest, total, by_id, made_at, state, event_ref, ended_at) "
    "VALUES ('a-set', 'remind', :body, :seed, 'd', 1, :by, 't', 'done', :event, 't')"
)
A_NOTICE = text(
    "INSERT INTO notice (ref, person_id, case_id, kind, body, at, effect_key, posted) "
    "VALUES ('a-notice', :by, :case, 'worded', :body, 't', :key, 1)"
)
LEFT = '{"erased":"' + "0" * 64 + '"}'


@pytest.fixture
def house(db):
    house = filled(db)
    with db.begin() as connection:
        event, person, case = (
            connection.execute(text(f"SELECT {column} FROM {table} ORDER BY 1 LIMIT 1")).scalar_one()
            for column, table in (("ref", "event"), ("id", "person"), ("id", "cas"))
        )
        key = {"by": person, "event": event, "case": case, "key": new_ref(), "seed": b"s" * 32}
        connection.execute(A_SET, {**key, "body": '{"reason":"x"}'})
        connection.execute(A_NOTICE, {**key, "body": '{"subject":{}}'})
    return house


def put(db, statement, **values):
    with db.begin() as connection:
        return connection.execute(text(statement), values).rowcount


SET = "UPDATE bulk_set SET body = :body, seed = :seed WHERE ref = 'a-set'"
NOTICE = "UPDATE notice SET body = :body WHERE ref = 'a-notice'"


def test_words_of_a_set_go_only_with_leave_and_leave_their_digest(house, db):
    for leave in (False, True):
        if leave:
            with db.begin() as connection:
                erase(connection, house, "bulk_set:a-set")
        wrong = [("{}", b""), ('{"reason":"y"}', b"s" * 32), (LEFT, b"s" * 32)] + ([] if leave else [(LEFT, b"")])
        for body, seed in wrong:
            with pytest.raises(IntegrityError, match="bulk_set"):
                put(db, SET, body=body, seed=seed)
    assert put(db, SET, body=LEFT, seed=b"") == 1
    with pytest.raises(IntegrityError, match="bulk_set"):
        put(db, "UPDATE bulk_set SET act = 'fire' WHERE ref = 'a-set'")


def test_words_of_a_notice_go_only_with_leave_and_it_may_still_be_read_and_forgotten(house, db):
    gone = '{"erased":true}'
    with pytest.raises(IntegrityError, match="notice"):
        put(db, NOTICE, body=gone)
    with db.begin() as connection:
        erase(connection, house, "notice:a-notice")
    with pytest.raises(IntegrityError, match="notice"):
        put(db, NOTICE, body='{"subject":{"id":"lain"}}')
    assert put(db, NOTICE, body=gone) == 1
    assert put(db, "UPDATE notice SET read_at = 't' WHERE ref = 'a-notice'") == 1
    assert put(db, "DELETE FROM notice WHERE ref = 'a-notice'") == 1
