"""Designs: several people at one draft, each with his own way back; nothing gets lost, and every step is told."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from engine import definitions, designs, ledger
from engine.core.designing.draft import begun
from engine.core.designing.edits import Add, Drop, Place, Put, Rename
from engine.core.errors import (
    BadRequest,
    EditConflict,
    InvalidDefinition,
    InvalidEdit,
    NotAllowed,
    NotFound,
    Refused,
    TamperedLedger,
)
from engine.core.times import to_text
from engine.store.queries import designs as queries
from engine.store.tables.designs import DesignEdit
from engine.store.tables.ledger import Event
from tests.verbs.stage import SHIPPED, Stage

DUE = "states.plan_drafted.tasks.decide_plan.due.working_days"
LONGER, SHORTER = Put(DUE, 9, 7), Put(DUE, 5, 7)
ARCHIVED = Add("states", {"key": "archived", "label": "Diarsipkan", "final": True})
REASONED = Put("transitions.finalize.reason", "required", "optional")
FEEDBACK = "forms.rating.sections.remarks.fields.feedback"


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


@pytest.fixture
def design(stage):
    return designs.begin_from_version(stage.rt, stage.version.ref, actor=stage.actor("alice"))


def edit(stage, design, *edits, name="alice"):
    return designs.edit(stage.rt, design, edits, actor=stage.actor(name))


def row_of(stage, design):
    with stage.rt.db.read() as db:
        return queries.by_ref(db, design)


def trail(stage):
    with stage.rt.db.read() as db:
        found = db.execute(select(Event.kind, Event.leaf).where(Event.kind.startswith("design.")).order_by(Event.seq))
        return [(kind, json.loads(leaf)["public"]) for kind, leaf in found]


def test_each_step_is_an_event_and_a_row_and_the_audit_agrees(stage, design):
    edit(stage, design, LONGER)
    edit(stage, design, ARCHIVED, Place("archived", (10, 20)), name="gina")
    designs.undo(stage.rt, design, actor=stage.actor("alice"))
    designs.redo(stage.rt, design, actor=stage.actor("alice"))
    told = trail(stage)
    assert [kind for kind, _ in told] == [
        f"design.{step}" for step in ("begun", "edited", "edited", "undone", "redone")
    ]
    assert [public["number"] for _, public in told] == [0, 1, 2, 3, 4]
    assert told[0][1]["from"] == stage.version.ref
    assert told[3][1]["of"] == 1
    assert {public["design"] for _, public in told} == {design}
    assert ledger.verify(stage.rt.db).events > 0
    with stage.rt.db.read() as db:
        steps = queries.steps(db, queries.by_ref(db, design).id)
    assert [step.name for step in steps] == [
        stage.person(name).name for name in ("alice", "alice", "gina", "alice", "alice")
    ]


def test_edits_of_two_people_both_land_and_conflict_visibly_on_the_same_property(stage, design):
    edit(stage, design, LONGER)
    assert edit(stage, design, ARCHIVED, name="gina").number == 2
    at = to_text(stage.now)
    stage.now += timedelta(minutes=5)
    with pytest.raises(EditConflict) as conflict:
        edit(stage, design, SHORTER, name="gina")
    found = conflict.value
    assert (found.path, found.expected, found.found, found.by, found.at) == (DUE, 7, 9, stage.person("alice").name, at)
    assert row_of(stage, design).number == 2


def test_edits_that_change_nothing_leave_no_step(stage, design):
    assert edit(stage, design, Put(DUE, 7, 7)).number == 0
    assert edit(stage, design).number == 0
    assert stage.count(DesignEdit) == 1


def test_everybody_goes_back_and_forth_on_his_own_way(stage, design):
    before = designs.draft_of(row_of(stage, design))
    edit(stage, design, LONGER)
    edit(stage, design, ARCHIVED, name="gina")
    edit(stage, design, Put("name.id", "Evaluasi 2027", before.document["name"]["id"]))
    for number, way in ((4, designs.undo), (5, designs.undo), (6, designs.redo), (7, designs.redo), (8, designs.undo)):
        assert way(stage.rt, design, actor=stage.actor("alice")).number == number
    now = designs.draft_of(row_of(stage, design)).document
    assert now["name"] == before.document["name"]
    assert now["states"][0]["tasks"][1]["due"]["working_days"] == 9
    assert now["states"][-1]["key"] == "archived"
    last = designs.undo(stage.rt, design, actor=stage.actor("alice"))
    assert (last.can_undo, last.can_redo) == (False, True)
    with pytest.raises(Refused):
        designs.undo(stage.rt, design, actor=stage.actor("alice"))
    gone = designs.undo(stage.rt, design, actor=stage.actor("gina"))
    assert gone.draft == before
    edit(stage, design, LONGER)
    with pytest.raises(Refused):
        designs.redo(stage.rt, design, actor=stage.actor("alice"))


def test_an_undo_of_what_somebody_changed_since_conflicts_and_loses_nothing(stage, design):
    edit(stage, design, LONGER)
    edit(stage, design, Put(DUE, 12, 9), name="gina")
    with pytest.raises(EditConflict) as conflict:
        designs.undo(stage.rt, design, actor=stage.actor("alice"))
    assert conflict.value.by == stage.person("gina").name
    designs.undo(stage.rt, design, actor=stage.actor("gina"))
    assert designs.undo(stage.rt, design, actor=stage.actor("alice")).can_redo


def test_whoever_meets_a_conflict_may_go_past_it_to_what_he_did_before(stage, design):
    edit(stage, design, REASONED)
    edit(stage, design, LONGER)
    edit(stage, design, Put(DUE, 12, 9), name="gina")
    assert designs.undo(stage.rt, design, actor=stage.actor("alice"), leaving=True).can_undo
    now = designs.undo(stage.rt, design, actor=stage.actor("alice")).draft.document
    assert now["states"][0]["tasks"][1]["due"]["working_days"] == 12
    assert now["transitions"][-1]["reason"] == "optional"
    ledger.verify(stage.rt.db)


def test_what_is_handed_in_is_what_importing_its_export_would_be(stage, design):
    edit(stage, design, LONGER, REASONED)
    text = designs.export_text(stage.rt, design, actor=stage.actor("alice"))
    version = designs.hand_in(stage.rt, design, actor=stage.actor("alice"))
    assert (version.number, version.status) == (2, "in_review")
    imported = definitions.import_document(stage.rt, text, actor=stage.actor("gina"), source="export.yaml")
    assert imported == version
    again = designs.import_text(stage.rt, text, actor=stage.actor("gina"), source="export.yaml")
    assert begun(designs.draft_of(row_of(stage, again)).document) == designs.draft_of(row_of(stage, design))


def test_importing_first_and_handing_in_then_give_one_version(stage, design):
    edit(stage, design, LONGER)
    text = designs.export_text(stage.rt, design, actor=stage.actor("alice"))
    imported = definitions.import_document(stage.rt, text, actor=stage.actor("gina"), source="export.yaml")
    version = designs.hand_in(stage.rt, design, actor=stage.actor("alice"))
    assert (version.ref, version.digest, version.status) == (imported.ref, imported.digest, "in_review")


def test_a_design_rests_while_it_is_reviewed_and_closes_when_it_comes_into_force(stage, design):
    edit(stage, design, LONGER)
    version = designs.hand_in(stage.rt, design, actor=stage.actor("alice"))
    with pytest.raises(Refused):
        edit(stage, design, ARCHIVED)
    definitions.send_back(stage.rt, version.ref, actor=stage.actor("gina"), reason="Tambahkan arsip.")
    edit(stage, design, REASONED)
    second = designs.hand_in(stage.rt, design, actor=stage.actor("alice"))
    assert second.number == version.number + 1
    definitions.publish(stage.rt, second.ref, actor=stage.actor("gina"))
    assert designs.status_of(row_of(stage, design)) == "closed"
    with pytest.raises(Refused) as refused:
        edit(stage, design, ARCHIVED)
    assert refused.value.message.key == "designs.closed"
    ledger.verify(stage.rt.db)


def test_whoever_worked_at_a_design_does_not_publish_it(stage, design):
    edit(stage, design, LONGER, name="gina")
    version = designs.hand_in(stage.rt, design, actor=stage.actor("alice"))
    with pytest.raises(NotAllowed) as refused:
        definitions.publish(stage.rt, version.ref, actor=stage.actor("gina"))
    assert refused.value.message.key == "definition.designer_is_approver"


def test_a_design_with_errors_is_not_handed_in_and_says_them_all(stage, design):
    edit(stage, design, Drop("states.approved"), Drop("roles.panel"))
    with pytest.raises(InvalidDefinition) as refused:
        designs.hand_in(stage.rt, design, actor=stage.actor("alice"))
    assert len(refused.value.problems) > 2
    assert designs.status_of(row_of(stage, design)) == "open"


def test_a_design_that_is_a_version_in_force_has_nothing_to_hand_in(stage, design):
    with pytest.raises(Refused) as refused:
        designs.hand_in(stage.rt, design, actor=stage.actor("alice"))
    assert refused.value.message.key == "designs.nothing_new"


def test_a_field_that_was_published_keeps_its_lineage_and_a_new_one_has_none(stage, design):
    section = FEEDBACK.rpartition(".")[0]
    edit(stage, design, Add(section, {"key": "wish", "type": "text", "label": "Harapan"}))
    edit(stage, design, Rename(FEEDBACK, "told"), Rename(f"{section}.wish", "hope"))
    fields = designs.draft_of(row_of(stage, design)).document["forms"][2]["sections"][-1]["fields"]
    assert [(field["key"], field.get("was")) for field in fields] == [("told", ["rating.feedback"]), ("hope", None)]


def test_a_file_with_mistakes_of_meaning_begins_a_design_and_one_that_is_no_definition_does_not(stage):
    text = (SHIPPED / "basic_cycle.yaml").read_text("utf-8")
    actor = stage.actor("alice")
    begun_from = designs.import_text(
        stage.rt, text.replace("to: approved", "to: aproved"), actor=actor, source="siklus.yaml"
    )
    row = row_of(stage, begun_from)
    assert (row.key, row.name, row.origin) == ("basic_cycle", "Evaluasi kinerja tahunan", "siklus.yaml")
    for junk in ("a: [1", "- 1", "kind: recipe", "kind: workflow\nkind: workflow"):
        with pytest.raises(InvalidDefinition):
            designs.import_text(stage.rt, junk, actor=actor, source="x.yaml")


def test_a_file_taken_into_a_design_is_one_step_that_can_be_undone(stage, design):
    before = designs.draft_of(row_of(stage, design))
    text = (SHIPPED / "superior_correction.yaml").read_text("utf-8")
    designs.import_text(stage.rt, text, actor=stage.actor("alice"), source="x.yaml", into=design)
    now = designs.draft_of(row_of(stage, design)).document
    assert (now["key"], now["states"][0]["key"] == before.document["states"][0]["key"]) == ("basic_cycle", False)
    assert designs.undo(stage.rt, design, actor=stage.actor("alice")).draft == before
    lists = (SHIPPED / "codelists/aspect.yaml").read_text("utf-8")
    with pytest.raises(BadRequest):
        designs.import_text(stage.rt, lists, actor=stage.actor("alice"), source="x.yaml", into=design)


def test_a_definition_of_its_own_gets_a_key_from_its_name(stage):
    actor = stage.actor("alice")
    empty = {"kind": "workflow"}
    refs = [designs.begin(stage.rt, empty, name="Evaluasi Ujicoba", actor=actor, origin="kosong") for _ in range(2)]
    found = [designs.draft_of(row_of(stage, ref)).document for ref in refs]
    assert [each["key"] for each in found] == ["evaluasi_ujicoba", "evaluasi_ujicoba_2"]
    assert found[0]["name"] == {"en": "Evaluasi Ujicoba", "id": "Evaluasi Ujicoba"}
    for junk, name in (({"kind": "recipe"}, "A"), ({}, "A"), (empty, "  ")):
        with pytest.raises(BadRequest):
            designs.begin(stage.rt, junk, name=name, actor=actor, origin="kosong")


def test_the_next_design_of_a_version_has_its_boxes_where_they_stood(stage, design):
    edit(stage, design, LONGER, Place("approved", (40, 80)))
    version = designs.hand_in(stage.rt, design, actor=stage.actor("alice"))
    following = designs.begin_from_version(stage.rt, version.ref, actor=stage.actor("gina"))
    assert designs.draft_of(row_of(stage, following)).places == {"approved": (40, 80)}
    assert row_of(stage, following).from_number == 2


def test_whoever_has_it_open_is_seen_for_a_minute(stage, design):
    for part in ("flow", "forms.plan"):
        designs.seen(stage.rt, design, stage.actor("gina"), part)
    row = row_of(stage, design)
    ask = {"since": to_text(stage.now - timedelta(seconds=60)), "but": stage.person("alice").id}
    with stage.rt.db.read() as db:
        assert [(one.name, one.part) for one in queries.present(db, row.id, **ask)] == [
            (stage.person("gina").name, "forms.plan")
        ]
        assert queries.present(db, row.id, since=to_text(stage.now + timedelta(seconds=1)), but=None) == []


def test_a_design_that_was_put_away_is_left_alone(stage, design):
    designs.discard(stage.rt, design, actor=stage.actor("alice"))
    with pytest.raises(Refused):
        edit(stage, design, LONGER)
    with stage.rt.db.read() as db:
        assert queries.listed(db) == []
    ledger.verify(stage.rt.db)


@pytest.mark.parametrize("name", ["carol", "frank"])
def test_only_administrators_design(stage, design, name):
    actor = stage.actor(name)
    for act in (
        lambda: designs.begin(stage.rt, {"kind": "workflow"}, name="Uji", actor=actor, origin="x"),
        lambda: designs.begin_from_version(stage.rt, stage.version.ref, actor=actor),
        lambda: designs.import_text(stage.rt, "kind: workflow", actor=actor, source="x"),
        lambda: designs.edit(stage.rt, design, [LONGER], actor=actor),
        lambda: designs.undo(stage.rt, design, actor=actor),
        lambda: designs.redo(stage.rt, design, actor=actor),
        lambda: designs.hand_in(stage.rt, design, actor=actor),
        lambda: designs.discard(stage.rt, design, actor=actor),
        lambda: designs.export_text(stage.rt, design, actor=actor),
        lambda: designs.seen(stage.rt, design, actor, "flow"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_what_is_not_there_or_too_much_is_refused(stage, design):
    actor = stage.actor("alice")
    with pytest.raises(NotFound):
        designs.edit(stage.rt, "nowhere", [LONGER], actor=actor)
    with pytest.raises(NotFound):
        designs.begin_from_version(stage.rt, "nowhere", actor=actor)
    with pytest.raises(InvalidEdit):
        designs.edit(stage.rt, design, [LONGER] * 201, actor=actor)


def test_edits_at_the_same_moment_wait_for_each_other(stage, design):
    adds = [Add("states", {"key": f"state_{number}", "final": True}) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda add: designs.edit(stage.rt, design, [add], actor=stage.actor("alice")), adds))
    assert sorted(each.number for each in found) == list(range(1, 9))
    keys = [state["key"] for state in designs.draft_of(row_of(stage, design)).document["states"]]
    assert set(keys) >= {f"state_{number}" for number in range(8)}
    ledger.verify(stage.rt.db)


def test_a_page_of_a_design_needs_three_statements(stage, design):
    said = []
    event.listen(stage.rt.db.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    actor = stage.actor("alice")
    said.clear()
    with stage.rt.db.read() as db:
        row = queries.by_ref(db, design)
        queries.latest_of(db, row.id, actor.person_id)
        queries.present(db, row.id, since=to_text(stage.now), but=actor.person_id)
    assert len([sql for sql in said if "SELECT" in sql]) == 3


def test_of_many_edits_those_that_conflict_are_told_and_the_others_are_one_step(stage, design):
    states = {each["key"]: each.get("help") for each in json.loads(row_of(stage, design).document)["states"]}
    hers = [Put(f"states.{key}.help", {"id": "Lama", "en": "Old"}, was) for key, was in states.items()]
    edit(stage, design, *hers, name="gina")
    his = [Put(f"states.{key}.help", {"id": "Baru", "en": "New"}, was) for key, was in states.items()]
    wanted = [*his, LONGER, ARCHIVED]
    before = row_of(stage, design).number
    revision, conflicts = designs.edit_what_fits(stage.rt, design, wanted, actor=stage.actor("alice"))
    assert [each.path for each in conflicts] == [f"states.{key}.help" for key in states]
    assert {each.by for each in conflicts} == {"Gina"}
    assert revision.number == before + 1
    with stage.rt.db.read() as db:
        step = queries.steps(db, queries.by_ref(db, design).id)[0]
    assert [each["path"] for each in json.loads(step.edits)] == [DUE, "states"]
    again = designs.edit_what_fits(stage.rt, design, his, actor=stage.actor("alice"))
    assert (again[0].number, len(again[1])) == (before + 1, len(states))
    designs.undo(stage.rt, design, actor=stage.actor("alice"))
    assert json.loads(row_of(stage, design).document)["states"][0]["help"] == {"id": "Lama", "en": "Old"}
    ledger.verify(stage.rt.db)


def test_a_name_that_was_changed_behind_our_back_is_found(stage, design):
    assert ledger.verify(stage.rt.db).events > 0
    with stage.rt.db.begin() as db:
        queries.put(db, queries.by_ref(db, design).id, name="Lain")
    with pytest.raises(TamperedLedger):
        ledger.verify(stage.rt.db)
