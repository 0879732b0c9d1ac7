"""Waiting after failed tries: it grows, it ends, and a stranger cannot impose it on an owner."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.attempts import Failures, Tries, seconds_to_wait

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NONE = Failures(0, None)
CALM = Tries(own=NONE, name=NONE, address=NONE, all=NONE, known=False)


def failed(count: int, seconds_ago: int = 0) -> Failures:
    return Failures(count, NOW - timedelta(seconds=seconds_ago))


@pytest.mark.parametrize(
    ("count", "seconds"), [(0, 0), (1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (10**6, 900)]
)
def test_the_wait_doubles_from_the_fifth_failure_up_to_a_quarter_of_an_hour(count, seconds):
    assert seconds_to_wait(replace(CALM, own=failed(count)), NOW) == seconds


def test_waiting_shortens_the_wait_until_the_next_try_is_looked_at():
    assert seconds_to_wait(replace(CALM, own=failed(5, 29)), NOW) == 1
    assert seconds_to_wait(replace(CALM, own=failed(5, 30)), NOW) == 0


STORM = replace(CALM, name=failed(10_000), address=failed(10_000), all=failed(10_000))


def test_a_storm_holds_back_those_who_have_failed_here_before():
    assert seconds_to_wait(replace(STORM, own=failed(1)), NOW) == 900


@pytest.mark.parametrize("kind", ["name", "all"])
def test_a_storm_elsewhere_never_holds_back_the_first_try_from_a_new_address(kind):
    assert seconds_to_wait(replace(CALM, **{kind: failed(10_000)}), NOW) == 0


def test_no_storm_holds_back_an_address_from_which_its_owner_has_signed_in():
    assert seconds_to_wait(replace(STORM, own=failed(4), known=True), NOW) == 0


def test_a_known_address_is_still_slowed_by_its_own_failures():
    assert seconds_to_wait(replace(STORM, own=failed(5), known=True), NOW) == 30


counts = st.builds(failed, st.integers(0, 10**9), st.integers(0, 10**6)) | st.just(NONE)


@given(st.builds(Tries, own=counts, name=counts, address=counts, all=counts, known=st.booleans()))
def test_every_wait_is_over_after_a_quarter_of_an_hour(tries):
    wait = seconds_to_wait(tries, NOW)
    assert 0 <= wait <= 900
    assert seconds_to_wait(tries, NOW + timedelta(seconds=wait)) == 0
