"""The samples of the gallery: one for each registered field type, taken or refused as it says."""

from datetime import date

import pytest

import wsgi
from engine.core.errors import InvalidDefinition
from engine.core.messages import LANGUAGES
from engine.samples import read_samples

TODAY = date(2026, 3, 2)
TEXT = (wsgi.SHIPPED / "gallery" / "fields.yaml").read_bytes()
CATALOG = wsgi.build_catalog()
SAMPLES = read_samples(TEXT, CATALOG, TODAY)
NAMES = [sample.entry.name for sample in SAMPLES.each]
ONE = """
samples:
  text:
    about: {id: Teks, en: Text}
    field: {label: Nama, max_length: 5}
    answer: Siti
"""


def test_every_registered_field_type_has_a_sample():
    assert sorted(CATALOG.names("field")) == sorted(NAMES), "add what is missing to workflows/gallery/fields.yaml"


def test_every_good_answer_is_taken():
    judged = SAMPLES.good.judge(SAMPLES.raw, SAMPLES.facts)
    assert judged.errors == {}
    for question in SAMPLES.good.questions:
        if question.type.answered != "never":
            value = SAMPLES.values[question.key]
            assert value not in (None, [], ()), f"{question.key} has no answer to show"
            for language in LANGUAGES:
                assert question.type.format(value, language)


@pytest.mark.parametrize("sample", SAMPLES.each, ids=NAMES)
def test_what_is_called_wrong_is_refused_and_nothing_else_is(sample):
    kind = SAMPLES.good.questions[sample.entry.name].type
    paths = [path for path in SAMPLES.errors if path.partition(".")[0] == f"{sample.entry.name}_wrong"]
    assert bool(paths) == sample.has_wrong
    assert sample.has_wrong == (kind.answered == "by_person"), "what people type needs an answer that is refused"


@pytest.mark.parametrize("sample", SAMPLES.each, ids=NAMES)
def test_every_type_says_in_both_languages_what_it_is_for(sample):
    assert sample.about.id and sample.about.en and sample.about.id != sample.about.en
    assert sample.entry.doc


def test_samples_of_types_that_a_catalog_lacks_are_left_out():
    unknown = ONE + "  hologram:\n    about: {id: a, en: b}\n    field: {label: x}\n"
    assert [sample.entry.name for sample in read_samples(unknown, CATALOG, TODAY).each] == ["text"]


def test_a_field_that_cannot_be_bound_is_told():
    with pytest.raises(InvalidDefinition) as told:
        read_samples(ONE.replace("max_length", "colour"), CATALOG, TODAY)
    assert any("colour" in problem.path for problem in told.value.problems)
