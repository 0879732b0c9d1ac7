"""A kept tree is told in words of both languages, and what would change a band is found by trying."""

from datetime import date
from decimal import Decimal

import pytest

from engine.core.messages import Text, readable
from engine.core.scoring.telling import Names, told
from engine.core.scoring.using import outcome
from engine.core.scoring.what_if import what_if
from engine.core.scoring.working import Input, work
from engine.web import i18n
from tests.core.scoring.shipped import given, shipped

WORDS = i18n.shipped(strict=True)
NAMES = Names(
    field=lambda path: readable(path.rpartition(".")[2]),
    form=readable,
    person=lambda ref: "Erin",
    day=lambda at: date(2026, 3, 2),
    indicator=lambda key: Text("Tugas selesai", "Tasks done"),
)


def inputs(**values):
    return {key: Input(given(value), {"formula": key, "read": {}, "from": []}) for key, value in values.items()}


def lines(key, values, language="en"):
    """Every line that a tree tells, from the top down."""
    score = shipped(key)
    tree = told(outcome(score, work(score, values), values, None).derivation, NAMES)

    def walk(branch):
        yield f"{WORDS.show(branch.label, language)}: {WORDS.show(branch.found, language)}"
        yield from (WORDS.say(each, language) for each in (*branch.how, *branch.why, *branch.sources))
        for child in branch.children:
            yield from walk(child)

    return list(walk(tree))


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("quadrant_6_2022", {"result": "above", "behaviour": "below"}),
        ("pp30_70_30", {"plan": 115, "behaviour": 110, "new_idea": False}),
        ("indicator_8_2021", {"achieved": "79.4", "target": 100, "lower_is_better": False, "target_is_maximum": False}),
        ("raters_360", {"superior": 84, "peers": [70, 80, 93], "subordinates": [66, 71]}),
        ("credit_points", {"predicate": "good", "grade": "first_expert", "months": 2}),
        ("skm_index", {f"u{number}": [3, 4, 3, 4, 4] for number in range(1, 10)}),
        ("attendance_discipline", {"absent": 10, "in_a_row": 10}),
        ("study_leave", {"gpa": "3.40", "level": "bachelor", "university": "a"}),
        ("nine_box", {"predicate": "good", "potential": 60}),
        ("allowance_factor", {"performance": 90, "cuts": "7.5", "discipline": 75}),
    ],
)
def test_every_shipped_score_is_told_in_whole_words(key, values, language):
    found = lines(key, inputs(**values), language)
    assert len(found) > 4
    assert not any("{" in line or "score." in line for line in found)


def test_the_condition_the_rounding_and_the_cell_are_told():
    assert any("new idea" in line for line in lines("pp30_70_30", inputs(plan=115, behaviour=110, new_idea=False)))
    cell = lines("quadrant_6_2022", inputs(result="above", behaviour="below"))
    assert "The cell at row “Results above expectation” and column “Behaviour below expectation”." in cell
    credit = lines("credit_points", inputs(predicate="good", grade="first_expert", months=2))
    assert any(line.startswith("Rounded from 2.083333 to 2 decimal places") for line in credit)


def test_an_input_that_a_formula_made_tells_the_formula_and_all_that_it_read():
    values = inputs(productivity=90, quality=80, communication=70)
    figure = {"kind": "figure", "path": "figures.tasks", "figure": {"indicator": "tasks_done", "n": "45"}}
    answer = {"kind": "answer", "path": "plan.tasks", "form": "plan", "submission": "s", "by": "p", "at": "x"}
    source = {
        "formula": "min(100, figures.tasks / plan.tasks * 100)",
        "read": {"figures": {"tasks": "45"}, "plan": {"tasks": "50"}},
        "from": [figure, answer],
    }
    values["productivity"] = Input(Decimal(90), source)
    found = lines("weighted_indicators", values)
    assert "Worked out: min(100, “Tasks done” ÷ “Tasks” × 100)" in found
    assert "A figure of the indicator Tasks done, from 45 entries. It was 45." in found
    assert any("sent by Erin on 2 March 2026. It was 50." in line for line in found)


def test_a_chosen_indicator_is_told_with_its_target_and_what_was_achieved_of_it():
    figure = {"indicator": "tasks", "n": "125", "value": "420", "target": "480", "achieved": "87.50"}
    path = "figures.goals.achieved"
    place = {"kind": "figure", "path": path, "figure": figure}
    made = {"formula": f"average({path})", "read": {"figures": {"goals": {"achieved": ["87.50"]}}}, "from": [place]}
    values = {**inputs(quality=90, communication=70), "productivity": Input(Decimal("87.5"), made)}
    found = "\n".join(lines("weighted_indicators", values))
    assert "Tasks done: 420 of a target of 480, 87.5% achieved (125 entries)." in found and "average(" not in found
    two = {**made, "read": {"figures": {"goals": {"achieved": ["80", "95"]}}}, "from": [place, place]}
    found = "\n".join(lines("weighted_indicators", {**values, "productivity": Input(Decimal("87.5"), two)}))
    assert found.count("of a target of 480") == 2 and "average(" in found


def test_what_if_finds_the_nearest_hundredth_that_changes_the_band():
    score = shipped("attendance_discipline")
    found = [(str(each.then), each.band.en) for each in what_if(score, inputs(absent=6, in_a_row=2))]
    # 6.5 days would be rounded to 7, 3.49 to 3; ten in a row are the end of the ladder
    assert found[:2] == [("6.5", "Written statement of dissatisfaction"), ("3.49", "Spoken reprimand")]
    assert ("10", "Honourable dismissal not at own request") in found


def test_what_if_tries_every_item_of_a_list_and_tells_nothing_of_a_score_without_bands():
    box = what_if(shipped("nine_box"), inputs(predicate="good", potential=85))
    assert {(each.then.en, each.band.en) for each in box if isinstance(each.then, Text)} >= {("Very good", "Box 9")}
    assert what_if(shipped("allowance_factor"), inputs(performance=90, cuts=0, discipline=100)) == ()
