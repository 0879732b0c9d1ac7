"""The book of a workflow tells which scores it uses, when they are worked out and what they are given."""

from engine.core.book.writing import book
from engine.core.reading.known import Known
from engine.core.reading.normal import normal_form
from engine.documents import read_yaml
from engine.web import i18n
from tests.core.definitions import PRODUCT
from tests.core.scoring.shipped import LISTS, shipped
from tests.core.scoring.test_using import YAML

WORDS = i18n.shipped(strict=True)
KNOWN = Known(LISTS, {}).scoring({"weighted_indicators": shipped("weighted_indicators")})


def said(language):
    document = normal_form(read_yaml(YAML)[0])
    return [WORDS.say(each, language) for each in book(document, PRODUCT, KNOWN).sentences()]


def test_a_score_is_told_with_its_moment_its_inputs_and_the_hand_that_may_set_it():
    found = said("id")
    assert (
        "Nilai dihitung menurut skor “Nilai tiga indikator berbobot”; bagaimana terjadinya disimpan bersama kasusnya."
        in found
    )
    assert "Dihitung pada langkah Settle." in found
    assert "Produktivitas" in found
    assert any("ditetapkan secara manual" in each for each in found)
    assert "Worked out at Settle." in said("en")
