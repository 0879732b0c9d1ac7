"""Large and hopeless documents are answered soon: bounds on lists, on what is told, and on guessing what was meant."""

import time

import pytest

from engine.core.hints import likely
from engine.core.reading.parse import MOST_PROBLEMS, examine
from engine.documents import read_yaml
from tests.core.definitions import CODELISTS, PRODUCT

HEAD = "kind: workflow\nformat: 1\nkey: x\nname: {id: a, en: b}\nroles:\n  e: {rule: subject}\n"
FORM = "states: {}\nforms:\n  f:\n    sections:\n      s:\n        fields:\n"


def examined(text):
    document, positions = read_yaml(text, "test.yaml")
    return examine(document, positions, PRODUCT, CODELISTS)


def states(count):
    return "states:\n" + "".join(f"  s{i}: {{}}\n" for i in range(count))


@pytest.mark.parametrize(
    ("text", "path", "most"),
    [
        (HEAD + states(301), "states", 300),
        (HEAD + "transitions:\n" + "".join(f"  t{i}: {{from: a, to: b}}\n" for i in range(301)), "transitions", 300),
        (HEAD + f"transitions:\n  t: {{to: b, from: [{','.join(f's{i}' for i in range(401))}]}}\n", "transitions", 400),
        (HEAD + FORM + "".join(f"          f{i}: {{type: text}}\n" for i in range(501)), "forms.f", 500),
        (
            HEAD + "states:\n" + "".join(
                f"  s{i}: {{tasks: {{{', '.join(f't{j}: {{}}' for j in range(11))}}}}}\n" for i in range(100)
            ),
            "states",
            1000,
        ),
    ],
    ids=["states", "transitions", "lines", "fields", "tasks"],
)  # fmt: skip
def test_a_list_that_no_procedure_has_is_refused_with_its_bound(text, path, most):
    found = examined(text)
    assert found.definition is None
    assert [(each.path, each.message.params["most"]) for each in found.problems] == [(path, most)]


@pytest.mark.parametrize("letters", ["s", "s" * 35, "s" * 59], ids=len)
def test_thousands_of_mistakes_are_told_in_part_and_soon(letters):
    names = "states:\n" + "".join(f"  {letters}{i}: {{}}\n" for i in range(300))
    moves = "".join(f"  t{i}: {{from: {letters}q{i}, to: {letters}z{i}}}\n" for i in range(300))
    began = time.process_time()
    found = examined(HEAD + names + "transitions:\n" + moves)
    assert found.definition is None and len(found.problems) == MOST_PROBLEMS
    assert time.process_time() - began < 8  # without bounds: minutes


def test_a_likely_word_is_still_found_among_many():
    assert likely("supervisr", [f"role_{i}" for i in range(100)] + ["supervisor"]) == "supervisor"
    assert likely("", ["a"]) is None
