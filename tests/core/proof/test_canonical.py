"""Canonical JSON: byte for byte what RFC 8785 says, for the values that we store; everything else is refused."""

import json
import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import BadRequest
from engine.core.proof.canonical import LARGEST, canonical, digest

TEXTS = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
KEYS = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=30,
)


@given(VALUES)
def test_it_equals_an_independent_implementation_of_the_rfc(value):
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_reading_and_writing_again_gives_the_same_bytes(value):
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(KEYS, VALUES))
def test_the_order_of_keys_does_not_matter(value):
    assert digest(dict(reversed(value.items()))) == digest(value)


def test_the_two_writings_of_an_accent_are_one_text():
    assert canonical("e\u0301") == canonical("é")


@pytest.mark.parametrize(
    "value", [0.5, float("nan"), 2**53, -(2**53), {1: "a"}, {"é": 1}, "\ud800", b"x", object(), {"a": [1.0]}]
)
def test_what_has_no_single_writing_is_refused(value):
    with pytest.raises(BadRequest):
        canonical(value)
