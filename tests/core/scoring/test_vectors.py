"""The numbers that the research of the domain and we worked out on paper, through shipped definitions."""

from decimal import Decimal

import pytest

from tests.core.scoring.shipped import worked

LEVELS = ("above", "as_expected", "below")


@pytest.mark.parametrize(
    ("result", "behaviour", "predicate"),
    [
        ("above", "below", "poor"),
        ("above", "as_expected", "good"),
        ("above", "above", "very_good"),
        ("as_expected", "below", "poor"),
        ("as_expected", "as_expected", "good"),
        ("as_expected", "above", "good"),
        ("below", "below", "very_poor"),
        ("below", "as_expected", "needs_improvement"),
        ("below", "above", "needs_improvement"),
    ],
)
def test_t1_each_pair_of_ratings_has_its_predicate_and_its_cell(result, behaviour, predicate):
    found = worked("quadrant_6_2022", result=result, behaviour=behaviour)
    assert (found.band, found.cell) == (predicate, f"{result}.{behaviour}")


@pytest.mark.parametrize(
    ("predicate", "grade", "months", "points"),
    [
        ("good", "first_expert", 2, "2.08"),  # T2: 2/12 × 100% × 12.5 = 2.0833
        ("very_good", "first_expert", 12, "18.75"),  # T3: 150% × 12.5
        ("poor", "middle_expert", 12, "18.75"),  # T4: 50% × 37.5
        ("needs_improvement", "skilled", 7, "2.19"),  # ours 1: 7/12 × 75% × 5 = 2.1875
    ],
)
def test_t2_to_t4_credit_points_follow_predicate_grade_and_months(predicate, grade, months, points):
    assert str(worked("credit_points", predicate=predicate, grade=grade, months=months).value) == points


@pytest.mark.parametrize(
    ("score", "plan", "behaviour", "idea", "value", "band"),
    [
        ("pp30_70_30", 95, 90, False, "93.50", "good"),  # T5: 66.5 + 27
        ("pp30_70_30", 115, 110, True, "113.50", "very_good"),  # ours 2: 80.5 + 33
        ("pp30_70_30", 115, 110, False, "113.50", "good"),  # the same without a new idea
        ("pp30_60_40", 88, "93.5", False, "90.20", "good"),  # ours 3: 52.8 + 37.4
        ("pp30_60_40", 70, "69.99", False, "70.00", "fair"),  # ours 4: 42 + 27.996 = 69.996, rounded before its band
    ],
)
def test_t5_the_score_of_pp_30_and_its_new_idea(score, plan, behaviour, idea, value, band):
    found = worked(score, plan=plan, behaviour=behaviour, new_idea=idea)
    assert (str(found.value), found.band) == (value, band)


@pytest.mark.parametrize(
    ("attained", "points"),
    [
        (98, "88.00"), (60, "50.00"), (59, "49.00"), (100, "109.00"), (115, "120.00"),  # T8
        ("79.4", "69.00"),  # ours 5: between two bands; rounded to 79 first
        (105, "114.44"),  # ours 6: 110 + 10/9 × 4
    ],
)  # fmt: skip
def test_t8_the_scale_of_one_indicator(attained, points):
    found = worked("indicator_8_2021", achieved=attained, target=100, lower_is_better=False, target_is_maximum=False)
    assert str(found.value) == points


def test_lower_is_better_and_a_target_that_was_the_maximum():
    # ours 7: 8 days where 10 were the target: (1 + (1 − 0.8)) × 100 = 120
    swift = worked("indicator_8_2021", achieved=8, target=10, lower_is_better=True, target_is_maximum=False)
    most = worked("indicator_8_2021", achieved=50, target=50, lower_is_better=False, target_is_maximum=True)
    assert (str(swift.value), str(most.value)) == ("120.00", "120.00")


def survey(answers):
    """Nine elements, each answered the same way."""
    return {f"u{number}": answers for number in range(1, 10)}


def test_t15_nine_ninths_are_one_and_no_99_percent():
    # 29 respondents × 9 elements = 261 answers, of which 172 are four and 89 three: 955 in all; 955 / 261 × 25 = 91.475
    answers = [4] * 172 + [3] * 89
    elements = {f"u{number + 1}": answers[number * 29 : (number + 1) * 29] for number in range(9)}
    found = worked("skm_index", **elements)
    assert (str(found.value), found.band) == ("91.48", "a")


@pytest.mark.parametrize(
    ("answers", "value", "band"),
    [
        ([3] * 9, "75.00", "c"),  # T17
        ([3, 4, 3, 4, 4, 3, 4, 3, 4, 3, 4, 4, 3, 4], "89.29", "a"),  # ours 8: 50/14 × 25 = 89.2857
        ([2.6] * 5, "65.00", "c"),  # the lowest C
    ],
)
def test_t17_the_quality_of_a_survey(answers, value, band):
    found = worked("skm_index", **survey(answers))
    assert (str(found.value), found.band) == (value, band)


def test_t19_three_indicators_with_40_40_20():
    found = worked("weighted_indicators", productivity=80, quality=90, communication=70)
    assert (str(found.value), found.band) == ("82.00", "good")


@pytest.mark.parametrize(
    ("gpa", "level", "university", "band"),
    [
        ("3.40", "bachelor", "a", "good"),  # T29
        ("3.51", "bachelor", "abroad", "very_good"),
        ("3.19", "higher", "a", "needs_improvement"),
        ("2.99", "higher", "c", "poor"),
        ("3.29", "higher", "b", "good"),
    ],
)
def test_t29_study_leave_by_level_and_accreditation(gpa, level, university, band):
    assert worked("study_leave", gpa=gpa, level=level, university=university).band == band


@pytest.mark.parametrize(
    ("absent", "in_a_row", "band"),
    [
        (0, 0, "no_sanction"), (3, 1, "spoken"), (10, 4, "dissatisfied"), (28, 9, "dismissed"), (10, 10, "dismissed"),
        (6, 2, "written"), (13, 3, "cut_6"), (16, 3, "cut_9"), (20, 9, "cut_12"), (24, 9, "lower_post"),
        (27, 9, "no_post"),
    ],
)  # fmt: skip
def test_t30_the_ladder_of_absence(absent, in_a_row, band):
    assert worked("attendance_discipline", absent=absent, in_a_row=in_a_row).band == band


@pytest.mark.parametrize(
    ("predicate", "potential", "box"), [("very_good", 85, 9), ("good", 60, 5), ("needs_improvement", "59.99", 1)]
)
def test_t34_the_nine_boxes(predicate, potential, box):
    found = worked("nine_box", predicate=predicate, potential=potential)
    assert (found.value, found.band) == (Decimal(box), f"box_{box}")


def test_allowance_after_cuts_and_discipline():
    # ours 9: 60% × 90 + 40% × (100 − 7.5) = 54 + 37 = 91; of it 75% is paid: 68.25
    assert str(worked("allowance_factor", performance=90, cuts="7.5", discipline=75).value) == "68.25"


def test_several_raters_by_group():
    # ours 10: 50% × 84 + 30% × (70 + 80 + 93)/3 + 20% × (66 + 71)/2 = 42 + 24.3 + 13.7 = 80
    found = worked("raters_360", superior=84, peers=[70, 80, 93], subordinates=[66, 71])
    assert (str(found.value), found.band) == ("80.00", "good")
