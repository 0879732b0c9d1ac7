"""What is missing, undefined or outside has a declared outcome, and says why; a tree always adds up to its score."""

import json
import random
from decimal import Decimal

import pytest

from engine.core.messages import message_from_document
from engine.core.proof.canonical import canonical
from engine.core.scoring.nodes import adds_up
from tests.core.scoring.shipped import bound, worked

HEAD = "kind: score\nformat: 1\nkey: sample\nname: {id: Contoh, en: Sample}\n"


def weighted(missing, **more):
    """A score of two parts, 60 and 40, and what else its parts have."""
    others = ", ".join(f"{key}: {value}" for key, value in more.items())
    return bound(
        HEAD
        + f"""
inputs:
  plan: {{label: {{id: SKP, en: Plan}}, least: 0, most: 120}}
  peers: {{type: numbers, label: {{id: Rekan, en: Peers}}}}
steps:
  total:
    label: {{id: Nilai, en: Score}}
    weighted:
      missing: {missing}
      parts:
        plan_part: {{label: {{id: SKP, en: Plan}}, weight: 60, value: plan}}
        peer_part: {{label: {{id: Rekan, en: Peers}}, weight: 40, value: peers, combine: mean, {others}}}
    round: {{places: 2}}
"""
    )


def formula(text, undefined="refuse"):
    """A score of one formula."""
    step = f'formula: {{value: "{text}", undefined: {undefined}}}'
    inputs = "inputs: {a: {label: {id: A, en: A}}, b: {label: {id: B, en: B}}}\n"
    return bound(f"{HEAD}{inputs}steps:\n  ratio:\n    label: {{id: Rasio, en: Ratio}}\n    {step}\n")


def whys(node):
    """Every reason that a tree tells, by key."""
    own = [message_from_document(each).key for each in node.get("why", ())]
    return own + [key for child in node.get("children", ()) for key in whys(child)]


def test_without_a_part_there_is_no_score_where_it_says_refuse():
    found = worked(weighted("refuse"), plan=80, peers=[])
    assert found.tree is None
    assert [each.key for each in found.reasons] == ["score.why.too_few"]


def test_the_others_count_for_a_missing_part_where_it_says_reweight_and_the_tree_tells_it():
    found = worked(weighted("reweight"), plan=80, peers=None)
    assert found.value == Decimal("80.00")
    assert "score.why.part_reweight" in whys(found.tree.as_document())


def test_a_missing_part_is_nothing_where_it_says_zero_and_the_tree_tells_it():
    found = worked(weighted("zero"), plan=80, peers=None)
    assert found.value == Decimal("48.00")
    assert "score.why.part_zero" in whys(found.tree.as_document())


def test_where_every_part_is_missing_there_is_no_score_whatever_it_says():
    assert worked(weighted("zero")).reasons
    assert worked(weighted("reweight")).tree is None


def test_three_answers_are_too_few_where_five_are_asked_for():
    found = worked(weighted("refuse", at_least=5), plan=80, peers=[70, 80, 90])
    assert [(each.key, each.params["found"], each.params["least"]) for each in found.reasons] == [
        ("score.why.too_few", 3, 5)
    ]


@pytest.mark.parametrize(("undefined", "value", "key"), [
    ("refuse", None, "score.why.undefined_refuse"),
    ("missing", None, "score.why.undefined_missing"),
    ("zero", Decimal(0), "score.why.undefined_zero"),
])  # fmt: skip
def test_a_division_by_zero_ends_as_declared_and_says_so(undefined, value, key):
    found = worked(formula("a / b", undefined), a=1, b=0)
    assert found.value == value
    told = [each.key for each in found.reasons] if found.tree is None else whys(found.tree.as_document())
    assert key in told


def test_what_is_missing_is_named_by_its_label():
    found = worked(formula("a / b"), a=1)
    assert [each.key for each in found.reasons] == ["score.why.input_missing"]
    assert found.reasons[0].params["name"].en == "B"


def test_a_number_beyond_its_bounds_refuses_the_score():
    assert [each.key for each in worked(weighted("zero"), plan=121, peers=[1]).reasons] == ["score.why.too_large"]
    assert [each.key for each in worked(weighted("zero"), plan=-1, peers=[1]).reasons] == ["score.why.too_small"]


def test_a_number_outside_of_all_bands_is_in_none_and_says_so():
    found = worked("skm_index", **{f"u{number}": [1] * 5 for number in range(1, 10)})
    assert found.band == "d"
    found = worked("attendance_discipline", absent=0, in_a_row=0)
    assert found.band == "no_sanction"
    outside = bound(
        HEAD
        + """
inputs: {a: {label: {id: A, en: A}}}
steps:
  level:
    label: {id: Tingkat, en: Level}
    bands: {of: a, bands: {low: {from: 10, label: {id: Rendah, en: Low}}}}
"""
    )
    assert [each.key for each in worked(outside, a=9).reasons] == ["score.why.outside"]


def test_the_tree_names_the_condition_that_was_not_met():
    found = worked("pp30_70_30", plan=120, behaviour=120, new_idea=False)
    assert "score.why.needs" in whys(found.tree.as_document())


def test_a_step_that_two_steps_read_is_told_once():
    found = worked("indicator_8_2021", achieved=98, target=100, lower_is_better=False, target_is_maximum=False)
    document = canonical(found.tree.as_document()).decode()
    assert document.count('"key":"attainment"') == 1


def a_definition(chance):
    """A random score: weighted steps over inputs and over one another, some by equal weights, some of raters."""
    inputs = [f"i{number}" for number in range(chance.randint(2, 5))]
    lists = [f"l{number}" for number in range(chance.randint(0, 2))]
    lines = [HEAD, "inputs:"]
    lines += [f"  {key}: {{label: {{id: {key}, en: {key}}}}}" for key in inputs]
    lines += [f"  {key}: {{type: numbers, label: {{id: {key}, en: {key}}}}}" for key in lists]
    lines.append("steps:")
    known = list(inputs)
    for number in range(chance.randint(1, 4)):
        lines += a_step(chance, f"s{number}", known, lists)
        known.append(f"s{number}.value")
    return "\n".join(lines) + "\n"


def a_step(chance, key, known, lists):
    count = chance.randint(1, 5)
    equal, cuts = chance.random() < 0.4, sorted(chance.sample(range(1, 10000), count - 1))
    weights = [Decimal(b - a) / 100 for a, b in zip([0, *cuts], [*cuts, 10000], strict=True)]
    missing = chance.choice(["refuse", "reweight", "zero"])
    yield f"  {key}:\n    label: {{id: {key}, en: {key}}}\n    weighted:\n      missing: {missing}"
    if equal:
        yield "      weights: equal"
    yield "      parts:"
    for place, weight in enumerate(weights):
        several = lists and chance.random() < 0.3
        value = chance.choice(lists) if several else chance.choice(known)
        how = f", combine: {chance.choice(['mean', 'median', 'least', 'most', 'sum'])}" if several else ""
        own = "" if equal else f", weight: {weight}"
        rounding = f", round: {{places: {chance.randint(0, 4)}}}" if chance.random() < 0.3 else ""
        yield f"        p{place}: {{label: {{id: p, en: p}}, value: {value}{own}{how}{rounding}}}"
    if chance.random() < 0.7:
        yield f"    round: {{places: {chance.randint(0, 6)}, mode: {chance.choice(['half_up', 'up', 'down'])}}}"


def some(chance):
    return Decimal(chance.randint(-10_000_000, 10_000_000)) / 1000


def test_the_tree_adds_up_to_the_score_for_a_thousand_random_cases():
    chance, there = random.Random(20261122), 0
    for _ in range(50):
        score = bound(a_definition(chance))
        for _ in range(20):
            values = {}
            for each in score.definition.inputs:
                if chance.random() < 0.9:
                    many = [some(chance) for _ in range(chance.randint(0, 6))]
                    values[each.key] = many if each.type == "numbers" else some(chance)
            found = worked(score, **values)
            assert (found.tree is None) == bool(found.reasons)
            if found.tree is not None:
                there += 1
                kept = json.loads(canonical(found.tree.as_document()))
                assert adds_up(kept)
                assert Decimal(kept["value"]) == found.value
                assert canonical(worked(score, **values).tree.as_document()) == canonical(kept)
    assert there > 500


def test_a_changed_number_in_a_kept_tree_no_longer_adds_up():
    kept = worked("weighted_indicators", productivity=80, quality=90, communication=70).tree.as_document()
    assert adds_up(kept)
    total = kept["children"][0]["children"][0]
    total["children"][0]["share"] = "33"
    assert not adds_up(kept)
