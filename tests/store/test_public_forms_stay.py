"""Links, batches, sources and verdicts on comments stay what they were; forgeries are found by the audit."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine import ledger, paper_batches, public_comments, public_links
from engine.core.errors import EngineError, TamperedLedger
from engine.store.refs import new_ref
from tests.verbs.test_public_forms import Hall, sheets

TABLES = ("public_link", "paper_batch", "entry_source", "comment_verdict")
ATTACKS = {
    "put another address in its place": "UPDATE public_link SET code = 'AAAAAAAAAAAA'",
    "turn a link to somebody else": "UPDATE public_link SET unit_id = 1",
    "open a link again": "UPDATE public_link SET ended_ref = NULL WHERE ended_ref IS NOT NULL",
    "end a link without an event": "UPDATE public_link SET ended_ref = event_ref WHERE ended_ref IS NULL",
    "count more sheets": "UPDATE paper_batch SET sheets = sheets + 1",
    "move an answer to another link": "UPDATE entry_source SET link_id = link_id + 1",
    "show what was held back": "UPDATE comment_verdict SET verdict = 'released'",
    "a verdict that no event says": "INSERT INTO comment_verdict (entry_id, field, verdict, by_id, at, event_ref) "
    "SELECT entry_id, field, 'released', by_id, at, event_ref FROM comment_verdict",
    "a link that no event makes": "INSERT INTO public_link (ref, code, register, label, starts_on, per_device, by_id, "
    "at, event_ref) SELECT 'forged', 'FORGED', register, label, starts_on, 500, by_id, at, event_ref FROM public_link",
}
FORGERIES = {
    "a link about another unit": ("public_link_once", "public_link", "UPDATE public_link SET unit_id = 1"),
    "an answer by another link": (
        "entry_source_no_update", "entry_source", "UPDATE entry_source SET link_id = 2 WHERE link_id = 1",
    ),
    "a sheet that is gone": ("entry_source_no_delete", "entry_source", "DELETE FROM entry_source WHERE sheet = 2"),
    "a verdict that is gone": ("comment_verdict_no_delete", "comment_verdict", "DELETE FROM comment_verdict"),
}  # fmt: skip
FROM_NOTHING = {
    "public_link": "INSERT INTO public_link (ref, code, register, label, starts_on, per_device, by_id, at, event_ref) "
    "SELECT 'forged', 'FORGED', register, label, starts_on, 500, by_id, at, "
    "(SELECT MIN(ref) FROM event WHERE kind <> 'link.made') FROM public_link WHERE ended_ref IS NULL",
    "paper_batch": "INSERT INTO paper_batch (ref, register, unit_id, number, day, sheets, by_id, at, event_ref) "
    "SELECT 'forged', register, unit_id, '9', day, 0, by_id, at, "
    "(SELECT MIN(ref) FROM event WHERE kind <> 'paper.entered') FROM paper_batch",
    "comment_verdict": "INSERT INTO comment_verdict (entry_id, field, verdict, by_id, at, event_ref) "
    "SELECT entry_id, field, 'released', by_id, at, (SELECT MIN(ref) FROM event WHERE kind NOT LIKE 'comment.%') "
    "FROM comment_verdict",
    "comment_verdict again": "INSERT INTO comment_verdict (entry_id, field, verdict, by_id, at, event_ref) "
    "SELECT entry_id, field, verdict, by_id, at, event_ref FROM comment_verdict",
}


class Filled(Hall):
    """The hall with an answer by each of two links, a comment held back, a batch of two sheets and a link ended."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        first, second = self.link(), self.link(label="Loket 2")
        self.answer(self.code(first), say="Si Carol malas")
        self.answer(self.code(second))
        self.wait(days=1)  # words of a day are shown together, on the next
        (comment,) = self.waiting()
        about = {"actor": self.actor("dan"), "reason": "Menyebut nama"}
        public_comments.hold_back(self.rt, comment.ref, comment.field, **about)
        batch = paper_batches.Batch("counter_voices", self.unit("health").ref, self.now.date(), "1", sheets("4", "3"))
        paper_batches.enter(self.rt, batch, actor=self.actor("carol"), key=new_ref())
        self.now += timedelta(minutes=1)
        public_links.end(self.rt, second, actor=self.actor("dan"))


@pytest.fixture
def filled(filled_db):
    return Filled.over(filled_db("public_filled", Filled))


def attack(filled, statement):
    with filled.rt.db.begin() as db:
        db.execute(text(statement))


def test_the_database_refuses_to_change_what_was_said(filled):
    ledger.verify(filled.rt.db)
    for name, statement in ATTACKS.items():
        with pytest.raises((DBAPIError, EngineError)):
            attack(filled, statement)
            pytest.fail(name)


def test_no_row_is_deleted_or_replaced(filled):
    for table in TABLES:
        more = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
        if filled.rt.db.dialect == "postgresql":
            more = f"TRUNCATE {table} CASCADE"
        for statement in (f"DELETE FROM {table}", more):
            with pytest.raises((DBAPIError, EngineError)):
                attack(filled, statement)


@pytest.mark.parametrize("name", FORGERIES)
def test_verify_finds(filled, name):
    guard, table, forgery = FORGERIES[name]
    on = f" ON {table}" if filled.rt.db.dialect == "postgresql" else ""
    for trigger in (guard, "public_link_ended") if table == "public_link" else (guard,):
        attack(filled, f"DROP TRIGGER {trigger}{on}")
    attack(filled, forgery)
    with pytest.raises(TamperedLedger):
        ledger.verify(filled.rt.db)


@pytest.mark.parametrize("name", FROM_NOTHING)
def test_verify_names_a_row_that_no_event_made(filled, name):
    table = name.partition(" ")[0]
    guards = {"paper_batch": "paper_batch_said", "public_link": "public_link_said"}
    on = f" ON {table}" if filled.rt.db.dialect == "postgresql" else ""
    attack(filled, f"DROP TRIGGER {guards.get(table, 'comment_verdict_said')}{on}")
    attack(filled, FROM_NOTHING[name])
    with pytest.raises(TamperedLedger) as found:
        ledger.verify(filled.rt.db)
    assert f"{table}:" in str(found.value.message)
