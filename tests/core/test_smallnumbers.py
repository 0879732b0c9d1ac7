"""Totals from a floor up: groups are whole, never overlap, and do not change when later months come."""

from hypothesis import given
from hypothesis import strategies as st

from engine.core.smallnumbers import joined_months, joined_parts, told_apart

COUNTS = st.lists(st.integers(0, 12), max_size=14)
FLOORS = st.integers(2, 9)


def test_months_are_joined_forwards_until_there_are_enough_and_the_rest_waits():
    months = [("jan", 2), ("feb", 1), ("mar", 7), ("apr", 0), ("may", 5), ("jun", 4)]
    assert joined_months(months, 5) == (("jan", "feb", "mar"), ("may",))


@given(COUNTS, FLOORS)
def test_each_group_of_months_is_large_enough_and_no_month_is_in_two(counts, floor):
    groups = joined_months(enumerate(counts), floor)
    assert all(sum(counts[month] for month in group) >= floor for group in groups)
    shown = [month for group in groups for month in group]
    assert shown == sorted(set(shown))


@given(COUNTS, st.integers(0, 12), FLOORS)
def test_a_later_month_changes_no_group_that_was_shown(counts, next_one, floor):
    before = joined_months(enumerate(counts), floor)
    assert joined_months(enumerate([*counts, next_one]), floor)[: len(before)] == before


def test_parts_that_are_too_small_are_joined_with_the_smallest_of_the_others():
    assert joined_parts({"a": 20, "b": 2, "c": 6}, 5) == (("a",), ("b", "c"))
    assert joined_parts({"a": 20, "b": 3, "c": 2}, 5) == (("a",), ("c", "b"))
    assert joined_parts({"a": 8, "b": 7, "c": 0}, 5) == (("a",), ("b",))
    assert joined_parts({"a": 3, "b": 1}, 5) == ()


@given(COUNTS, FLOORS)
def test_each_group_of_parts_is_large_enough_and_together_they_are_the_whole(counts, floor):
    groups = joined_parts(dict(enumerate(counts)), floor)
    assert all(sum(counts[part] for part in group) >= floor for group in groups)
    parts = sorted(part for group in groups for part in group)
    assert parts == ([place for place, count in enumerate(counts) if count] if sum(counts) >= floor else [])


def test_a_whole_and_a_part_of_it_are_not_both_told_where_few_are_left_between_them():
    above = {"city": None, "office": "city", "desk": "office", "field": "office"}
    people = {"city": 40, "office": 12, "desk": 9, "field": 0}
    assert told_apart(people, {}, above, 5) == {"city", "office"}
    assert told_apart(people | {"desk": 7}, {}, above, 5) == {"city", "office", "desk"}
    assert told_apart(people | {"desk": 12}, {}, above, 5) == {"city", "office", "desk"}
    assert told_apart(people | {"desk": 8, "field": 3}, {}, above, 5) == {"city", "office"}
    assert told_apart({"city": 4, "office": 3}, {}, above, 5) == frozenset()


def test_a_top_that_is_all_but_its_only_part_gives_way_to_it():
    above = {"city": None, "office": "city", "desk": "office"}
    assert told_apart({"city": 41, "office": 40, "desk": 30}, {}, above, 5) == {"office", "desk"}


def test_one_person_in_the_whole_alone_is_not_found_where_another_was_in_two_of_its_parts():
    above, people = {"top": None, "a": "top", "b": "top"}, {"top": 11, "a": 5, "b": 6}
    assert told_apart(people, {"top": 1}, above, 5) == {"top", "b"}
    assert told_apart(people, {"top": 0}, above, 5) == {"top", "a", "b"}
    assert told_apart(people | {"top": 14}, {"top": 6}, above, 5) == {"top", "b"}  # it may be three, and is not told


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 8)), min_size=1, max_size=12), FLOORS)
def test_whatever_is_taken_from_what_is_told_of_a_tree_leaves_enough_or_nobody(units, floor):
    above = {at: (up % at if at else None) for at, (_, up) in enumerate(units)}
    own = {at: count for at, (count, _) in enumerate(units)}
    people = dict(own)
    for at in reversed(range(1, len(units))):
        people[above[at]] += people[at]
    told = told_apart(people, own, above, floor)
    rest = {at: people[at] for at in told}
    for at in told:
        higher = above[at]
        while higher is not None and higher not in told:
            higher = above[higher]
        if higher is not None:
            rest[higher] -= people[at]
    assert all(left == 0 or left >= floor for left in rest.values())
