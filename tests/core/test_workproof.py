"""Proof of work: a right answer is quickly seen, a wrong one too, and it gets harder when many come."""

import pytest

from engine.core.workproof import EASIEST, HARDEST, bits_for, is_solved, solve


def test_an_answer_holds_for_its_own_ticket_alone():
    answer = solve("one", 8)
    assert is_solved("one", answer, 8)
    assert [is_solved(f"other {number}", answer, 8) for number in range(40)].count(True) < 5


def test_a_harder_question_is_not_answered_by_an_easier_one():
    answer = solve("ticket", 4)
    assert is_solved("ticket", answer, 4) and not is_solved("ticket", answer, 20)


@pytest.mark.parametrize("nonsense", ["", "-1", "1e9", "１", "12 ", "9" * 13, "abc"])
def test_what_is_no_short_decimal_number_is_no_answer(nonsense):
    assert not is_solved("ticket", nonsense, 0)


def test_it_stays_easy_while_few_come_and_hardens_by_one_bit_each_time_they_double():
    assert [bits_for(lately) for lately in (0, 1, 19, 20, 40, 80)] == [EASIEST, 13, 13, 14, 15, 16]
    assert bits_for(10**9) == HARDEST
