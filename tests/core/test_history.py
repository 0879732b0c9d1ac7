"""What a thing was on a day, as known then: corrections, plans, what was taken back."""

from engine.core.history import ALWAYS, Change, before, since, state_on, steps, turns

NOW = {"name": "C"}
SAID = [
    Change(1, "2026-03-01", "t1", {"name": {"was": "A", "is": "B"}}),
    Change(2, "2026-07-01", "t2", {"name": {"was": "B", "is": "C"}}),
]


def test_a_field_of_which_nothing_was_said_is_what_the_row_says():
    assert state_on(NOW, [], "1999-01-01") == NOW
    assert before(NOW, [], "name", "1999-01-01") == "C"


def test_the_first_value_is_what_stood_before_the_first_change_that_was_recorded():
    assert state_on(NOW, SAID, "2026-02-28")["name"] == "A"
    assert [state_on(NOW, SAID, day)["name"] for day in ("2026-03-01", "2026-06-30", "2026-07-01")] == ["B", "B", "C"]


def test_what_was_not_recorded_yet_is_not_known():
    assert state_on(NOW, SAID, "2026-12-31", "t1")["name"] == "B"
    assert state_on(NOW, SAID, "2026-12-31", "t0")["name"] == "A"


def test_what_is_said_later_of_the_same_day_counts_and_may_take_it_back():
    corrected = [*SAID, Change(3, "2026-07-01", "t3", {"name": {"was": "B", "is": "D"}})]
    assert state_on(NOW, corrected, "2026-08-01")["name"] == "D"
    taken_back = [*corrected, Change(4, "2026-07-01", "t4", {"name": {"was": "B"}})]
    assert state_on(NOW, taken_back, "2026-08-01")["name"] == "B"
    assert state_on(NOW, taken_back, "2026-08-01", "t3")["name"] == "D"


def test_a_correction_of_the_beginning_holds_from_always_on():
    corrected = [*SAID, Change(3, ALWAYS, "t3", {"name": {"was": "A", "is": "Å"}})]
    assert state_on(NOW, corrected, "1999-01-01")["name"] == "Å"
    assert steps("name", corrected)[0].value == "Å"


def test_a_correction_is_said_of_the_day_since_which_the_value_holds():
    assert [since("name", SAID, day) for day in ("2026-01-01", "2026-05-05", "2026-07-01")] == [
        ALWAYS, "2026-03-01", "2026-07-01",
    ]  # fmt: skip
    assert list(turns(SAID, ["name"], "2026-03-01")) == ["2026-07-01"]
