"""References: a new key is followed everywhere, and what is removed leaves no name of it behind."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.designing.draft import begun
from engine.core.designing.edits import Rename, change
from engine.core.designing.keys import new_key
from engine.core.designing.paths import path_of
from engine.core.designing.uses import Use, removal, uses
from engine.core.errors import InvalidEdit
from engine.core.reading.known import Known
from engine.core.reading.parse import examine
from engine.core.reading.positions import NOWHERE
from engine.documents import read_yaml
from tests.core.definition_strategies import workflows
from tests.core.definitions import CODELISTS, PRODUCT, ROOT, VALID, shipped_codelists
from tests.core.designing.design_strategies import places
from tests.core.designing.test_edits import written

SEEDS = st.integers(0, 2**32)
BASIC = begun(read_yaml((ROOT / "workflows/basic_cycle.yaml").read_bytes())[0])
KNOWN = Known({**shipped_codelists(), **CODELISTS}, CODELISTS.workflows)
DANGLING = ("lint.unknown_", "bind.no_such_", "bind.in_expression", "bind.rows_from_a_table", "bind.circle")

# Registers are written as files.
DESIGNED = [path for path in VALID if "kind: register" not in path.read_text().splitlines()]


def dangling(document):
    """The problems of names that are not declared."""
    found = examine(document, NOWHERE, PRODUCT, KNOWN).problems
    return [str(each.path) for each in found if each.message.key.startswith(DANGLING)]


def keyed(document):
    """The paths of all elements that have a key."""
    return [path_of(document, steps) for steps, value in places(document) if isinstance(value, dict) and "key" in value]


# Prints have the most parts, and none that anything names.
RENAMED = [path for path in keyed(BASIC.document) if not path.startswith("prints.")]


@pytest.mark.parametrize("path", RENAMED[::4])
def test_every_element_of_the_basic_cycle_can_be_renamed_and_back(path):
    try:
        changed = change(BASIC, [Rename(path, "quite_new")], PRODUCT)
    except InvalidEdit as refused:
        assert refused.message.key == "edits.matched" or (".prefill." in path and refused.message.key == "edits.no_key")
    else:
        assert dangling(changed.draft.document) == []
        assert written(change(changed.draft, changed.inverse, PRODUCT).draft) == written(BASIC)


@given(workflows(), SEEDS)
@settings(max_examples=30)
def test_a_new_key_leaves_no_name_behind(document, seed):
    draft = begun(document)
    paths = keyed(draft.document)
    changed = change(draft, [Rename(paths[seed % len(paths)], "quite_new")], PRODUCT)
    assert dangling(changed.draft.document) == []


@given(workflows(), SEEDS)
@settings(max_examples=30)
def test_what_is_removed_as_told_leaves_no_name_behind(document, seed):
    draft = begun(document)
    paths = keyed(draft.document)
    told = removal(draft.document, paths[seed % len(paths)], PRODUCT)
    changed = change(draft, told.edits, PRODUCT)
    if not told.blocked_by:
        assert dangling(changed.draft.document) == []
    assert written(change(changed.draft, changed.inverse, PRODUCT).draft) == written(draft)


@pytest.mark.parametrize("path", DESIGNED, ids=lambda path: path.stem)
def test_every_key_of_the_corpus_can_be_renamed_and_back(path):
    draft = begun(read_yaml(path.read_bytes())[0])
    for element in keyed(draft.document):
        changed = change(draft, [Rename(element, "quite_new")], PRODUCT) if ".prefill." not in element else None
        if changed is not None:
            assert dangling(changed.draft.document) == [], element
            assert written(change(changed.draft, changed.inverse, PRODUCT).draft) == written(draft)


def test_a_choice_is_followed_into_rules_first_answers_and_prints():
    text = """
    kind: workflow
    format: 1
    key: k
    name: K
    roles: {owner: subject}
    states: {a: {initial: true, tasks: {t: {role: owner, fill: plan}}}, b: {final: true}}
    transitions:
      go:
        from: a
        to: b
        when: plan.kind  == 'main' and 'main' != plan.note or plan.kind in ['side', "main"]
    forms:
      plan:
        sections:
          s:
            fields:
              kind: {type: choice, choices: {main: Utama, side: Tambahan}, default: main}
              note: {type: text, default: main, shown_when: "kind != 'main'"}
    prints:
      p: {blocks: {c: {kind: curve, of: plan.kind, marks: [x], heights: {main: [1], side: [2]}}}}
    """
    draft = begun(read_yaml(text)[0])
    path = "forms.plan.sections.s.fields.kind.choices.main"
    changed = change(draft, [Rename(path, "first")], PRODUCT)
    now = changed.draft.document
    kind, note = now["forms"][0]["sections"][0]["fields"]
    when = now["transitions"][0]["when"]
    assert when == "plan.kind  == 'first' and 'main' != plan.note or plan.kind in ['side', \"first\"]"
    assert (kind["default"], note["default"], note["shown_when"]) == ("first", "main", "kind != 'first'")
    assert list(now["prints"][0]["blocks"][0]["heights"]) == ["first", "side"]
    assert written(change(changed.draft, changed.inverse, PRODUCT).draft) == written(draft)
    told = removal(draft.document, path, PRODUCT)
    assert [use.path for use in told.blocked_by] == [
        "transitions.go.when",
        "forms.plan.sections.s.fields.note.shown_when",
    ]


def test_a_matrix_follows_its_items_rows_and_columns():
    draft = begun(read_yaml((ROOT / "workflows/codelists/predicate_matrix.yaml").read_bytes())[0])
    item, row = (draft.document[key][0]["key"] for key in ("items",)), draft.document["matrix"]["rows"][0]["key"]
    column = draft.document["matrix"]["columns"][0]["key"]
    paths = [f"items.{next(item)}", f"matrix.rows.{row}", f"matrix.columns.{column}"]
    renames = [Rename(path, name) for path, name in zip(paths, ("an_item", "a_row", "a_column"), strict=True)]
    changed = change(draft, renames, PRODUCT)
    assert examine(changed.draft.document, NOWHERE, PRODUCT, KNOWN).problems == ()
    assert "a_column" in changed.draft.document["matrix"]["cells"]["a_row"]
    assert written(change(changed.draft, changed.inverse, PRODUCT).draft) == written(draft)
    gone = change(draft, removal(draft.document, paths[1], PRODUCT).edits, PRODUCT).draft.document
    assert row not in gone["matrix"]["cells"]
    assert removal(draft.document, paths[0], PRODUCT).blocked_by or draft.document["items"]


def test_only_the_name_in_an_expression_is_rewritten():
    text = """
    kind: workflow
    format: 1
    key: k
    name: K
    roles: {owner: subject}
    states: {a: {initial: true, tasks: {t: {role: owner, fill: plan}}}, b: {final: true}}
    transitions:
      go: {from: a, to: b, when: "sum( plan.rows.weight )==100.0  and ( plan.note != 'rows' )", automatic: true}
    forms:
      plan:
        sections:
          s:
            shown_when: "count(rows)  > 0"
            fields:
              rows:
                type: table
                columns: {weight: {type: number}, rows: {type: number, required_when: weight > 1}}
                totals: {weight: "5"}
              note: {type: text, was: [plan.rows]}
        checks: {c: {when: count(rows.rows) < 9, otherwise: Salah, fields: [rows.weight, rows]}}
    """
    draft = begun(read_yaml(text)[0])
    rows = change(draft, [Rename("forms.plan.sections.s.fields.rows", "lines")], PRODUCT).draft.document
    section = rows["forms"][0]["sections"][0]
    assert rows["transitions"][0]["when"] == "sum( plan.lines.weight )==100.0  and ( plan.note != 'rows' )"
    assert section["shown_when"] == "count(lines)  > 0"
    assert [each["key"] for each in section["fields"][0]["columns"]] == ["weight", "rows"]
    assert section["fields"][1]["was"] == ["plan.rows"]
    assert rows["forms"][0]["checks"][0]["when"] == "count(lines.rows) < 9"
    assert rows["forms"][0]["checks"][0]["fields"] == ["lines.weight", "lines"]
    column = "forms.plan.sections.s.fields.rows.columns.weight"
    weight = change(draft, [Rename(column, "share")], PRODUCT).draft.document["forms"][0]["sections"][0]["fields"][0]
    assert weight["columns"][1]["required_when"] == "share > 1"
    assert weight["totals"] == {"share": "5"}


def test_a_field_that_was_published_keeps_the_name_under_which_it_was_answered():
    path = "forms.plan.sections.results.fields.targets"
    once = change(BASIC, [Rename(path, "rows")], PRODUCT, frozenset({"plan.targets"}))
    field = once.draft.document["forms"][0]["sections"][0]["fields"][0]
    assert field["was"] == ["plan.targets"]
    assert written(change(once.draft, once.inverse, PRODUCT, frozenset({"plan.targets"})).draft) == written(BASIC)
    never = change(BASIC, [Rename(path, "rows")], PRODUCT).draft.document["forms"][0]["sections"][0]["fields"][0]
    assert "was" not in never
    form = change(BASIC, [Rename("forms.plan", "skp")], PRODUCT, frozenset({"plan.total"})).draft.document["forms"][0]
    assert [each.get("was") for each in form["sections"][0]["fields"]] == [None, ["plan.total"]]


def test_what_forbids_a_removal_is_named():
    told = removal(BASIC.document, "forms.plan.sections.results.fields.targets", PRODUCT)
    assert Use("transitions.approve.when", in_expression=True) in told.blocked_by
    role = removal(BASIC.document, "roles.employee", PRODUCT)
    assert Use("roles.supervisor.role") in role.blocked_by
    assert Use("transitions.approve.guards.1.options.roles.0") in role.blocked_by
    assert removal(BASIC.document, "states.nowhere", PRODUCT).edits == ()


def test_a_state_takes_its_transitions_and_the_decisions_that_are_left_empty_along():
    told = removal(BASIC.document, "states.rated", PRODUCT)
    gone = [edit.path for edit in told.edits if type(edit).__name__ == "Drop"]
    assert "transitions.submit_evidence" in gone
    assert "states.evidence.tasks.hand_in" in gone
    assert gone[-1] == "states.rated"
    assert told.blocked_by == ()


def test_uses_are_the_places_outside_an_element_that_name_it():
    found = uses(BASIC.document, "states.approved", PRODUCT)
    assert Use("transitions.approve.to") in found
    assert Use("visible.plan.employee.states.1") not in found
    assert Use("visible.0.states.1") in found
    assert uses(BASIC.document, "forms.plan.checks.weights", PRODUCT) == ()
    assert uses(BASIC.document, "states.nowhere", PRODUCT) == ()


@pytest.mark.parametrize(
    ("path", "label", "key"),
    [
        ("states", "Persetujuan Atasan", "persetujuan_atasan"),
        ("states", {"id": "Disetujui", "en": "Approved"}, "disetujui"),
        ("states", "Approved", "approved_2"),
        ("forms", "Predicate", "predicate_2"),
        ("forms.plan.sections.results.fields", "Today", "today_2"),
        ("forms.plan.sections.results.fields", "Resources", "resources_2"),
        ("states.approved.tasks", "", "task"),
        ("states", "1. É—ü!", "n_1_e_u"),
        ("roles", "x" * 90, "x" * 63),
    ],
)
def test_a_key_comes_from_its_label(path, label, key):
    assert new_key(BASIC.document, path, label) == key


@pytest.mark.parametrize("path", sorted((ROOT / "workflows/scores").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_key_of_a_shipped_score_can_be_renamed_and_back(path):
    draft = begun(read_yaml(path.read_bytes())[0])
    before = examine(draft.document, NOWHERE, PRODUCT, KNOWN).problems
    for element in keyed(draft.document):
        changed = change(draft, [Rename(element, "quite_new")], PRODUCT)
        assert examine(changed.draft.document, NOWHERE, PRODUCT, KNOWN).problems == before, element
        assert written(change(changed.draft, changed.inverse, PRODUCT).draft) == written(draft)


def test_formulas_of_a_score_follow_its_inputs_steps_and_bands():
    text = """
    kind: score
    format: 1
    key: k
    name: K
    inputs: {done: {}, late: {}}
    steps:
      share: {formula: {value: "done / (done + late)  * 100"}}
      scale:
        bands:
          of: share.value
          bands: {low: {to: 49}, high: {from: 50, needs: late < 3, otherwise: low}}
      paid: {formula: {value: "if(scale.band == 'high', share.value, 0)"}}
    """
    draft = begun(read_yaml(text)[0])
    names = {"inputs.late": "tardy", "steps.share": "part", "steps.scale.bands.bands.high": "top"}
    changed = change(draft, [Rename(path, name) for path, name in names.items()], PRODUCT)
    part, scale, paid = changed.draft.document["steps"]
    assert part["formula"]["value"] == "done / (done + tardy)  * 100"
    assert (scale["bands"]["of"], scale["bands"]["bands"][1]["needs"]) == ("part.value", "tardy < 3")
    assert paid["formula"]["value"] == "if(scale.band == 'top', part.value, 0)"
    assert written(change(changed.draft, changed.inverse, PRODUCT).draft) == written(draft)
    lowest = change(draft, [Rename("steps.scale.bands.bands.low", "least")], PRODUCT).draft.document
    assert lowest["steps"][1]["bands"]["bands"][1]["otherwise"] == "least"
    blocked = {path: [use.path for use in removal(draft.document, path, PRODUCT).blocked_by] for path in names}
    assert blocked["inputs.late"] == ["steps.share.formula.value", "steps.scale.bands.bands.high.needs"]
    assert blocked["steps.share"] == ["steps.scale.bands.of", "steps.paid.formula.value"]
    assert blocked["steps.scale.bands.bands.high"] == ["steps.paid.formula.value"]


def test_what_chooses_a_set_of_bands_follows_its_key():
    draft = begun(read_yaml((ROOT / "workflows/scores/study_leave.yaml").read_bytes())[0])
    (step,) = (each for each in draft.document["steps"] if "sets" in (each.get("bands") or {}))
    path = f"steps.{step['key']}.bands.sets.bachelor_a"
    changed = change(draft, [Rename(path, "degree_a")], PRODUCT)
    (now,) = (each for each in changed.draft.document["steps"] if each["key"] == step["key"])
    assert now["bands"]["by"] == step["bands"]["by"].replace('"bachelor_a"', '"degree_a"')
    assert 'level == "bachelor"' in now["bands"]["by"]
    assert [use.path for use in removal(draft.document, path, PRODUCT).blocked_by] == [f"steps.{step['key']}.bands.by"]
    assert written(change(changed.draft, changed.inverse, PRODUCT).draft) == written(draft)
