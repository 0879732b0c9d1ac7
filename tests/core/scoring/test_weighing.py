"""Weighted sums are exact until their one division; those kept from before are proved as they were made."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.proof.canonical import canonical
from engine.core.scoring.nodes import adds_up, weighed_sum
from engine.core.scoring.using import again, outcome
from engine.core.scoring.working import Input, work
from tests.core.scoring.shipped import bound, worked

KEYS = ("a", "b", "c", "d")
NUMBERS = st.decimals(-(10**13), 10**13, places=15, allow_nan=False)  # 28 digits: all that a number may have
WEIGHTS = st.lists(st.decimals("0.01", 100, places=2), min_size=1, max_size=9)


def weighted(*weights, missing="refuse", mode=None):
    """A score of parts by these weights (None: equal ones) with a band from 76."""
    keys = KEYS[: len(weights)]
    inputs = "\n".join(f"  {key}: {{label: {{id: {key}, en: {key}}}}}" for key in keys)
    parts = "\n".join(
        f"        p_{key}: {{value: {key}{'' if weight is None else f', weight: {weight}'}}}"
        for key, weight in zip(keys, weights, strict=True)
    )
    equal = "      weights: equal\n" if weights[0] is None else ""
    rounding = "" if mode is None else f"    round: {{places: 2, mode: {mode}}}\n"
    return bound(
        "kind: score\nformat: 1\nkey: sample\nname: {id: Contoh, en: Sample}\n"
        f"inputs:\n{inputs}\nsteps:\n"
        "  total:\n    label: {id: Nilai, en: Score}\n"
        f"    weighted:\n      missing: {missing}\n{equal}      parts:\n{parts}\n{rounding}"
        "  level:\n    label: {id: Tingkat, en: Level}\n"
        "    bands:\n      of: total.value\n      bands:\n"
        "        low: {label: {id: Kurang, en: Low}}\n"
        "        good: {from: 76, label: {id: Baik, en: Good}}\n"
    )


@given(NUMBERS, WEIGHTS)
def test_equal_numbers_come_to_that_number_by_any_weights(number, weights):
    assert weighed_sum([(number, weight) for weight in weights], sum(weights)) == number


@pytest.mark.parametrize("mode", [None, "down", "half_up"])
@pytest.mark.parametrize(
    ("score", "values"),
    [
        (((None, None, None), "refuse"), {"a": 76, "b": 76, "c": 76}),
        (((None, None, None, None), "reweight"), {"a": 76, "b": 76, "c": 76}),
        ((("33.3", "33.3", "33.4"), "refuse"), {"a": 76, "b": 76, "c": 76}),
        ((("10", "17", "4", "69"), "reweight"), {"a": 76, "b": 76, "c": 76}),
    ],
)
def test_a_number_exactly_on_a_boundary_lies_in_its_band(score, values, mode):
    weights, missing = score
    found = worked(weighted(*weights, missing=missing, mode=mode), **values)
    assert (found.value, found.band) == (76, "good")
    assert adds_up(json.loads(canonical(found.tree.as_document())))


def kept(score, *, by_shares):
    inputs = {key: Input(Decimal(76), {}) for key in ("a", "b", "c")}
    return json.loads(canonical(outcome(score, work(score, inputs, by_shares=by_shares), inputs, None).derivation))


@pytest.mark.parametrize("missing", ["refuse", "reweight", "zero"])
@pytest.mark.parametrize("by_shares", [False, True])
def test_what_is_kept_is_worked_out_again_to_the_last_byte_whenever_it_was_made(missing, by_shares):
    score = weighted(None, None, None, *([] if missing == "refuse" else [None]), missing=missing)
    before = kept(score, by_shares=by_shares)
    assert adds_up(before["tree"])
    assert canonical(again(score, before).derivation) == canonical(before)


def test_a_sum_that_was_made_of_rounded_shares_stays_what_it_was():
    score = weighted(None, None, None)
    assert (kept(score, by_shares=True)["band"], kept(score, by_shares=False)["band"]) == ("low", "good")


def nodes(node):
    yield node
    for each in node.get("children", ()):
        yield from nodes(each)


@pytest.mark.parametrize(
    ("path", "number"), [("value", "77"), ("weight", "41"), ("share", "30.5"), ("of", "99"), ("before", "76.1")]
)
def test_no_number_of_a_kept_sum_can_be_changed(path, number):
    tree = kept(weighted(40, 30, 30), by_shares=False)["tree"]
    total = next(each for each in nodes(tree) if each["key"] == "total")
    assert adds_up(tree)
    place = total["children"][0] if path in ("value", "weight", "share") else total
    (place["rule"] if path == "of" else place)[path] = number
    assert not adds_up(tree)
