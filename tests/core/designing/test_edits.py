"""What edits do: each can be undone to the byte, two people's merge or conflict, and nonsense is refused in words."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.designing.draft import Draft, begun
from engine.core.designing.edits import FIXED, Add, Drop, Move, Place, Put, Rename, as_list, change, several
from engine.core.designing.paths import path_of
from engine.core.errors import EditConflict, InvalidEdit
from engine.core.reading.normal import digest, dump, normal_form
from engine.core.reading.parse import examine, parse
from engine.core.reading.positions import NOWHERE
from engine.documents import read_yaml
from tests.core.definition_strategies import damaged, workflows
from tests.core.definitions import CATALOG, CODELISTS, ROOT
from tests.core.designing.design_strategies import places, some_edits

SEEDS = st.integers(0, 2**32)
BASIC = begun(read_yaml((ROOT / "workflows/basic_cycle.yaml").read_bytes())[0])
DUE = "states.plan_drafted.tasks.decide_plan.due.working_days"


def written(draft):
    """Every byte of a draft, the order of its keys included."""
    return json.dumps([draft.document, sorted(draft.places.items())])


def done(*edits, draft=BASIC):
    return change(draft, edits, CATALOG)


@given(workflows(), SEEDS, SEEDS, st.booleans())
@settings(max_examples=100)
def test_edits_are_undone_to_the_byte_and_raise_nothing_of_their_own(document, seed, harm, is_damaged):
    draft = begun(damaged(document, harm) if is_damaged else document)
    if not draft.document:
        return
    for edit in some_edits(draft, seed, 12):
        before = written(draft)
        try:
            changed = change(draft, [edit], CATALOG)
        except (EditConflict, InvalidEdit) as refused:
            assert refused.message.key.startswith("edits.")
        else:
            assert written(change(changed.draft, changed.inverse, CATALOG).draft) == before, edit
            assert several(json.loads(json.dumps(as_list(changed.inverse)))) == changed.inverse
            assert written(draft) == before
            draft = changed.draft


@given(workflows(), SEEDS, SEEDS)
@settings(max_examples=60)
def test_two_changes_of_different_properties_come_out_the_same_in_either_order(document, seed, other):
    draft = begun(document)
    plain = [(steps, value) for steps, value in places(draft.document) if isinstance(value, str) and steps[-1] != "key"]
    (one, was), (two, before) = plain[seed % len(plain)], plain[other % len(plain)]
    if one == two or one[0] in FIXED or two[0] in FIXED:
        return
    mine, theirs = Put(path_of(draft.document, one), "mine", was), Put(path_of(draft.document, two), "theirs", before)
    assert done(mine, theirs, draft=draft).draft == done(theirs, mine, draft=draft).draft


@given(workflows())
@settings(max_examples=50)
def test_a_valid_definition_is_the_same_definition_as_a_draft(document):
    definition = parse(document, NOWHERE, CATALOG, CODELISTS)
    drafted = parse(begun(dump(definition)).document, NOWHERE, CATALOG, CODELISTS)
    assert drafted == definition
    assert begun(begun(document).document) == begun(document)


def test_a_draft_of_a_shipped_workflow_has_its_digest():
    for path in sorted((ROOT / "workflows").glob("*.yaml")):
        document = read_yaml(path.read_bytes())[0]
        assert normal_form(begun(document).document) == begun(document).document
    assert "lock" not in begun({**BASIC.document, "lock": [{"reference": "codelist:a", "digest": "0" * 64}]}).document


def test_a_draft_shows_that_a_translation_is_missing():
    text = (ROOT / "workflows/basic_cycle.yaml").read_text("utf-8")
    assert ", en: Plan being drafted}" in text
    draft = begun(read_yaml(text.replace(", en: Plan being drafted}", "}"))[0])
    assert draft.document["states"][0]["label"] == {"id": "Penyusunan SKP"}
    told = [problem.message.key for problem in examine(draft.document, NOWHERE, CATALOG, CODELISTS).problems]
    assert "definition.untranslated" in told
    whole = done(Put("states.plan_drafted.label.en", "Plan being drafted"), draft=draft).draft
    assert whole.document == BASIC.document


def test_a_value_that_says_what_holds_anyway_is_no_change():
    assert done(Put("states.approved.initial", False)).inverse == ()
    assert done(Put("transitions.approve.reason", "none")).inverse == ()
    taken = done(Put("states.plan_drafted.initial", False, True)).draft
    assert "initial" not in taken.document["states"][0]


def test_a_property_below_nothing_makes_its_map_and_takes_it_along_again():
    changed = done(Put("states.approved.tasks.begin.due.working_days", 5))
    assert changed.draft.document["states"][1]["tasks"][0]["due"] == {"working_days": 5}
    assert written(change(changed.draft, changed.inverse, CATALOG).draft) == written(BASIC)


def test_two_admins_edits_of_different_things_both_land():
    first = done(Put(DUE, 9, 7)).draft
    second = done(
        Put("states.plan_drafted.label.id", "Menyusun SKP", "Penyusunan SKP"),
        Add("states", {"key": "archived", "final": True}),
        Drop("transitions.reopen_plan"),
        draft=first,
    ).draft
    assert second.document["states"][0]["tasks"][1]["due"]["working_days"] == 9
    assert second.document["states"][0]["label"]["id"] == "Menyusun SKP"
    assert second.document["states"][-1]["key"] == "archived"


def test_two_admins_edits_of_the_same_property_conflict_and_say_what_is_there():
    first = done(Put(DUE, 9, 7)).draft
    with pytest.raises(EditConflict) as conflict:
        done(Put(DUE, 10, 7), draft=first)
    assert (conflict.value.path, conflict.value.expected, conflict.value.found) == (DUE, 7, 9)
    assert done(Put(DUE, 9, 7), draft=first).inverse == ()


def test_an_edit_of_what_somebody_removed_conflicts():
    gone = done(Drop("states.plan_drafted.tasks.decide_plan")).draft
    with pytest.raises(EditConflict) as conflict:
        done(Put(DUE, 10, 7), draft=gone)
    assert conflict.value.found is None
    with pytest.raises(EditConflict):
        done(Drop("states.plan_drafted", was=BASIC.document["states"][0]), draft=gone)


def test_an_undo_after_somebody_elses_change_of_the_same_property_conflicts():
    mine = done(Put(DUE, 9, 7))
    theirs = done(Put(DUE, 12, 9), draft=mine.draft).draft
    with pytest.raises(EditConflict):
        change(theirs, mine.inverse, CATALOG)


def test_an_undo_after_somebody_elses_change_of_something_else_lands():
    mine = done(Put(DUE, 9, 7))
    theirs = done(Add("states", {"key": "archived", "final": True}, "approved"), draft=mine.draft).draft
    assert written(change(theirs, mine.inverse, CATALOG).draft) == written(
        done(Add("states", {"key": "archived", "final": True}, "approved")).draft
    )


def test_a_call_gets_all_its_edits_or_none():
    with pytest.raises(InvalidEdit):
        done(Put(DUE, 9, 7), Drop("states.nowhere"))


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (Put("kind", "codelist", "workflow"), "edits.fixed"),
        (Put("states.plan_drafted.key", "approved", "plan_drafted"), "edits.key_taken"),
        (Put("transitions.approve.guards.0", None, {"name": "tasks_done"}), "edits.drop_instead"),
        (Add("states", {"key": "approved"}), "edits.key_taken"),
        (Add("states", {"key": "Not a key"}), "edits.bad_key"),
        (Add("states", {"label": "Uji"}), "edits.no_key"),
        (Add("states", 5), "edits.no_key"),
        (Add("name", {"key": "a"}), "edits.no_such_list"),
        (Drop("states"), "edits.no_element"),
        (Drop("states.nowhere"), "edits.nothing_there"),
        (Move("states.approved", "transitions"), "edits.no_such_list"),
        (Move("forms.plan.sections.results", "forms.plan.sections.results.fields"), "edits.no_such_list"),
        (Rename("states.approved", "plan_drafted"), "edits.key_taken"),
        (Rename("states.approved", "Bad Key"), "edits.bad_key"),
        (Rename("transitions.approve.guards.0", "x"), "edits.no_key"),
        (Place("nowhere", (1, 1)), "edits.nothing_there"),
        (Place("approved", (10**9, 1)), "edits.too_far"),
        (Put("help", "x" * 1_000_001, BASIC.document["help"]), "edits.too_large"),
        (Put("help.é", "x"), "edits.unwritable"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(edit, says):
    with pytest.raises(InvalidEdit) as refused:
        done(edit)
    assert refused.value.message.key == says


def test_json_of_a_strange_kind_is_no_edit():
    for junk in (None, [], {"do": "erase"}, {"do": "put"}, {"do": "put", "path": 5}, {"do": "add", "path": "states"},
                 {"do": "place", "state": "a", "at": [1, "2"]}, {"do": "drop", "path": "a", "extra": 1},
                 {"do": "move", "path": "a"}, {"do": "rename", "path": "x" * 501, "key": "a"}):  # fmt: skip
        with pytest.raises(InvalidEdit):
            several([junk])
    with pytest.raises(InvalidEdit):
        several([{"do": "drop", "path": "a"}] * 201)
    with pytest.raises(InvalidEdit):
        several([{"do": "rename", "path": "a", "key": "b"}] * 21)
    with pytest.raises(InvalidEdit):
        several("[]")
    assert several([{"do": "put", "path": "a", "value": [0.5]}]) == (Put("a", ["0.5"]),)


def test_swapping_two_automatic_transitions_changes_the_digest():
    text = """
    kind: workflow
    format: 1
    key: order
    name: Urutan
    roles: {owner: subject}
    states: {a: {initial: true, tasks: {t: {role: owner, fill: f}}}, b: {final: true}, c: {final: true}}
    transitions:
      first: {from: a, to: b, automatic: true, guards: tasks_done}
      second: {from: a, to: c, automatic: true, guards: tasks_done}
    forms: {f: {sections: {s: {fields: {x: {type: text}}}}}}
    """
    draft = begun(read_yaml(text)[0])
    swapped = done(Move("transitions.second", "transitions", "first"), draft=draft)
    digests = [digest(parse(each.document, NOWHERE, CATALOG, {})) for each in (draft, swapped.draft)]
    assert digests[0] != digests[1]
    assert written(change(swapped.draft, swapped.inverse, CATALOG).draft) == written(draft)


def test_a_box_that_was_placed_keeps_its_place_through_a_new_name_and_loses_it_with_the_state():
    placed = done(Place("approved", (40, 80))).draft
    renamed = done(Rename("states.approved", "agreed"), draft=placed).draft
    assert renamed.places == {"agreed": (40, 80)}
    gone = done(Drop("states.agreed"), draft=renamed)
    assert gone.draft.places == {}
    assert change(gone.draft, gone.inverse, CATALOG).draft == renamed
    assert isinstance(renamed, Draft)
