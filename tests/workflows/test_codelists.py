"""The shipped code lists: they are definitions, and the matrix says what the regulation prints.

How the method `matrix` looks a cell up is tested with the methods.
"""

from collections import Counter
from pathlib import Path

import pytest

from engine.core.definition import CodeList
from engine.documents import read_yaml

FOLDER = Path(__file__).parents[2] / "workflows" / "codelists"
LISTS = ("aspect", "berakhlak", "berakhlak_act", "predicate_matrix", "rating_behaviour", "rating_result", "result_kind")
# Results, behaviour, predicate, where they are printed in PermenPANRB 6/2022.
# Kepala Subdirektorat II (p.205-208) is left out: he gets Butuh Perbaikan where the quadrant of p.103 says Kurang.
PRINTED_EXAMPLES = [
    pytest.param("as_expected", "above", "good", id="Direktur Jenderal III, p.191 and 193"),
    pytest.param("as_expected", "above", "good", id="Direktur II, p.199 and 201"),
    pytest.param("above", "as_expected", "good", id="JF Teknis Tata Bangunan Muda, p.212 and 214"),
    pytest.param("as_expected", "as_expected", "good", id="Kepala Dinas Kesehatan, p.218 and 220"),
    pytest.param("as_expected", "above", "good", id="Kepala Puskesmas, p.224 and 226"),
    pytest.param("as_expected", "as_expected", "good", id="Bidan Penyelia, p.229 and 231"),
    pytest.param("below", "as_expected", "needs_improvement", id="tugas belajar, p.238 and 239"),
]


def load(name):
    return read_yaml((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))[0]


def keyed(rows):
    return {row["key"]: row for row in rows}


@pytest.fixture(scope="module")
def matrix():
    return load("predicate_matrix")


@pytest.mark.parametrize("name", LISTS)
def test_a_code_list_is_a_definition_of_kind_codelist(name):
    codelist = CodeList.model_validate(load(name))
    assert codelist.key == name
    assert len({item.key for item in codelist.items}) == len(codelist.items)


@pytest.mark.parametrize(("result", "behaviour", "predicate"), PRINTED_EXAMPLES)
def test_the_matrix_agrees_with_a_printed_example(matrix, result, behaviour, predicate):
    assert matrix["matrix"]["cells"][result][behaviour] == predicate


def test_the_matrix_has_nine_cells_with_the_printed_counts(matrix):
    table = matrix["matrix"]
    cells = [table["cells"][row["key"]][column["key"]] for row in table["rows"] for column in table["columns"]]
    assert Counter(cells) == {"very_good": 1, "good": 3, "needs_improvement": 2, "poor": 2, "very_poor": 1}
    assert {table["cells"][row]["below"] for row in table["cells"]} == {"poor", "very_poor"}


def test_the_rows_and_columns_of_the_matrix_are_the_ratings(matrix):
    rows, columns = keyed(matrix["matrix"]["rows"]), keyed(matrix["matrix"]["columns"])
    assert set(rows) == set(keyed(load("rating_result")["items"]))
    assert set(columns) == set(keyed(load("rating_behaviour")["items"]))


def test_both_wordings_of_the_values_differ_in_five_sentences_only():
    regulation, act = load("berakhlak")["items"], load("berakhlak_act")["items"]
    assert [item["key"] for item in regulation] == [item["key"] for item in act]
    assert all(len(item["text"]) == 3 for item in regulation + act)
    differing = [
        (ours["key"], number)
        for ours, theirs in zip(regulation, act, strict=True)
        for number in range(3)
        if ours["text"][number]["id"] != theirs["text"][number]["id"]
    ]
    assert differing == [("harmonious", 0), ("harmonious", 1), ("loyal", 0), ("loyal", 1), ("collaborative", 2)]
