"""Refs and seeds as they are stored."""

from engine.store.refs import new_ref, new_seed


def test_refs_are_26_characters_of_base32_and_never_the_same():
    refs = {new_ref() for _ in range(1000)}
    assert len(refs) == 1000
    assert all(len(ref) == 26 and set(ref) <= set("abcdefghijklmnopqrstuvwxyz234567") for ref in refs)


def test_a_seed_has_32_bytes():
    assert len(new_seed()) == 32
    assert new_seed() != new_seed()
