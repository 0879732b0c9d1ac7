"""A root made leaf by leaf is that of the whole list, and each leaf proves that it is among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.proof import batch, merkle
from engine.core.proof.canonical import canonical

LEAVES = st.lists(st.binary(max_size=8), max_size=40)


@given(LEAVES)
def test_a_root_that_grows_is_the_root_of_the_list(leaves):
    growing = batch.Growing()
    for leaf in leaves:
        growing.add(leaf)
    assert (
        growing.said() == batch.said(len(leaves), leaves) == {"count": len(leaves), "root": merkle.root(leaves).hex()}
    )


@given(LEAVES.filter(bool), st.data())
def test_each_leaf_leads_to_the_root_and_another_one_does_not(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    beside, root = batch.path(leaves, place), merkle.root(leaves)
    assert batch.root_by(leaves[place], place, len(leaves), beside) == root
    assert batch.root_by(leaves[place] + b"!", place, len(leaves), beside) != root
    assert batch.root_by(leaves[place], place, len(leaves), [*beside, b"\0" * 32]) is None


@pytest.mark.parametrize(("place", "count"), [(3, 3), (-1, 3), (0, 0)])
def test_a_place_that_is_none_leads_nowhere(place, count):
    assert batch.root_by(b"x", place, count, []) is None


def test_the_leaf_of_an_entry_is_canonical_json():
    assert batch.entry_leaf("abc", "def", "2026-03-02", b"\x01" * 32) == canonical(
        ["abc", "def", "2026-03-02", "01" * 32]
    )
    assert batch.ended_leaf("abc") == canonical(["abc"])
