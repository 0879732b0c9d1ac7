"""The check code binds reference, digest and figures; what was read is compared as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.printing.seal import Figure, as_fields, code, differing, from_fields, initials, is_same_code

SEED, REF, DIGEST = b"s" * 32, "abcdefghijklmnopqrstuvwxyz", "0" * 64
FIGURES = (Figure("Nama", "Siti Rohmah"), Figure("Predikat", "Baik"))
TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)


def test_the_code_is_three_groups_of_four_that_nobody_confuses():
    made = code(SEED, REF, DIGEST, FIGURES)
    assert [len(group) for group in made.split("-")] == [4, 4, 4]
    assert not set(made) & set("ILOU")


@given(TEXT, TEXT)
def test_another_figure_has_another_code(label, text):
    other = (FIGURES[0], Figure(label, text))
    assert (code(SEED, REF, DIGEST, other) == code(SEED, REF, DIGEST, FIGURES)) == (other == FIGURES)


def test_another_seed_reference_or_digest_has_another_code():
    made = code(SEED, REF, DIGEST, FIGURES)
    others = {code(b"t" * 32, REF, DIGEST, FIGURES), code(SEED, REF[::-1], DIGEST, FIGURES),
              code(SEED, REF, "1" * 64, FIGURES), code(SEED, REF, DIGEST, FIGURES[::-1])}  # fmt: skip
    assert len(others | {made}) == 5


def test_a_code_is_read_as_people_type_it():
    made = code(SEED, REF, DIGEST, FIGURES)
    assert is_same_code(made.lower().replace("-", " "), made)
    assert is_same_code(made.replace("0", "o").replace("1", "l"), made)
    assert not is_same_code(made[:-1], made) and not is_same_code("", made)


@pytest.mark.parametrize("typed", ["baik", " BAIK. ", "Baik", ""])
def test_a_figure_is_read_as_people_write_it(typed):
    assert list(differing(FIGURES, ["", typed])) == []


@pytest.mark.parametrize("typed", ["Sangat Baik", "Bai", "Baik sekali"])
def test_an_altered_figure_differs(typed):
    assert list(differing(FIGURES, ["Siti Rohmah", typed])) == [FIGURES[1]]


def test_figures_come_back_in_their_order():
    many = tuple(Figure(f"Butir {at}", str(at)) for at in range(14))
    assert from_fields(as_fields(many)) == many


def test_initials_tell_whose_and_not_who():
    assert initials("dr. Hj. Retno Wulandari Kusumaningrum Prabaningtyas, Sp.OG.") == "D. H. R. W."
    assert initials("Siti") == "S." and initials("") == ""
