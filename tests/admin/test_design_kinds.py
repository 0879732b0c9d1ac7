"""Every kind of definition has its editor, drawn from its model: an empty page, what comes along, each of its tabs."""

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
    assert '<pre class="source">' not in page.text and "(tidak ada)" not in page.text  # each name in a formula is known
    assert json.dumps(first.document["name"]["id"])[1:-1] in page.text


def test_a_step_of_a_score_shows_its_parts_and_begins_what_it_lacks(city):
    hands = begun(city, **{"from": "shipped:allowance_factor"})
    page = hands.open("?at=steps.attendance").text
    assert "Rumus" in page and "Jumlah potongan kehadiran" in page
    hands.post("edits", edits='[{"do": "put", "path": "steps.attendance.weighted", "value": {"missing": "refuse"}}]')
    page = hands.open("?at=steps.attendance").text
    assert 'value="steps.attendance.weighted.parts"' in page and "Bila sebuah bagian tidak ada" in page
    hands.post("add", to="steps.attendance.weighted.parts", **both("label", "Kehadiran"))
    assert hands.at("steps.attendance.weighted.parts.kehadiran") is not None
    assert "steps.attendance.weighted.parts.kehadiran" in hands.open("?at=steps.attendance").text
