"""What a unit's page reads of the cases whose results it tells: whether one of them was erased since."""

from sqlalchemy import insert, text

from engine.core.times import to_text
from engine.store import apply
from engine.store.queries import unit_pages
from engine.store.tables.ledger import Erasure
from tests.verbs.test_rewinding import case as case
from tests.verbs.test_rewinding import stage as stage


def test_a_units_page_knows_that_a_result_was_erased(stage, case):
    alice, gina = stage.actor("alice"), stage.actor("gina")
    with stage.rt.db.begin() as db:
        row = db.execute(text("SELECT id, cycle_id, unit_id FROM cas WHERE ref = :ref"), {"ref": case}).one()
        said = db.execute(
            text("SELECT event_ref FROM outcome WHERE case_id = :id AND key = 'predicate'"), {"id": row.id}
        )
        record = f"outcome:{row.id}:predicate:{said.scalar_one()}"
        event = apply.append_event(
            db, stream="system", kind="record.erased", at=stage.now, actor=alice, product=stage.rt.version,
            public={"record": record, "requested_by": alice.ref, "approved_by": gina.ref}, private={"ground": "JRA"},
        )  # fmt: skip
        before = unit_pages.ways(db, row.cycle_id, row.unit_id, {"calibrated"}, "predicate")
        db.execute(insert(Erasure.__table__).values(
            record=record, ground="JRA", requested_by=alice.person_id, approved_by=gina.person_id,
            at=to_text(stage.now), event_ref=event.ref))  # fmt: skip
        db.execute(text("DELETE FROM outcome WHERE case_id = :id AND key = 'predicate'"), {"id": row.id})
        after = unit_pages.ways(db, row.cycle_id, row.unit_id, {"calibrated"}, "predicate")
        other = unit_pages.ways(db, row.cycle_id, row.unit_id, {"calibrated"}, "other")
    assert [[each.erased for each in some if each.id == row.id] for some in (before, after, other)] == [[0], [1], [0]]
