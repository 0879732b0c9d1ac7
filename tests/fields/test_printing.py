"""Every registered type prints: the text taken from the PDF holds each value, in both languages."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.filling.formviews import to_read
from engine.core.filling.sight import WHOLE
from engine.core.messages import LANGUAGES
from engine.core.printing import formpaper
from tests.core.tiny import FACTS, form_of
from tests.fields.strategies import KINDS
from tests.pdf import paper, says, set_paper, text_of, voice

EXAMPLES = [
    pytest.param({"type": name, "label": "Isian ini", **options}, raws, id=f"{name}-{number}")
    for name, kind in KINDS.items()
    for number, (options, raws) in enumerate(kind.examples)
]


@pytest.mark.parametrize(("spec", "raws"), EXAMPLES)
def test_the_pdf_says_every_value_that_a_type_accepts(spec, raws):
    form = form_of({"x": spec})

    @given(raws, st.sampled_from(LANGUAGES))
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    def holds(raw, language):
        judged = form.judge({"x": raw}, FACTS)
        if judged.errors:
            return
        view = to_read(form, judged.values, FACTS, WHOLE)
        found = text_of(set_paper(paper(formpaper.blocks(view, voice(language)), language)))
        missing = [text for text in values(view, language) if not says(found, text)]
        assert missing == [], found

    holds()


def values(view, language):
    """What each answer reads like, in the pieces in which it is printed; cells of tables too."""
    for field in view:
        for each in [cell for row in field.rows for cell in row if cell.shown] if field.columns else [field]:
            if each.shown and each.value is not None and each.field.answered != "never":
                yield from (text for _, text in each.field.print(each.value, language))
