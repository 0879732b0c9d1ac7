"""What is different between two versions of a score is told by its steps, parts and bands."""

from engine.core.comparing.differences import differences
from engine.core.reading.normal import normal_form
from engine.documents import read_yaml
from engine.web import i18n
from tests.core.definitions import PRODUCT, ROOT

WORDS = i18n.shipped(strict=True)
TEXT = (ROOT / "workflows/scores/weighted_indicators.yaml").read_text()


def said(old, new):
    documents = [normal_form(read_yaml(text)[0]) for text in (old, new)]
    found = differences(*documents, PRODUCT, {})
    assert {each.part.slug for each in found} <= {"whole", "score_input", "score_step", "score_part", "band"}
    return [WORDS.say(each.message, language) for each in found for language in ("id", "en")]


def test_a_changed_weight_is_told_at_its_part():
    new = TEXT.replace("weight: 20", "weight: 30").replace("weight: 40, value: quality", "weight: 30, value: quality")
    told = said(TEXT, new)
    assert any("Kemampuan komunikasi" in each and "20" in each and "30" in each for each in told)
    assert any("Communication" in each for each in told)


def test_a_moved_band_and_another_rounding_are_told():
    new = TEXT.replace("from: 76", "from: 80").replace("round: {places: 2}", "round: {places: 1}")
    told = said(TEXT, new)
    assert any("Baik" in each and "80" in each for each in told)
    assert len(told) >= 4
