"""The picture of a workflow on a page: what a case has done is marked, in words too."""

import re
from pathlib import Path

from flask import g

from engine.core.reading.normal import load, normal_form
from engine.documents import read_yaml
from engine.web.diagram import picture
from tests.web.site import TAKEN, WITH_RETURN, definition


def test_a_case_shows_where_it_stands_where_it_was_and_how_often(site):
    with site.test_request_context("/", base_url="http://localhost"):
        g.signed_in = None
        drawn = picture(definition(), current="rated", moves=WITH_RETURN)
    marks = {stage.box.node.key: stage.mark for stage in drawn.stages}
    assert marks == {
        "plan_drafted": "taken",
        "approved": "taken",
        "evidence": "taken",
        "rated": "current",
        "calibrated": "ahead",
        "finalized": "ahead",
    }
    taken = {(a.line.source, a.line.target): a.taken for a in drawn.arrows if a.taken}
    assert taken == {**dict.fromkeys(TAKEN, 1), ("evidence", "rated"): 2, ("rated", "evidence"): 1}


def test_a_definition_alone_claims_no_state(client, site):
    with site.test_request_context("/", base_url="http://localhost"):
        g.signed_in = None
        assert not picture(definition()).of_case


def test_the_list_beside_the_picture_names_every_move(client, site):
    with site.test_request_context("/", base_url="http://localhost"):
        g.signed_in = None
        drawn = picture(definition())
    page = client.get("/look").text
    listed = re.findall(r'<tr><th scope="row">([^<]+)</th><td data-label="Langkah">([^<]+)</td>', page)
    assert {(a.source, m.words) for a in drawn.arrows for m in a.line.moves} <= set(listed)


def test_the_words_of_a_wide_picture_never_fall_below_12_pixels(site):
    with site.test_request_context("/", base_url="http://localhost"):
        g.signed_in = None
        drawn = picture(definition())
    assert drawn.is_wide and 13 * drawn.least / drawn.size.width > 11.99


def test_cases_of_other_workflows_are_boxes_of_their_own(site):
    year = Path(__file__).parent.parent / "corpus/definitions/valid/year_of_quarters.yaml"
    with site.test_request_context("/", base_url="http://localhost"):
        g.signed_in = None
        drawn = picture(load(normal_form(read_yaml(year.read_text(), "year.yaml")[0])), current="planned")
    linked = [stage.words for stage in drawn.stages if stage.mark == "linked"]
    assert linked == ["Evaluasi triwulan", "Keberatan"]
    assert {(a.source, a.target) for a in drawn.arrows if a.target in linked} == {
        ("Pelaksanaan", "Evaluasi triwulan"),
        ("Ditutup", "Keberatan"),
    }
