"""Every kind of definition has its editor: an empty page, what comes along, and each of its tabs, drawn from its model."""

import json

import pytest

from engine import design_starts
from engine.web import design_kinds
from tests.admin.test_design_registers import begun, both
from wsgi import SHIPPED

KINDS = design_starts.kinds()
MOST = 14  # statements of a page


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_page_opens_at_each_tab_and_what_comes_along_is_read_in_words(city, kind):
    hands = begun(city, **{"from": f"empty:{kind}", **both("name", "Coba")})
    for name, path in design_kinds.tabs_of(kind):
        answer = city.client("admin").get(f"{hands.root}/{path}")
        assert answer.status_code in (200, 303), (name, answer.status_code)
    first = next(each for each in design_starts.shipped(SHIPPED) if each.kind == kind)
    hands = begun(city, **{"from": f"shipped:{first.key}"})
    with city.counted() as statements:
        page = hands.open(design_kinds.tabs_of(kind)[0][1])
    assert len(statements) <= MOST, statements
    assert '<pre class="source">' not in page.text
    assert json.dumps(first.document["name"]["id"])[1:-1] in page.text
