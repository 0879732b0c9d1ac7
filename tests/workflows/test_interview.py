"""The interview: every combination of answers drafts a sound workflow, and the usual ones draft the basic cycle.

Only the name and the deadlines follow from the period, and one field from how evidence is given: these take turns, so
that each combination of the other answers is looked at once. `python -m prove interview` looks at every single one.
"""

from datetime import date
from itertools import cycle, product

import pytest

from engine.core.interview import interview_of
from engine.core.reading.compiled import bind
from engine.core.reading.normal import dump
from engine.core.reading.parse import examine, parse
from engine.core.reading.positions import NOWHERE
from engine.core.simulating.exploring import run_all_paths
from engine.documents import read_yaml
from tests.core.definitions import PRODUCT, ROOT, shipped_codelists

LISTS = shipped_codelists()
INTERVIEW = interview_of(read_yaml((ROOT / "workflows/interview/cycle.yaml").read_bytes())[0])
CHOICES = {question.key: [answer.key for answer in question.answers] for question in INTERVIEW.questions}
TURNS = {"period": cycle(CHOICES["period"]), "files": cycle(("files", "words"))}
COMBINATIONS = [
    (next(TURNS["period"]), *before, next(TURNS["files"]) if evidence == "files" else evidence, *after)
    for *before, evidence, voices, result, panel in product(
        CHOICES["planner"], CHOICES["approver"], CHOICES["targets"], ("files", "none"), *list(CHOICES.values())[5:]
    )
    for after in [(voices, result, panel)]
]
PARTS = 4


def draft(answers):
    """What is said about the draft of these answers, in the order of the questions."""
    keys = [question.key for question in INTERVIEW.questions]
    document = INTERVIEW.draft(dict(zip(keys, answers, strict=True)))
    return examine(document, NOWHERE, PRODUCT, LISTS)


def test_there_are_eight_questions_each_with_a_choice_and_its_help():
    assert len(INTERVIEW.questions) == 8
    assert all(len(question.answers) > 1 and question.help.id for question in INTERVIEW.questions)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_combination_of_answers_drafts_a_workflow_without_errors_or_doubts(part):
    mine = COMBINATIONS[part::PARTS]
    assert [(answers, found.problems) for answers in mine if (found := draft(answers)).problems] == []


@pytest.mark.parametrize("answers", COMBINATIONS[::37], ids="-".join)
def test_a_draft_is_simulated_to_its_end_and_every_transition_is_possible(answers):
    workflow = bind(draft(answers).definition, PRODUCT, LISTS).workflow
    paths = run_all_paths(workflow, date(2026, 1, 5))
    assert paths.is_whole and paths.ends


def test_the_usual_answers_draft_the_basic_cycle_but_for_its_prints():
    basic = dump(parse(*read_yaml((ROOT / "workflows/basic_cycle.yaml").read_bytes()), PRODUCT, LISTS))
    drafted = dump(parse(INTERVIEW.draft({}), NOWHERE, PRODUCT, LISTS))
    assert {key for key in basic if basic[key] != drafted.get(key)} == {"key", "help", "prints"}


def test_what_is_no_answer_counts_as_the_usual_one():
    assert INTERVIEW.settled({"panel": "maybe", "color": "red"}) == INTERVIEW.usual()


WORDS = {"id": "A", "en": "A"}
SMALL = interview_of(
    {
        "questions": {"q": {"label": WORDS, "help": WORDS, "answers": {"a": WORDS, "b": WORDS}}},
        "document": {
            "kept": {"x": 1},
            "gone": {"only": {"q": ["b"]}, "x": 1},
            "value": {"only": {"q": ["a"]}, "is": [1, {"only": {"q": ["b"]}, "is": 2}, 3]},
            "one": {"one_of": [{"only": {"q": ["b"]}, "is": "b"}, {"is": "a"}]},
            "none": {"one_of": [{"only": {"q": ["b"]}, "is": "b"}]},
        },
    }
)


def test_what_hangs_on_answers_is_there_or_not():
    assert SMALL.draft({}) == {"kept": {"x": 1}, "value": [1, 3], "one": "a"}
    assert SMALL.draft({"q": "b"}) == {"kept": {"x": 1}, "gone": {"x": 1}, "one": "b", "none": "b"}
