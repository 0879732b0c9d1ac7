"""Commitments: bound to seed, path and value; each field on its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import BadRequest
from engine.core.proof import commitment, merkle
from engine.core.proof.canonical import canonical

SEED = bytes(range(32))
FIELDS = {"goal": "Posyandu", "weight": "60", "rows": [{"n": 1}], "remark": None}
NAMES = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=6)
RECORDS = st.dictionaries(NAMES, st.integers(0, 100) | st.text(max_size=5).filter(str.isascii), min_size=1)


def test_the_order_of_fields_does_not_matter():
    assert commitment.root(SEED, dict(reversed(FIELDS.items()))) == commitment.root(SEED, FIELDS)


@given(RECORDS, st.data())
def test_any_changed_value_changes_the_root(record, data):
    path = data.draw(st.sampled_from(sorted(record)))
    assert commitment.root(SEED, {**record, path: [record[path]]}) != commitment.root(SEED, record)


@given(RECORDS, st.data())
def test_a_value_under_another_name_changes_the_root(record, data):
    path = data.draw(st.sampled_from(sorted(record)))
    renamed = {("other." if name == path else "") + name: value for name, value in record.items()}
    assert commitment.root(SEED, renamed) != commitment.root(SEED, record)


def test_another_seed_hides_the_same_value():
    other = commitment.commit(SEED[::-1], "score", 80)
    assert commitment.commit(SEED, "score", 80) != other


def test_equal_values_of_two_fields_have_different_commitments():
    assert commitment.commit(SEED, "a", 80) != commitment.commit(SEED, "b", 80)


def test_a_field_can_be_gone_while_the_others_still_prove_the_root():
    known = {path: commitment.commit(SEED, path, value) for path, value in FIELDS.items()}
    shown = {"goal": commitment.commit(SEED, "goal", FIELDS["goal"])}
    assert commitment.root_of(known | shown) == commitment.root(SEED, FIELDS)


@given(RECORDS)
def test_an_entry_of_the_tree_is_canonical_json(record):
    known = {path: commitment.commit(SEED, path, value) for path, value in record.items()}
    assert commitment.root_of(known) == merkle.root(canonical([path, known[path].hex()]) for path in sorted(known))


@pytest.mark.parametrize("seed", [b"", b"short", bytes(33)])
def test_a_seed_of_another_length_is_refused(seed):
    with pytest.raises(ValueError, match="32 bytes"):
        commitment.commit(seed, "a", 1)


@given(RECORDS)
def test_sealing_a_record_commits_to_each_field_as_alone_and_writes_it_canonically(record):
    sealed = commitment.seal(SEED, record)
    assert sealed.commitments == {path: commitment.commit(SEED, path, value) for path, value in record.items()}
    assert sealed.root == commitment.root_of(sealed.commitments)
    assert sealed.body == canonical(record)


@pytest.mark.parametrize("path", ["é", 1])
def test_a_path_that_sorts_differently_elsewhere_is_refused(path):
    with pytest.raises(BadRequest):
        commitment.seal(SEED, {path: "x"})


def test_a_record_as_a_whole_is_bound_to_its_seed_and_to_each_byte():
    body = canonical(FIELDS)
    found = commitment.whole(SEED, body)
    assert found == commitment.whole(SEED, body)
    assert found != commitment.root(SEED, FIELDS)
    assert len({found, commitment.whole(SEED[::-1], body), commitment.whole(SEED, body + b" ")}) == 3
    with pytest.raises(ValueError, match="32 bytes"):
        commitment.whole(SEED[:-1], body)
