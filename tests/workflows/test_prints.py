"""The worked example of the regulation on paper: each of its figures stands there, also in the prints kept in docs."""

import runpy
from pathlib import Path

import pytest

from engine.documents import read_yaml
from tests.pdf import says, text_of

ROOT = Path(__file__).parents[2]
STORY = read_yaml((ROOT / "workflows/demo/bidan_penyelia.yaml").read_bytes(), "bidan_penyelia.yaml")[0]
TARGETS, ACHIEVED = STORY["plan"]["targets"], STORY["evidence"]["achievements"]
EXPECTED = [row["expectation"] for row in STORY["plan"]["behaviour"] if row["expectation"]]
FEEDBACK = [row["feedback"] for row in STORY["rating"]["behaviour_feedback"]]
NOTES = [row["feedback_note"] for row in ACHIEVED if "feedback_note" in row]


def column(rows, *keys):
    return [row[key] for row in rows for key in keys]


WHOLE = {  # what stands unbroken in each print
    "a-1-6": [*column(TARGETS, "result", "indicator"), *EXPECTED, "A. UTAMA", "B. TAMBAHAN"],
    "a-1-8": [line for name in ("resources", "accountability", "consequences") for line in STORY["plan"][name]],
    "b-1-2": column(ACHIEVED, "achieved", "evidence"),
    "c-1-1": [*column(TARGETS, "indicator"), *column(ACHIEVED, "achieved"), *EXPECTED, "SESUAI EKSPEKTASI"],
    "c-1-2": [*column(TARGETS, "target"), *column(ACHIEVED, "achieved"), *EXPECTED, "(7)", "SESUAI EKSPEKTASI"],
    "d-1-1": ["CAPAIAN KINERJA ORGANISASI:BAIK", "PREDIKAT KINERJA PEGAWAI:BAIK", STORY["rating"]["feedback"]],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The prints as the script makes them now: name → text."""
    folder = tmp_path_factory.mktemp("prints")
    runpy.run_path(str(ROOT / "scripts/prints"))["main"]([str(folder)])
    return {path.stem: text_of(path.read_bytes()) for path in folder.glob("*.pdf")}


@pytest.mark.parametrize("name", WHOLE)
def test_every_figure_of_the_worked_example_stands_on_its_form(made, name):
    assert [text for text in WHOLE[name] if not says(made[name], text)] == []


@pytest.mark.parametrize("name", ["c-1-1", "c-1-2"])
def test_the_feedback_of_the_worked_example_stands_beside_what_it_is_about(made, name):
    """A cell may break over two pages, with the foot of the page in between: its beginning is enough."""
    assert [text for text in (*FEEDBACK, *NOTES) if not says(made[name], text[:40])] == []


@pytest.mark.parametrize("name", WHOLE)
def test_the_prints_in_the_documentation_say_the_same(made, name):
    kept = text_of((ROOT / "docs/prints" / f"{name}.pdf").read_bytes())
    assert [text for text in WHOLE[name] if not says(kept, text)] == []
