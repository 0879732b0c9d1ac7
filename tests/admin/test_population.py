"""Choices for whom a cycle is become one expression, and are read back from it."""

from hypothesis import given
from hypothesis import strategies as st

from admin import population
from engine import cycles

values = st.lists(st.sampled_from(["pns", "dinkes", "III/a", "jf_keahlian", "XVII"]), max_size=3, unique=True)


@given(st.fixed_dictionaries({name: values.map(tuple) for name in population.ASKED}))
def test_what_was_chosen_is_read_back_and_is_a_population(picked):
    source = population.written(picked)
    cycles.compile_population(source)
    assert population.read_back(source) == picked


@given(st.text(alphabet="'()=abc in units or and kind", max_size=60))
def test_any_other_rule_is_left_as_it_is_or_is_the_same(source):
    picked = population.read_back(source)
    assert picked is None or population.written(picked) == source.strip()
