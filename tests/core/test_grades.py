"""Grades and classes of positions: which there are, for whom."""

import pytest

from engine.core.grades import GRADES, judge_class, judge_grade


def test_there_are_seventeen_grades_of_either_kind_and_none_of_an_official():
    assert [len(GRADES[kind]) for kind in ("pns", "pppk", "official")] == [17, 17, 0]


@pytest.mark.parametrize(("grade", "kind", "wrong"), [
    ("III/a", "pns", None), ("IV/e", "pns", None), (None, "pns", None), ("IX", "pppk", None), (None, "official", None),
    ("I/e", "pns", "people.grade"), ("V/a", "pns", "people.grade"), ("III/a", "pppk", "people.grade"),
    ("XVIII", "pppk", "people.grade"), ("I/a", "official", "people.grade_of_official"),
])  # fmt: skip
def test_a_grade_is_one_of_its_kind(grade, kind, wrong):
    found = judge_grade(grade, kind)
    assert (found.key if found else None) == wrong


def test_a_class_of_positions_is_a_number_from_one_to_seventeen():
    assert [judge_class(value) is None for value in (None, 1, 17, 0, 18)] == [True, True, True, False, False]
