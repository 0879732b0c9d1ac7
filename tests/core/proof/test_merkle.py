"""RFC 9162 tree hashing: the published vectors, and the definition itself as an oracle."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.proof import merkle

# The eight entries and roots that certificate-transparency implementations test with.
ENTRIES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
)]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_come_out(size):
    assert merkle.root(ENTRIES[:size]).hex() == ROOTS[size]


def as_defined(entries: list[bytes]) -> bytes:
    """Section 2.1.1, word for word: split at the largest power of two below the size."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return merkle.leaf_hash(entries[0])
    split = 1 << (len(entries) - 1).bit_length() - 1
    return merkle.node_hash(as_defined(entries[:split]), as_defined(entries[split:]))


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_root_is_the_one_that_the_rfc_defines(entries):
    assert merkle.root(entries) == as_defined(entries)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=20), st.data())
def test_any_changed_entry_changes_the_root(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    changed = [*entries[:index], entries[index] + b"!", *entries[index + 1 :]]
    assert merkle.root(changed) != merkle.root(entries)


def test_two_hashes_given_as_an_entry_do_not_pass_for_a_node():
    left, right = merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


@pytest.mark.parametrize(("left", "right"), [(b"", b"x" * 32), (b"x" * 32, b"x" * 31), (b"x" * 64, b"")])
def test_a_node_of_anything_but_two_hashes_is_refused(left, right):
    with pytest.raises(ValueError, match="32 bytes"):
        merkle.node_hash(left, right)
