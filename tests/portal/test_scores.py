"""The page “How was this number made?”: down to each answer, in both languages, for whoever may know the score."""

import pytest

from engine import papers, snapshot
from engine.core.printing.paper import Grid
from engine.core.printing.wording import Voice
from engine.web.language import translate
from tests.portal.house import plain
from tests.verbs.stage import SHIPPED
from tests.verbs.test_scores import ANSWERS, WORKFLOW


@pytest.fixture
def settled(house):
    """Carol's case with a settled score of 82."""
    house.publish((SHIPPED / "scores/weighted_indicators.yaml").read_bytes(), "weighted_indicators.yaml")
    house.version = house.publish(WORKFLOW.encode())
    case = house.case()
    house.send(case, "carol", "rate", ANSWERS)
    house.fire(case, "carol", "settle")
    return house, case


def test_the_page_tells_each_number_its_weight_and_whose_answer_it_was(settled):
    house, case = settled
    carol = house.browser("carol")
    assert f"/cases/{case}/scores/final_score" in carol.get(f"/cases/{case}")
    with house.counted() as statements:
        page = plain(carol.get(f"/cases/{case}/scores/final_score"))
    assert "82,00 – Baik" in page
    assert "Bobot 40%, menyumbang 36" in page
    assert "Bobot 20%, menyumbang 14" in page
    assert "Dari “Mutu” pada Penilaian, dikirim oleh" in page
    assert "Rentang mulai dari 76" in page
    assert len(statements) <= 14


def test_it_says_which_single_input_would_change_the_result(settled):
    house, case = settled
    page = plain(house.browser("carol", "en").get(f"/cases/{case}/scores/final_score"))
    # 40% × 99.99 + 36 + 14 = 89.996, rounded 90.00; 40% × 64.98 + 50 = 75.992, rounded 75.99
    assert "Productivity 80 99.99 Very good" in page
    assert "Productivity 80 64.98 Fair" in page
    assert "How was this number made?" in page


def test_nobody_else_reads_it_and_what_is_no_score_has_no_such_page(settled):
    house, case = settled
    assert house.browser("mallory").get(f"/cases/{case}/scores/final_score", status=404)
    assert house.browser("carol").get(f"/cases/{case}/scores/other", status=404)


def words_of(block):
    """Each paragraph of a block of a paper."""
    cells = [cell for row in block.rows for cell in row] if isinstance(block, Grid) else [block]
    return ["".join(run.text for run in line.runs) for cell in cells for line in cell.lines]


def test_the_paper_of_the_case_tells_the_same_tree(settled):
    house, case = settled
    with house.app.test_request_context("/"), house.rt.db.read() as db:
        found = snapshot.load(house.rt, db, case, house.actor("carol"), house.now)
        voice = Voice("id", lambda message: translate(message, "id"))
        paper = papers.of_case(db, found, "case", house.actor("carol"), voice).paper
    words = [text.replace("\u200b", "") for block in paper.blocks for text in words_of(block)]
    assert "Bagaimana angka ini terjadi: Nilai tiga indikator berbobot" in words
    assert any(text.startswith("1.1.1 ") and "Produktivitas" in text for text in words)
    assert "Bobot 40%, menyumbang 36." in [text.replace("36,00", "36") for text in words]
    assert any(text.startswith("Dari “Mutu” pada Penilaian, dikirim oleh") for text in words)
